package dev.trident.tcp;

import dev.trident.buffer.Packet;
import dev.trident.wire.SequenceNumber;
import org.jspecify.annotations.Nullable;

/**
 * Recovery by cumulative acknowledgments: what a duplicate is, and what is sent again in order once
 * everything in flight counts as lost. What the windows do meanwhile is the strategy's.
 */
abstract sealed class CumulativeRecovery extends LossRecovery
    permits NewRenoRecovery, GoBackNRecovery {
  /** The next segment to be sent again; null when there is none. */
  private @Nullable Packet lost;

  /** Its sequence number: tells whether it was acknowledged, when its packet is gone. */
  private int lostSequence;

  CumulativeRecovery(Connection connection, Sender sender) {
    super(connection, sender);
  }

  @Override
  void open(int iss) {
    super.open(iss);
    lost = null;
  }

  @Override
  boolean hasLost() {
    return lost != null;
  }

  /** How far from SND.UNA on segments may be sent again; the first may in any case. */
  abstract int resendableBytes();

  /** A lost segment is about to be sent again, if the windows allow. */
  void beforeResent(Packet packet) {}

  /** SND.UNA has moved by {@code ackedBytes}; what is lost begins behind it. */
  abstract void onNewAck(int ackedBytes, int flightSizeBytes, long nowNanos);

  /** A duplicate by RFC 5681 section 2. */
  abstract void onDuplicateAck(long nowNanos);

  @Override
  final void onAcknowledged(Packet packet, long nowNanos) {
    connection.statistics().onDelivered();
  }

  @Override
  final void onTransmitted(Packet packet) {
    // Flight size is all that counts.
  }

  @Override
  final void onFinTransmitted(long nowNanos) {
    // As above.
  }

  @Override
  final void onLossTimer(long nowNanos) {
    throw new AssertionError("a timer of SACK without SACK");
  }

  @Override
  final void onAck(
      Segment segment, int ackedBytes, int flightSizeBytes, boolean windowChanged, long nowNanos) {
    if (ackedBytes > 0) {
      if (lost != null && SequenceNumber.lessThan(lostSequence, sender.sndUna())) {
        lostFrom(sender.buffer().firstSent());
      }
      onNewAck(ackedBytes, flightSizeBytes, nowNanos);
    } else if (flightSizeBytes != 0
        && sender.sndWnd() != 0
        && !windowChanged
        && segment.len() == 0) {
      onDuplicateAck(nowNanos);
    }
  }

  @Override
  final void onSplit(Packet first, Packet rest) {
    if (lost != null && lostSequence == first.sequence) {
      lost = first;
    }
  }

  /** All behind it is sent again, too: there is no telling what of it has arrived. */
  @Override
  final void onTooBig(Packet packet) {
    if (lost == null || SequenceNumber.lessThan(packet.sequence, lostSequence)) {
      lostFrom(packet);
    }
  }

  /** All from {@code packet} on is to be sent again. */
  final void lostFrom(@Nullable Packet packet) {
    lost = packet;
    if (packet != null) {
      lostSequence = packet.sequence;
    }
  }

  @Override
  final boolean sendLost(long nowNanos) {
    Packet packet = lost;
    while (packet != null) {
      beforeResent(packet);
      int reach = packet.sequence + packet.payloadBytes - sender.sndUna();
      if (reach > resendableBytes() && packet != sender.buffer().head()) {
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
}
