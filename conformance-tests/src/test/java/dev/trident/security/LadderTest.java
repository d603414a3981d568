package dev.trident.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpInfo;
import dev.trident.testkit.Frames;
import dev.trident.testkit.Requirement;
import dev.trident.trace.Counter;
import dev.trident.trace.DropReason;
import dev.trident.wire.TcpHeader;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The one ladder of checks that all families come down to, rung by rung. */
class LadderTest {
  private static final int OPEN_PORT = 7;
  private static final int CLOSED_PORT = 9;
  private static final int GROUP = 0xe1020304;
  private static final long GROUP_MAC = 0x0100_5e02_0304L;
  private static final long STRANGER_MAC = 0x0200_0000_00ffL;
  private static final byte[] NONE = {};
  private static final byte[] SOME = Frames.pattern(40, 1);

  private final Victim victim = new Victim();

  @AfterEach
  void close() {
    victim.close();
  }

  private byte[] frame(int protocol, byte[] data) {
    return Craft.frame(victim, Craft.datagram(protocol, data));
  }

  private byte[][] templates() {
    return new byte[][] {
      frame(Craft.UDP, Craft.udp(OPEN_PORT, SOME)),
      frame(Craft.UDP, Craft.udp(CLOSED_PORT, SOME)),
      frame(Craft.ICMP, Craft.icmp(8, 0, SOME)),
      frame(Craft.ICMP, Craft.icmp(3, 3, Craft.quote(Craft.UDP, OPEN_PORT, 5, 0))),
      frame(Craft.TCP, TcpTarget.segment(5, 81, 1, 0, TcpHeader.SYN, Craft.bytes(2, 4, 5, 0), NONE))
    };
  }

  // ---- general ----------------------------------------------------------------------------------

  /** Every template, cut at every length, and with every byte of its headers set to odd values. */
  @Test
  @Requirement({"SEC-LADDER-01", "SEC-LADDER-02", "SEC-LADDER-03"})
  void shouldSurviveEveryTruncationAndEveryOddByte() {
    TcpTarget target = victim.connections(1).getFirst();
    for (byte[] template : templates()) {
      for (int length = 0; length < template.length; length++) {
        victim.attack(Arrays.copyOf(template, length));
        victim.passNanos(Victim.SECOND / 50);
      }
      for (int at = 0; at < Math.min(template.length, 62); at++) {
        if ((at >= 26 && at < 30) || at == 20 || at == 21) {
          continue; // what waits: an answer for its neighbour, a fragment for the others
        }
        for (int value : new int[] {0, 1, 0x7f, 0x80, 0xff}) {
          byte[] odd = Craft.with8(template, at, value);
          victim.attack(odd, resummed(odd));
          victim.passNanos(Victim.SECOND / 50);
        }
      }
    }
    target.assertAlive();
  }

  private static byte[] resummed(byte[] frame) {
    byte[] datagram = Arrays.copyOfRange(frame, 14, frame.length);
    return Frames.concat(Arrays.copyOf(frame, 14), Frames.withIpv4Checksum(datagram));
  }

  /** What was received was dropped once, delivered, or answered; nothing else happens to it. */
  @Test
  @Requirement("SEC-LADDER-04")
  void shouldAccountForEveryFrameExactlyOnce() {
    DatagramEndpoint socket = victim.datagramAt(OPEN_PORT);
    Random random = new Random(11);
    byte[][] all = templates();
    byte[][] templates = {all[0], all[1], all[2], all[4]};
    ByteBuf buffer = C.malloc(2_000);
    for (int round = 0; round < 20_000; round++) {
      byte[] frame = templates[random.nextInt(templates.length)].clone();
      for (int n = random.nextInt(3); n >= 0; n--) {
        int at = 14 + random.nextInt(frame.length - 14);
        // Not the source: what cannot be answered for want of a neighbour is another frame's drop.
        frame[at] = at >= 26 && at < 30 ? frame[at] : (byte) random.nextInt();
      }
      byte[] sent = random.nextInt(4) == 0 ? frame : resummed(frame);
      final long received = framesReceived();
      final long dropped = victim.drops().values().stream().mapToLong(Long::longValue).sum();
      final long replies = victim.count(Counter.ICMP_ECHO_REPLIES_SENT);
      victim.send(sent);
      int delivered = socket.receivableDatagrams();
      while (victim.call(() -> socket.receive(buffer, 0, 2_000)) >= 0) {
        // Empties the queue.
      }
      assertThat(framesReceived() - received).isEqualTo(1);
      if (victim.cellsHeld() != 0) {
        victim.passSeconds(31); // a fragment on its own, until it is given up
      }
      assertThat(
              victim.drops().values().stream().mapToLong(Long::longValue).sum()
                  - dropped
                  + delivered
                  + victim.count(Counter.ICMP_ECHO_REPLIES_SENT)
                  - replies)
          .as("frame %s", HexFormat.of().formatHex(sent))
          .isEqualTo(1);
      victim.attacker.take();
    }
    assertThat(victim.cellsHeld()).isZero();
    victim.assertAnswersPing();
  }

