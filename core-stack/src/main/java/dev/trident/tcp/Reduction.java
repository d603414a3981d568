package dev.trident.tcp;

/**
 * What a sender must know to take a reduction of its window back: the windows before it, and what
 * was sent again since. If the peer reports as many duplicates (RFC 3708), or echoes what was sent
 * before the first repetition (RFC 3522), nothing was lost.
 */
final class Reduction {
  /** 0 when there is none to take back. */
  private int priorCwndBytes;

  private int priorSsthreshBytes;
  private int resentSegments;
  private int reportedDuplicates;
  private long firstResentNanos;

  void clear() {
    priorCwndBytes = 0;
  }

  boolean isKnown() {
    return priorCwndBytes != 0;
  }

  /** The windows are about to be reduced. */
  void begin(CongestionControl congestion) {
    priorCwndBytes = congestion.cwndBytes();
    priorSsthreshBytes = congestion.ssthreshBytes();
    resentSegments = 0;
    reportedDuplicates = 0;
  }

  void onResent(long nowNanos) {
    if (resentSegments++ == 0) {
      firstResentNanos = nowNanos;
    }
  }

  /** The peer reports a duplicate. */
  void onReported() {
    reportedDuplicates++;
  }

  /** Whether all that was sent again turns out to have been needless. */
  boolean isAllReported() {
    return resentSegments > 0 && reportedDuplicates >= resentSegments;
  }

  /** Whether the acknowledgment being processed echoes what was sent before any repetition. */
  boolean isEchoOfOriginal(Connection connection) {
    return resentSegments > 0 && connection.isEchoBefore(firstResentNanos);
  }

  void undo(CongestionControl congestion) {
    congestion.undo(priorCwndBytes, priorSsthreshBytes);
    clear();
  }
}
