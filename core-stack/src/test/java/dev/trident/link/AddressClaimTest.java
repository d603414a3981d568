package dev.trident.link;

import static dev.trident.testkit.StackHarness.OUR_ADDRESS;
import static dev.trident.testkit.StackHarness.OUR_MAC;
import static dev.trident.testkit.StackHarness.PEER_ADDRESS;
import static dev.trident.testkit.StackHarness.PEER_MAC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StackError;
import dev.trident.testkit.Frames;
import dev.trident.testkit.Requirement;
import dev.trident.testkit.StackHarness;
import dev.trident.trace.Counter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** RFC 5227 as the wire sees it: probing, announcing and defending. */
class AddressClaimTest {
  private static final int CANDIDATE = 0x0a000063;
  private static final long MILLISECOND = 1_000_000L;
  private static final long SECOND = 1_000 * MILLISECOND;

  private final StackHarness host = new StackHarness();
  private final ArpLayer arp = Objects.requireNonNull(host.stack.arp());
  private final List<AddressClaim.State> decisions = new ArrayList<>();

  @AfterEach
  void close() {
    host.device.complete();
    arp.close();
    assertThat(host.stack.pool().freeCells()).isEqualTo(host.stack.pool().cells());
    host.close();
  }

  private AddressClaim claim() {
    return claim(arp, CANDIDATE);
  }

  private AddressClaim claim(ArpLayer layer, int address) {
    return Objects.requireNonNull(
        layer.claim(host.net, address, 24, (claim, nowNanos) -> decisions.add(claim.state())));
  }

  private static byte[] probe(long mac, int address) {
    return Frames.ethernet(
        Frames.BROADCAST_MAC, mac, Frames.ARP, Frames.arp(1, mac, 0, 0, address));
  }

  private static byte[] announcement(long mac, int address) {
    return Frames.ethernet(
        Frames.BROADCAST_MAC, mac, Frames.ARP, Frames.arp(1, mac, address, 0, address));
  }

  /** When frames leave during {@code seconds}, in nanoseconds from now, looked at each ms. */
  private List<Long> sendTimes(int seconds, byte[] expected) {
    List<Long> times = new ArrayList<>();
    for (int i = 0; i <= seconds * 1_000; i++) {
      for (byte[] frame : host.device.drain()) {
        assertThat(frame).isEqualTo(expected);
        times.add(i * MILLISECOND);
      }
      host.passNanos(MILLISECOND);
    }
    return times;
  }

  @Test
  @Requirement({"RFC5227-probe-01", "RFC5227-probe-02", "RFC5227-probe-06"})
  void shouldUseAnAddressWhenThreeProbesDrewNoAnswer() {
    AddressClaim claim = claim();
    assertThat(host.device.isEmpty()).as("nothing is sent at once").isTrue();
    List<Long> times = new ArrayList<>();
    long now = 0;
    while (claim.state() == AddressClaim.State.PROBING) {
      assertThat(host.net.hasAddress(CANDIDATE)).isFalse();
      host.passNanos(MILLISECOND);
      now += MILLISECOND;
      while (claim.state() == AddressClaim.State.PROBING && !host.device.isEmpty()) {
        assertThat(host.device.next()).isEqualTo(probe(OUR_MAC, CANDIDATE));
        times.add(now);
      }
    }
    assertThat(times).hasSize(3);
    assertThat(times.get(0)).isBetween(0L, SECOND + MILLISECOND);
    assertThat(times.get(1) - times.get(0)).isBetween(SECOND - MILLISECOND, 2 * SECOND);
    assertThat(times.get(2) - times.get(1)).isBetween(SECOND - MILLISECOND, 2 * SECOND);
    assertThat(now - times.get(2))
        .isBetween(2 * SECOND - MILLISECOND, 2 * SECOND + 2 * MILLISECOND);
    assertThat(decisions).containsExactly(AddressClaim.State.CLAIMED);
    assertThat(host.net.hasAddress(CANDIDATE)).isTrue();
    host.device.drain();
    host.receive(
        Frames.ethernet(
            Frames.BROADCAST_MAC,
            PEER_MAC,
            Frames.ARP,
            Frames.arp(1, PEER_MAC, PEER_ADDRESS, 0, CANDIDATE)));
    assertThat(host.device.next())
        .isEqualTo(
            Frames.ethernet(
                PEER_MAC,
                OUR_MAC,
                Frames.ARP,
                Frames.arp(2, OUR_MAC, CANDIDATE, PEER_MAC, PEER_ADDRESS)));
  }

