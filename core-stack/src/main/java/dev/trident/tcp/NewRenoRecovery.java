package dev.trident.tcp;

import dev.trident.buffer.Packet;
import dev.trident.endpoint.TcpInfo;
import dev.trident.wire.SequenceNumber;
import org.jspecify.annotations.Nullable;

/**
 * Recovery by cumulative acknowledgments: fast retransmit (RFC 5681 section 3.2), limited transmit
 * (RFC 3042) and NewReno's recovery (RFC 6582). After a timeout everything in flight counts as lost
 * and is sent again in order, as the congestion window opens.
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

  NewRenoRecovery(Connection connection, Sender sender) {
    super(connection, sender);
  }

  @Override
  void open(int iss) {
    super.open(iss);
    duplicateAcks = 0;
    inRecovery = false;
    lost = null;
  }

  @Override
  boolean hasLost() {
    return lost != null;
  }

  @Override
  boolean steersWindow() {
    return inRecovery;
  }

  @Override
  int roomBytes() {
    CongestionControl congestion = sender.congestion();
    int limited =
        inRecovery || lost != null
            ? 0
            : Math.min(duplicateAcks, LIMITED_SEGMENTS) * congestion.smss();
    return congestion.cwndBytes() + limited - sender.flightSizeBytes();
  }

  @Override
  void onAcknowledged(Packet packet, long nowNanos) {
    // The cumulative acknowledgment says it all.
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
    if (lost != null && SequenceNumber.lessThan(lostSequence, sender.sndUna())) {
      lostFrom(sender.buffer().firstSent());
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

  /** A duplicate by RFC 5681 section 2. */
  private void onDuplicateAck(long nowNanos) {
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
