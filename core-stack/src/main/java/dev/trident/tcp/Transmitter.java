package dev.trident.tcp;

import dev.trident.buffer.Packet;
import dev.trident.trace.Counter;
import dev.trident.wire.Ipv4Header;
import dev.trident.wire.TcpHeader;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gives a segment what it says of the state of its connection (acknowledgment, window, options,
 * ECN) and hands it to {@link SegmentOutput}. Serves all connections of a layer and remembers
 * nothing; {@link Sender} decides what is sent.
 */
final class Transmitter {
  private final TcpLayer layer;
  private final SegmentOutput out;

  Transmitter(TcpLayer layer, SegmentOutput out) {
    this.layer = layer;
    this.out = out;
  }

  /** Sends a packet with data, in its place in the sequence. False if the device is full. */
  boolean send(Connection connection, Packet packet, int controlBits, int ecnField) {
    Sender sender = connection.sender();
    Receiver receiver = connection.receiver();
    setOptions(connection, packet.sequence, packet.payloadBytes);
    int result =
        out.send(
            packet,
            Objects.requireNonNull(connection.path()),
            sender.ports(),
            packet.sequence,
            receiver.rcvNxt(),
            controlBits | sender.echoBit(),
            receiver.windowField(),
            ecnField);
    if (result == SegmentOutput.WOULD_BLOCK) {
      layer.onDeviceFull(connection);
      return false;
    }
    connection.statistics().onSegmentSent(packet.payloadBytes);
    receiver.onAckSent(true);
    return true;
  }

  /** Sends a segment without data. False if the device is full. */
  boolean sendControl(Connection connection, int seq, int controlBits) {
    Sender sender = connection.sender();
    Receiver receiver = connection.receiver();
    setOptions(connection, seq, 0);
    int result =
        out.sendControl(
            Objects.requireNonNull(connection.path()),
            sender.ports(),
            seq,
            receiver.rcvNxt(),
            controlBits | sender.echoBit(),
            receiver.windowField());
    if (result == SegmentOutput.WOULD_BLOCK) {
      layer.onDeviceFull(connection);
      return false;
    }
    connection.statistics().onSegmentSent(0);
    receiver.onAckSent(false);
    return true;
  }

  /** Sets what a segment has besides the fields that {@link SegmentOutput} is told. */
  private void setOptions(Connection connection, int seq, int payloadBytes) {
    Sender sender = connection.sender();
    SegmentOptions options = out.options().clear();
    out.dscp(connection.dscp);
    connection.setOptions(options, payloadBytes);
    options.urgentPointer(sender.urgentPointer(seq));
    if (payloadBytes > 0 && connection.isPathNarrow()) {
      options.mayFragment(layer.pathMtu().isLeast(sender.smss() + connection.optionBytes()));
    }
  }

  /**
   * Sends a segment below the window, which the peer must answer (RFC 9293 section 3.8.4): without
   * data, or with an octet that the peer has already.
   */
  void sendKeepAlive(Connection connection, boolean garbage) {
    int below = connection.sender().sndNxt() - 1;
    Packet probe = garbage ? Probe.garbage(layer.pool()) : null;
    if (probe == null) {
      sendControl(connection, below, TcpHeader.ACK);
    } else {
      probe.sequence = below;
      send(connection, probe, TcpHeader.ACK, Ipv4Header.NOT_ECT);
      probe.release();
    }
  }

  /**
   * Sends the SYN, or with {@code answer} the SYN,ACK. False if the device is full.
   *
   * @param ecnBits {@link Ecn#OFFER}, {@link Ecn#AGREEMENT} or 0
   * @param data that goes with it (RFC 7413), or null
   */
  boolean sendSyn(
      Connection connection,
      boolean answer,
      int ecnBits,
      SynOptions options,
      @Nullable Packet data) {
    Receiver receiver = connection.receiver();
    out.dscp(connection.dscp);
    int result =
        out.sendSyn(
            Objects.requireNonNull(connection.path()),
            connection.sender().ports(),
            connection.sender().iss(),
            answer ? receiver.rcvNxt() : 0,
            ecnBits | (answer ? TcpHeader.SYN | TcpHeader.ACK : TcpHeader.SYN),
            receiver.windowFieldOfSyn(),
            options,
            layer.profile().options().order(),
            data);
    if (result == SegmentOutput.WOULD_BLOCK) {
      layer.onDeviceFull(connection);
      return false;
    }
    connection.statistics().onSegmentSent(data == null ? 0 : data.payloadBytes);
    if (answer) {
      receiver.onAckSent(false);
    }
    return true;
  }

  /** Sends RST with SEQ=SND.NXT: the connection is aborted (RFC 9293 section 3.10.5). */
  void sendReset(Connection connection) {
    Sender sender = connection.sender();
    layer.counters().increment(Counter.TCP_RESETS_SENT);
    out.options().clear();
    out.dscp(connection.dscp);
    out.sendControl(
        Objects.requireNonNull(connection.path()),
        sender.ports(),
        sender.sndNxt(),
        0,
        TcpHeader.RST,
        0);
  }
}
