package dev.trident.stack;

import static dev.trident.testkit.StackHarness.OUR_ADDRESS;
import static dev.trident.testkit.StackHarness.OUR_MAC;
import static dev.trident.testkit.StackHarness.PEER_ADDRESS;
import static dev.trident.testkit.StackHarness.PEER_MAC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.buffer.Packet;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StackError;
import dev.trident.link.NetInterface;
import dev.trident.link.NetworkDevice;
import dev.trident.testkit.Frames;
import dev.trident.testkit.RecordingDevice;
import dev.trident.testkit.Requirement;
import dev.trident.testkit.StackHarness;
import dev.trident.testkit.TestPorts;
import dev.trident.time.Deadline;
import dev.trident.trace.Counter;
import dev.trident.trace.DropReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NetworkStackTest {
  private static final int VLAN = 42;
  private static final int GATEWAY = 0x0a0000fe;

  private final StackHarness host = new StackHarness();
  private final ByteBuf buffer = Unpooled.buffer(2_000, 2_000);

  @AfterEach
  void close() {
    host.close();
  }

  private static StackConfig small() {
    return StackConfig.standard("small", 1).withCells(256, 64);
  }

  @Test
  @Requirement({"RFC826-arp-05", "RFC826-arp-06"})
  void shouldAnswerArpRequestForOwnAddress() {
    host.receive(
        Frames.ethernet(
            Frames.BROADCAST_MAC,
            PEER_MAC,
            Frames.ARP,
            Frames.arp(1, PEER_MAC, PEER_ADDRESS, 0, OUR_ADDRESS)));
    assertThat(host.device.next())
        .isEqualTo(
            Frames.ethernet(
                PEER_MAC,
                OUR_MAC,
                Frames.ARP,
                Frames.arp(2, OUR_MAC, OUR_ADDRESS, PEER_MAC, PEER_ADDRESS)));
  }

  @Test
  @Requirement({"RFC792-echo-01", "RFC792-echo-02", "RFC1122-icmp-19", "RFC1122-icmp-21"})
  void shouldAnswerPing() {
    host.introducePeer();
    byte[] echo = Frames.icmp(8, 0, 0x11112222, Frames.pattern(56, 3));
    host.receiveDatagram(Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 1, echo));
    byte[] reply = Frames.datagram(host.device.next());
    assertThat(Frames.getInt(reply, 12)).isEqualTo(OUR_ADDRESS);
    assertThat(Frames.getInt(reply, 16)).isEqualTo(PEER_ADDRESS);
    assertThat(Frames.data(reply)).isEqualTo(Frames.icmp(0, 0, 0x11112222, Frames.pattern(56, 3)));
  }

  @Test
  @Requirement({"IEEE8021Q-tag-01", "IEEE8021Q-tag-06", "IEEE8021Q-tag-07"})
  void shouldSpeakWithTagsOnAVlan() {
    try (StackHarness tagged = new StackHarness(small(), VLAN)) {
      tagged.receive(
          Frames.tagged(
              Frames.BROADCAST_MAC,
              PEER_MAC,
              VLAN,
              Frames.ARP,
              Frames.arp(1, PEER_MAC, PEER_ADDRESS, 0, OUR_ADDRESS)));
      assertThat(tagged.device.next())
          .isEqualTo(
              Frames.tagged(
                  PEER_MAC,
                  OUR_MAC,
                  VLAN,
                  Frames.ARP,
                  Frames.arp(2, OUR_MAC, OUR_ADDRESS, PEER_MAC, PEER_ADDRESS)));
      DatagramEndpoint socket = Objects.requireNonNull(tagged.stack.newDatagram());
      assertThat(socket.send(buffer, 0, 1_472, PEER_ADDRESS, 7)).isEqualTo(1_472);
      byte[] frame = tagged.device.next();
      assertThat(frame).hasSize(1_518);
      assertThat(Frames.getInt(frame, 12)).isEqualTo(0x8100_0000 | VLAN);
      assertThat(Frames.getShort(frame, 16)).isEqualTo(Frames.IPV4);
      assertThat(Frames.getByte(frame, 18)).isEqualTo(0x45);
      tagged.receive(
          Frames.tagged(
              OUR_MAC,
              PEER_MAC,
              VLAN,
              Frames.IPV4,
              Frames.ipv4(
                  PEER_ADDRESS, OUR_ADDRESS, 1, Frames.icmp(8, 0, 1, Frames.pattern(1_472, 1)))));
      assertThat(tagged.device.next()).hasSize(1_518);
      tagged.receive(
          Frames.ethernet(
              OUR_MAC,
              PEER_MAC,
              Frames.IPV4,
              Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 1, new byte[9])));
      assertThat(tagged.stack.counters().get(DropReason.ETHERNET_VLAN_MISMATCH)).isEqualTo(1);
    }
  }

  @Test
  @Requirement("IEEE8021Q-tag-03")
  void shouldTakeAPriorityTagAsNone() {
    host.introducePeer();
    byte[] echo = Frames.icmp(8, 0, 1, Frames.pattern(56, 3));
    byte[] datagram = Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 1, echo);
    host.receive(Frames.tagged(OUR_MAC, PEER_MAC, 0xe000, Frames.IPV4, datagram));
    assertThat(Frames.etherType(host.device.next())).isEqualTo(Frames.IPV4);
  }

  @Test
  @Requirement("RFC1122-ip-25")
  void shouldSendToOtherNetworksThroughTheGatewayWithTheLongestPrefix() {
    host.stack.addRoute(0, 0, GATEWAY, host.net);
    host.stack.addRoute(0xc0a80000, 16, PEER_ADDRESS, host.net);
    DatagramEndpoint socket = Objects.requireNonNull(host.stack.newDatagram());
    for (int[] pair :
        new int[][] {
          {0x08080808, GATEWAY}, {0xc0a80909, PEER_ADDRESS}, {PEER_ADDRESS + 5, PEER_ADDRESS + 5}
        }) {
      assertThat(socket.send(buffer, 0, 10, pair[0], 53)).isEqualTo(10);
      byte[] request = host.device.next();
      assertThat(Frames.getInt(request, 38)).isEqualTo(pair[1]);
    }
    assertThat(host.stack.sourceAddressFor(0x08080808)).isEqualTo(OUR_ADDRESS);
  }

  @Test
  void shouldAnswerQuestionsAboutAddresses() {
    assertThat(host.stack.isLocalAddress(OUR_ADDRESS)).isTrue();
    assertThat(host.stack.isLocalAddress(PEER_ADDRESS)).isFalse();
    assertThat(host.stack.isLocalAddress(0x7f000001)).isFalse();
    assertThat(host.stack.sourceAddressFor(PEER_ADDRESS)).isEqualTo(OUR_ADDRESS);
    assertThat(host.stack.sourceAddressFor(0x08080808)).isZero();
  }

  @Test
  @Requirement("SEC-URGENT11-08")
  void shouldRefuseAddressesThatNoHostCanHave() {
    try (RecordingDevice device = new RecordingDevice()) {
      for (int address : new int[] {0, 0xe0000001, -1, 0xf0000001}) {
        NetInterface bad = new NetInterface("bad", device, 1, 1_500, NetInterface.NO_VLAN);
        bad.addAddress(address, 24);
        assertThatThrownBy(() -> host.stack.addInterface(bad))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  void shouldTalkToItselfOverALoopbackInterface() {
    List<Packet> looped = new ArrayList<>();
    try (RecordingDevice device = new RecordingDevice()) {
      NetInterface loopback = new NetInterface("lo", device, 0, 1_500, NetInterface.NO_VLAN);
      loopback.addAddress(0x7f000001, 8);
      host.stack.addInterface(loopback);
      DatagramEndpoint one = Objects.requireNonNull(host.stack.newDatagram());
      DatagramEndpoint two = Objects.requireNonNull(host.stack.newDatagram());
      one.bind(0, 7);
      for (int address : new int[] {0x7f000001, 0x7f000002, OUR_ADDRESS}) {
        assertThat(two.send(buffer, 0, 20, address, 7)).isEqualTo(20);
        byte[] frame = device.next();
        Packet packet = Objects.requireNonNull(host.stack.pool().allocateForReceive());
        looped.add(packet);
        host.stack.pool().slab().copyFrom(frame, 0, packet.offset(), frame.length);
        packet.setRange(packet.offset(), frame.length);
        host.stack.receive(packet, loopback, 0, host.clock.nowNanos());
        assertThat(one.receive(buffer, 0, 100)).isEqualTo(20);
        assertThat(one.sourceAddress()).isEqualTo(address);
      }
      assertThat(host.device.isEmpty()).isTrue();
    }
    assertThat(looped).hasSize(3);
  }

  @Test
  void shouldLeaveArpToItsHostAndAskItForNeighbours() {
    host.introducePeer();
    try (RecordingDevice device = new RecordingDevice()) {
      NetworkStack guest = new NetworkStack(small(), new TestPorts(), host.stack.neighbors(), 0);
      NetInterface net = new NetInterface("eth0", device, OUR_MAC, 1_500, NetInterface.NO_VLAN);
      net.addAddress(OUR_ADDRESS, 24);
      guest.addInterface(net);
      assertThat(guest.neighbors()).isNull();
      DatagramEndpoint socket = Objects.requireNonNull(guest.newDatagram());
      assertThat(socket.send(buffer, 0, 64, PEER_ADDRESS, 7)).isEqualTo(64);
      assertThat(Frames.getMac(device.next(), 0)).isEqualTo(PEER_MAC);
      int unknown = 0x0a000009;
      assertThat(socket.send(buffer, 0, 64, unknown, 7))
          .isEqualTo(StackError.HOST_UNREACHABLE.code);
      assertThat(host.device.next()).as("the host asks").isNotEmpty();
      host.receive(
          Frames.ethernet(
              OUR_MAC,
              PEER_MAC,
              Frames.ARP,
              Frames.arp(2, PEER_MAC, unknown, OUR_MAC, OUR_ADDRESS)));
      assertThat(socket.send(buffer, 0, 64, unknown, 7)).isEqualTo(64);
      Packet arp = Objects.requireNonNull(guest.pool().allocateForReceive());
      byte[] request =
          Frames.ethernet(
              Frames.BROADCAST_MAC,
              PEER_MAC,
              Frames.ARP,
              Frames.arp(1, PEER_MAC, PEER_ADDRESS, 0, OUR_ADDRESS));
      guest.pool().slab().copyFrom(request, 0, arp.offset(), request.length);
      arp.setRange(arp.offset(), request.length);
      guest.receive(arp, net, 0, 1);
      assertThat(guest.counters().get(DropReason.ARP_NOT_FOR_US)).isEqualTo(1);
      device.complete();
      assertThat(guest.pool().freeCells()).isEqualTo(guest.pool().cells());
      guest.close();
    }
  }

  @Test
  void shouldGiveEverythingBackWhenClosed() {
    host.introducePeer();
    DatagramEndpoint socket = Objects.requireNonNull(host.stack.newDatagram());
    socket.bind(0, 7);
    host.receiveUdp(1, 7, new byte[10]);
    List<Object> freed = new ArrayList<>();
    socket.sendLoan(buffer, 0, 100, "waits", freed::add, 0x0a000077, 7);
    host.device.complete();
    host.stack.close();
    host.drain();
    assertThat(freed).containsExactly("waits");
    assertThat(host.stack.pool().freeCells()).isEqualTo(host.stack.pool().cells());
    assertThat(host.ports.count()).isZero();
    assertThatThrownBy(() -> host.stack.poll(host.clock.nowNanos()))
        .isInstanceOf(IllegalStateException.class);
    host.stack.close();
  }

  @Test
  void shouldSayWhenItWantsToBePolled() {
    assertThat(host.stack.nextDeadlineNanos()).isEqualTo(Deadline.NEVER);
    assertThat(host.stack.poll(host.clock.nowNanos())).isZero();
    DatagramEndpoint socket = Objects.requireNonNull(host.stack.newDatagram());
    socket.send(buffer, 0, 10, PEER_ADDRESS, 7);
    assertThat(host.stack.nextDeadlineNanos() - host.clock.nowNanos())
        .isBetween(1L, 1_000_000_000L);
  }

  @Test
  void shouldNoticeCallsThatOverlap() {
    List<IllegalStateException> noticed = new ArrayList<>();
    NetworkDevice reentrant =
        new NetworkDevice() {
          @Override
          public boolean transmit(Packet frame, int queue) {
            try {
              host.stack.poll(host.clock.nowNanos());
            } catch (IllegalStateException e) {
              noticed.add(e);
            }
            return false;
          }

          @Override
          public void releaseQueue(int queue) {}

          @Override
          public void flushQueue(int queue) {}
        };
    NetInterface net = new NetInterface("eth1", reentrant, OUR_MAC, 1_500, NetInterface.NO_VLAN);
    net.addAddress(0x0a010001, 24);
    host.stack.addInterface(net);
    byte[] request =
        Frames.ethernet(
            Frames.BROADCAST_MAC,
            PEER_MAC,
            Frames.ARP,
            Frames.arp(1, PEER_MAC, 0x0a010002, 0, 0x0a010001));
    Packet packet = Objects.requireNonNull(host.stack.pool().allocateForReceive());
    host.stack.pool().slab().copyFrom(request, 0, packet.offset(), request.length);
    packet.setRange(packet.offset(), request.length);
    host.stack.receive(packet, net, 0, host.clock.nowNanos());
    assertThat(noticed).hasSize(1);
    assertThat(host.stack.counters().get(Counter.ARP_REQUESTS_RECEIVED)).isEqualTo(1);
  }
}
