package dev.trident.stack;

import static dev.trident.testkit.StackHarness.OUR_ADDRESS;
import static dev.trident.testkit.StackHarness.OUR_MAC;
import static dev.trident.testkit.StackHarness.PEER_ADDRESS;
import static dev.trident.testkit.StackHarness.PEER_MAC;
import static dev.trident.testkit.StackHarness.PREFIX_BITS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.TcpProfile;
import dev.trident.link.NetInterface;
import dev.trident.testkit.Frames;
import dev.trident.testkit.RecordingDevice;
import dev.trident.testkit.Requirement;
import dev.trident.testkit.StackHarness;
import dev.trident.trace.DropReason;
import dev.trident.wire.TcpHeader;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What TCP asks of IP, and what it takes from it (RFC 9293 section 3.9.2). */
class TcpOverIpTest {
  private static final int SECOND_ADDRESS = 0x0a000007;
  private static final int SERVER_PORT = 80;
  private static final int PEER_PORT = 4_000;
  private static final byte[] NONE = {};

  /** No operation, an option of a kind that nobody knows, with six octets, and the end. */
  private static final byte[] UNKNOWN_OPTION = {1, (byte) 0x9e, 6, 1, 2, 3, 4, 0};

  /** Loose source route through 10.0.0.9, which has been passed. */
  private static final byte[] SOURCE_ROUTE = {(byte) 0x83, 7, 8, 10, 0, 0, 9, 0};

  private static StackConfig small() {
    return StackConfig.standard("test", 1).withCells(512, 256);
  }

  private static void deliver(
      StackHarness host, int to, byte[] ipOptions, int seq, int ack, int flags, byte[] data) {
    byte[] segment =
        Frames.tcp(PEER_ADDRESS, PEER_PORT, to, SERVER_PORT, seq, ack, flags, NONE, data);
    byte[] datagram = Frames.ipv4(PEER_ADDRESS, to, Frames.TCP_PROTOCOL, ipOptions, 0, segment);
    host.receive(Frames.ethernet(OUR_MAC, PEER_MAC, Frames.IPV4, datagram));
    host.stack.poll(host.clock.nowNanos());
    host.drain();
  }

  private static StreamListener listen(StackHarness host, int address) {
    StreamListener listener = Objects.requireNonNull(host.stack.newListener());
    assertThat(listener.bind(address, SERVER_PORT)).isZero();
    assertThat(listener.listen(4)).isZero();
    return listener;
  }

  /** The sequence number of the SYN,ACK that is sent next. */
  private static int answeredBy(StackHarness host, int address) {
    byte[] datagram = Frames.datagram(host.device.next());
    assertThat(Frames.getByte(datagram, 0)).as("version and length").isEqualTo(0x45);
    assertThat(Frames.getInt(datagram, 12)).isEqualTo(address);
    assertThat(Frames.getByte(datagram, 20 + 13)).isEqualTo(TcpHeader.SYN | TcpHeader.ACK);
    return Frames.getInt(datagram, 20 + 4);
  }

  @Test
  @Requirement({"RFC9293-ip-02", "RFC1122-tcp-04"})
  void shouldTakeASegmentWhoseIpOptionsItDoesNotKnow() {
    try (StackHarness host = new StackHarness()) {
      host.introducePeer();
      StreamListener listener = listen(host, 0);
      deliver(host, OUR_ADDRESS, UNKNOWN_OPTION, 100, 0, TcpHeader.SYN, NONE);
      int iss = answeredBy(host, OUR_ADDRESS);
      deliver(host, OUR_ADDRESS, UNKNOWN_OPTION, 101, iss + 1, TcpHeader.ACK, new byte[10]);
      StreamEndpoint stream = Objects.requireNonNull(listener.accept());
      assertThat(stream.receivableBytes()).isEqualTo(10);
      stream.abort();
    }
  }

  /** The answer to a segment whose source route has ended would have to take it back. */
  @Test
  @Requirement({"RFC9293-ip-06", "RFC9293-ip-07", "RFC9293-ip-08"})
  void shouldDropASegmentThatCameByASourceRoute() {
    try (StackHarness host = new StackHarness()) {
      host.introducePeer();
      StreamListener listener = listen(host, 0);
      deliver(host, OUR_ADDRESS, SOURCE_ROUTE, 100, 0, TcpHeader.SYN, NONE);
      assertThat(host.device.isEmpty()).as("no answer").isTrue();
      assertThat(host.stack.counters().get(DropReason.IP_SOURCE_ROUTE)).isEqualTo(1);

      deliver(host, OUR_ADDRESS, NONE, 100, 0, TcpHeader.SYN, NONE);
      int iss = answeredBy(host, OUR_ADDRESS);
      deliver(host, OUR_ADDRESS, NONE, 101, iss + 1, TcpHeader.ACK, NONE);
      StreamEndpoint stream = Objects.requireNonNull(listener.accept());
      deliver(host, OUR_ADDRESS, SOURCE_ROUTE, 101, iss + 1, TcpHeader.ACK, new byte[10]);
      assertThat(stream.receivableBytes()).isZero();
      assertThat(host.stack.counters().get(DropReason.IP_SOURCE_ROUTE)).isEqualTo(2);
      deliver(host, OUR_ADDRESS, NONE, 101, iss + 1, TcpHeader.ACK, new byte[10]);
      assertThat(stream.receivableBytes()).isEqualTo(10);
      stream.abort();
    }
  }

