package dev.trident.script.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.testkit.Frames;
import dev.trident.wire.TcpHeader;
import java.nio.ByteBuffer;
import java.util.Objects;

/** The script's side of a driver in tests: makes datagrams by hand and takes what leaves apart. */
final class HandMadePeer {
  static final int HOST = 0xc0a8_0001;
  static final int PEER = 0xc000_0201;
  static final int PEER_PORT = 40_000;
  static final int PORT = 8_080;
  static final int WINDOW = 32_792;

  /** A segment that has left the host. */
  record Segment(
      long nanos, int source, int destination, int flags, int seq, int ack, ByteBuffer data) {}

  private static final byte[] MSS_OPTION = {2, 4, 0x05, (byte) 0xb4};
  private static final byte[] NOTHING = {};
  private static final int TCP_HEADER_BYTES = 20;

  private final ApiDriver driver;

  /** Where the host's connection is. */
  int hostPort = PORT;

  /** Where the peer's is. */
  int port = PEER_PORT;

  HandMadePeer(ApiDriver driver) {
    this.driver = driver;
  }

  void sends(int flags, int seq, int ack) {
    sends(flags, seq, ack, 0);
  }

  void sends(int flags, int seq, int ack, int length) {
    byte[] options = (flags & TcpHeader.SYN) != 0 ? MSS_OPTION : NOTHING;
    byte[] data = Frames.pattern(length, 1);
    ByteBuffer segment =
        ByteBuffer.allocate(TCP_HEADER_BYTES + options.length + data.length)
            .putShort((short) port)
            .putShort((short) hostPort)
            .putInt(seq)
            .putInt(ack)
            .put((byte) (((TCP_HEADER_BYTES + options.length) / 4) << 4))
            .put((byte) flags)
            .putShort((short) WINDOW)
            .putInt(0)
            .put(options)
            .put(data);
    Frames.putShort(
        segment.array(),
        16,
        Frames.transportChecksum(PEER, HOST, Frames.TCP_PROTOCOL, segment.array()));
    inject(Frames.ipv4(PEER, HOST, Frames.TCP_PROTOCOL, segment.array()));
  }

  void sendsDatagram(int sourcePort, byte[] data) {
    byte[] udp = Frames.udp(PEER, sourcePort, HOST, PORT, data);
    inject(Frames.ipv4(PEER, HOST, Frames.UDP_PROTOCOL, udp));
  }

  void inject(byte[] datagram) {
    try {
      driver.inject(ByteBuffer.wrap(datagram));
    } catch (NotExpressibleException e) {
      throw new AssertionError(e);
    }
  }

  /** The next segment, which must have left at {@code nanos}. */
  Segment expects(int flags, long nanos) {
    boolean came = driver.runUntilOutbound(nanos);
    assertThat(came).as("a segment until %d ns", nanos).isTrue();
    ApiDriver.Sent sent = Objects.requireNonNull(driver.takeOutbound());
    byte[] datagram = sent.datagram().array();
    assertThat(Frames.checksum(datagram, 0, 20, 0)).as("IPv4 checksum").isZero();
    byte[] bytes = Frames.data(datagram);
    assertThat(Frames.transportChecksum(HOST, PEER, Frames.TCP_PROTOCOL, bytes))
        .as("TCP checksum")
        .isZero();
    int headerBytes = (bytes[12] & 0xf0) >> 2;
    ByteBuffer data = ByteBuffer.wrap(bytes, headerBytes, bytes.length - headerBytes).slice();
    Segment segment =
        new Segment(
            sent.nanos(),
            Frames.getShort(bytes, 0),
            Frames.getShort(bytes, 2),
            bytes[13] & 0xff,
            Frames.getInt(bytes, 4),
            Frames.getInt(bytes, 8),
            data);
    assertThat(segment.flags()).as("control bits").isEqualTo(flags);
    assertThat(segment.nanos()).as("time").isEqualTo(nanos);
    return segment;
  }

  void expectsNothingUntil(long nanos) {
    assertThat(driver.runUntilOutbound(nanos)).as("something leaves").isFalse();
    assertThat(driver.takeOutbound()).isNull();
    assertThat(driver.nowNanos()).isEqualTo(nanos);
  }
}
