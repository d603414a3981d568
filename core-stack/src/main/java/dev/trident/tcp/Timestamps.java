package dev.trident.tcp;

import dev.trident.wire.SequenceNumber;

/**
 * The timestamps option of one connection (RFC 7323 sections 3 to 5): our clock, the peer's value
 * that we echo, and protection against wrapped sequence numbers. Exists only where both sides
 * agreed on the option.
 */
final class Timestamps {
  /** Our clock ticks once in a millisecond (section 5.4). */
  private static final long TICK_NANOS = 1_000_000L;

  /** TS.Recent is not believed after 24 days, when the peer's clock may have wrapped. */
  private static final long VALID_NANOS = 24L * 24 * 3_600 * 1_000_000_000L;

  /** Added to our clock, so that it does not tell how long the host has been up. */
  private final int offset;

  private int tsRecent;
  private long tsRecentNanos;

  /** TSecr of the segment being processed. */
  private int echo;

  private boolean echoed;

  Timestamps(int offset) {
    this.offset = offset;
  }

  /** TSval at {@code nanos} since the start of the stack, as all times here are. */
  int valueAt(long nanos) {
    return valueAt(nanos, offset);
  }

  /** TSval at {@code nanos} since the start, of a connection with this offset. */
  static int valueAt(long nanos, int offset) {
    return (int) (nanos / TICK_NANOS) + offset;
  }

  /** TSecr of what we send. */
  int tsRecent() {
    return tsRecent;
  }

  /** The peer's SYN, or a segment in order whose value is not {@link #isOld} (section 4.3). */
  void tsRecent(int tsVal, long nowNanos) {
    tsRecent = tsVal;
    tsRecentNanos = nowNanos;
  }

  /** Whether a segment with {@code tsVal} is an old duplicate (section 5.3, R1). */
  boolean isOld(int tsVal, long nowNanos) {
    return SequenceNumber.lessThan(tsVal, tsRecent) && nowNanos - tsRecentNanos <= VALID_NANOS;
  }

  /** A segment is being processed that acknowledges, or not, with this echo. */
  void onEcho(boolean valid, int tsEcr) {
    echoed = valid;
    echo = tsEcr;
  }

  /** Whether the peer echoes what we sent before {@code nanos}. */
  boolean isEchoBefore(long nanos) {
    return echoed && SequenceNumber.lessThan(echo, valueAt(nanos));
  }

  /**
   * The round-trip time by the echo, in steps of a millisecond (section 4.1).
   *
   * @return nanoseconds, at least half a step; or -1 if the segment has no echo
   */
  long roundTripNanos(long nowNanos) {
    if (!echoed) {
      return -1;
    }
    int ticks = valueAt(nowNanos) - echo;
    return ticks < 0 ? -1 : Math.max(ticks * TICK_NANOS, TICK_NANOS / 2);
  }
}
