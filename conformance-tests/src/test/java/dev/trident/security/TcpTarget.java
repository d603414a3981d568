package dev.trident.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.StreamState;
import dev.trident.testkit.Frames;
import dev.trident.wire.TcpHeader;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Objects;

/** A connection of the victim, and what its peer, the attacker, needs to know to go on with it. */
final class TcpTarget {
  private static final int FIRST_SEQ = 1_000;
  private static final int URGENT_POINTER = 18;
  private static final byte[] NONE = {};

  final Victim victim;
  final StreamEndpoint stream;
  final int localPort;
  final int remotePort;

  /** Next sequence number of the peer. */
  int seq;

  /** Next sequence number that the peer expects. */
  int ack;

  private TcpTarget(
      Victim victim, StreamEndpoint stream, int localPort, int remotePort, int seq, int ack) {
    this.victim = victim;
    this.stream = stream;
    this.localPort = localPort;
    this.remotePort = remotePort;
    this.seq = seq;
    this.ack = ack;
  }

  /** Opens a connection by a proper handshake without options, and accepts it. */
  static TcpTarget accepted(Victim victim, StreamListener listener, int remotePort) {
    return accepted(victim, listener, remotePort, NONE);
  }

  /**
   * As above.
   *
   * @param options of the SYN, a multiple of four bytes
   */
  static TcpTarget accepted(
      Victim victim, StreamListener listener, int remotePort, byte[] options) {
    int port = listener.localPort();
    victim.attacker.take();
    victim.send(
        frame(victim, segment(remotePort, port, FIRST_SEQ, 0, TcpHeader.SYN, options, NONE)));
    byte[] synAck = Frames.data(Frames.datagram(victim.attacker.take().getFirst()));
    assertThat(flags(synAck)).isEqualTo(TcpHeader.SYN | TcpHeader.ACK);
    int ack = Frames.getInt(synAck, 4) + 1;
    victim.send(
        frame(victim, segment(remotePort, port, FIRST_SEQ + 1, ack, TcpHeader.ACK, NONE, NONE)));
    StreamEndpoint stream = Objects.requireNonNull(victim.call(listener::accept), "not accepted");
    victim.attacker.take();
    return new TcpTarget(victim, stream, port, remotePort, FIRST_SEQ + 1, ack);
  }

  // ---- segments ---------------------------------------------------------------------------------

  static byte[] segment(
      int from, int to, int seq, int ack, int flags, byte[] options, byte[] data) {
    return Frames.tcp(Attacker.ADDRESS, from, Victim.ADDRESS, to, seq, ack, flags, options, data);
  }

  /** A segment of this connection. */
  byte[] segment(int seq, int ack, int flags, byte[] options, byte[] data) {
    return segment(remotePort, localPort, seq, ack, flags, options, data);
  }

  /** The next data in order, in a frame. */
  byte[] dataFrame(byte[] data) {
    return frame(segment(seq, ack, TcpHeader.ACK | TcpHeader.PSH, NONE, data));
  }

  /** The segment with URG and an urgent pointer. */
  static byte[] urgent(byte[] segment, int pointer) {
    byte[] copy = Craft.with16(segment, URGENT_POINTER, pointer);
    copy[13] |= TcpHeader.URG;
    return Craft.tcpSummed(copy);
  }

  static byte[] frame(Victim victim, byte[] segment) {
    return Craft.frame(victim, Craft.datagram(Craft.TCP, segment));
  }

  byte[] frame(byte[] segment) {
    return frame(victim, segment);
  }

  static int flags(byte[] segment) {
    return segment[13] & 0x3f;
  }

  /** Data bytes of a segment. */
  static byte[] payload(byte[] segment) {
    return Arrays.copyOfRange(segment, (segment[12] >>> 4 & 0xf) * 4, segment.length);
  }

  // ---- checks -----------------------------------------------------------------------------------

  /** What the program can read now, at most {@code limit} bytes. */
  byte[] read(int limit) {
    ByteBuf buffer = C.malloc(limit + 16);
    for (int i = 0; i < buffer.capacity(); i++) {
      buffer.setByte(i, 0x5a);
    }
    int count = victim.call(() -> stream.receive(buffer, 0, limit));
    assertThat(count).isLessThanOrEqualTo(limit);
    for (int i = Math.max(count, 0); i < buffer.capacity(); i++) {
      assertThat(buffer.getByte(i)).as("byte %d beyond what was read", i).isEqualTo((byte) 0x5a);
    }
    byte[] bytes = new byte[Math.max(count, 0)];
    buffer.getBytes(0, bytes);
    return bytes;
  }

  /** The connection lives: the next bytes in order are acknowledged and can be read. */
  void assertAlive() {
    assertThat(stream.state()).isEqualTo(StreamState.ESTABLISHED);
    byte[] text = Frames.pattern(9, seq);
    victim.send(dataFrame(text));
    seq += text.length;
    assertThat(read(100)).isEqualTo(text);
    victim.passSeconds(1);
    int acknowledged =
        victim.attacker.take().stream()
            .map(frame -> Frames.data(Frames.datagram(frame)))
            .filter(sent -> Frames.getShort(sent, 2) == remotePort)
            .mapToInt(sent -> Frames.getInt(sent, 8))
            .reduce(0, (before, next) -> next);
    assertThat(acknowledged).as("acknowledged").isEqualTo(seq);
  }

  /** Gives the connection up. */
  void abort() {
    victim.run(stream::abort);
    victim.attacker.take();
  }
}
