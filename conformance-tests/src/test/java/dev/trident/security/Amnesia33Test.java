package dev.trident.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.testkit.Frames;
import dev.trident.testkit.Requirement;
import dev.trident.trace.DropReason;
import dev.trident.wire.TcpHeader;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** AMNESIA:33: what broke uIP, picoTCP, FNET and Nut/Net in 2020, where IPv4 is concerned. */
class Amnesia33Test {
  private static final int OPEN_PORT = 7;
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

  /** CVE-2020-13987: a sum over the length that a header tells ran behind the packet. */
  @Test
  @Requirement("SEC-AMNESIA33-01")
  void shouldSumNoMoreBytesThanArePresent() {
    DatagramEndpoint socket = victim.datagramAt(OPEN_PORT);
    byte[] udp = Craft.udp(OPEN_PORT, SOME);
    for (int length : new int[] {udp.length + 1, 1_480, 2_048, 0x7fff, 0x8000, 0xffff}) {
      byte[] lie = Craft.udpSummed(Craft.with16(udp, 4, length));
      victim.attackInVain(DropReason.UDP_BAD_LENGTH, frame(Craft.UDP, lie));
      for (int protocol : new int[] {Craft.ICMP, Craft.TCP, Craft.UDP}) {
        byte[] datagram = Craft.totalLength(Craft.datagram(protocol, udp), length + 20);
        victim.attackInVain(DropReason.IP_BAD_TOTAL_LENGTH, Craft.frame(victim, datagram));
      }
    }
    assertThat(socket.receivableDatagrams()).isZero();
  }

  /** CVE-2020-13988: what an MSS option of another length says does not count. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 5, 6, 40, 255})
  @Requirement("SEC-AMNESIA33-02")
  void shouldIgnoreAnMssOptionOfAnotherLength(int length) {
    StreamListener listener = victim.listenAt(80, 5);
    byte[] options = Arrays.copyOf(Craft.bytes(2, length, 5, 0), 8);
    TcpTarget target = TcpTarget.accepted(victim, listener, 5, options);
    assertThat(target.stream.mss()).as("the default of a peer that says nothing").isEqualTo(536);
    TcpTarget proper = TcpTarget.accepted(victim, listener, 6, Craft.bytes(2, 4, 5, 0));
    assertThat(proper.stream.mss()).isEqualTo(1_280);
    target.assertAlive();
  }

  /** CVE-2020-13988, -24337: a parser that goes on by zero never ends. */
  @Test
  @Requirement("SEC-AMNESIA33-03")
  void shouldEndParsingAtAnOptionOfLengthZero() {
    TcpTarget target = victim.connections(1).getFirst();
    for (int kind = 2; kind < 256; kind++) {
      for (int before = 0; before <= 38; before += 19) {
        byte[] options = new byte[40];
        Arrays.fill(options, (byte) 1);
        options[before] = (byte) kind;
        options[before + 1] = 0;
        victim.send(
            target.frame(
                target.segment(target.seq, target.ack, TcpHeader.ACK, options, Craft.bytes(1))));
        target.seq++;
      }
    }
    assertThat(target.read(1_000)).hasSize(3 * 254);
    target.assertAlive();
  }

  /** CVE-2020-17437: data is read up to where it ends, wherever the pointer points. */
  @ParameterizedTest
  @ValueSource(ints = {5, 9, 1_000, 0x7fff, 0x8000, 0xffff})
  @Requirement("SEC-AMNESIA33-04")
  void shouldReadOnlyTheDataWhenTheUrgentPointerIsBeyondIt(int pointer) {
    TcpTarget target = victim.connections(1).getFirst();
    for (boolean inLine : new boolean[] {true, false}) {
      victim.run(() -> target.stream.urgentInLine(inLine));
      byte[] segment =
          target.segment(target.seq, target.ack, TcpHeader.ACK, NONE, Craft.bytes(1, 2, 3, 4));
      victim.send(target.frame(TcpTarget.urgent(segment, pointer)));
      target.seq += 4;
      assertThat(target.read(100)).isEqualTo(Craft.bytes(1, 2, 3, 4));
      assertThat(target.read(100)).as("nothing more").isEmpty();
    }
    victim.assertAnswersPing();
    assertThat(victim.cellsHeld()).isZero();
  }

