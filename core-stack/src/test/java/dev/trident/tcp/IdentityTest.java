package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.PortSpace;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.TcpProfile;
import dev.trident.testkit.Requirement;
import dev.trident.testkit.TestPorts;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What others must not guess: initial sequence numbers (RFC 6528) and ports (RFC 6056). */
class IdentityTest {
  private static final int SAMPLES = 1_000;

  /** 2^14 ports, the standard range. */
  private static final TcpProfile.Ports RANGE = TcpProfile.STANDARD.ephemeralPorts();

  @Test
  @Requirement({
    "RFC6528-isn-01",
    "RFC6528-isn-02",
    "RFC6528-isn-04",
    "RFC9293-isn-01",
    "RFC9293-isn-02",
    "SEC-INFRAHALT-05"
  })
  void shouldGrowWithTimeForOneTupleAndJumpBetweenTuples() {
    InitialSequence isn = new InitialSequence(1, 2);
    int first = isn.next(1, 2, 3, 4, 0);
    assertThat(isn.next(1, 2, 3, 4, 4_000_000_000L) - first).isEqualTo(1_000_000);
    Set<Integer> all = new HashSet<>();
    for (int port = 0; port < 1_000; port++) {
      all.add(isn.next(1, 2, 3, port, 0) >>> 16);
    }
    assertThat(all).as("upper halves").hasSizeGreaterThan(950);
  }

  @Test
  @Requirement({"RFC6528-isn-03", "RFC9293-isn-03"})
  void shouldDependOnTheSecret() {
    assertThat(new InitialSequence(1, 2).next(1, 2, 3, 4, 0))
        .isNotEqualTo(new InitialSequence(1, 3).next(1, 2, 3, 4, 0));
  }

  @Test
  @Requirement({"RFC6056-port-01", "RFC6056-port-02", "RFC6056-port-05"})
  void shouldWalkTheRangeFromAnOffsetOfItsOwnPerPeer() {
    EphemeralPorts ports =
        new EphemeralPorts(new TestPorts(), TcpProfile.STANDARD.ephemeralPorts(), 1, 2);
    int one = ports.reserve(1, 2, 3);
    int two = ports.reserve(1, 2, 3);
    assertThat(two == one + 1 || two == 49_152).isTrue();
    assertThat(Math.abs(ports.reserve(1, 2, 4) - two)).isGreaterThan(10);
    EphemeralPorts others =
        new EphemeralPorts(new TestPorts(), TcpProfile.STANDARD.ephemeralPorts(), 1, 3);
    assertThat(others.reserve(1, 2, 3)).isNotEqualTo(one);
  }

  @Test
  @Requirement({"RFC6056-port-03", "RFC6056-port-04", "LES-timewait-04"})
  void shouldGiveEachPortOnceAndThenNone() {
    TestPorts space = new TestPorts();
    space.reserve(PortSpace.TCP, 0, 1_003);
    EphemeralPorts ports = new EphemeralPorts(space, new TcpProfile.Ports(1_000, 1_009), 1, 2);
    Set<Integer> given = new HashSet<>();
    for (int i = 0; i < 9; i++) {
      given.add(ports.reserve(1, 2, i));
    }
    assertThat(given).hasSize(9).doesNotContain(1_003, 0);
    assertThat(ports.reserve(1, 2, 3)).isZero();
  }

  /** What a host draws its seed from is not the stack's business: another seed, another port. */
  @Test
  @Requirement({"LES-timewait-01", "SEC-NUMBERJACK-02", "SEC-NUMBERJACK-03"})
  void shouldBeginElsewhereWhenTheSeedIsAnother() {
    Set<Integer> firstPorts = new HashSet<>();
    Set<Integer> firstNumbers = new HashSet<>();
    for (int seed = 1; seed <= 50; seed++) {
      Peer peer = firstSyn(seed);
      firstPorts.add(peer.hostPort);
      firstNumbers.add(peer.hostIss >>> 16);
    }
    // By chance two of 50 may agree; that one in ten did would happen never.
    assertThat(firstPorts).hasSizeGreaterThan(45);
    assertThat(firstNumbers).hasSizeGreaterThan(45);
    assertThat(firstSyn(1).hostPort).isEqualTo(firstSyn(1).hostPort);
    assertThat(firstSyn(1).hostIss).isEqualTo(firstSyn(1).hostIss);
  }

