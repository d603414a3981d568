package dev.trident.tcp;

import dev.trident.buffer.Packet;
import dev.trident.endpoint.TcpInfo;
import dev.trident.wire.SequenceNumber;
import org.jspecify.annotations.Nullable;

/**
 * Recovery by cumulative acknowledgments: fast retransmit (RFC 5681 section 3.2), limited transmit
 * (RFC 3042) and NewReno's recovery (RFC 6582). After a timeout everything in flight counts as lost
 * and is sent again in order, as the congestion window opens; unless the acknowledgments of what
 * was sent before arrive after all (F-RTO, RFC 5682 section 2).
 */
final class NewRenoRecovery extends LossRecovery {
  /** Segments that limited transmit may send beyond the window (RFC 3042 section 2). */
  private static final int LIMITED_SEGMENTS = 2;

  private int duplicateAcks;
  private boolean inRecovery;

  /** In flight when the first duplicate came: what limited transmit adds does not count. */
  private int flightBeforeDuplicates;

  /** The next segment to be sent again after a timeout; null when there is none. */
  private @Nullable Packet lost;

  /** Its sequence number: tells whether it was acknowledged, when its packet is gone. */
  private int lostSequence;

  /** Where F-RTO is: the numbers are the steps of RFC 5682 section 2.1. */
  private enum Step {
    NONE,
    /** The first segment was sent again; the next acknowledgment is awaited (2). */
    RESENT,
    /** New segments may go out instead of old ones; the acknowledgment after that decides (3). */
    NEW_DATA
  }

  private Step step = Step.NONE;

  /** In {@link Step#NEW_DATA}: up to where new segments may be sent. */
  private int newDataEnd;

  /** Windows before the timeout, in case that it was spurious. */
  private int priorCwndBytes;

  private int priorSsthreshBytes;

  NewRenoRecovery(Connection connection, Sender sender) {
    super(connection, sender);
  }

  @Override
  void open(int iss) {
    super.open(iss);
    duplicateAcks = 0;
    inRecovery = false;
    lost = null;
    step = Step.NONE;
  }

  @Override
  boolean hasLost() {
    return lost != null && step != Step.NEW_DATA;
  }

  @Override
  boolean steersWindow() {
    return inRecovery;
  }

  @Override
  int roomBytes() {
    if (step == Step.NEW_DATA) {
      return newDataEnd - sender.sndNxt();
    }
    CongestionControl congestion = sender.congestion();
    int limited =
        inRecovery || lost != null
            ? 0
            : Math.min(duplicateAcks, LIMITED_SEGMENTS) * congestion.smss();
    return congestion.cwndBytes() + limited - sender.flightSizeBytes();
  }

  @Override
  void onAcknowledged(Packet packet, long nowNanos) {
    connection.statistics().onDelivered();
  }

  @Override
  void onTransmitted(Packet packet) {
    // Flight size is all that counts.
  }

  @Override
  void onFinTransmitted(long nowNanos) {
    // As above.
  }

  @Override
  void onLossTimer(long nowNanos) {
    throw new AssertionError("a timer of SACK without SACK");
  }

  @Override
  void onAck(
      Segment segment, int ackedBytes, int flightSizeBytes, boolean windowChanged, long nowNanos) {
    if (ackedBytes > 0) {
      onNewAck(ackedBytes, flightSizeBytes, nowNanos);
    } else if (flightSizeBytes != 0
        && sender.sndWnd() != 0
        && !windowChanged
        && segment.len() == 0) {
      onDuplicateAck(nowNanos);
    }
  }

  private void onNewAck(int ackedBytes, int flightSizeBytes, long nowNanos) {
    CongestionControl congestion = sender.congestion();
    duplicateAcks = 0;
    if (step == Step.NEW_DATA) {
      step = Step.NONE;
      lost = null;
      congestion.undo(priorCwndBytes, priorSsthreshBytes);
      return;
    }
    if (lost != null && SequenceNumber.lessThan(lostSequence, sender.sndUna())) {
      lostFrom(sender.buffer().firstSent());
    }
    if (step == Step.RESENT) {
      step = mayAskByNewData() ? Step.NEW_DATA : Step.NONE;
      newDataEnd = sender.sndNxt() + LIMITED_SEGMENTS * congestion.smss();
    }
    int smss = congestion.smss();
    if (!inRecovery) {
      congestion.onAck(ackedBytes, flightSizeBytes, sender.rtt().srttNanos(), nowNanos);
    } else if (SequenceNumber.lessOrEqual(recover, sender.sndUna())) {
      inRecovery = false;
      int flightAndOne = Math.max(sender.flightSizeBytes(), smss) + smss;
      congestion.cwndBytes(Math.min(congestion.ssthreshBytes(), flightAndOne));
    } else {
      int deflated = Math.max(congestion.cwndBytes() - ackedBytes, smss);
      congestion.cwndBytes(deflated + (ackedBytes >= smss ? smss : 0));
      resendFirst(nowNanos);
    }
  }

