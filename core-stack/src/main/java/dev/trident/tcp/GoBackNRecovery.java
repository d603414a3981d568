package dev.trident.tcp;

import dev.trident.buffer.Packet;
import dev.trident.endpoint.TcpInfo;
import dev.trident.wire.SequenceNumber;

/**
 * Recovery that takes everything in flight for lost, after three duplicates as after a timeout: it
 * is all sent again in order, in full segments and as far as the windows allow, before anything
 * new. The windows are those of RFC 5681 section 3.2, but halved from what was allowed rather than
 * from what was in flight, and the first new acknowledgment ends fast recovery.
 *
 * <p>The segments that were not lost come back as duplicates. They start nothing, since SND.UNA has
 * to pass what was in flight at the last loss first (RFC 6582 section 3.2, step 1).
 */
final class GoBackNRecovery extends CumulativeRecovery {
  private int duplicateAcks;

  /** The window is inflated by duplicates. */
  private boolean inFastRecovery;

  GoBackNRecovery(Connection connection, Sender sender) {
    super(connection, sender);
  }

  @Override
  void open(int iss) {
    super.open(iss);
    duplicateAcks = 0;
    inFastRecovery = false;
  }

  @Override
  boolean steersWindow() {
    return inFastRecovery;
  }

  /** What was in flight counts until it is acknowledged, sent again or not. */
  @Override
  int roomBytes() {
    return sender.congestion().cwndBytes() - sender.flightSizeBytes();
  }

  @Override
  int resendableBytes() {
    return Math.min(sender.congestion().cwndBytes(), sender.sndWnd());
  }

  /** Small segments that went alone are sent again together: all behind a loss goes anyway. */
  @Override
  void beforeResent(Packet packet) {
    if (packet.payloadBytes < sender.smss()) {
      TcpLayer layer = connection.layer();
      sender.buffer().fillSent(packet, sender.smss(), layer.pool(), layer.counters());
    }
  }

  @Override
  void onNewAck(int ackedBytes, int flightSizeBytes, long nowNanos) {
    duplicateAcks = 0;
    CongestionControl congestion = sender.congestion();
    if (inFastRecovery) {
      inFastRecovery = false;
      congestion.cwndBytes(congestion.ssthreshBytes());
    } else {
      congestion.onAck(ackedBytes, flightSizeBytes, sender.rtt().srttNanos(), nowNanos);
    }
  }

  @Override
  void onDuplicateAck(long nowNanos) {
    CongestionControl congestion = sender.congestion();
    if (inFastRecovery) {
      congestion.cwndBytes(congestion.cwndBytes() + congestion.smss());
      return;
    }
    duplicateAcks++;
    if (duplicateAcks == DUPLICATE_ACKS && SequenceNumber.lessThan(recover, sender.sndUna())) {
      inFastRecovery = true;
      congestion.onCongestion(allowedBytes(), nowNanos);
      congestion.cwndBytes(congestion.ssthreshBytes() + DUPLICATE_ACKS * congestion.smss());
      loseAll();
      if (!hasLost()) {
        sender.sendFin(nowNanos);
      }
    }
  }

  @Override
  void onTimeout(boolean first, long nowNanos) {
    duplicateAcks = 0;
    inFastRecovery = false;
    sender.congestion().onTimeout(allowedBytes(), true, nowNanos);
    loseAll();
  }

  /** What both windows would let be in flight. */
  private int allowedBytes() {
    return Math.min(sender.congestion().cwndBytes(), sender.sndWnd());
  }

  private void loseAll() {
    sender.onWindowReduced();
    recover = sender.sndNxt();
    lostFrom(sender.buffer().firstSent());
  }

  @Override
  void info(TcpInfo into) {
    if (inFastRecovery) {
      into.recovery = TcpInfo.Recovery.RECOVERY;
    } else if (hasLost()) {
      into.recovery = TcpInfo.Recovery.LOSS;
    } else {
      into.recovery = duplicateAcks > 0 ? TcpInfo.Recovery.DISORDER : TcpInfo.Recovery.OPEN;
    }
  }
}
