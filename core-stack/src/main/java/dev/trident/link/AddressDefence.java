package dev.trident.link;

import java.util.Arrays;

/**
 * When an address of ours may be defended: once in ten seconds each (DEFEND_INTERVAL of RFC 5227),
 * so that two hosts that both insist do not fill the link. Of the three ways of section 2.4 this is
 * (c): an address is never given up, as connections hang on it.
 */
final class AddressDefence {
  private static final long DEFEND_INTERVAL_NANOS = 10_000_000_000L;

  /** Own addresses that have been defended; as many as there are own addresses, at most. */
  private int[] addresses = new int[0];

  private long[] times = new long[0];

  /** Whether to answer a conflict about {@code address} now; if so, that is noted. */
  boolean mayDefend(int address, long nowNanos) {
    int place = 0;
    while (place < addresses.length && addresses[place] != address) {
      place++;
    }
    if (place == addresses.length) {
      addresses = Arrays.copyOf(addresses, place + 1);
      times = Arrays.copyOf(times, place + 1);
      addresses[place] = address;
    } else if (nowNanos - times[place] < DEFEND_INTERVAL_NANOS) {
      return false;
    }
    times[place] = nowNanos;
    return true;
  }
}