  /** Without the answers of a neighbour who was asked for its hardware address. */
  private long framesReceived() {
    return victim.count(Counter.FRAMES_RECEIVED) - victim.count(Counter.ARP_REPLIES_RECEIVED);
  }

  // ---- Ethernet ---------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(longs = {0x0100_5e00_0001L, 0x3333_0000_0001L, 0xffff_ffff_ffffL, 0x0300_0000_0002L})
  @Requirement("SEC-LADDER-05")
  void shouldDropAFrameFromManyAtOnce(long source) {
    byte[] echo = Craft.datagram(Craft.ICMP, Craft.icmp(8, 0, SOME));
    victim.attackInVain(
        DropReason.ETHERNET_SOURCE_MULTICAST,
        Frames.ethernet(victim.mac, source, Frames.IPV4, echo));
    byte[] arp = Frames.arp(1, Attacker.MAC, Attacker.ADDRESS, 0, Victim.ADDRESS);
    victim.attackInVain(
        DropReason.ETHERNET_SOURCE_MULTICAST,
        Frames.ethernet(Frames.BROADCAST_MAC, source, Frames.ARP, arp));
  }

  @Test
  @Requirement("SEC-LADDER-06")
  void shouldDropAFrameForSomebodyElse() {
    byte[] echo = Craft.datagram(Craft.ICMP, Craft.icmp(8, 0, SOME));
    for (long destination : new long[] {STRANGER_MAC, victim.mac ^ 1, GROUP_MAC, 0}) {
      victim.attackInVain(
          DropReason.ETHERNET_NOT_FOR_US,
          Frames.ethernet(destination, Attacker.MAC, Frames.IPV4, echo));
    }
  }

  // ---- ARP --------------------------------------------------------------------------------------

  @Test
  @Requirement("SEC-LADDER-07")
  void shouldLearnNothingFromAnImpossibleSenderAndCountAConflict() {
    for (int sender : new int[] {GROUP, -1, Victim.BROADCAST, 0x7f000001, 0xf0000001}) {
      for (int operation = 1; operation <= 2; operation++) {
        byte[] arp = Frames.arp(operation, STRANGER_MAC, sender, 0, Victim.ADDRESS);
        victim.attackInVain(DropReason.ARP_BAD_SENDER, Craft.frame(victim, Frames.ARP, arp));
      }
    }
    final long conflicts = victim.count(Counter.ARP_CONFLICTS);
    byte[] ours = Frames.arp(2, STRANGER_MAC, Victim.ADDRESS, victim.mac, Attacker.ADDRESS);
    victim.attack(Craft.frame(victim, Frames.ARP, ours)).isDropped(DropReason.ARP_CONFLICT);
    assertThat(victim.count(Counter.ARP_CONFLICTS)).isEqualTo(conflicts + 1);
  }

