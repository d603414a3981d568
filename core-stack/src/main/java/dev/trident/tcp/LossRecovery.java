package dev.trident.tcp;

import dev.trident.buffer.Packet;
import dev.trident.endpoint.TcpInfo;

/**
 * Which segments are lost, and what is sent while they are repaired. The strategy is fixed by the
 * handshake: {@link SackRecovery} where both sides agreed on SACK, {@link NewRenoRecovery} where
 * cumulative acknowledgments are all there is, or {@link GoBackNRecovery} if the profile says so.
 * {@link Retransmission} owns the timer of RFC 6298, under both of them.
 *
 * <p>A strategy reads the send buffer and marks packets in it; only {@link Sender} sends.
 */
abstract sealed class LossRecovery permits CumulativeRecovery, SackRecovery {
  /** Duplicates that mean a loss (RFC 5681 section 3.2, RFC 6675 DupThresh). */
  static final int DUPLICATE_ACKS = 3;

  final Connection connection;
  final Sender sender;

  /** RFC 6582's recover and RFC 6675's RecoveryPoint: SND.NXT at the last loss. */
  int recover;

  LossRecovery(Connection connection, Sender sender) {
    this.connection = connection;
    this.sender = sender;
  }

  /** A connection begins whose first sequence number is {@code iss}. */
  void open(int iss) {
    recover = iss;
  }

  /** A segment leaves the send buffer: SND.UNA has passed it. Before {@link #onAck}. */
  abstract void onAcknowledged(Packet packet, long nowNanos);

  /**
   * An acceptable acknowledgment: SND.UNA and the window have moved already.
   *
   * @param ackedBytes by which SND.UNA has moved, 0 for none
   * @param flightSizeBytes in flight before
   * @param windowChanged whether it brought another window
   */
  abstract void onAck(
      Segment segment, int ackedBytes, int flightSizeBytes, boolean windowChanged, long nowNanos);

  /** A segment has been sent for the first time. */
  abstract void onTransmitted(Packet packet);

  /** A FIN without data has been sent for the first time. */
  abstract void onFinTransmitted(long nowNanos);

  /**
   * The retransmission timer expired: marks what counts as lost.
   *
   * @param first whether for the first time since SND.UNA moved
   */
  abstract void onTimeout(boolean first, long nowNanos);

  /** The timer of {@link Timers#lossAt} expired. */
  abstract void onLossTimer(long nowNanos);

  /**
   * A segment in flight has been cut in two. If its payload is shared memory, {@code first} is not
   * the packet it was before.
   */
  abstract void onSplit(Packet first, Packet rest);

  /** A router has dropped a segment for its size: it is to be sent again, and nothing else. */
  abstract void onTooBig(Packet packet);

  /** Whether segments wait to be sent again. */
  abstract boolean hasLost();

  /**
   * Sends lost segments again as far as the congestion window allows.
   *
   * @return false if the device is full
   */
  abstract boolean sendLost(long nowNanos);

  /** Whether the congestion window is what recovery makes it, until the loss is repaired. */
  abstract boolean steersWindow();

  /** How many bytes the congestion window lets out at present, if more than 0. */
  abstract int roomBytes();

  abstract void info(TcpInfo into);
}
