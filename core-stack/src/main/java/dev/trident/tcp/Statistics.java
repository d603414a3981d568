package dev.trident.tcp;

import dev.trident.endpoint.TcpInfo;

/**
 * What a connection has counted since it began, for {@link TcpInfo}: nothing else depends on it.
 */
final class Statistics {
  /** What keeps the sender from being done. */
  enum Limit {
    /** There is nothing to send. */
    IDLE,
    /** The network, and congestion control. */
    NETWORK,
    /** The peer's window. */
    PEER_WINDOW,
    /** Our send buffer is too small for what the user would give. */
    SEND_BUFFER
  }

  /** Of times and measurements. */
  static final long NEVER = -1;

  private long bytesAcked;
  private long bytesReceived;
  private long bytesRetransmitted;

  private int segmentsSent;
  private int segmentsReceived;
  private int dataSegmentsSent;
  private int dataSegmentsReceived;
  private int retransmissions;
  private int timeouts;
  private int delivered;
  private int deliveredMarked;
  private int outOfOrder;
  private char largestReceived;

  private long dataReceivedNanos = NEVER;
  private long ackReceivedNanos = NEVER;

  private Limit limit = Limit.IDLE;
  private long limitSinceNanos;
  private long networkNanos;
  private long peerWindowNanos;
  private long sendBufferNanos;

  // ---- segments -----------------------------------------------------------------------------

  void onSegmentReceived(Segment segment, long nowNanos) {
    segmentsReceived++;
    if (segment.payloadBytes() > 0) {
      dataSegmentsReceived++;
      dataReceivedNanos = nowNanos;
      largestReceived = (char) Math.max(largestReceived, segment.payloadBytes());
    }
    if (segment.ack()) {
      ackReceivedNanos = nowNanos;
    }
  }

  void onSegmentSent(int payloadBytes) {
    segmentsSent++;
    if (payloadBytes > 0) {
      dataSegmentsSent++;
    }
  }

  void onRetransmitted(int payloadBytes) {
    retransmissions++;
    bytesRetransmitted += payloadBytes;
  }

  void onTimeout() {
    timeouts++;
  }

  void onAcknowledged(int bytes) {
    bytesAcked += bytes;
  }

  boolean hasSentData() {
    return dataSegmentsSent > 0;
  }

  /** Octets have come in order. */
  void onReceived(int bytes) {
    bytesReceived += bytes;
  }

  void onOutOfOrder() {
    outOfOrder++;
  }

  /** One more segment is known to have arrived. */
  void onDelivered() {
    delivered++;
  }

  int delivered() {
    return delivered;
  }

  /** All that is known to have arrived since {@code before} was so with a mark. */
  void onMarked(int before) {
    deliveredMarked += delivered - before;
  }

  // ---- what limits the sender ---------------------------------------------------------------

  /** From now on the sender is held up by this. */
  void limit(Limit next, long nowNanos) {
    if (next != limit) {
      settle(nowNanos);
      limit = next;
    }
  }

  private void settle(long nowNanos) {
    long passed = nowNanos - limitSinceNanos;
    limitSinceNanos = nowNanos;
    switch (limit) {
      case IDLE -> {
        // Not counted.
      }
      case NETWORK -> networkNanos += passed;
      case PEER_WINDOW -> peerWindowNanos += passed;
      case SEND_BUFFER -> sendBufferNanos += passed;
    }
  }

  void info(TcpInfo into, long nowNanos) {
    settle(nowNanos);
    into.bytesAcked = bytesAcked;
    into.bytesReceived = bytesReceived;
    into.bytesRetransmitted = bytesRetransmitted;
    into.segmentsSent = segmentsSent;
    into.segmentsReceived = segmentsReceived;
    into.dataSegmentsSent = dataSegmentsSent;
    into.dataSegmentsReceived = dataSegmentsReceived;
    into.retransmissions = retransmissions;
    into.timeouts = timeouts;
    into.delivered = delivered;
    into.deliveredMarked = deliveredMarked;
    into.outOfOrderReceived = outOfOrder;
    into.largestReceived = largestReceived;
    into.sinceDataReceivedNanos = since(dataReceivedNanos, nowNanos);
    into.sinceAckReceivedNanos = since(ackReceivedNanos, nowNanos);
    into.busyNanos = networkNanos + peerWindowNanos + sendBufferNanos;
    into.windowLimitedNanos = peerWindowNanos;
    into.bufferLimitedNanos = sendBufferNanos;
  }

  static long since(long thenNanos, long nowNanos) {
    return thenNanos == NEVER ? NEVER : nowNanos - thenNanos;
  }
}
