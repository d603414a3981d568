package dev.trident.link;

import dev.trident.time.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * How often may be asked for an address: once a second for each (RFC 1122 section 2.3.2.1),
 * whatever has become of its entry in the meantime, and {@value #MAX_PER_SECOND} times a second in
 * all, so that a scan of a large network does not become a storm.
 */
final class RequestPacer {
  static final int MAX_PER_SECOND = 1_024;

  private static final long INTERVAL_NANOS = 1_000_000_000L;
  private static final int MASK = MAX_PER_SECOND - 1;

  /** The requests of the last second, a ring: what was asked, by which interface, and when. */
  private final int[] addresses = new int[MAX_PER_SECOND];

  private final @Nullable NetInterface[] interfaces = new NetInterface[MAX_PER_SECOND];
  private final long[] times = new long[MAX_PER_SECOND];
  private int first;
  private int count;

  /** When {@code address} may be asked for: now, or less than a second later. */
  long earliest(NetInterface out, int address, long nowNanos) {
    while (count > 0 && nowNanos - times[first & MASK] >= INTERVAL_NANOS) {
      interfaces[first & MASK] = null;
      first++;
      count--;
    }
    for (int i = first + count - 1; i - first >= 0; i--) {
      if (addresses[i & MASK] == address && interfaces[i & MASK] == out) {
        return Deadline.after(times[i & MASK], INTERVAL_NANOS);
      }
    }
    return count < MAX_PER_SECOND ? nowNanos : Deadline.after(times[first & MASK], INTERVAL_NANOS);
  }

  /** Notes a request at a time that {@link #earliest} has allowed. */
  void onRequest(NetInterface out, int address, long nowNanos) {
    int place = (first + count++) & MASK;
    addresses[place] = address;
    interfaces[place] = out;
    times[place] = nowNanos;
  }
}
