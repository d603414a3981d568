package dev.trident.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StreamListener;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.link.Switch;
import dev.trident.hw.time.VirtualClock;
import dev.trident.testkit.Frames;
import dev.trident.testkit.Requirement;
import dev.trident.trace.Counter;
import dev.trident.trace.DropReason;
import dev.trident.wire.TcpHeader;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Frames that say they come from somebody else: land, ARP spoofing, reflection, endless talk. */
class SpoofingTest {
  private static final int OPEN_PORT = 7;
  private static final int CLOSED_PORT = 9;
  private static final long EVIL_MAC = 0x0200_0000_00eeL;
  private static final byte[] NONE = {};
  private static final byte[] SOME = Frames.pattern(40, 1);

  private final Victim victim = new Victim();

  @AfterEach
  void close() {
    victim.close();
  }

  // ---- land -------------------------------------------------------------------------------------

  @Test
  @Requirement("SEC-LAND-01")
  void shouldNotTalkToItselfWhenASynComesFromItsOwnAddressAndPort() {
    StreamListener listener = victim.listenAt(80, 5);
    for (int flags : new int[] {TcpHeader.SYN, TcpHeader.SYN | TcpHeader.ACK, TcpHeader.ACK}) {
      byte[] land = Frames.tcp(Victim.ADDRESS, 80, Victim.ADDRESS, 80, 1, 0, flags, NONE, NONE);
      victim.attackInVain(
          DropReason.IP_BAD_SOURCE,
          Craft.frame(victim, Frames.ipv4(Victim.ADDRESS, Victim.ADDRESS, Craft.TCP, land)));
    }
    victim.passSeconds(200);
    assertThat(victim.attacker.take()).isEmpty();
    assertThat(victim.stack.transport().openConnections(true)).isZero();
    assertThat(listener.acceptable()).isZero();
  }

  @Test
  @Requirement("SEC-LAND-02")
  void shouldDropADatagramThatSaysItIsFromUs() {
    DatagramEndpoint socket = victim.datagramAt(OPEN_PORT);
    byte[] udp = Frames.udp(Victim.ADDRESS, OPEN_PORT, Victim.ADDRESS, OPEN_PORT, SOME);
    byte[] echo = Craft.icmp(8, 0, SOME);
    victim.attackInVain(
        DropReason.IP_BAD_SOURCE,
        Craft.frame(victim, Frames.ipv4(Victim.ADDRESS, Victim.ADDRESS, Craft.UDP, udp)));
    victim.attackInVain(
        DropReason.IP_BAD_SOURCE,
        Craft.frame(victim, Frames.ipv4(Victim.ADDRESS, Victim.ADDRESS, Craft.ICMP, echo)));
    assertThat(socket.receivableDatagrams()).isZero();
  }

  // ---- ARP --------------------------------------------------------------------------------------

  private byte[] arp(int operation, long mac, int sender) {
    return Craft.frame(
        victim, Frames.ARP, Frames.arp(operation, mac, sender, victim.mac, Victim.ADDRESS));
  }

  @Test
  @Requirement("SEC-ARPSPOOF-01")
  void shouldNotLearnFromAReplyThatNobodyAskedFor() {
    for (int last = 3; last < 254; last++) {
      victim.attackInVain(DropReason.ARP_NOT_FOR_US, arp(2, EVIL_MAC, 0x0a000000 | last));
    }
    DatagramEndpoint socket = victim.datagramAt(OPEN_PORT);
    victim.call(() -> socket.send(C.malloc(4), 0, 4, 0x0a000009, 5));
    assertThat(victim.attacker.take())
        .as("it asks, as it knows nothing")
        .singleElement()
        .satisfies(
            frame -> {
              assertThat(Frames.etherType(frame)).isEqualTo(Frames.ARP);
              assertThat(Frames.getInt(frame, 38)).isEqualTo(0x0a000009);
            });
  }

