package dev.trident.tcp;

import dev.trident.endpoint.TcpInfo;
import dev.trident.wire.Ipv4Header;
import dev.trident.wire.SequenceNumber;
import dev.trident.wire.TcpHeader;

/**
 * Explicit congestion notification on one connection (RFC 3168 section 6.1): both halves of it,
 * since they share three bits. Exists only from where we ask for it until the peer declines, and
 * where both have agreed.
 *
 * <pre>
 *   router marks CE ---&gt; receiver: ECE in all acknowledgments, until CWR comes
 *                            |
 *   sender: window reduced, CWR with the next new data, deaf to ECE until that is acknowledged
 * </pre>
 */
final class Ecn {
  /** A SYN that offers ECN. */
  static final int OFFER = TcpHeader.ECE | TcpHeader.CWR;

  /** A SYN,ACK that agrees to it. */
  static final int AGREEMENT = TcpHeader.ECE;

  /** The peer's data was marked, and it has not said that it knows. */
  private boolean echoing;

  /** The peer has sent data as ECN-capable. */
  private boolean seen;

  /** The next new data says that we have reduced the window. */
  private boolean cwrDue;

  /** What was sent before {@link #reducedAt} is not all acknowledged: no second reduction. */
  private boolean reducing;

  /** The reduction is for a mark and not for a loss. */
  private boolean marked;

  /** A window of one segment was to be reduced: new data waits for a timeout instead. */
  private boolean held;

  /** SND.NXT at the last reduction. */
  private int reducedAt;

  /** Whether a SYN or SYN,ACK says yes. */
  static boolean isAgreeable(Segment syn) {
    return syn.ack() ? syn.ece() && !syn.cwr() : syn.ece() && syn.cwr();
  }

  // ---- as receiver --------------------------------------------------------------------------

  /** Acceptable data has come (section 6.1.3). */
  void onData(Segment segment) {
    int codepoint = segment.ecn();
    seen |= codepoint != Ipv4Header.NOT_ECT;
    if (segment.cwr()) {
      echoing = false;
    }
    if (codepoint == Ipv4Header.CE) {
      echoing = true;
    }
  }

  /** The bit that goes with each acknowledgment, with data or without. */
  int echoBit() {
    return echoing ? TcpHeader.ECE : 0;
  }

  // ---- as sender ----------------------------------------------------------------------------

  /**
   * SND.UNA has moved to {@code ack}. What the peer echoes before that is beyond the reduction may
   * be older than the CWR that told of it.
   */
  void onAck(int ack) {
    if (reducing && SequenceNumber.lessThan(reducedAt, ack)) {
      reducing = false;
      marked = false;
    }
  }

  /**
   * The acknowledgment being processed has ECE (section 6.1.2). The window does not grow by it, and
   * falls as for a lost segment unless it did so in this round trip.
   *
   * @param cwndBytes before the acknowledgment was processed
   */
  void onEcho(Sender sender, int flightSizeBytes, int cwndBytes, long nowNanos) {
    CongestionControl congestion = sender.congestion();
    if (!sender.recovery().steersWindow()) {
      congestion.cwndBytes(Math.min(cwndBytes, congestion.cwndBytes()));
    }
    if (!reducing) {
      held = cwndBytes <= congestion.smss();
      congestion.onCongestion(flightSizeBytes, nowNanos);
      congestion.cwndBytes(Math.min(cwndBytes, congestion.ssthreshBytes()));
      onReduced(sender.sndNxt());
      marked = true;
    }
  }

  /** The window was reduced, for whatever reason. */
  void onReduced(int sndNxt) {
    cwrDue = true;
    reducing = true;
    marked = false;
    reducedAt = sndNxt;
  }

  /** The bit that goes with the next new data. */
  int reducedBit() {
    return cwrDue ? TcpHeader.CWR : 0;
  }

  /** New data has been sent. */
  void onNewDataSent() {
    cwrDue = false;
    held = false;
  }

  /** Nothing was sent for a timeout. */
  void onIdle() {
    held = false;
  }

  /** Whether new data is to wait for a timeout. */
  boolean isHeld() {
    return held;
  }

  void info(TcpInfo into) {
    into.ecn = true;
    into.ecnSeen = seen;
    if (marked && into.recovery == TcpInfo.Recovery.OPEN) {
      into.recovery = TcpInfo.Recovery.CWR;
    }
  }
}
