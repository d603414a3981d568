package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.PortSpace;
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
    "RFC9293-isn-02"
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
  @Requirement({"RFC6056-port-03", "RFC6056-port-04"})
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
}
