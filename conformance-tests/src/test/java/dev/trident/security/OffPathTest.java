package dev.trident.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpInfo;
import dev.trident.testkit.Frames;
import dev.trident.testkit.Requirement;
import dev.trident.trace.DropReason;
import dev.trident.wire.TcpHeader;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who knows the addresses and ports of a connection, but sees nothing of it (RFC 5961, 5927). */
class OffPathTest {
  private static final int ATTEMPTS = 10_000;
  private static final byte[] NONE = {};
  private static final byte[] SOME = Frames.pattern(40, 1);

  private final Victim victim = new Victim();
  private final Random guesses = new Random(5);

  @AfterEach
  void close() {
    victim.close();
  }

  private void shoot(TcpTarget target, byte[] segment) {
    victim.send(target.frame(segment));
    victim.attacker.take();
  }

  @Test
  @Requirement("SEC-BLIND-01")
  void shouldSurviveResetsInTheWindowThatMissTheNextNumber() {
    TcpTarget target = victim.connections(1).getFirst();
    TcpInfo info = new TcpInfo();
    victim.run(() -> target.stream.info(info));
    for (int i = 0; i < ATTEMPTS; i++) {
      int seq = target.seq + 1 + guesses.nextInt(info.rcvWnd - 1);
      shoot(target, target.segment(seq, target.ack, TcpHeader.RST, NONE, NONE));
      assertThat(target.stream.state()).isEqualTo(StreamState.ESTABLISHED);
    }
    assertThat(victim.drops(DropReason.TCP_BAD_RESET)).isEqualTo(ATTEMPTS);
    victim.assertAnswersPing();
    target.assertAlive();
    shoot(target, target.segment(target.seq, 0, TcpHeader.RST, NONE, NONE));
    assertThat(target.stream.state()).as("the exact number").isEqualTo(StreamState.CLOSED);
  }

  @Test
  @Requirement("SEC-BLIND-02")
  void shouldSurviveSynsWithNumbersByChance() {
    TcpTarget target = victim.connections(1).getFirst();
    for (int i = 0; i < ATTEMPTS; i++) {
      shoot(target, target.segment(guesses.nextInt(), 0, TcpHeader.SYN, NONE, NONE));
    }
    assertThat(victim.drops(DropReason.TCP_BLIND_SYN)).isEqualTo(ATTEMPTS);
    assertThat(victim.cellsHeld()).isZero();
    victim.passSeconds(5);
    target.assertAlive();
  }

  @Test
  @Requirement("SEC-BLIND-03")
  void shouldDeliverNoDataWithAnImpossibleAcknowledgment() {
    TcpTarget target = victim.connections(1).getFirst();
    for (int i = 0; i < ATTEMPTS; i++) {
      // The greatest window of the peer is 65,535: what it acknowledges is not older than that.
      int wrong = target.ack + 1 + guesses.nextInt(Integer.MAX_VALUE);
      shoot(target, target.segment(target.seq, wrong, TcpHeader.ACK, NONE, SOME));
      int old = target.ack - 70_000 - guesses.nextInt(1_000_000_000);
      shoot(target, target.segment(target.seq, old, TcpHeader.ACK, NONE, SOME));
    }
    assertThat(target.stream.receivableBytes()).isZero();
    assertThat(victim.drops(DropReason.TCP_BAD_ACK)).isEqualTo(2L * ATTEMPTS);
    victim.passSeconds(5);
    target.assertAlive();
  }

  /** A common budget would let a stranger count on a connection of his own (CVE-2016-5696). */
  @Test
  @Requirement("SEC-BLIND-04")
  void shouldCountChallengesOfEachConnectionForItself() {
    List<TcpTarget> two = victim.connections(2);
    int alone = challenges(two.get(1));
    victim.passSeconds(10);
    assertThat(challenges(two.get(0))).isPositive();
    assertThat(challenges(two.get(1))).as("as many as without the other").isEqualTo(alone);
  }

