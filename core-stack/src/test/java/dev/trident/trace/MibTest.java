package dev.trident.trace;

import static dev.trident.testkit.StackHarness.OUR_ADDRESS;
import static dev.trident.testkit.StackHarness.OUR_MAC;
import static dev.trident.testkit.StackHarness.PEER_ADDRESS;
import static dev.trident.testkit.StackHarness.PEER_MAC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.EchoEndpoint;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.testkit.Frames;
import dev.trident.testkit.StackHarness;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class MibTest {
  private final StackHarness host = new StackHarness();
  private final Mib mib = host.stack.mib();

  @AfterEach
  void close() {
    host.close();
  }

  /** One packet more for a reason is one more in its group, and in one object at most. */
  @ParameterizedTest
  @EnumSource(value = DropReason.class, mode = Mode.EXCLUDE, names = "NONE")
  void shouldCountEachReasonInOneGroupAndUnderOneObject(DropReason reason) {
    Counters counters = new Counters();
    Mib view = new Mib(counters, () -> 0);
    counters.drop(reason);
    long groups = 0;
    for (MibGroup group : MibGroup.values()) {
      groups += view.drops(group);
    }
    assertThat(groups).isEqualTo(1);
    assertThat(view.drops(MibGroup.of(reason))).isEqualTo(1);
    MibObject object = Mib.objectOf(reason);
    for (MibObject each : MibObject.values()) {
      assertThat(view.get(each)).as(each.objectName()).isEqualTo(each == object ? 1 : 0);
    }
    assertThat(view.toString()).contains("dropped: " + reason);
  }

  @ParameterizedTest
  @CsvSource({
    "IP_BAD_CHECKSUM, ipInHdrErrors",
    "IP_NOT_FOR_US, ipInAddrErrors",
    "IP_UNKNOWN_PROTOCOL, ipInUnknownProtos",
    "NO_MEMORY, ipInDiscards",
    "ARP_UNRESOLVED, ipOutDiscards",
    "UDP_BAD_CHECKSUM, udpInErrors",
    "UDP_NO_ENDPOINT, udpNoPorts",
    "TCP_BAD_CHECKSUM, tcpInErrs",
    "ICMP_BAD_CHECKSUM, icmpInErrors",
    "ETHERNET_UNKNOWN_TYPE, ifInUnknownProtos",
    "RESERVED_PORT, ifInDiscards"
  })
  void shouldKnowTheObjectOfAReason(DropReason reason, String name) {
    assertThat(Objects.requireNonNull(Mib.objectOf(reason)).objectName()).isEqualTo(name);
  }

  private void assertValue(MibObject object, long expected) {
    assertThat(mib.get(object)).as(object.objectName()).isEqualTo(expected);
  }

  @Test
  void shouldCountDatagramsAndWhatBecameOfThem() {
    DatagramEndpoint socket = Objects.requireNonNull(host.stack.newDatagram());
    assertThat(socket.bind(0, 7)).isZero();
    host.introducePeer();
    host.receiveUdp(9, 7, new byte[4]);
    host.receiveUdp(9, 8, new byte[4]);
    assertThat(socket.send(Unpooled.wrappedBuffer(new byte[4]), 0, 4, PEER_ADDRESS, 9))
        .isEqualTo(4);
    assertValue(MibObject.IF_IN_UCAST_PKTS, 3);
    assertValue(MibObject.IP_IN_RECEIVES, 2);
    assertValue(MibObject.IP_IN_DELIVERS, 2);
    assertValue(MibObject.IP_OUT_REQUESTS, 2);
    assertValue(MibObject.UDP_IN_DATAGRAMS, 1);
    assertValue(MibObject.UDP_NO_PORTS, 1);
    assertValue(MibObject.UDP_OUT_DATAGRAMS, 1);
    assertValue(MibObject.ICMP_OUT_MSGS, 1);
    assertValue(MibObject.ICMP_OUT_DEST_UNREACHS, 1);
    socket.close();
  }

  @Test
  void shouldCountIcmpByType() {
    host.introducePeer();
    EchoEndpoint echo = Objects.requireNonNull(host.stack.newEcho());
    assertThat(echo.send(PEER_ADDRESS, 8)).isZero();
    byte[] request = Frames.datagram(host.device.next());
    int rest = Frames.getInt(Frames.data(request), 4);
    for (int type : new int[] {0, 3, 4, 5, 8, 11, 12}) {
      byte[] data = type == 0 || type == 8 ? Frames.pattern(8, 0) : request;
      byte[] message = Frames.icmp(type, 0, type == 0 ? rest : 0, data);
      host.receiveDatagram(Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 1, message));
    }
    assertValue(MibObject.ICMP_IN_MSGS, 7);
    assertValue(MibObject.ICMP_IN_ECHO_REPS, 1);
    assertValue(MibObject.ICMP_IN_DEST_UNREACHS, 1);
    assertValue(MibObject.ICMP_IN_SRC_QUENCHS, 1);
    assertValue(MibObject.ICMP_IN_REDIRECTS, 1);
    assertValue(MibObject.ICMP_IN_ECHOS, 1);
    assertValue(MibObject.ICMP_IN_TIME_EXCDS, 1);
    assertValue(MibObject.ICMP_IN_PARM_PROBS, 1);
    assertValue(MibObject.ICMP_OUT_ECHOS, 1);
    assertValue(MibObject.ICMP_OUT_ECHO_REPS, 1);
    assertValue(MibObject.ICMP_OUT_MSGS, 2);
    assertValue(MibObject.ICMP_IN_ERRORS, 0);
    echo.close();
  }

  @Test
  void shouldCountConnectionsAndSegments() {
    host.introducePeer();
    StreamEndpoint stream = Objects.requireNonNull(host.stack.newStream());
    assertThat(stream.connect(PEER_ADDRESS, 80)).isZero();
    host.passNanos(1_100_000_000L);
    assertValue(MibObject.TCP_ACTIVE_OPENS, 1);
    assertValue(MibObject.TCP_OUT_SEGS, 1);
    assertValue(MibObject.TCP_RETRANS_SEGS, 1);
    assertValue(MibObject.TCP_CURR_ESTAB, 0);
    byte[] syn = Frames.data(Frames.datagram(host.device.drain().getLast()));
    int port = Frames.getShort(syn, 0);
    int next = Frames.getInt(syn, 4) + 1;
    segment(port, 1, next, 0x12);
    assertValue(MibObject.TCP_IN_SEGS, 1);
    assertValue(MibObject.TCP_CURR_ESTAB, 1);
    segment(port, 2, next, 0x04);
    assertValue(MibObject.TCP_CURR_ESTAB, 0);
    assertValue(MibObject.TCP_ESTAB_RESETS, 1);
    assertValue(MibObject.TCP_ATTEMPT_FAILS, 0);
    StreamEndpoint refused = Objects.requireNonNull(host.stack.newStream());
    assertThat(refused.connect(PEER_ADDRESS, 80)).isZero();
    syn = Frames.data(Frames.datagram(host.device.drain().getLast()));
    segment(Frames.getShort(syn, 0), 0, Frames.getInt(syn, 4) + 1, 0x14);
    assertValue(MibObject.TCP_ATTEMPT_FAILS, 1);
    segment(9, 0, 0, 0x02);
    assertValue(MibObject.TCP_OUT_RSTS, 1);
  }

  private void segment(int port, int seq, int ack, int flags) {
    byte[] segment =
        Frames.tcp(PEER_ADDRESS, 80, OUR_ADDRESS, port, seq, ack, flags, new byte[0], new byte[0]);
    host.receive(
        Frames.ethernet(
            OUR_MAC,
            PEER_MAC,
            Frames.IPV4,
            Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, Frames.TCP_PROTOCOL, segment)));
  }

  @Test
  void shouldPrintEveryObjectUnderItsGroup() {
    String text = mib.toString();
    for (MibObject object : MibObject.values()) {
      assertThat(text).containsPattern("\n  " + object.objectName() + " +0\\R");
    }
    assertThat(mib.all()).hasSize(MibObject.values().length);
    assertThat(text).doesNotContain("dropped");
  }
}