  /** Something in flight may still arrive, and there is a full segment that the window takes. */
  private boolean mayAskByNewData() {
    Packet unsent = sender.buffer().unsent();
    int smss = sender.smss();
    return lost != null
        && SequenceNumber.lessThan(sender.sndUna(), recover)
        && unsent != null
        && unsent.payloadBytes >= smss
        && sender.sndWnd() - sender.flightSizeBytes() >= smss;
  }

  /** A duplicate by RFC 5681 section 2. */
  private void onDuplicateAck(long nowNanos) {
    if (step != Step.NONE) {
      step = Step.NONE;
      CongestionControl congestion = sender.congestion();
      congestion.cwndBytes(Math.min(congestion.cwndBytes(), 3 * congestion.smss()));
    }
    if (inRecovery) {
      inflate(1);
      return;
    }
    if (lost != null) {
      return;
    }
    duplicateAcks++;
    if (duplicateAcks == 1) {
      flightBeforeDuplicates = sender.flightSizeBytes();
    }
    if (duplicateAcks == DUPLICATE_ACKS && SequenceNumber.lessOrEqual(recover, sender.sndUna())) {
      inRecovery = true;
      recover = sender.sndNxt();
      CongestionControl congestion = sender.congestion();
      congestion.onCongestion(flightBeforeDuplicates, nowNanos);
      congestion.cwndBytes(congestion.ssthreshBytes());
      sender.onWindowReduced();
      inflate(DUPLICATE_ACKS);
      resendFirst(nowNanos);
    }
  }

  /** Each duplicate says that a segment has left the network (RFC 5681 section 3.2, 3 and 4). */
  private void inflate(int segments) {
    CongestionControl congestion = sender.congestion();
    congestion.cwndBytes(congestion.cwndBytes() + segments * congestion.smss());
  }

  private void resendFirst(long nowNanos) {
    Packet first = sender.buffer().firstSent();
    if (first == null) {
      sender.sendFin(nowNanos);
    } else {
      sender.retransmit(first, nowNanos);
    }
  }

  @Override
  void onTimeout(boolean first, long nowNanos) {
    boolean undisturbed = first && !inRecovery && lost == null;
    step = undisturbed ? Step.RESENT : Step.NONE;
    priorCwndBytes = sender.congestion().cwndBytes();
    priorSsthreshBytes = sender.congestion().ssthreshBytes();
    sender.congestion().onTimeout(sender.flightSizeBytes(), first, nowNanos);
    sender.onWindowReduced();
    inRecovery = false;
    duplicateAcks = 0;
    recover = sender.sndNxt();
    lostFrom(sender.buffer().firstSent());
  }

  @Override
  void onSplit(Packet first, Packet rest) {
    if (lost != null && lostSequence == first.sequence) {
      lost = first;
    }
  }

  /** All behind it is sent again, too: there is no telling what of it has arrived. */
  @Override
  void onTooBig(Packet packet) {
    if (lost == null || SequenceNumber.lessThan(packet.sequence, lostSequence)) {
      lostFrom(packet);
    }
  }

  private void lostFrom(@Nullable Packet packet) {
    lost = packet;
    if (packet != null) {
      lostSequence = packet.sequence;
    }
  }

  @Override
  boolean sendLost(long nowNanos) {
    Packet packet = lost;
    while (packet != null) {
      int reach = packet.sequence + packet.payloadBytes - sender.sndUna();
      if (reach > sender.congestion().cwndBytes() && packet != sender.buffer().head()) {
        return true;
      }
      if (!sender.retransmit(packet, nowNanos)) {
        return false;
      }
      Packet following = packet.next;
      packet = following == sender.buffer().unsent() ? null : following;
      lostFrom(packet);
    }
    return true;
  }

  @Override
  void info(TcpInfo into) {
    into.sackedSegments = 0;
    into.lostSegments = 0;
    into.resentSegments = 0;
    into.duplicatesReported = 0;
    into.reorderings = 0;
    into.reorderingSegments = DUPLICATE_ACKS;
    into.minRttNanos = Statistics.NEVER;
    into.pipeBytes = sender.flightSizeBytes();
    if (inRecovery) {
      into.recovery = TcpInfo.Recovery.RECOVERY;
    } else if (lost != null) {
      into.recovery = TcpInfo.Recovery.LOSS;
    } else {
      into.recovery = duplicateAcks > 0 ? TcpInfo.Recovery.DISORDER : TcpInfo.Recovery.OPEN;
    }
  }
}