  private byte[] fragment(int id, int offset, boolean more, byte[] data) {
    return Craft.frame(victim, Craft.fragment(id, Craft.UDP, offset, more, data));
  }

  /** CVE-2020-17438: an end beyond 65,535 takes the whole datagram with it. */
  @Test
  @Requirement("SEC-AMNESIA33-05")
  void shouldDropADatagramWithAFragmentThatEndsTooFarOut() {
    for (int last : new int[] {65_512, 65_520, 65_528}) {
      victim.send(fragment(last, 0, true, new byte[1_480]));
      assertThat(victim.cellsHeld()).isPositive();
      victim.send(fragment(last, last, false, new byte[24]));
      assertThat(victim.cellsHeld()).as("all of it").isZero();
      victim.send(fragment(last, 1_480, true, new byte[1_480]));
      assertThat(victim.cellsHeld()).as("and what still comes").isZero();
    }
    assertThat(victim.drops(DropReason.IP_FRAGMENT_TOO_LONG)).isEqualTo(6);
    assertThat(victim.drops(DropReason.IP_FRAGMENT_REFUSED)).isEqualTo(3);
    victim.assertAnswersPing();
  }

  /** CVE-2020-17438: total lengths of fragments that have nothing to do with the bytes present. */
  @Test
  @Requirement("SEC-AMNESIA33-06")
  void shouldWriteOnlyWhereTheBytesPresentReach() {
    DatagramEndpoint socket = victim.datagramAt(OPEN_PORT);
    byte[] udp = Craft.udpUnsummed(Craft.udp(OPEN_PORT, Frames.pattern(72, 1)));
    byte[] first = Craft.fragment(9, Craft.UDP, 0, true, Arrays.copyOf(udp, 40));
    byte[] last = Craft.fragment(9, Craft.UDP, 40, false, Arrays.copyOfRange(udp, 40, 80));
    for (byte[] piece : new byte[][] {first, last}) {
      for (int total : new int[] {0, 19, 61, 100, 1_500, 0x7fff, 0xffff}) {
        victim.attackInVain(
            DropReason.IP_BAD_TOTAL_LENGTH,
            Craft.bare(victim, Frames.IPV4, Craft.totalLength(piece, total)));
      }
    }
    victim.send(Craft.frame(victim, first), Craft.frame(victim, last));
    assertThat(socket.nextBytes()).as("untouched by all of these").isEqualTo(72);
    victim.run(socket::close);
    assertThat(victim.cellsHeld()).isZero();
  }

  /** CVE-2020-24341: caught before there is a look at what would lie behind the header. */
  @ParameterizedTest
  @ValueSource(ints = {TcpHeader.SYN, TcpHeader.ACK, TcpHeader.RST, TcpHeader.FIN})
  @Requirement("SEC-AMNESIA33-07")
  void shouldCatchADataOffsetBeyondTheSegment(int flags) {
    victim.listenAt(80, 5);
    for (int length = 20; length < 60; length += 4) {
      byte[] segment =
          Arrays.copyOf(TcpTarget.segment(5, 80, 1, 0, flags, new byte[40], NONE), length);
      for (int words = length / 4 + 1; words < 16; words++) {
        byte[] lie = Craft.tcpSummed(Craft.with8(segment, 12, words << 4));
        victim.attackInVain(DropReason.TCP_BAD_DATA_OFFSET, frame(Craft.TCP, lie));
      }
    }
  }

  /** CVE-2020-17439 to -25111, the group about DNS. */
  @Test
  @Requirement("SEC-AMNESIA33-08")
  void shouldHaveNoResolverThatCountsRecords() {
    byte[] manyRecords = new byte[40];
    Arrays.fill(manyRecords, 4, 12, (byte) 0xff);
    manyRecords[2] = (byte) 0x80;
    AbsentServices.assertNobodyListens(victim, 53, manyRecords);
    AbsentServices.assertNobodyListens(victim, 5_353, manyRecords);
    AbsentServices.assertNoSuchClass("dns", "resolv");
  }
}