  @Test
  @Requirement("SEC-ARPSPOOF-02")
  void shouldKeepAStaticEntryWhateverIsReceived() {
    victim.host.neighbor(0x0a000009, 0x0200_0000_0009L, "victim0");
    for (int operation = 1; operation <= 2; operation++) {
      victim.send(arp(operation, EVIL_MAC, 0x0a000009));
      victim.send(
          Frames.ethernet(
              Frames.BROADCAST_MAC,
              EVIL_MAC,
              Frames.ARP,
              Frames.arp(operation, EVIL_MAC, 0x0a000009, 0, 0x0a000009)));
    }
    victim.attacker.take();
    DatagramEndpoint socket = victim.datagramAt(OPEN_PORT);
    victim.passSeconds(1_000);
    victim.attacker.take();
    victim.call(() -> socket.send(C.malloc(4), 0, 4, 0x0a000009, 5));
    assertThat(Frames.getMac(victim.attacker.take().getFirst(), 0)).isEqualTo(0x0200_0000_0009L);
    victim.assertAnswersPing();
  }

  /** A /16 asks us one after the other; a connection goes on, and its neighbour stays known. */
  @Test
  @Requirement("SEC-ARPSPOOF-03")
  void shouldKeepWhoIsTalkedToWhenAWholeNetworkAsks() {
    TcpTarget target = victim.connections(1).getFirst();
    final int heldBefore = victim.cellsHeld();
    final long requestsBefore = victim.count(Counter.ARP_REQUESTS_SENT);
    for (int i = 0; i < 65_536; i++) {
      byte[] question = Frames.arp(1, EVIL_MAC + i, 0x0a010000 | i, 0, Victim.ADDRESS);
      victim.attacker.send(
          Frames.ethernet(Frames.BROADCAST_MAC, EVIL_MAC + i, Frames.ARP, question));
      if (i % 64 == 63) {
        victim.settle();
        victim.attacker.take();
      }
      if (i % 2_048 == 2_047) {
        victim.call(() -> target.stream.send(C.malloc(4), 0, 4, 0));
        assertThat(victim.attacker.take())
            .as("data, with no question before it")
            .singleElement()
            .satisfies(frame -> assertThat(Frames.getMac(frame, 0)).isEqualTo(Attacker.MAC));
        target.ack += 4;
        victim.send(
            target.frame(target.segment(target.seq, target.ack, TcpHeader.ACK, NONE, NONE)));
      }
    }
    assertThat(victim.count(Counter.ARP_REQUESTS_SENT)).isEqualTo(requestsBefore);
    assertThat(victim.cellsHeld()).isEqualTo(heldBefore);
    target.assertAlive();
  }

  @Test
  @Requirement("SEC-ARPSPOOF-04")
  void shouldCountAndShowThatANeighbourHasAnotherHardwareAddress() {
    final long before = victim.count(Counter.ARP_ADDRESS_CHANGES);
    victim.send(arp(1, EVIL_MAC, Attacker.ADDRESS));
    assertThat(victim.count(Counter.ARP_ADDRESS_CHANGES)).isEqualTo(before + 1);
    assertThat(victim.stack.transport().counters().toString())
        .contains("ARP_ADDRESS_CHANGES " + (before + 1));
    victim.send(arp(1, EVIL_MAC, Attacker.ADDRESS));
    assertThat(victim.count(Counter.ARP_ADDRESS_CHANGES))
        .as("the same again")
        .isEqualTo(before + 1);
  }

  // ---- reflection -------------------------------------------------------------------------------

  @Test
  @Requirement("SEC-RESOURCE-05")
  void shouldAnswerNoEchoRequestToABroadcastAddress() {
    for (int destination : new int[] {-1, Victim.BROADCAST, 0xe0000001}) {
      for (long mac : new long[] {Frames.BROADCAST_MAC, 0x0100_5e00_0001L, victim.mac}) {
        byte[] echo =
            Frames.ipv4(Attacker.ADDRESS, destination, Craft.ICMP, Craft.icmp(8, 0, SOME));
        Effect effect = victim.attack(Frames.ethernet(mac, Attacker.MAC, Frames.IPV4, echo));
        effect.isSilent();
        assertThat(effect.drops()).hasSize(1);
      }
    }
  }