  // ---- IPv4 -------------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(ints = {0x7f000001, 0x7f000000, 0x7fffffff, 0x7f010203})
  @Requirement("SEC-LADDER-08")
  void shouldDropALoopbackSourceFromTheLink(int source) {
    DatagramEndpoint socket = victim.datagramAt(OPEN_PORT);
    byte[] udp = Frames.udp(source, 4_000, Victim.ADDRESS, OPEN_PORT, SOME);
    victim.attackInVain(
        DropReason.IP_BAD_SOURCE,
        Craft.frame(victim, Frames.ipv4(source, Victim.ADDRESS, Craft.UDP, udp)));
    byte[] toLoopback = Frames.udp(Attacker.ADDRESS, 4_000, source, OPEN_PORT, SOME);
    victim.attackInVain(
        DropReason.IP_BAD_DESTINATION,
        Craft.frame(victim, Frames.ipv4(Attacker.ADDRESS, source, Craft.UDP, toLoopback)));
    assertThat(socket.receivableDatagrams()).isZero();
  }

  // ---- fragments --------------------------------------------------------------------------------

  private byte[] fragment(int id, int offset, boolean more, int bytes) {
    return Craft.frame(victim, Craft.fragment(id, Craft.UDP, offset, more, new byte[bytes]));
  }

  @Test
  @Requirement("SEC-LADDER-09")
  void shouldGiveADatagramUpWhenAFragmentInTheMiddleIsOfOddLength() {
    for (int odd : new int[] {1, 7, 9, 15, 1_479}) {
      victim.send(fragment(odd, 1_480, false, 8));
      victim.send(fragment(odd, 0, true, odd));
      assertThat(victim.cellsHeld()).isZero();
    }
    assertThat(victim.drops(DropReason.IP_FRAGMENT_BAD_LENGTH)).isEqualTo(10);
    victim.assertAnswersPing();
  }

  @Test
  @Requirement("SEC-LADDER-10")
  void shouldGiveADatagramUpWhenItHasTwoEnds() {
    victim.send(fragment(1, 80, false, 16), fragment(1, 160, false, 16));
    assertThat(victim.drops(DropReason.IP_FRAGMENT_END_MISMATCH)).isEqualTo(2);
    victim.send(fragment(2, 160, false, 16), fragment(2, 80, false, 16));
    assertThat(victim.drops(DropReason.IP_FRAGMENT_END_MISMATCH)).isEqualTo(4);
    victim.send(fragment(3, 80, false, 16), fragment(3, 96, true, 16));
    assertThat(victim.drops(DropReason.IP_FRAGMENT_END_MISMATCH)).isEqualTo(6);
    assertThat(victim.cellsHeld()).isZero();
    victim.assertAnswersPing();
  }

  @Test
  @Requirement("SEC-LADDER-11")
  void shouldForgetAnIncompleteDatagramAfterHalfAMinute() {
    victim.send(fragment(1, 8, true, 16));
    victim.passNanos(20 * Victim.SECOND);
    victim.send(fragment(1, 24, true, 16));
    victim.passNanos(10 * Victim.SECOND - 1);
    assertThat(victim.cellsHeld()).isPositive();
    victim.passNanos(1_000);
    assertThat(victim.cellsHeld()).isZero();
    assertThat(victim.drops(DropReason.IP_FRAGMENT_TIMEOUT)).isEqualTo(2);
    victim.assertAnswersPing();
  }

  // ---- ICMP and UDP -----------------------------------------------------------------------------

  @Test
  @Requirement({"SEC-LADDER-12", "SEC-LADDER-13"})
  void shouldLimitTheErrorsItSendsButNotWhatItDelivers() {
    final DatagramEndpoint socket = victim.datagramAt(OPEN_PORT);
    byte[] toClosed = frame(Craft.UDP, Craft.udp(CLOSED_PORT, SOME));
    byte[] toOpen = frame(Craft.UDP, Craft.udp(OPEN_PORT, SOME));
    byte[] unknownProtocol = frame(132, SOME);
    for (int i = 0; i < 1_000; i++) {
      victim.send(toClosed, unknownProtocol);
    }
    int burst = victim.attacker.take().size();
    assertThat(burst).isBetween(1, 50);
    for (int second = 0; second < 10; second++) {
      for (int i = 0; i < 500; i++) {
        victim.send(toClosed);
        victim.passNanos(Victim.SECOND / 500);
      }
    }
    assertThat(victim.attacker.take().size()).as("in ten seconds").isBetween(500, 1_100);
    assertThat(victim.count(Counter.ICMP_ERRORS_SUPPRESSED)).isPositive();
    for (int i = 0; i < 100; i++) {
      victim.send(toClosed, toOpen);
    }
    assertThat(socket.receivableDatagrams()).isEqualTo(100);
    victim.run(socket::close);
    assertThat(victim.cellsHeld()).isZero();
    victim.assertAnswersPing();
  }

