package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.FastOpenRules;
import dev.trident.testkit.Requirement;
import dev.trident.wire.FastOpenCookie;
import org.junit.jupiter.api.Test;

/** What fast open remembers: cookies of a server, its pending connections, a client's cache. */
class FastOpenPartsTest {
  private static final long SECONDS = 1_000_000_000L;

  /** Just before a 64-bit clock wraps. */
  private static final long NOW = Long.MAX_VALUE - 10 * SECONDS;

  private static final int CLIENT = 0xc000_0201;
  private static final int SERVER = 0xc0a8_0001;
  private static final FastOpenRules.Key KEY =
      new FastOpenRules.Key(0xb2b2_b2b2_a1a1_a1a1L, 0xd4d4_d4d4_c3c3_c3c3L);
  private static final FastOpenRules.Key OTHER = new FastOpenRules.Key(0, 0);

  private final FastOpenCookies cookies = new FastOpenCookies(1, 2);

  private FastOpenCookie made(FastOpenRules rules, int client, int server) {
    FastOpenCookie cookie = new FastOpenCookie();
    cookies.make(rules, client, server, false, cookie);
    return cookie;
  }

  /** The values are those that Linux makes of these keys and addresses. */
  @Test
  @Requirement("RFC7413-tfo-02")
  void shouldMakeTheCookiesOfLinux() {
    FastOpenCookie expected = new FastOpenCookie();
    expected.set(0x3021_b9d8_8901_7eebL, false);
    assertThat(made(FastOpenRules.ON.withKeys(KEY, null), CLIENT, SERVER).isSameCookie(expected))
        .isTrue();
    expected.set(0xb7c1_2350_a90d_c8f5L, false);
    assertThat(made(FastOpenRules.ON.withKeys(OTHER, null), CLIENT, SERVER).isSameCookie(expected))
        .isTrue();
  }

  @Test
  @Requirement("RFC7413-tfo-02")
  void shouldBindACookieToBothAddressesAndTheKey() {
    FastOpenRules rules = FastOpenRules.ON.withKeys(KEY, null);
    FastOpenCookie cookie = made(rules, CLIENT, SERVER);

    assertThat(cookies.examine(rules, CLIENT, SERVER, cookie))
        .isEqualTo(FastOpenCookies.Worth.GOOD);
    assertThat(cookies.examine(rules, CLIENT + 1, SERVER, cookie))
        .isEqualTo(FastOpenCookies.Worth.NONE);
    assertThat(cookies.examine(rules, CLIENT, SERVER + 1, cookie))
        .isEqualTo(FastOpenCookies.Worth.NONE);
    assertThat(cookies.examine(rules, SERVER, CLIENT, cookie))
        .isEqualTo(FastOpenCookies.Worth.NONE);
    assertThat(cookies.examine(FastOpenRules.ON, CLIENT, SERVER, cookie))
        .isEqualTo(FastOpenCookies.Worth.NONE);
  }

  @Test
  @Requirement("RFC7413-tfo-02")
  void shouldTakeAnOldCookieAsLongAsItsKeyIsThePreviousOne() {
    FastOpenCookie old = made(FastOpenRules.ON.withKeys(OTHER, null), CLIENT, SERVER);

    assertThat(cookies.examine(FastOpenRules.ON.withKeys(KEY, OTHER), CLIENT, SERVER, old))
        .isEqualTo(FastOpenCookies.Worth.OLD);
    assertThat(cookies.examine(FastOpenRules.ON.withKeys(KEY, null), CLIENT, SERVER, old))
        .isEqualTo(FastOpenCookies.Worth.NONE);
  }

  @Test
  @Requirement("RFC7413-tfo-02")
  void shouldHaveAnotherSecretInEachStackUnlessToldAKey() {
    FastOpenCookie ofOther = new FastOpenCookie();
    new FastOpenCookies(1, 3).make(FastOpenRules.ON, CLIENT, SERVER, false, ofOther);
    assertThat(made(FastOpenRules.ON, CLIENT, SERVER).isSameCookie(ofOther)).isFalse();
  }

  @Test
  @Requirement("RFC7413-tfo-04")
  void shouldHoldThePlacesOfResetConnectionsForAMinute() {
    FastOpenQueue queue = new FastOpenQueue();
    for (long round = 0; round < 3; round++) {
      long now = NOW + 100 * round * SECONDS;
      for (int i = 0; i < 4; i++) {
        queue.begin();
      }
      assertThat(queue.used(now)).isEqualTo(4);
      queue.end();
      assertThat(queue.used(now)).isEqualTo(3);
      queue.endByReset(4, now);
      queue.endByReset(4, now + SECONDS);
      queue.endByReset(4, now + 2 * SECONDS);
      assertThat(queue.used(now + 2 * SECONDS)).isEqualTo(3);
      assertThat(queue.used(now + 60 * SECONDS - 1)).isEqualTo(3);
      assertThat(queue.used(now + 60 * SECONDS)).isEqualTo(2);
      assertThat(queue.used(now + 61 * SECONDS)).isEqualTo(1);
      assertThat(queue.used(now + 62 * SECONDS)).isZero();
    }
  }

  @Test
  @Requirement("RFC7413-tfo-04")
  void shouldHoldNoMorePlacesThanThereAre() {
    FastOpenQueue queue = new FastOpenQueue();
    for (int i = 0; i < 10; i++) {
      queue.begin();
      queue.endByReset(2, NOW);
    }
    assertThat(queue.used(NOW)).isEqualTo(2);
  }

  @Test
  void shouldForgetTheServerUsedLongestAgo() {
    FastOpenCache cache = new FastOpenCache();
    for (int server = 0; server < FastOpenCache.CAPACITY; server++) {
      cache.findOrMake(CLIENT, server).mss = 1_000 + server;
    }
    assertThat(cache.find(CLIENT, 0)).isNotNull();
    cache.findOrMake(CLIENT, FastOpenCache.CAPACITY);

    assertThat(cache.find(CLIENT, 1)).isNull();
    FastOpenCache.Known used = cache.find(CLIENT, 0);
    assertThat(used).isNotNull();
    assertThat(used == null ? 0 : used.mss).isEqualTo(1_000);
    assertThat(cache.find(CLIENT + 1, 0)).as("of another address of ours").isNull();
  }

  @Test
  @Requirement("RFC7413-tfo-05")
  void shouldPauseLongerWithEachFailureInARow() {
    FastOpenCache.Known known = new FastOpenCache().findOrMake(CLIENT, SERVER);
    long now = NOW;
    for (int failure = 1; failure <= 20; failure++) {
      known.onFailure(2, SECONDS, now);
      long pause = failure < 2 ? 0 : SECONDS << Math.min(failure - 2, 10);
      assertThat(known.isPaused(now + pause - 1)).isEqualTo(pause > 0);
      assertThat(known.isPaused(now + pause)).isFalse();
      now += pause;
    }
    known.onSuccess();
    known.onFailure(2, SECONDS, now);
    assertThat(known.isPaused(now)).isFalse();
  }
}
