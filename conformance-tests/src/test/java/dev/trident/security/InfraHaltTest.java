package dev.trident.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.testkit.Frames;
import dev.trident.testkit.Requirement;
import dev.trident.trace.DropReason;
import dev.trident.wire.TcpHeader;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** INFRA:HALT: what broke NicheStack in 2021, CVE by CVE. */
class InfraHaltTest {
  private static final byte[] NONE = {};

  private final Victim victim = new Victim();

  @AfterEach
  void close() {
    victim.close();
  }

  /** CVE-2020-35683: an echo has as many bytes as came, and as IP says: the fewer of both. */
  @Test
  @Requirement("SEC-INFRAHALT-01")
  void shouldEchoTheBytesPresentAndNoOthers() {
    for (int bytes = 0; bytes <= 64; bytes++) {
      byte[] echo = Craft.icmp(8, 0, Frames.pattern(bytes, 1));
      byte[] datagram = Craft.datagram(Craft.ICMP, echo);
      byte[] reply =
          Frames.data(
              Frames.datagram(
                  victim
                      .attack(
                          Craft.frame(victim, Frames.concat(datagram, Frames.pattern(70, 0x41))))
                      .isAccepted()
                      .answer()));
      assertThat(reply).isEqualTo(Craft.icmp(0, 0, Frames.pattern(bytes, 1)));
      victim.attackInVain(
          DropReason.IP_BAD_TOTAL_LENGTH,
          Craft.bare(victim, Frames.IPV4, Craft.totalLength(datagram, datagram.length + 1)));
      if (bytes > 0) {
        byte[] cut = Craft.totalLength(datagram, datagram.length - 1);
        victim.attackInVain(DropReason.ICMP_BAD_CHECKSUM, Craft.frame(victim, cut));
      }
    }
  }

  /** CVE-2020-35684: padding is no payload, and a total length beyond the frame is a lie. */
  @Test
  @Requirement("SEC-INFRAHALT-02")
  void shouldTakeThePayloadFromTheTrimmedBuffer() {
    TcpTarget target = victim.connections(1).getFirst();
    for (int octets = 1; octets <= 8; octets++) {
      byte[] data = Frames.pattern(octets, 1);
      byte[] segment = target.segment(target.seq, target.ack, TcpHeader.ACK, NONE, data);
      byte[] datagram = Craft.datagram(Craft.TCP, segment);
      victim.attackInVain(
          DropReason.IP_BAD_TOTAL_LENGTH, Craft.frame(victim, Craft.totalLength(datagram, 1_500)));
      victim.send(Craft.frame(victim, Frames.concat(datagram, Frames.pattern(60, 0x41))));
      target.seq += octets;
      assertThat(target.read(100)).isEqualTo(data);
    }
    target.assertAlive();
  }

  /** CVE-2021-31400: no pointer stops the engine, in whatever state the connection is. */
  @Test
  @Requirement("SEC-INFRAHALT-03")
  void shouldGoOnWhateverTheUrgentPointerSays() {
    TcpTarget target = victim.connections(1).getFirst();
    for (int pointer = 0; pointer <= 0xffff; pointer += 251) {
      for (int octets : new int[] {0, 1, 100}) {
        byte[] segment =
            target.segment(target.seq, target.ack, TcpHeader.ACK, NONE, new byte[octets]);
        victim.send(target.frame(TcpTarget.urgent(segment, pointer)));
        target.seq += octets;
        int got = target.read(200).length;
        got += got < octets ? target.read(200).length : 0;
        assertThat(got).isEqualTo(octets);
      }
    }
    victim.assertAnswersPing();
    assertThat(victim.cellsHeld()).isZero();
    byte[] fin = target.segment(target.seq, target.ack, TcpHeader.ACK | TcpHeader.FIN, NONE, NONE);
    victim.send(target.frame(TcpTarget.urgent(fin, 0xffff)));
    target.seq++;
    byte[] behind = target.segment(target.seq, target.ack, TcpHeader.ACK, NONE, NONE);
    victim.send(target.frame(TcpTarget.urgent(behind, 0xffff)));
    victim.assertAnswersPing();
    assertThat(target.read(10)).as("end of stream").isEmpty();
    assertThat(target.stream.atEndOfStream()).isTrue();
  }

  /** CVE-2021-31401: the total length may be less than the headers it is taken from. */
  @ParameterizedTest
  @ValueSource(ints = {Craft.ICMP, Craft.TCP, Craft.UDP, 132})
  @Requirement("SEC-INFRAHALT-04")
  void shouldNotSubtractHeadersFromATotalLengthThatIsSmaller(int protocol) {
    byte[] data = new byte[24];
    data[12] = 0x50;
    for (int words = 5; words < 16; words++) {
      byte[] options = new byte[(words - 5) * 4];
      Arrays.fill(options, (byte) 1);
      byte[] datagram = Craft.withOptions(protocol, options, data);
      for (int total = 0; total < 4 * words; total++) {
        victim.attackInVain(
            DropReason.IP_BAD_TOTAL_LENGTH,
            Craft.frame(victim, Craft.totalLength(datagram, total)));
      }
      for (int total = 4 * words; protocol != 132 && total < 4 * words + 8; total++) {
        Effect effect = victim.attack(Craft.frame(victim, Craft.totalLength(datagram, total)));
        effect.isSilent();
        assertThat(effect.drops().keySet())
            .hasSize(1)
            .isSubsetOf(
                DropReason.ICMP_TRUNCATED, DropReason.TCP_TRUNCATED, DropReason.UDP_TRUNCATED);
      }
    }
  }

  /**
   * CVE-2020-35685: RFC 6528 adds a clock of 4 microseconds a tick to a hash: in the same tuple the
   * number grows by that clock.
   */
  @Test
  @Requirement("SEC-INFRAHALT-05")
  void shouldLetTheNumberOfATupleGrowByTheClock() {
    victim.listenAt(80, 5);
    int first = initialNumber(1_024);
    victim.passSeconds(4);
    int second = initialNumber(1_024);
    assertThat(second - first).isEqualTo(1_000_000);
    assertThat(Math.abs((long) initialNumber(1_025) - second))
        .as("to another tuple")
        .isGreaterThan(1_000);
  }

  private int initialNumber(int port) {
    victim.attacker.take();
    victim.send(
        TcpTarget.frame(victim, TcpTarget.segment(port, 80, 1, 0, TcpHeader.SYN, NONE, NONE)));
    byte[] synAck = Frames.data(Frames.datagram(victim.attacker.take().getFirst()));
    victim.send(
        TcpTarget.frame(victim, TcpTarget.segment(port, 80, 2, 0, TcpHeader.RST, NONE, NONE)));
    return Frames.getInt(synAck, 4);
  }
}
