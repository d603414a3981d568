package dev.trident.stack;

import static dev.trident.testkit.StackHarness.OUR_MAC;
import static dev.trident.testkit.StackHarness.PEER_MAC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.link.NetInterface;
import dev.trident.testkit.Frames;
import dev.trident.testkit.Requirement;
import dev.trident.testkit.StackHarness;
import dev.trident.trace.DropReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several interfaces on one adapter, told apart by their tags (IEEE 802.1Q). */
class VlanTest {
  private static final int FIVE = 0x0a050001;
  private static final int PEER_ON_FIVE = 0x0a050002;
  private static final int SIX = 0x0a060001;
  private static final int PEER_ON_SIX = 0x0a060002;

  private final StackHarness host = new StackHarness();
  private final NetInterface five = host.net.addTagged("eth0.5", 5);
  private final NetInterface six = host.net.addTagged("eth0.6", 6);
  private final DatagramEndpoint socket = Objects.requireNonNull(host.stack.newDatagram());

  VlanTest() {
    five.addAddress(FIVE, 24);
    six.addAddress(SIX, 24);
    host.stack.addInterface(five);
    host.stack.addInterface(six);
    assertThat(socket.bind(0, 7)).isZero();
  }

  @AfterEach
  void close() {
    socket.close();
    host.close();
  }

  private static byte[] arpRequest(int from, int target) {
    return Frames.arp(1, PEER_MAC, from, 0, target);
  }

  private void receiveTagged(int tag, int type, byte[] data) {
    host.receive(Frames.tagged(OUR_MAC, PEER_MAC, tag, type, data));
  }

  private byte[] udpTo(int source, int destination, int bytes) {
    byte[] segment = Frames.udp(source, 9, destination, 7, new byte[bytes]);
    return Frames.ipv4(source, destination, Frames.UDP_PROTOCOL, segment);
  }

  @Test
  @Requirement({"IEEE8021Q-tag-01", "IEEE8021Q-tag-06"})
  void shouldAnswerOnTheVlanThatTheQuestionCameBy() {
    receiveTagged(5, Frames.ARP, arpRequest(PEER_ON_FIVE, FIVE));
    assertThat(host.device.next())
        .isEqualTo(
            Frames.tagged(
                PEER_MAC,
                OUR_MAC,
                5,
                Frames.ARP,
                Frames.arp(2, OUR_MAC, FIVE, PEER_MAC, PEER_ON_FIVE)));
    receiveTagged(6, Frames.ARP, arpRequest(PEER_ON_FIVE, FIVE));
    assertThat(host.device.isEmpty()).as("the address is on the other VLAN").isTrue();
  }

  @Test
  @Requirement({"IEEE8021Q-tag-06", "IEEE8021Q-tag-07"})
  void shouldCarryAFullMtuBehindTheTag() {
    receiveTagged(6, Frames.ARP, arpRequest(PEER_ON_SIX, SIX));
    host.device.drain();
    host.device.complete();
    ByteBuf full = Unpooled.wrappedBuffer(Frames.pattern(1_472, 1));
    assertThat(socket.send(full, 0, 1_472, PEER_ON_SIX, 9)).isEqualTo(1_472);
    byte[] frame = host.device.next();
    assertThat(frame).hasSize(1_518);
    assertThat(Frames.getInt(frame, 12)).as("priority 0").isEqualTo(0x8100_0006);
    assertThat(Frames.getShort(frame, 16)).isEqualTo(Frames.IPV4);
    receiveTagged(6, Frames.IPV4, udpTo(PEER_ON_SIX, SIX, 1_472));
    assertThat(socket.nextBytes()).isEqualTo(1_472);
  }

  @Test
  @Requirement("IEEE8021Q-tag-02")
  void shouldDropTagsThatNobodyConfigured() {
    receiveTagged(7, Frames.IPV4, udpTo(PEER_ON_FIVE, FIVE, 8));
    assertThat(socket.receivableDatagrams()).isZero();
    assertThat(host.stack.counters().get(DropReason.ETHERNET_VLAN_MISMATCH)).isEqualTo(1);
  }