  @Test
  void shouldDrawOtherDelaysFromAnotherSeed() {
    claim();
    List<Long> first = sendTimes(4, probe(OUR_MAC, CANDIDATE));
    StackConfig other = StackConfig.standard("other", 77).withCells(512, 64);
    try (StackHarness second = new StackHarness(other, NetInterface.NO_VLAN)) {
      Objects.requireNonNull(second.stack.arp())
          .claim(second.net, CANDIDATE, 24, (claim, nowNanos) -> {});
      second.passNanos(first.getFirst());
      int early = second.device.drain().size();
      second.passNanos(2 * MILLISECOND);
      assertThat(early * 10 + second.device.drain().size()).isNotEqualTo(1);
    }
  }

  @Test
  @Requirement("RFC5227-announce-01")
  void shouldAnnounceTwiceTwoSecondsApartWhenClaimed() {
    AddressClaim claim = claim();
    while (claim.state() == AddressClaim.State.PROBING) {
      host.device.drain();
      host.passNanos(MILLISECOND);
    }
    List<Long> times = sendTimes(10, announcement(OUR_MAC, CANDIDATE));
    assertThat(times).hasSize(2);
    assertThat(times.get(1) - times.get(0)).isBetween(2 * SECOND - MILLISECOND, 2 * SECOND);
  }

  @Test
  @Requirement("RFC5227-probe-03")
  void shouldNotUseAnAddressWhenSomebodySpeaksFromIt() {
    assertConflict(Frames.arp(2, PEER_MAC, CANDIDATE, OUR_MAC, 0));
    assertConflict(Frames.arp(1, PEER_MAC, CANDIDATE, 0, 0x0a000077));
  }

  @Test
  @Requirement("RFC5227-probe-04")
  void shouldNotUseAnAddressWhenSomebodyElseProbesForIt() {
    assertConflict(Frames.arp(1, PEER_MAC, 0, 0, CANDIDATE));
  }

  private void assertConflict(byte[] packet) {
    decisions.clear();
    AddressClaim claim = claim();
    host.passSeconds(2);
    host.device.drain();
    host.receive(Frames.ethernet(Frames.BROADCAST_MAC, PEER_MAC, Frames.ARP, packet));
    assertThat(claim.state()).isEqualTo(AddressClaim.State.CONFLICT);
    assertThat(claim.owner()).isEqualTo(PEER_MAC);
    assertThat(decisions).containsExactly(AddressClaim.State.CONFLICT);
    host.passSeconds(20);
    assertThat(host.device.isEmpty()).as("no further probe, no announcement").isTrue();
    assertThat(host.net.hasAddress(CANDIDATE)).isFalse();
  }

  @Test
  @Requirement("RFC5227-probe-05")
  void shouldTakeItsOwnProbeForNoConflict() {
    AddressClaim claim = claim();
    host.passSeconds(2);
    host.receive(probe(OUR_MAC, CANDIDATE));
    host.passSeconds(10);
    assertThat(claim.state()).isEqualTo(AddressClaim.State.CLAIMED);
  }

  @Test
  @Requirement("RFC5227-probe-07")
  void shouldLearnNothingFromAProbeWhenItKnowsTheProber() {
    host.introducePeer();
    host.receive(probe(0x0200_0000_0099L, OUR_ADDRESS));
    assertThat(arp.neighbors().macOf(host.net, PEER_ADDRESS)).isEqualTo(PEER_MAC);
    assertThat(arp.neighbors().size()).isEqualTo(1);
  }

  @Test
  @Requirement("RFC5227-probe-08")
  void shouldTryOnceAMinuteWhenTenConflictsWereSeen() {
    for (int i = 0; i < 10; i++) {
      AddressClaim claim = claim(arp, CANDIDATE + i);
      host.passSeconds(2);
      host.receive(probe(PEER_MAC, CANDIDATE + i));
      assertThat(claim.state()).isEqualTo(AddressClaim.State.CONFLICT);
    }
    assertThat(host.stack.counters().get(Counter.ARP_CLAIMS_REFUSED)).isEqualTo(10);
    host.device.drain();
    host.passSeconds(3);
    claim(arp, CANDIDATE + 20);
    claim(arp, CANDIDATE + 21);
    host.passSeconds(54);
    assertThat(host.device.isEmpty()).as("55 s after the last attempt at the earliest").isTrue();
    host.passSeconds(3);
    assertThat(host.device.drain()).contains(probe(OUR_MAC, CANDIDATE + 20));
    host.passSeconds(56);
    assertThat(host.device.drain()).doesNotContain(probe(OUR_MAC, CANDIDATE + 21));
    host.passSeconds(8);
    assertThat(host.device.drain()).contains(probe(OUR_MAC, CANDIDATE + 21));
  }

