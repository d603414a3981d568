package dev.trident.tcp;

import org.jspecify.annotations.Nullable;

/**
 * Connections of one listener that were let in by a cookie and whose handshake is not over
 * (PendingFastOpenRequests of RFC 7413 section 4.2): a bounded number, since who has cookies of
 * many addresses could make the server work for all of them. One that a RST ends keeps its place
 * for a while, as section 5.1 advises: the RST comes from an owner of an address who knows nothing
 * of the SYN, and must not make room for the next forged one.
 */
final class FastOpenQueue {
  /** As long as the SYN,ACK might have been repeated. */
  private static final long RESET_HOLD_NANOS = 60_000_000_000L;

  private int pending;

  /** Until when places are held, oldest first; a ring, made with the first RST. */
  private long @Nullable [] heldUntilNanos;

  private int firstHeld;
  private int held;

  /** Connections pending, places held included. */
  int used(long nowNanos) {
    long[] times = heldUntilNanos;
    while (times != null && held > 0 && nowNanos - times[firstHeld] >= 0) {
      firstHeld = (firstHeld + 1) % times.length;
      held--;
    }
    return pending + held;
  }

  void begin() {
    pending++;
  }

  /** The handshake is over, well or not. */
  void end() {
    pending--;
  }

  /**
   * The peer's address has answered by RST.
   *
   * @param limit how many may be pending; more places are not held
   */
  void endByReset(int limit, long nowNanos) {
    pending--;
    long[] times = heldUntilNanos;
    if (times == null || (held == 0 && times.length < limit)) {
      times = new long[Math.max(limit, 1)];
      heldUntilNanos = times;
      firstHeld = 0;
      held = 0;
    }
    if (held < times.length) {
      times[(firstHeld + held) % times.length] = nowNanos + RESET_HOLD_NANOS;
      held++;
    }
  }
}
