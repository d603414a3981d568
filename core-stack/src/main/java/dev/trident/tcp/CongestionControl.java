package dev.trident.tcp;

/**
 * How much may be in flight. Slow start is common to all (RFC 5681 section 3.1); how the window
 * grows in congestion avoidance and how far it falls on a loss is the strategy's. Recovery decides
 * when something is lost, tells it here, and steers {@code cwnd} meanwhile.
 */
abstract sealed class CongestionControl permits Reno, RenoPerAck, Cubic {
  /** Keeps sums of windows inside an int. */
  private static final int MAX_CWND_BYTES = 1 << 30;

  /** The ssthresh of a connection that has lost nothing yet. */
  private static final int UNLIMITED = Integer.MAX_VALUE;

  private int smss = 1;
  private int cwndBytes = 1;
  private int ssthreshBytes = UNLIMITED;

  /** Sets out with a segment size and an initial window (RFC 5681 section 3.1). */
  final void onEstablished(int segmentBytes, int initialWindowBytes) {
    smss = segmentBytes;
    cwndBytes(initialWindowBytes);
    ssthreshBytes = UNLIMITED;
    reset();
  }

  /** The path takes segments of another size from now on. */
  final void smss(int segmentBytes) {
    smss = segmentBytes;
    cwndBytes = Math.max(cwndBytes, segmentBytes);
  }

  final int smss() {
    return smss;
  }

  /** The congestion window, at least one segment. */
  final int cwndBytes() {
    return cwndBytes;
  }

  /** Recovery sets the window. */
  final void cwndBytes(int bytes) {
    cwndBytes = Math.clamp(bytes, smss, maxCwndBytes());
  }

  /** What the congestion window never exceeds; at least a segment. */
  int maxCwndBytes() {
    return MAX_CWND_BYTES;
  }

  final int ssthreshBytes() {
    return ssthreshBytes;
  }

  final boolean isSlowStart() {
    return cwndBytes < ssthreshBytes;
  }

  /**
   * Outside of recovery, {@code ackedBytes} left {@code flightSizeBytes} that were in flight. The
   * window grows only while it is what limits the sender (RFC 7661): otherwise a connection that
   * sends little would earn a window that nothing has tested.
   *
   * @param srttNanos smoothed round-trip time, or -1
   */
  void onAck(int ackedBytes, int flightSizeBytes, long srttNanos, long nowNanos) {
    if (isSlowStart()) {
      if (cwndBytes < 2 * flightSizeBytes) {
        cwndBytes(cwndBytes + Math.min(ackedBytes, smss));
      }
    } else if (flightSizeBytes + smss <= cwndBytes) {
      onLimitedByApplication(nowNanos);
    } else {
      avoid(ackedBytes, srttNanos, nowNanos);
    }
  }

  /**
   * Data was lost, or a router marked it, with {@code flightSizeBytes} in flight: sets ssthresh.
   * The window itself is recovery's.
   */
  final void onCongestion(int flightSizeBytes, long nowNanos) {
    ssthreshBytes = Math.max(decreased(flightSizeBytes, nowNanos), 2 * smss);
  }

  /** The retransmission timer expired; {@code first} for the first time for this segment. */
  final void onTimeout(int flightSizeBytes, boolean first, long nowNanos) {
    if (first) {
      ssthreshBytes = ssthreshAfterTimeout(decreased(flightSizeBytes, nowNanos));
    }
    cwndBytes = smss;
    reset();
  }

  /** What ssthresh is after a timeout that would let it fall to {@code decreasedBytes}. */
  int ssthreshAfterTimeout(int decreasedBytes) {
    return Math.max(decreasedBytes, 2 * smss);
  }

  /** Nothing was sent for more than a retransmission timeout (RFC 5681 section 4.1). */
  final void onIdle(int initialWindowBytes) {
    cwndBytes = Math.min(cwndBytes, Math.max(initialWindowBytes, smss));
  }

  /** The reduction was a mistake: the windows are again what they were before it. */
  final void undo(int priorCwndBytes, int priorSsthreshBytes) {
    cwndBytes(Math.max(cwndBytes, priorCwndBytes));
    ssthreshBytes = Math.max(ssthreshBytes, priorSsthreshBytes);
    onUndo();
  }

  /** An acknowledgment in congestion avoidance, with the window in full use. */
  abstract void avoid(int ackedBytes, long srttNanos, long nowNanos);

  /** What the window is to fall to; the bound of two segments is the caller's. */
  abstract int decreased(int flightSizeBytes, long nowNanos);

  /** Congestion avoidance begins anew when it is next entered. */
  abstract void reset();

  /** Time passes in which the window is not tested. */
  abstract void onLimitedByApplication(long nowNanos);

  /** Forgets what the last {@link #decreased} has done. */
  abstract void onUndo();
}
