package dev.trident.udp;

import static dev.trident.testkit.StackHarness.OUR_ADDRESS;
import static dev.trident.testkit.StackHarness.OUR_MAC;
import static dev.trident.testkit.StackHarness.PEER_ADDRESS;
import static dev.trident.testkit.StackHarness.PEER_MAC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.link.NetInterface;
import dev.trident.testkit.FragmentFrames;
import dev.trident.testkit.Frames;
import dev.trident.testkit.Requirement;
import dev.trident.testkit.StackHarness;
import dev.trident.trace.DropReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The checksum of lent bytes is requested of the device ({@code Packet.requestChecksum}), and so it
 * must come true on every way that such a datagram takes. On input nothing is taken on trust: a
 * device has no way to say that it verified a frame, and each one is summed.
 */
class ChecksumRequestTest {
  private static final int PORT = 7;
  private static final int PEER_PORT = 4_000;
  private static final int GROUP = 0xe1020304;
  private static final int VLAN = 5;
  private static final int OUR_ADDRESS_ON_VLAN = 0x0a050001;
  private static final int PEER_ON_VLAN = 0x0a050002;
  private static final int BYTES = 5_001;

  private final StackHarness host = new StackHarness();
  private final NetInterface tagged = host.net.addTagged("eth0.5", VLAN);
  private final DatagramEndpoint socket = Objects.requireNonNull(host.stack.newDatagram());
  private final byte[] bytes = Frames.pattern(BYTES, 3);
  private final ByteBuf buffer = Unpooled.wrappedBuffer(bytes);

  ChecksumRequestTest() {
    tagged.addAddress(OUR_ADDRESS_ON_VLAN, 24);
    host.stack.addInterface(tagged);
    assertThat(socket.bind(0, PORT)).isZero();
  }

  @AfterEach
  void close() {
    socket.close();
    host.device.complete();
    host.drain();
    host.close();
  }

  private void lend(int length, int address, int port) {
    assertThat(socket.sendLoan(buffer, 0, length, "token", token -> {}, address, port))
        .isEqualTo(length);
  }

  private void introduce(byte[] frame) {
    host.receive(frame);
    host.device.drain();
  }

  private byte[] start(int length) {
    return Arrays.copyOf(bytes, length);
  }

  @Test
  @Requirement("LES-quirks-01")
  void shouldSumWhatGoesOutAtOnce() {
    host.introducePeer();
    lend(101, PEER_ADDRESS, PEER_PORT);
    assertThat(Frames.udpPayload(host.device.next())).isEqualTo(start(101));
  }

  @Test
  @Requirement("LES-quirks-01")
  void shouldSumWhatHasWaitedForAnAddress() {
    lend(101, PEER_ADDRESS, PEER_PORT);
    assertThat(Frames.etherType(host.device.next())).isEqualTo(Frames.ARP);
    host.receive(
        Frames.ethernet(
            OUR_MAC,
            PEER_MAC,
            Frames.ARP,
            Frames.arp(2, PEER_MAC, PEER_ADDRESS, OUR_MAC, OUR_ADDRESS)));
    assertThat(Frames.udpPayload(host.device.next())).isEqualTo(start(101));
  }

  @Test
  @Requirement("LES-quirks-01")
  void shouldSumBehindATag() {
    introduce(
        Frames.tagged(
            Frames.BROADCAST_MAC,
            PEER_MAC,
            VLAN,
            Frames.ARP,
            Frames.arp(1, PEER_MAC, PEER_ON_VLAN, 0, OUR_ADDRESS_ON_VLAN)));
    lend(101, PEER_ON_VLAN, PEER_PORT);
    byte[] frame = host.device.next();
    byte[] untagged =
        Frames.concat(Arrays.copyOf(frame, 12), Arrays.copyOfRange(frame, 16, frame.length));
    assertThat(Frames.udpPayload(untagged)).isEqualTo(start(101));
  }

  @Test
  @Requirement("LES-quirks-01")
  void shouldSumAllOfADatagramThatGoesInFragments() {
    host.introducePeer();
    lend(BYTES, PEER_ADDRESS, PEER_PORT);
    List<byte[]> fragments = host.device.drain();
    assertThat(fragments).hasSize(4);
    byte[] whole = FragmentFrames.join(fragments, 1_500);
    assertThat(Frames.udpPayload(Frames.ethernet(PEER_MAC, OUR_MAC, Frames.IPV4, whole)))
        .isEqualTo(bytes);
  }

  @Test
  @Requirement("LES-quirks-01")
  void shouldSumBothTheDatagramToAGroupAndItsCopyForThisHost() {
    DatagramEndpoint member = Objects.requireNonNull(host.stack.newDatagram());
    assertThat(member.bind(0, PEER_PORT)).isZero();
    assertThat(member.groups().join(GROUP, 0)).isZero();
    host.device.drain();
    lend(101, GROUP, PEER_PORT);
    assertThat(Frames.udpPayload(host.device.next())).isEqualTo(start(101));
    ByteBuf received = Unpooled.buffer(BYTES);
    assertThat(member.receive(received, 0, BYTES)).isEqualTo(101);
    assertThat(received.slice(0, 101)).isEqualTo(buffer.slice(0, 101));
    member.close();
  }

  @Test
  @Requirement("LES-quirks-01")
  void shouldTakeNoSumOnTrustOnInput() {
    byte[] segment = Frames.udp(PEER_ADDRESS, PEER_PORT, OUR_ADDRESS, PORT, start(101));
    segment[107] ^= 1;
    host.receiveDatagram(Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, Frames.UDP_PROTOCOL, segment));
    assertThat(host.stack.counters().get(DropReason.UDP_BAD_CHECKSUM)).isEqualTo(1);
    assertThat(socket.receivableDatagrams()).isZero();
  }
}