  @Test
  @Requirement("RFC9293-ip-01")
  void shouldSendWithTheTimeToLiveOfTheProfile() {
    TcpProfile profile = TcpProfile.STANDARD.withTtl(17);
    try (StackHarness host = new StackHarness(small().withProfile(profile), NetInterface.NO_VLAN)) {
      host.introducePeer();
      StreamEndpoint stream = Objects.requireNonNull(host.stack.newStream());
      assertThat(stream.connect(PEER_ADDRESS, 7)).isZero();
      assertThat(Frames.getByte(Frames.datagram(host.device.next()), 8)).isEqualTo(17);
      stream.abort();
    }
  }

  @Test
  @Requirement("RFC9293-open-05")
  void shouldConnectFromTheAddressThatTheUserChose() {
    try (StackHarness host = new StackHarness(small(), NetInterface.NO_VLAN, SECOND_ADDRESS)) {
      host.introducePeer();
      int[] wanted = {SECOND_ADDRESS, OUR_ADDRESS, 0};
      int[] expected = {SECOND_ADDRESS, OUR_ADDRESS, OUR_ADDRESS};
      for (int i = 0; i < wanted.length; i++) {
        StreamEndpoint stream = Objects.requireNonNull(host.stack.newStream());
        assertThat(stream.bind(wanted[i], 0)).isZero();
        assertThat(stream.connect(PEER_ADDRESS, 7)).isZero();
        assertThat(Frames.getInt(Frames.datagram(host.device.next()), 12)).isEqualTo(expected[i]);
        stream.abort();
      }
    }
  }

  @Test
  @Requirement({"RFC1122-tcp-03", "RFC9293-open-07"})
  void shouldKeepTheAddressThatTheSynWasSentTo() {
    try (StackHarness host = new StackHarness(small(), NetInterface.NO_VLAN, SECOND_ADDRESS)) {
      host.introducePeer();
      StreamListener listener = listen(host, 0);
      deliver(host, SECOND_ADDRESS, NONE, 100, 0, TcpHeader.SYN, NONE);
      int iss = answeredBy(host, SECOND_ADDRESS);
      deliver(host, SECOND_ADDRESS, NONE, 101, iss + 1, TcpHeader.ACK, new byte[10]);
      StreamEndpoint stream = Objects.requireNonNull(listener.accept());
      assertThat(stream.localAddress()).isEqualTo(SECOND_ADDRESS);
      host.passSeconds(1);
      assertThat(Frames.getInt(Frames.datagram(host.device.next()), 12)).isEqualTo(SECOND_ADDRESS);
      stream.abort();
    }
  }

  /** The MTU of an interface never varies, so that it is the smallest: no other is asked. */
  @Test
  @Requirement({"RFC9293-mss-05", "RFC9293-mss-06", "RFC9293-mss-07"})
  void shouldOfferTheMssOfTheInterfaceThatTheSynLeavesBy() {
    try (StackHarness host = new StackHarness();
        RecordingDevice narrow = new RecordingDevice()) {
      NetInterface second = new NetInterface("eth1", narrow, 3, 600, NetInterface.NO_VLAN);
      second.addAddress(0x0b000001, PREFIX_BITS);
      host.stack.addInterface(second);
      host.introducePeer();
      assertThat(Objects.requireNonNull(host.stack.newStream()).connect(PEER_ADDRESS, 7)).isZero();
      assertThat(mss(Frames.datagram(host.device.next()))).isEqualTo(1_500 - 40);

      assertThat(Objects.requireNonNull(host.stack.newStream()).connect(0x0b000002, 7)).isZero();
      narrow.next(); // who has 11.0.0.2?
      narrow.complete();
      byte[] arp = Frames.arp(2, PEER_MAC, 0x0b000002, 3, 0x0b000001);
      receive(host, second, Frames.ethernet(3, PEER_MAC, Frames.ARP, arp));
      assertThat(mss(Frames.datagram(narrow.next()))).isEqualTo(600 - 40);
    }
  }

  private static void receive(StackHarness host, NetInterface in, byte[] frame) {
    var packet = Objects.requireNonNull(host.stack.pool().allocateForReceive());
    host.stack.pool().slab().copyFrom(frame, 0, packet.offset(), frame.length);
    packet.setRange(packet.offset(), frame.length);
    host.stack.receive(packet, in, 0, host.clock.nowNanos());
    host.stack.poll(host.clock.nowNanos());
  }

  /** MSS is the first option of a SYN. */
  private static int mss(byte[] datagram) {
    assertThat(Frames.getShort(datagram, 40)).isEqualTo(0x0204);
    return Frames.getShort(datagram, 42);
  }
}
