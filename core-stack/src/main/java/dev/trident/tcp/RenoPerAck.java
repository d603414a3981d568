package dev.trident.tcp;

/**
 * Additive increase, multiplicative decrease as Reno had it at first: the window grows with each
 * acknowledgment, whatever it acknowledges and whether or not the window is in use, and is a number
 * of 16 bits.
 *
 * <p>Deviates from RFC 5681 section 3.1: a peer that splits its acknowledgments opens the window
 * faster, though never beyond 65,535 bytes; and ssthresh may be between one segment and two after a
 * timeout.
 */
final class RenoPerAck extends CongestionControl {
  private static final int MAX_BYTES = 0xffff;

  @Override
  int maxCwndBytes() {
    return MAX_BYTES;
  }

  @Override
  void onAck(int ackedBytes, int flightSizeBytes, long srttNanos, long nowNanos) {
    if (isSlowStart()) {
      cwndBytes(cwndBytes() + smss());
    } else {
      avoid(ackedBytes, srttNanos, nowNanos);
    }
  }

  @Override
  void avoid(int ackedBytes, long srttNanos, long nowNanos) {
    cwndBytes(cwndBytes() + (int) ((long) smss() * smss() / cwndBytes()));
  }

  @Override
  int decreased(int flightSizeBytes, long nowNanos) {
    return flightSizeBytes / 2;
  }

  @Override
  int ssthreshAfterTimeout(int decreasedBytes) {
    return decreasedBytes < smss() ? 2 * smss() : decreasedBytes;
  }

  @Override
  void reset() {
    // Nothing is counted from one acknowledgment to the next.
  }

  @Override
  void onLimitedByApplication(long nowNanos) {
    // As above.
  }

  @Override
  void onUndo() {
    // As above.
  }
}
