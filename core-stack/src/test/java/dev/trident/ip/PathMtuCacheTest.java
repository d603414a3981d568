package dev.trident.ip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.testkit.Requirement;
import org.junit.jupiter.api.Test;

class PathMtuCacheTest {
  private static final int LINK = 1_500;
  private static final long LIFETIME = 600_000_000_000L;

  /** A 64-bit clock wraps while an entry lives. */
  private static final long NOW = Long.sum(Long.MAX_VALUE, -LIFETIME / 2);

  private final PathMtuCache cache = new PathMtuCache(LIFETIME, 0x1234_5678_9abc_def0L);

  private int known(int destination, long nowNanos) {
    return cache.mtuBytes(destination, LINK, nowNanos);
  }

  @Test
  @Requirement({"RFC1191-pmtud-02", "RFC1191-pmtud-10"})
  void shouldKeepEachDestinationsOwn() {
    assertThat(cache.lower(7, 1_200, LINK, NOW)).isTrue();
    assertThat(known(7, NOW)).isEqualTo(1_200);
    assertThat(known(8, NOW)).isEqualTo(LINK);
    assertThat(cache.mtuBytes(7, 1_000, NOW)).as("a smaller first link").isEqualTo(1_000);
  }

  @Test
  @Requirement("RFC1191-pmtud-05")
  void shouldNeverRaise() {
    assertThat(cache.lower(7, LINK, LINK, NOW)).isFalse();
    cache.lower(7, 1_200, LINK, NOW);
    assertThat(cache.lower(7, 1_200, LINK, NOW)).isFalse();
    assertThat(cache.lower(7, 1_400, LINK, NOW)).isFalse();
    assertThat(cache.lower(7, 1_199, LINK, NOW)).isTrue();
    assertThat(known(7, NOW)).isEqualTo(1_199);
  }

  @Test
  @Requirement({"RFC1191-pmtud-06", "RFC1191-pmtud-11"})
  void shouldForgetAfterItsLifetimeAndNotBefore() {
    cache.lower(7, 1_200, LINK, NOW);
    assertThat(known(7, NOW + LIFETIME - 1)).isEqualTo(1_200);
    assertThat(known(7, NOW + LIFETIME)).isEqualTo(LINK);
    assertThat(cache.lower(7, 1_300, LINK, NOW + LIFETIME)).isTrue();
    assertThat(known(7, NOW + 2 * LIFETIME - 1)).isEqualTo(1_300);
  }

  /** Many destinations displace each other; what has been lowered last is always known. */
  @Test
  @Requirement("RFC1191-pmtud-11")
  void shouldForgetTheOldestWhenThereAreTooMany() {
    int destinations = 4 * PathMtuCache.CAPACITY;
    for (int i = 1; i <= destinations; i++) {
      cache.lower(0x0a00_0000 + i, 1_000, LINK, NOW + i);
      assertThat(known(0x0a00_0000 + i, NOW + i)).isEqualTo(1_000);
    }
    int left = 0;
    for (int i = 1; i <= destinations; i++) {
      left += known(0x0a00_0000 + i, NOW + destinations) == 1_000 ? 1 : 0;
    }
    assertThat(left).isBetween(PathMtuCache.CAPACITY / 2, PathMtuCache.CAPACITY);
    assertThat(known(0x0a00_0001, NOW + destinations)).isEqualTo(LINK);
  }

  /** RFC 1191 section 7.1, table 7-1. */
  @Test
  @Requirement({"RFC1191-pmtud-03", "RFC1191-pmtud-04"})
  void shouldGoDownThePlateaus() {
    assertThat(PathMtuCache.plateauBelow(1_500)).isEqualTo(1_492);
    assertThat(PathMtuCache.plateauBelow(1_492)).isEqualTo(1_006);
    assertThat(PathMtuCache.plateauBelow(1_007)).isEqualTo(1_006);
    assertThat(PathMtuCache.plateauBelow(9_000)).isEqualTo(8_166);
    assertThat(PathMtuCache.plateauBelow(297)).isEqualTo(296);
    assertThat(PathMtuCache.plateauBelow(296)).isEqualTo(68);
    assertThat(PathMtuCache.plateauBelow(40)).isEqualTo(68);
  }
}