  @Test
  @Requirement("IEEE8021Q-tag-03")
  void shouldTakeAPriorityTagForNone() {
    byte[] untagged = Frames.arp(1, PEER_MAC, StackHarness.PEER_ADDRESS, 0, 0x0a000001);
    receiveTagged(0xe000, Frames.ARP, untagged);
    assertThat(Frames.etherType(host.device.next())).isEqualTo(Frames.ARP);
  }

  @Test
  @Requirement("IEEE8021Q-tag-03")
  void shouldReadTheVlanWhateverThePriority() {
    receiveTagged(0xe005, Frames.ARP, arpRequest(PEER_ON_FIVE, FIVE));
    assertThat(Frames.getInt(host.device.next(), 12)).isEqualTo(0x8100_0005);
  }

  @Test
  @Requirement("IEEE8021Q-tag-04")
  void shouldRefuseReservedAndImpossibleVlans() {
    for (int vlan : new int[] {0, 4_095, 4_096, -2}) {
      assertThatThrownBy(() -> host.net.addTagged("bad", vlan))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("VLAN " + vlan + ": must be 1..4094");
    }
    receiveTagged(4_095, Frames.ARP, arpRequest(PEER_ON_FIVE, FIVE));
    assertThat(host.device.isEmpty()).isTrue();
    assertThat(host.stack.counters().get(DropReason.ETHERNET_VLAN_MISMATCH)).isEqualTo(1);
  }

  @Test
  void shouldRefuseAVlanTwice() {
    assertThatThrownBy(() -> host.net.addTagged("again", 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("VLAN 5 is taken on eth0");
  }

  @Test
  @Requirement("IEEE8021Q-tag-05")
  void shouldDropAFrameThatEndsInItsTag() {
    byte[] whole = Frames.tagged(OUR_MAC, PEER_MAC, 5, Frames.ARP, new byte[0]);
    for (int length = 14; length < 18; length++) {
      host.receive(Arrays.copyOf(whole, length));
    }
    assertThat(host.stack.counters().get(DropReason.ETHERNET_VLAN_TRUNCATED)).isEqualTo(4);
  }

  @Test
  @Requirement("IEEE8021Q-tag-08")
  void shouldDropASecondTag() {
    byte[] inner = new byte[60];
    Frames.putShort(inner, 0, 6);
    receiveTagged(5, 0x8100, inner);
    receiveTagged(5, 0x88a8, inner);
    assertThat(host.stack.counters().get(DropReason.ETHERNET_DOUBLE_TAG)).isEqualTo(2);
  }

  /** Each VLAN has groups of its own, as it has addresses of its own. */
  @Test
  void shouldListenToGroupsOnTheVlanThatTheyWereJoinedOn() {
    int group = 0xe1020304;
    assertThat(socket.groups().join(group, FIVE)).isZero();
    receiveGroup(5, PEER_ON_FIVE, group);
    assertThat(socket.receivableDatagrams()).isEqualTo(1);
    receiveGroup(6, PEER_ON_SIX, group);
    receiveGroup(0, StackHarness.PEER_ADDRESS, group);
    assertThat(socket.receivableDatagrams()).as("from other VLANs").isEqualTo(1);
    assertThat(host.stack.counters().get(DropReason.ETHERNET_NOT_FOR_US)).isEqualTo(2);
    assertThat(socket.groups().leave(group, FIVE)).isZero();
    receiveGroup(5, PEER_ON_FIVE, group);
    assertThat(socket.receivableDatagrams()).isEqualTo(1);
  }

  private void receiveGroup(int tag, int source, int group) {
    host.receive(
        Frames.tagged(0x0100_5e02_0304L, PEER_MAC, tag, Frames.IPV4, udpTo(source, group, 4)));
  }
}