  @Test
  void shouldNotSendFromAnAddressThatIsBeingProbedFor() {
    DatagramEndpoint socket = Objects.requireNonNull(host.stack.newDatagram());
    AddressClaim claim = claim();
    assertThat(socket.bind(CANDIDATE, 5_000)).isEqualTo(StackError.ADDRESS_NOT_AVAILABLE.code);
    while (claim.state() == AddressClaim.State.PROBING) {
      host.passNanos(MILLISECOND);
    }
    assertThat(socket.bind(CANDIDATE, 5_000)).isZero();
    socket.close();
  }

  @Test
  void shouldRefuseASecondClaimOfAnAddressThatIsBeingProbedFor() {
    claim();
    assertThatThrownBy(this::claim).hasMessageContaining("is being probed already");
  }

  @Test
  void shouldSendNothingMoreWhenAClaimIsGivenUp() {
    AddressClaim claim = claim();
    host.passSeconds(1);
    host.device.drain();
    claim.cancel();
    host.passSeconds(20);
    assertThat(claim.state()).isEqualTo(AddressClaim.State.CANCELLED);
    assertThat(host.device.isEmpty()).isTrue();
    assertThat(decisions).isEmpty();
  }

  @Test
  void shouldRefuseAClaimWhenTooManyAreUnderWayOrTheAddressIsInUse() {
    for (int i = 0; i < ArpLayer.MAX_PROBES; i++) {
      claim(arp, 0x0a000100 + i);
    }
    @Nullable AddressClaim more = arp.claim(host.net, CANDIDATE, 24, (claim, nowNanos) -> {});
    assertThat(more).isNull();
    assertThatThrownBy(() -> arp.claim(host.net, OUR_ADDRESS, 24, (claim, nowNanos) -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("10.0.0.1 is in use here already");
  }

  @Test
  @Requirement({"RFC5227-defend-01", "RFC5227-defend-02"})
  void shouldDefendEachOfItsAddressesByItself() {
    StackConfig config = StackConfig.standard("two", 1).withCells(512, 64);
    try (StackHarness two = new StackHarness(config, NetInterface.NO_VLAN, 0x0a000005)) {
      two.receive(announcement(PEER_MAC, OUR_ADDRESS));
      two.receive(announcement(PEER_MAC, 0x0a000005));
      two.receive(announcement(PEER_MAC, OUR_ADDRESS));
      assertThat(two.device.drain())
          .containsExactly(announcement(OUR_MAC, OUR_ADDRESS), announcement(OUR_MAC, 0x0a000005));
      assertThat(two.stack.counters().get(Counter.ARP_CONFLICTS)).isEqualTo(3);
    }
  }

  @Test
  @Requirement("RFC826-arp-10")
  void shouldAnswerForPublishedAddressesOnly() {
    byte[] request =
        Frames.ethernet(
            Frames.BROADCAST_MAC,
            PEER_MAC,
            Frames.ARP,
            Frames.arp(1, PEER_MAC, PEER_ADDRESS, 0, CANDIDATE));
    host.receive(request);
    assertThat(host.device.isEmpty()).isTrue();
    assertThat(arp.addProxy(host.net, CANDIDATE)).isTrue();
    host.receive(request);
    assertThat(host.device.next())
        .isEqualTo(
            Frames.ethernet(
                PEER_MAC,
                OUR_MAC,
                Frames.ARP,
                Frames.arp(2, OUR_MAC, CANDIDATE, PEER_MAC, PEER_ADDRESS)));
    assertThat(arp.removeProxy(host.net, CANDIDATE)).isTrue();
    assertThat(arp.removeProxy(host.net, CANDIDATE)).isFalse();
    host.receive(request);
    assertThat(host.device.isEmpty()).isTrue();
  }

  @Test
  void shouldBoundPublishedAddresses() {
    for (int i = 0; i < ProxyAddresses.MAX_ADDRESSES; i++) {
      assertThat(arp.addProxy(host.net, CANDIDATE + i)).isTrue();
    }
    assertThat(arp.addProxy(host.net, CANDIDATE)).as("published already").isTrue();
    assertThat(arp.addProxy(host.net, CANDIDATE - 1)).isFalse();
  }
}
