package dev.trident.tcp;

import dev.trident.endpoint.FastOpenRules;
import dev.trident.wire.FastOpenCookie;
import dev.trident.wire.SipHash;

/**
 * The cookies that a server gives (RFC 7413 section 4.1.2): a keyed hash of the two addresses, so
 * that only who receives at an address can show its cookie, and nothing needs to be remembered. Of
 * eight bytes, made as Linux makes them: servers of both kinds can share an address and a key.
 */
final class FastOpenCookies {
  /** What a cookie is worth. */
  enum Worth {
    /** Not one of ours, or of a key that is gone. */
    NONE,
    GOOD,
    /** Of the previous key: good for this time, and to be replaced. */
    OLD
  }

  private final FastOpenRules.Key ownKey;
  private final FastOpenCookie expected = new FastOpenCookie();

  /** The words are the secret used unless the rules bring a key. */
  FastOpenCookies(long k0, long k1) {
    ownKey = new FastOpenRules.Key(k0, k1);
  }

  /** Makes the cookie of a client. */
  void make(
      FastOpenRules rules,
      int client,
      int server,
      boolean inExperimentalForm,
      FastOpenCookie into) {
    FastOpenRules.Key key = rules.key();
    into.set(hash(key == null ? ownKey : key, client, server), inExperimentalForm);
  }

  Worth examine(FastOpenRules rules, int client, int server, FastOpenCookie shown) {
    make(rules, client, server, false, expected);
    if (expected.isSameCookie(shown)) {
      return Worth.GOOD;
    }
    FastOpenRules.Key previous = rules.previousKey();
    if (previous == null) {
      return Worth.NONE;
    }
    expected.set(hash(previous, client, server), false);
    return expected.isSameCookie(shown) ? Worth.OLD : Worth.NONE;
  }

  /** The addresses as they lie in the SYN's header, both words of the hash little-endian. */
  private static long hash(FastOpenRules.Key key, int client, int server) {
    long addresses = (long) client << 32 | (server & 0xffff_ffffL);
    return Long.reverseBytes(SipHash.hash(key.low(), key.high(), Long.reverseBytes(addresses)));
  }
}