  private int challenges(TcpTarget target) {
    victim.attacker.take();
    for (int i = 0; i < 200; i++) {
      victim.send(target.frame(target.segment(target.seq + 1_000, 0, TcpHeader.SYN, NONE, NONE)));
    }
    return victim.attacker.take().size();
  }

  // ---- ICMP -------------------------------------------------------------------------------------

  private byte[] error(int code, int mtu, byte[] quote) {
    return Craft.frame(victim, Craft.datagram(Craft.ICMP, Frames.icmp(3, code, mtu, quote)));
  }

  private byte[] quoteOf(TcpTarget target, int seq) {
    byte[] quote = Craft.quote(Craft.TCP, target.localPort, target.remotePort, seq);
    return Craft.totalLength(quote, 1_500);
  }

  @Test
  @Requirement("SEC-ICMPHARD-01")
  void shouldNotEndAConnectionForAHardError() {
    TcpTarget target = victim.connections(1).getFirst();
    victim.call(() -> target.stream.send(C.malloc(8), 0, 8, 0));
    for (int code = 0; code <= 15; code++) {
      if (code != 4) {
        victim.attack(error(code, 0, quoteOf(target, target.ack))).isAccepted();
        victim.attackInVain(
            DropReason.ICMP_BAD_QUOTE, error(code, 0, quoteOf(target, target.ack + 99_999)));
        assertThat(target.stream.state()).isEqualTo(StreamState.ESTABLISHED);
      }
    }
    assertThat(target.stream.pendingError()).isZero();
    target.ack += 8;
    victim.send(target.frame(target.segment(target.seq, target.ack, TcpHeader.ACK, NONE, NONE)));
    target.assertAlive();
  }

  @Test
  @Requirement("SEC-ICMPHARD-02")
  void shouldNotShrinkSegmentsBelowAFloorForAForgedMtu() {
    TcpTarget target =
        TcpTarget.accepted(victim, victim.listenAt(80, 1), 5, Craft.bytes(2, 4, 5, 0xb4));
    victim.call(() -> target.stream.send(C.malloc(1_460), 0, 1_460, 0));
    victim.attacker.take();
    for (int mtu : new int[] {0, 1, 20, 67, 68, 100, 296, 500, 551}) {
      victim.send(error(4, mtu, quoteOf(target, target.ack)));
      assertThat(target.stream.mss()).isGreaterThanOrEqualTo(512);
    }
    victim.passSeconds(20);
    int longest =
        victim.attacker.take().stream()
            .mapToInt(sent -> Frames.datagram(sent).length)
            .max()
            .orElse(0);
    assertThat(longest).as("longest datagram sent again").isGreaterThanOrEqualTo(512);
    assertThat(target.stream.state()).isEqualTo(StreamState.ESTABLISHED);
    target.abort();
    assertThat(victim.cellsHeld()).isZero();
    victim.assertAnswersPing();
  }

  @Test
  @Requirement("SEC-ICMPHARD-03")
  void shouldNotSlowDownForASourceQuench() {
    TcpTarget target = victim.connections(1).getFirst();
    victim.call(() -> target.stream.send(C.malloc(2_000), 0, 2_000, 0));
    TcpInfo before = new TcpInfo();
    victim.run(() -> target.stream.info(before));
    for (int i = 0; i < 100; i++) {
      victim.attackInVain(
          DropReason.ICMP_QUENCH_IGNORED,
          Craft.frame(
              victim,
              Craft.datagram(Craft.ICMP, Frames.icmp(4, 0, 0, quoteOf(target, target.ack)))));
    }
    TcpInfo after = new TcpInfo();
    victim.run(() -> target.stream.info(after));
    assertThat(after.cwndBytes).isEqualTo(before.cwndBytes);
    assertThat(after.ssthreshBytes).isEqualTo(before.ssthreshBytes);
  }
}
