package dev.trident.endpoint;

/**
 * What a connection knows of itself at one moment, for tools and tests; filled in by {@link
 * StreamEndpoint#info} or {@link Diagnostics#info}. Sizes are bytes, times nanoseconds.
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

  /** Whether both sides agreed on it. */
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

  /** Largest segments sent and received. */
  public int smss;

  public int rmss;

  public int cwndBytes;
  public int ssthreshBytes;

  /** Not measured: -1. */
  public long srttNanos;

  public long rttvarNanos;
  public long rtoNanos;

  /** Sent and not acknowledged, sequence numbers. */
  public int flightSizeBytes;

  /** Queued and never sent. */
  public int unsentBytes;

  /** Received in order and not read. */
  public int unreadBytes;

  public int sndWnd;
  public int rcvWnd;

  /** Retransmissions since SND.UNA moved last. */
  public int attempts;

  /** Window probes since the window was closed. */
  public int probes;
}