  // ---- TCP --------------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      ints = {
        TcpHeader.SYN | TcpHeader.FIN,
        TcpHeader.SYN | TcpHeader.RST,
        0,
        TcpHeader.FIN,
        TcpHeader.URG,
        TcpHeader.PSH,
        TcpHeader.FIN | TcpHeader.PSH | TcpHeader.URG,
        0x3f
      })
  @Requirement("SEC-LADDER-14")
  void shouldDropFlagsThatMakeNoSense(int flags) {
    StreamListener listener = victim.listenAt(80, 5);
    TcpTarget target = victim.connection(listener, 5);
    int streams = victim.stack.transport().openConnections(true);

    Effect onListener =
        victim.attack(TcpTarget.frame(victim, TcpTarget.segment(6, 80, 1, 0, flags, NONE, NONE)));
    assertThat(onListener.drops()).hasSize(1);
    assertThat(listener.acceptable()).isZero();
    assertThat(victim.stack.transport().openConnections(true)).isEqualTo(streams);

    // To a connection, where the sequence number fits nowhere: with RST it would be RFC 5961's.
    Effect onConnection =
        victim.attack(target.frame(target.segment(target.seq + 7, target.ack, flags, NONE, NONE)));
    assertThat(onConnection.drops().values().stream().mapToLong(Long::longValue).sum())
        .isEqualTo(1);
    assertThat(target.stream.state()).isEqualTo(StreamState.ESTABLISHED);
    target.assertAlive();
  }

  @Test
  @Requirement("SEC-LADDER-15")
  void shouldTakeNothingFromASegmentOutsideTheWindow() {
    TcpTarget target = victim.connections(1).getFirst();
    victim.call(() -> target.stream.send(C.malloc(4), 0, 4, 0));
    victim.attacker.take();
    TcpInfo before = new TcpInfo();
    victim.run(() -> target.stream.info(before));
    for (int distance : new int[] {-1_000_000, 1_000_000, 0x7fffffff, 0x80000000}) {
      byte[] outside =
          target.segment(
              target.seq + distance,
              target.ack + 4,
              TcpHeader.ACK | TcpHeader.FIN | TcpHeader.PSH,
              NONE,
              SOME);
      victim
          .attack(target.frame(TcpTarget.urgent(Craft.with16(outside, 14, 7), 3)))
          .isDropped(DropReason.TCP_OUT_OF_WINDOW);
    }
    TcpInfo after = new TcpInfo();
    victim.run(() -> target.stream.info(after));
    assertThat(after.flightSizeBytes).isEqualTo(before.flightSizeBytes).isEqualTo(4);
    assertThat(after.sndWnd).isEqualTo(before.sndWnd);
    assertThat(target.stream.urgentOffset()).isEqualTo(-1);
    assertThat(target.stream.receivableBytes()).isZero();
    assertThat(target.stream.state()).isEqualTo(StreamState.ESTABLISHED);
  }

  // ---- sockets ----------------------------------------------------------------------------------

  @Test
  @Requirement("SEC-LADDER-16")
  void shouldCopyTheLesserOfWhatIsWantedAndWhatIsThere() {
    TcpTarget target = victim.connections(1).getFirst();
    final DatagramEndpoint socket = victim.datagramAt(OPEN_PORT);
    for (int wanted = 0; wanted <= 60; wanted += 5) {
      victim.send(target.dataFrame(SOME), frame(Craft.UDP, Craft.udp(OPEN_PORT, SOME)));
      target.seq += SOME.length;
      assertThat(target.read(wanted)).isEqualTo(Arrays.copyOf(SOME, Math.min(wanted, SOME.length)));
      target.read(100);
      ByteBuf buffer = C.malloc(80);
      int limit = wanted;
      assertThat(victim.call(() -> socket.receive(buffer, 0, limit)))
          .isEqualTo(Math.min(wanted, SOME.length));
      assertThat(buffer.getByte(Math.min(wanted, SOME.length))).as("beyond").isZero();
    }
    target.assertAlive();
  }
}
