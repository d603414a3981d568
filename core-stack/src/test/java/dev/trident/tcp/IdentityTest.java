package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.PortSpace;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.TcpProfile;
import dev.trident.testkit.Requirement;
import dev.trident.testkit.TestPorts;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What others must not guess: initial sequence numbers (RFC 6528) and ports (RFC 6056). */
class IdentityTest {
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
