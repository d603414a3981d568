package dev.trident.tcp;

import dev.trident.buffer.Packet;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpInfo;
import dev.trident.endpoint.TcpProfile;
import dev.trident.time.Deadline;
import dev.trident.wire.SequenceNumber;
import org.jspecify.annotations.Nullable;

/**
 * What is sent again and when: the retransmission timer (RFC 6298 section 5), fast retransmit and
 * NewReno's recovery (RFC 5681 section 3.2, RFC 6582). After a timeout everything in flight counts
 * as lost and is sent again in order, as the congestion window opens.
 */
final class Retransmission {
  private static final int DUPLICATE_ACKS = 3;

  private final Connection connection;
  private final Sender sender;

  /** Transmissions of the oldest segment beyond the first, since SND.UNA moved last. */
  private int attempts;

  private int duplicateAcks;
  private boolean inRecovery;

  /** RFC 6582's recover, as the number behind the last one sent: SND.NXT at the last loss. */
  private int recover;

  /** The next segment to be sent again after a timeout; null when there is none. */
  private @Nullable Packet lost;

  /** Its sequence number: tells whether it was acknowledged, when its packet is gone. */
  private int lostSequence;

  Retransmission(Connection connection, Sender sender) {
    this.connection = connection;
    this.sender = sender;
  }

  void open(int iss) {
    attempts = 0;
    duplicateAcks = 0;
    inRecovery = false;
    recover = iss;
    lost = null;
  }

  /** Whether segments wait to be sent again after a timeout. */
  boolean hasLost() {
    return lost != null;
  }

  /** Retransmissions since SND.UNA moved last. */
  int attempts() {
    return attempts;
  }

  /** SND.UNA has moved by {@code ackedBytes}, when {@code flightSizeBytes} were in flight. */
  void onNewAck(int ackedBytes, int flightSizeBytes, long nowNanos) {
    attempts = 0;
    duplicateAcks = 0;
    if (lost != null && SequenceNumber.lessThan(lostSequence, sender.sndUna())) {
      lostFrom(sender.buffer().firstSent());
    }
    if (!inRecovery) {
      sender.congestion().onAck(ackedBytes, flightSizeBytes, nowNanos);
    } else if (SequenceNumber.lessOrEqual(recover, sender.sndUna())) {
      inRecovery = false;
      sender.congestion().onExitRecovery(sender.flightSizeBytes());
    } else {
      sender.congestion().onPartialAck(ackedBytes);
      resendFirst(nowNanos);
    }
  }

  /** The peer is there, though it takes nothing: do not give up because of a closed window. */
  void onPeerAlive() {
    attempts = 0;
  }

  /** An acknowledgment that is a duplicate by RFC 5681 section 2. */
  void onDuplicateAck(long nowNanos) {
    if (inRecovery) {
      sender.congestion().onDuplicateAck();
      return;
    }
    if (lost != null || ++duplicateAcks != DUPLICATE_ACKS) {
      return;
    }
    if (SequenceNumber.lessOrEqual(recover, sender.sndUna())) {
      inRecovery = true;
      recover = sender.sndNxt();
      sender.congestion().onEnterRecovery(sender.flightSizeBytes(), nowNanos);
      resendFirst(nowNanos);
    }
  }

  /** The retransmission timer has expired. */
  void onTimeout(long nowNanos) {
    if (attempts >= limit()) {
      connection.onGivenUp();
      return;
    }
    attempts++;
    sender.rtt().backOff();
    connection.timers().retransmitAt(Deadline.after(nowNanos, sender.rtt().rtoNanos()));
    if (sender.isSynUnacknowledged()) {
      sender.sendSyn(nowNanos);
      return;
    }
    sender.congestion().onTimeout(sender.flightSizeBytes(), attempts == 1, nowNanos);
    inRecovery = false;
    duplicateAcks = 0;
    recover = sender.sndNxt();
    lostFrom(sender.buffer().firstSent());
    if (lost == null) {
      sender.sendFin(nowNanos);
    } else {
      sender.output(nowNanos);
    }
  }

  private int limit() {
    TcpProfile.Retransmission profile = connection.layer().profile().retransmission();
    StreamState state = connection.state();
    if (state == StreamState.SYN_SENT) {
      return profile.synRetries();
    }
    return state == StreamState.SYN_RECEIVED ? profile.synAckRetries() : profile.dataRetries();
  }

  private void lostFrom(@Nullable Packet packet) {
    lost = packet;
    if (packet != null) {
      lostSequence = packet.sequence;
    }
  }

  /**
   * Sends lost segments again as far as the congestion window allows.
   *
   * @return false if the device is full
   */
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

  void info(TcpInfo into) {
    into.attempts = attempts;
    if (inRecovery) {
      into.recovery = TcpInfo.Recovery.RECOVERY;
    } else if (lost != null || attempts > 0) {
      into.recovery = TcpInfo.Recovery.LOSS;
    } else {
      into.recovery = duplicateAcks > 0 ? TcpInfo.Recovery.DISORDER : TcpInfo.Recovery.OPEN;
    }
  }

  private void resendFirst(long nowNanos) {
    Packet first = sender.buffer().firstSent();
    if (first == null) {
      sender.sendFin(nowNanos);
    } else {
      sender.retransmit(first, nowNanos);
    }
  }
}
