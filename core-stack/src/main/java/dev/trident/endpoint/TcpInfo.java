package dev.trident.endpoint;

/**
 * What a connection knows of itself at one moment, for tools and tests; filled in by {@link
 * StreamEndpoint#info} or {@link Diagnostics#info}. Sizes are bytes, times nanoseconds, segments
 * counted where it says so. Content is that of Linux's {@code tcp_info}, except for what belongs to
 * pacing, which this engine does not do, and to the estimate of the delivery rate.
 *
 * <p>Counts begin with the connection. What was never measured is -1.
 */
public final class TcpInfo {
  /** State of the sender towards losses, as Linux numbers it in {@code tcpi_ca_state}. */
  public enum Recovery {
    OPEN,
    DISORDER,
    CWR,
    RECOVERY,
    LOSS
  }

  public StreamState state = StreamState.CLOSED;
  public Recovery recovery = Recovery.OPEN;

  // ---- what was agreed on -------------------------------------------------------------------

  /** Whether both sides agreed on it; until both SYNs have come, whether we offer it. */
  public boolean timestamps;

  public boolean selectiveAck;
  public boolean windowScale;
  public boolean ecn;

  /** The peer has sent data that routers may mark. */
  public boolean ecnSeen;

  /** Data in a SYN was taken at once: the peer's by us, or all of ours by the peer (RFC 7413). */
  public boolean synDataAcked;

  /** Shift of the windows we receive, and of those we send. */
  public int sndWindShift;

  public int rcvWindShift;

  // ---- sizes --------------------------------------------------------------------------------

  /** Largest segments sent and received: by what was agreed on. */
  public int smss;

  public int rmss;

  /** The largest segment that has come. */
  public int largestReceived;

  /** What the path is believed to take in one datagram. */
  public int pathMtuBytes;

  // ---- congestion and round trips -----------------------------------------------------------

  public int cwndBytes;

  /** {@link Integer#MAX_VALUE} as long as nothing has been lost. */
  public int ssthreshBytes;

  public long srttNanos;
  public long rttvarNanos;
  public long rtoNanos;

  /** The least round-trip time of the last minutes. */
  public long minRttNanos;

  /** How long a delayed acknowledgment waits. */
  public long atoNanos;

  // ---- in flight ----------------------------------------------------------------------------

  /** Sent and not acknowledged, sequence numbers. */
  public int flightSizeBytes;

  /** What of it is believed to be under way: neither SACKed nor lost, and copies (RFC 6675). */
  public int pipeBytes;

  /** Queued and never sent. */
  public int unsentBytes;

  /** Segments in flight that the peer has reported, that count as lost, and that were repeated. */
  public int sackedSegments;

  public int lostSegments;
  public int resentSegments;

  /** Retransmissions since SND.UNA moved last. */
  public int attempts;

  /** Window probes since the window was closed. */
  public int probes;

  /** How many segments one has been seen to overtake others by, at least 3. */
  public int reorderingSegments;

  // ---- windows and the receiver -------------------------------------------------------------

  public int sndWnd;
  public int rcvWnd;

  /** Received in order and not read. */
  public int unreadBytes;

  /** What the receive buffer has grown to, and the round-trip time by which it does. */
  public int receiveBufferBytes;

  public long receiverRttNanos;

  /** What the user has read in the last of these round trips. */
  public int receiveSpaceBytes;

  // ---- counts -------------------------------------------------------------------------------

  /** Octets acknowledged to us, received in order, sent again. */
  public long bytesAcked;

  public long bytesReceived;
  public long bytesRetransmitted;

  /** All octets sent, those sent again included. */
  public long bytesSent;

  public int segmentsSent;
  public int segmentsReceived;
  public int dataSegmentsSent;
  public int dataSegmentsReceived;

  /** Segments sent again, and expirations of the retransmission timer. */
  public int retransmissions;

  public int timeouts;

  /** Segments that the peer is known to have, and of these those that it said were marked. */
  public int delivered;

  public int deliveredMarked;

  /** Duplicates that the peer has reported. */
  public int duplicatesReported;

  /** Segments that were overtaken by others, of ours and of the peer's. */
  public int reorderings;

  public int outOfOrderReceived;

  // ---- times --------------------------------------------------------------------------------

  /** Since data was sent, since data came, since an acknowledgment came. */
  public long sinceDataSentNanos;

  public long sinceDataReceivedNanos;
  public long sinceAckReceivedNanos;

  /** How long something was to be sent; how much of it the peer's window or ours was too small. */
  public long busyNanos;

  public long windowLimitedNanos;
  public long bufferLimitedNanos;
}