  /**
   * What a connection's first number says about the next one's: nothing. The counter of RFC 6528 is
   * common to all, so they are taken at the same time, where only the hash is left.
   */
  @ParameterizedTest
  @MethodSource("profiles")
  @Requirement({"SEC-NUMBERJACK-01", "ZF-tcp-engine-02"})
  void shouldBeginWithNumbersThatCannotBeForetold(TcpProfile profile) {
    StackConfig config = StackConfig.standard("test", 11).withProfile(profile).withCells(2_048, 0);
    TcpHost host = new TcpHost(FakeIp.LOCAL, config);
    int[] numbers = new int[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      Peer peer = new Peer(host);
      peer.port = 1_000 + i;
      TcpHost.check(host.newStream().connect(FakeIp.PEER, peer.port));
      peer.expects(Seg.syn());
      numbers[i] = peer.hostIss;
    }
    host.layer.close();
    host.pool.close();
    assertUnpredictable(numbers);
  }

  private static TcpProfile[] profiles() {
    return new TcpProfile[] {
      TcpProfile.STANDARD, TcpProfile.LINUX, TcpProfile.FREEBSD, TcpProfile.TCPDIRECT
    };
  }

  /** Ports of connections to different peers have nothing to do with one another either. */
  @Test
  @Requirement("SEC-NUMBERJACK-04")
  void shouldBeginForEachPeerWithAPortThatCannotBeForetold() {
    EphemeralPorts ports = new EphemeralPorts(new TestPorts(), RANGE, 1, 2);
    int[] numbers = new int[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      numbers[i] = (ports.reserve(1, 2 + i, 80) - RANGE.first()) << 18;
    }
    assertUnpredictable(numbers);
  }

  /**
   * Each bit of the upper 14 is as often 1 as 0, whether of the numbers or of the steps between
   * them; no step comes often; and a number is no help to guess the next. The bounds are five
   * standard deviations wide: one of 3 million good generators would not pass.
   */
  private static void assertUnpredictable(int[] numbers) {
    Map<Integer, Integer> steps = new HashMap<>();
    double product = 0;
    for (int i = 1; i < numbers.length; i++) {
      steps.merge((numbers[i] - numbers[i - 1]) >>> 18, 1, Integer::sum);
      product += (double) numbers[i] * numbers[i - 1];
    }
    for (int bit = 18; bit < 32; bit++) {
      int ones = 0;
      int changes = 0;
      for (int i = 1; i < numbers.length; i++) {
        ones += numbers[i] >>> bit & 1;
        changes += (numbers[i] ^ numbers[i - 1]) >>> bit & 1;
      }
      assertThat(ones).as("ones in bit %d", bit).isBetween(420, 580);
      assertThat(changes).as("changes of bit %d", bit).isBetween(420, 580);
    }
    assertThat(steps.values()).as("how often a step comes").allMatch(times -> times < 8);
    double uniform = Math.pow(2, 64) / 12; // the variance of a signed 32-bit number
    assertThat(product / SAMPLES / uniform).as("correlation").isBetween(-0.16, 0.16);
  }

  /** A stack with that seed has been started, and connects for the first time. */
  private static Peer firstSyn(int seed) {
    TcpHost host = new TcpHost(FakeIp.LOCAL, StackConfig.standard("test", seed).withCells(64, 0));
    Peer peer = new Peer(host);
    TcpHost.check(host.newStream().connect(FakeIp.PEER, peer.port));
    peer.expects(Seg.syn());
    host.pool.close();
    return peer;
  }
}
