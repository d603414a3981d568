package dev.trident.tcp;

/**
 * How much may be in flight: the strategy behind {@link Sender}. {@link Retransmission} decides
 * when something is lost or recovered and tells it here; an implementation does the arithmetic.
 */
interface CongestionControl {
  /** Sets out with a segment size and an initial window (RFC 5681 section 3.1). */
  void onEstablished(int smss, int initialWindowBytes);

  /** The congestion window, at least one segment. */
  int cwndBytes();

  int ssthreshBytes();

  /** Outside of recovery, {@code ackedBytes} left {@code flightSizeBytes} that were in flight. */
  void onAck(int ackedBytes, int flightSizeBytes, long nowNanos);

  /** A third duplicate acknowledgment: fast retransmit, with {@code flightSizeBytes} in flight. */
  void onEnterRecovery(int flightSizeBytes, long nowNanos);

  /** A further duplicate acknowledgment in recovery: a segment has left the network. */
  void onDuplicateAck();

  /** In recovery {@code ackedBytes} were acknowledged, but not all. */
  void onPartialAck(int ackedBytes);

  /** All that was in flight at the start of recovery is acknowledged. */
  void onExitRecovery(int flightSizeBytes);

  /** The retransmission timer expired; {@code first} for the first time for this segment. */
  void onTimeout(int flightSizeBytes, boolean first, long nowNanos);

  /** Nothing was sent for more than a retransmission timeout (RFC 5681 section 4.1). */
  void onIdle(int initialWindowBytes);
}