  @Test
  @Requirement("SEC-RESOURCE-06")
  void shouldAnswerADatagramForNobodyOnceAndBriefly() {
    for (int bytes = 0; bytes <= 1_472; bytes += 64) {
      Effect effect =
          victim.attack(
              Craft.frame(
                  victim, Craft.datagram(Craft.UDP, Craft.udp(CLOSED_PORT, new byte[bytes]))));
      byte[] answer = Frames.datagram(effect.isDropped(DropReason.UDP_NO_ENDPOINT).answer());
      assertThat(answer.length).isLessThanOrEqualTo(576);
      victim.passSeconds(1);
      assertThat(victim.attacker.take()).as("not again").isEmpty();
    }
  }

  // ---- endless talk -----------------------------------------------------------------------------

  /**
   * Two engines, and frames that say to each that they come from the other: what they draw draws
   * nothing further.
   */
  @Test
  @Requirement("SEC-RESOURCE-04")
  void shouldNotTalkForeverToItsLike() {
    try (Attacker forger = new Attacker();
        Fabric fabric = Fabric.polled(new VirtualClock())) {
      Host a = fabric.host(StackConfig.standard("a", 1)).nic("left0", "10.0.0.3/24");
      Host b = fabric.host(StackConfig.standard("b", 2)).nic("right0", "10.0.0.4/24");
      Switch joined = fabric.newSwitch("switch", 3);
      fabric.wire(a.nic("left0"), joined.socket(0));
      fabric.wire(b.nic("right0"), joined.socket(1));
      fabric.wire(joined.socket(2), forger);
      int port = established(a, b);
      byte[][] segments = {
        forged(7, 7, TcpHeader.ACK, NONE),
        forged(7, 7, TcpHeader.RST, NONE),
        forged(7, 7, TcpHeader.SYN | TcpHeader.ACK, NONE),
        forged(port, 80, TcpHeader.ACK, NONE),
        forged(port, 80, TcpHeader.ACK, SOME),
        forged(port, 80, TcpHeader.SYN, NONE),
        forged(port, 80, TcpHeader.RST, NONE)
      };
      long from = a.nic("left0").mac();
      long to = b.nic("right0").mac();
      for (byte[] segment : segments) {
        forger.send(spoofed(from, to, Craft.TCP, segment));
      }
      byte[] chargen = Frames.udp(0x0a000003, 19, 0x0a000004, 7, SOME);
      forger.send(spoofed(from, to, Craft.UDP, chargen));
      forger.send(spoofed(from, to, Craft.ICMP, Craft.icmp(8, 0, SOME)));
      forger.send(spoofed(from, to, Craft.ICMP, Craft.icmp(0, 0, SOME)));
      forger.send(hello(from, 0x0a000004)); // one claims the other's address
      long before = framesSent(a) + framesSent(b);
      while (fabric.poll() != 0) {
        assertThat(framesSent(a) + framesSent(b) - before).isLessThan(100);
      }
      a.clock().sleep(100 * Victim.SECOND);
      assertThat(framesSent(a) + framesSent(b) - before).isLessThan(100);
    }
  }

  private static byte[] hello(long mac, int address) {
    return Frames.ethernet(
        Frames.BROADCAST_MAC, mac, Frames.ARP, Frames.arp(1, mac, address, 0, address));
  }

  private static byte[] forged(int from, int to, int flags, byte[] data) {
    return Frames.tcp(0x0a000003, from, 0x0a000004, to, 1, 1, flags, NONE, data);
  }

  private static byte[] spoofed(long from, long to, int protocol, byte[] data) {
    return Frames.ethernet(
        to, from, Frames.IPV4, Frames.ipv4(0x0a000003, 0x0a000004, protocol, data));
  }

  private static long framesSent(Host host) {
    return host.defaultStack().transport().counters().get(Counter.FRAMES_SENT);
  }

  /** A connection from {@code a} to port 80 of {@code b}; its local port. */
  private static int established(Host a, Host b) {
    b.defaultStack().enter();
    StreamListener listener = Objects.requireNonNull(b.defaultStack().transport().newListener());
    assertThat(listener.bind(0, 80)).isZero();
    assertThat(listener.listen(1)).isZero();
    b.defaultStack().exit();
    a.defaultStack().enter();
    var stream = Objects.requireNonNull(a.defaultStack().transport().newStream());
    assertThat(stream.connect(0x0a000004, 80)).isZero();
    a.defaultStack().exit();
    a.clock().sleep(Victim.SECOND);
    assertThat(listener.acceptable()).isEqualTo(1);
    return stream.localPort();
  }
}
