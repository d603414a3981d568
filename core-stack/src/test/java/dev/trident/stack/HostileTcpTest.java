package dev.trident.stack;

import static dev.trident.testkit.StackHarness.OUR_ADDRESS;
import static dev.trident.testkit.StackHarness.OUR_MAC;
import static dev.trident.testkit.StackHarness.PEER_ADDRESS;
import static dev.trident.testkit.StackHarness.PEER_MAC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.TcpProfile;
import dev.trident.link.NetInterface;
import dev.trident.testkit.Frames;
import dev.trident.testkit.Requirement;
import dev.trident.testkit.StackHarness;
import dev.trident.trace.DropReason;
import dev.trident.wire.TcpHeader;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Segments whose lengths or addresses lie, in frames as they come from a wire. */
class HostileTcpTest {
  private static final int SERVER_PORT = 80;
  private static final int PEER_PORT = 4_000;
  private static final int CHECKSUM = 16;
  private static final int DATA_OFFSET = 12;
  private static final byte[] NONE = {};

  private StackHarness host;

  static TcpProfile[] profiles() {
    return new TcpProfile[] {TcpProfile.STANDARD, TcpProfile.TCPDIRECT};
  }

  @BeforeEach
  void start() {
    host = new StackHarness();
  }

  @AfterEach
  void stop() {
    host.close();
  }

  private void start(TcpProfile profile) {
    host.close();
    StackConfig config = StackConfig.standard("test", 1).withCells(512, 256).withProfile(profile);
    host = new StackHarness(config, NetInterface.NO_VLAN);
    host.introducePeer();
  }

  private void receive(byte[] frame) {
    host.receive(frame);
    host.stack.poll(host.clock.nowNanos());
    host.drain();
  }

  private static byte[] segment(int seq, int ack, int flags, byte[] data) {
    return Frames.tcp(
        PEER_ADDRESS, PEER_PORT, OUR_ADDRESS, SERVER_PORT, seq, ack, flags, NONE, data);
  }

  private static byte[] frame(byte[] segment) {
    byte[] datagram = Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, Frames.TCP_PROTOCOL, segment);
    return Frames.ethernet(OUR_MAC, PEER_MAC, Frames.IPV4, datagram);
  }

  private StreamListener listen() {
    StreamListener listener = Objects.requireNonNull(host.stack.newListener());
    assertThat(listener.bind(OUR_ADDRESS, SERVER_PORT)).isZero();
    assertThat(listener.listen(4)).isZero();
    return listener;
  }

  /** Our initial sequence number, from the SYN,ACK that went out. */
  private int openedBy(StreamListener listener) {
    receive(frame(segment(100, 0, TcpHeader.SYN, NONE)));
    int iss = Frames.getInt(Frames.data(Frames.datagram(host.device.next())), 4);
    receive(frame(segment(101, iss + 1, TcpHeader.ACK, NONE)));
    assertThat(listener.acceptable()).isEqualTo(1);
    return iss;
  }

  /** Each length that a segment can have up to 80 bytes, with each data offset. */
  @ParameterizedTest
  @MethodSource("profiles")
  @Requirement({
    "SEC-RIPPLE20-15",
    "SEC-AMNESIA33-07",
    "SEC-NUCLEUS13-06",
    "SEC-LADDER-03",
    "ZF-tcp-engine-18"
  })
  void shouldDropEveryDataOffsetThatIsNotInTheSegment(TcpProfile profile) {
    start(profile);
    StreamListener listener = listen();
    int iss = openedBy(listener);
    StreamEndpoint stream = Objects.requireNonNull(listener.accept());
    int received = 0;
    for (int length = 0; length <= 80; length++) {
      for (int words = 0; words < 16; words++) {
        byte[] segment = new byte[length];
        byte[] whole = segment(101 + received, iss + 1, TcpHeader.ACK, new byte[60]);
        System.arraycopy(whole, 0, segment, 0, length);
        if (length > DATA_OFFSET) {
          segment[DATA_OFFSET] = (byte) (words << 4);
        }
        if (length >= CHECKSUM + 2) {
          Frames.putShort(segment, CHECKSUM, 0);
          Frames.putShort(
              segment,
              CHECKSUM,
              Frames.transportChecksum(PEER_ADDRESS, OUR_ADDRESS, Frames.TCP_PROTOCOL, segment));
        }
        boolean valid = length >= 20 && words >= 5 && 4 * words <= length;
        DropReason reason = length < 20 ? DropReason.TCP_TRUNCATED : DropReason.TCP_BAD_DATA_OFFSET;
        long drops = host.stack.counters().get(reason);
        int before = stream.receivableBytes();
        receive(frame(segment));
        int came = stream.receivableBytes() - before;
        if (valid) {
          assertThat(came).as("%d bytes, offset %d", length, words).isEqualTo(length - 4 * words);
          received += came;
          stream.consume(came);
          host.passSeconds(1); // the acknowledgment
          host.device.drain();
        } else {
          assertThat(came).as("%d bytes, offset %d", length, words).isZero();
          assertThat(host.stack.counters().get(reason)).isEqualTo(drops + 1);
          assertThat(host.device.isEmpty()).as("silence").isTrue();
        }
      }
    }
    assertThat(received).isPositive();
    stream.abort();
  }

  /** What fills a frame up to 60 bytes is no payload, whatever the frame's length says. */
  @ParameterizedTest
  @MethodSource("profiles")
  @Requirement("SEC-INFRAHALT-02")
  void shouldCountOnlyWhatIpSaysIsThere(TcpProfile profile) {
    start(profile);
    StreamListener listener = listen();
    int iss = openedBy(listener);
    StreamEndpoint stream = Objects.requireNonNull(listener.accept());
    for (int octets = 0; octets <= 5; octets++) {
      byte[] frame = frame(segment(101, iss + 1, TcpHeader.ACK, new byte[octets]));
      assertThat(frame.length).isEqualTo(Frames.MIN_FRAME);
      receive(frame);
      assertThat(stream.receivableBytes()).isEqualTo(octets);
    }
    stream.abort();
  }

  /** From our own address and port: an answer would go to ourselves, who would answer it. */
  @ParameterizedTest
  @MethodSource("profiles")
  @Requirement("SEC-LAND-01")
  void shouldNotTakeASynFromItsOwnAddressAndPort(TcpProfile profile) {
    start(profile);
    StreamListener listener = listen();
    byte[] land =
        Frames.tcp(
            OUR_ADDRESS, SERVER_PORT, OUR_ADDRESS, SERVER_PORT, 1, 0, TcpHeader.SYN, NONE, NONE);
    byte[] datagram = Frames.ipv4(OUR_ADDRESS, OUR_ADDRESS, Frames.TCP_PROTOCOL, land);
    long drops = host.stack.counters().totalDrops();
    receive(Frames.ethernet(OUR_MAC, PEER_MAC, Frames.IPV4, datagram));
    host.passSeconds(10);
    assertThat(host.device.isEmpty()).as("no answer").isTrue();
    assertThat(host.stack.counters().totalDrops()).isEqualTo(drops + 1);
    openedBy(listener);
    Objects.requireNonNull(listener.accept()).abort();
  }
}
