package dev.trident.link;

import static dev.trident.testkit.StackHarness.OUR_ADDRESS;
import static dev.trident.testkit.StackHarness.OUR_MAC;
import static dev.trident.testkit.StackHarness.PEER_ADDRESS;
import static dev.trident.testkit.StackHarness.PEER_MAC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StackError;
import dev.trident.testkit.Frames;
import dev.trident.testkit.Requirement;
import dev.trident.testkit.StackHarness;
import dev.trident.trace.Counter;
import dev.trident.trace.DropReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** ARP as the wire sees it, with a UDP socket as the one who wants to send. */
class NeighborCacheTest {
  private static final long NEW_MAC = 0x0200_0000_0099L;
  private static final int MAX_NEIGHBORS = 256;

  private final StackHarness host = new StackHarness();
  private final DatagramEndpoint socket = Objects.requireNonNull(host.stack.newDatagram());
  private final NeighborCache cache = Objects.requireNonNull(host.stack.neighbors());
  private final ByteBuf payload = Unpooled.wrappedBuffer(Frames.pattern(64, 1));

  @AfterEach
  void close() {
    socket.close();
    host.stack.completions().drain();
    host.device.complete();
    cache.close();
    assertThat(host.stack.pool().freeCells()).isEqualTo(host.stack.pool().cells());
    host.close();
  }

  private int send(int address) {
    return socket.send(payload, 0, 64, address, 4_000);
  }

  private void replyFromPeer(long mac) {
    host.receive(
        Frames.ethernet(
            OUR_MAC, mac, Frames.ARP, Frames.arp(2, mac, PEER_ADDRESS, OUR_MAC, OUR_ADDRESS)));
  }

  private void requestFrom(int address, long mac) {
    host.receive(
        Frames.ethernet(
            Frames.BROADCAST_MAC, mac, Frames.ARP, Frames.arp(1, mac, address, 0, OUR_ADDRESS)));
  }

  private static byte[] request(long destination) {
    return Frames.ethernet(
        destination, OUR_MAC, Frames.ARP, Frames.arp(1, OUR_MAC, OUR_ADDRESS, 0, PEER_ADDRESS));
  }

  private void assertReachesPeerAt(long mac) {
    assertThat(send(PEER_ADDRESS)).isEqualTo(64);
    byte[] frame = host.device.next();
    assertThat(Frames.etherType(frame)).isEqualTo(Frames.IPV4);
    assertThat(Frames.getMac(frame, 0)).isEqualTo(mac);
    host.device.complete();
  }

  @Test
  @Requirement({"RFC826-arp-09", "RFC1122-arp-03", "RFC894-frame-07", "RFC1122-arp-04"})
  void shouldAskByBroadcastAndSendWhatWaitedWhenAnswered() {
    assertThat(send(PEER_ADDRESS)).isEqualTo(64);
    assertThat(send(PEER_ADDRESS)).isEqualTo(64);
    assertThat(host.device.drain()).containsExactly(request(Frames.BROADCAST_MAC));
    replyFromPeer(PEER_MAC);
    List<byte[]> sent = host.device.drain();
    assertThat(sent).hasSize(2);
    for (byte[] frame : sent) {
      assertThat(Frames.getMac(frame, 0)).isEqualTo(PEER_MAC);
      assertThat(Frames.udpPayload(frame)).isEqualTo(Frames.pattern(64, 1));
    }
    assertReachesPeerAt(PEER_MAC);
  }

  @Test
  @Requirement("LES-arp-01")
  void shouldKeepTheLatestSixteenForOneNeighbour() {
    for (int i = 0; i < 20; i++) {
      ByteBuf numbered = Unpooled.buffer(64).writeZero(64).setInt(0, i);
      assertThat(socket.send(numbered, 0, 64, PEER_ADDRESS, 4_000)).isEqualTo(64);
    }
    assertThat(host.stack.counters().get(DropReason.ARP_QUEUE_FULL)).isEqualTo(4);
    host.device.drain();
    replyFromPeer(PEER_MAC);
    List<byte[]> sent = host.device.drain();
    assertThat(sent).hasSize(16);
    for (int i = 0; i < 16; i++) {
      assertThat(Frames.getInt(Frames.udpPayload(sent.get(i)), 0)).isEqualTo(i + 4);
    }
  }

  @Test
  @Requirement({"RFC1122-arp-02", "LES-arp-02", "LES-arp-03"})
  void shouldAskThreeTimesASecondApartThenTellTheSender() {
    send(PEER_ADDRESS);
    assertThat(host.device.drain()).hasSize(1);
    host.passNanos(999_000_000L);
    assertThat(host.device.isEmpty()).isTrue();
    host.passNanos(1_000_000L);
    assertThat(host.device.drain()).hasSize(1);
    host.passSeconds(1);
    assertThat(host.device.drain()).hasSize(1);
    assertThat(socket.pendingError()).isZero();
    host.passSeconds(1);
    assertThat(host.device.isEmpty()).isTrue();
    assertThat(socket.takeError()).isEqualTo(StackError.HOST_UNREACHABLE.code);
    assertThat(socket.lastErrorAddress()).isEqualTo(PEER_ADDRESS);
    assertThat(socket.lastErrorPort()).isEqualTo(4_000);
    assertThat(host.stack.counters().get(DropReason.ARP_UNRESOLVED)).isEqualTo(1);
    assertThat(host.stack.counters().get(Counter.ARP_FAILURES)).isEqualTo(1);
    host.device.complete();
    assertThat(host.stack.pool().freeCells()).isEqualTo(host.stack.pool().cells());
    send(PEER_ADDRESS);
    assertThat(host.device.drain()).as("asks again").hasSize(1);
  }

  @Test
  @Requirement("LES-arp-04")
  void shouldNotLetADeadNeighbourDelayOthers() {
    host.introducePeer();
    for (int i = 0; i < 30; i++) {
      send(0x0a000050);
    }
    assertThat(host.device.drain()).hasSize(1);
    assertReachesPeerAt(PEER_MAC);
  }

  @Test
  @Requirement("LES-arp-05")
  void shouldRefreshByUnicastAndKeepSendingWhileInUse() {
    host.introducePeer();
    assertReachesPeerAt(PEER_MAC);
    host.passSeconds(30);
    assertThat(host.device.next()).isEqualTo(request(PEER_MAC));
    assertReachesPeerAt(PEER_MAC);
    replyFromPeer(PEER_MAC);
    host.passSeconds(29);
    assertThat(host.device.isEmpty()).isTrue();
    assertReachesPeerAt(PEER_MAC);
  }

  /** A stack that retransmits once a minute finds the address each time. */
  @Test
  void shouldKnowTheAddressAMinuteAfterItsLastUse() {
    host.introducePeer();
    host.passSeconds(64);
    host.device.drain();
    assertReachesPeerAt(PEER_MAC);
  }

  @Test
  @Requirement("RFC1122-arp-01")
  void shouldForgetAfterTwoMinutesWithoutUseOrThreeUnansweredRefreshes() {
    host.introducePeer();
    host.passSeconds(121);
    assertThat(host.device.isEmpty()).isTrue();
    send(PEER_ADDRESS);
    assertThat(host.device.next()).isEqualTo(request(Frames.BROADCAST_MAC));
    replyFromPeer(PEER_MAC);
    host.device.drain();
    assertReachesPeerAt(PEER_MAC);
    host.passSeconds(33);
    assertThat(host.device.drain()).hasSize(3).containsOnly(request(PEER_MAC));
    host.device.complete();
    send(PEER_ADDRESS);
    assertThat(host.device.drain()).containsExactly(request(Frames.BROADCAST_MAC));
  }

  @Test
  @Requirement({"SEC-ARPSPOOF-01", "RFC826-arp-04", "RFC826-arp-07", "RFC826-arp-10"})
  void shouldMakeNoEntryOfWhatNobodyAskedFor() {
    replyFromPeer(PEER_MAC);
    host.receive(
        Frames.ethernet(
            Frames.BROADCAST_MAC,
            PEER_MAC,
            Frames.ARP,
            Frames.arp(1, PEER_MAC, PEER_ADDRESS, 0, 0x0a000077)));
    assertThat(cache.size()).isZero();
    assertThat(host.device.isEmpty()).isTrue();
  }

  @Test
  @Requirement({"RFC826-arp-02", "RFC826-arp-03", "RFC826-arp-08", "SEC-ARPSPOOF-04"})
  void shouldMergeTheSenderWhateverTheOperation() {
    requestFrom(PEER_ADDRESS, PEER_MAC);
    assertThat(cache.size()).isEqualTo(1);
    host.device.drain();
    assertReachesPeerAt(PEER_MAC);
    host.receive(
        Frames.ethernet(
            OUR_MAC, NEW_MAC, Frames.ARP, Frames.arp(9, NEW_MAC, PEER_ADDRESS, 0, 0x0a000077)));
    assertThat(host.stack.counters().get(DropReason.ARP_UNKNOWN_OPERATION)).isEqualTo(1);
    assertThat(host.stack.counters().get(Counter.ARP_ADDRESS_CHANGES)).isEqualTo(1);
    assertReachesPeerAt(NEW_MAC);
  }

  @Test
  @Requirement("RFC5227-probe-07")
  void shouldAnswerAProbeWithoutRememberingIt() {
    requestFrom(0, PEER_MAC);
    assertThat(Frames.getMac(host.device.next(), 0)).isEqualTo(PEER_MAC);
    assertThat(cache.size()).isZero();
  }

  @Test
  @Requirement({"RFC5227-defend-01", "RFC5227-defend-02", "SEC-LADDER-07"})
  void shouldDefendItsAddressOnceInTenSeconds() {
    requestFrom(OUR_ADDRESS, NEW_MAC);
    byte[] announcement =
        Frames.ethernet(
            Frames.BROADCAST_MAC,
            OUR_MAC,
            Frames.ARP,
            Frames.arp(1, OUR_MAC, OUR_ADDRESS, 0, OUR_ADDRESS));
    assertThat(host.device.drain()).containsExactly(announcement);
    host.passSeconds(9);
    requestFrom(OUR_ADDRESS, NEW_MAC);
    assertThat(host.device.isEmpty()).isTrue();
    host.passSeconds(1);
    requestFrom(OUR_ADDRESS, NEW_MAC);
    assertThat(host.device.drain()).containsExactly(announcement);
    assertThat(host.stack.counters().get(Counter.ARP_CONFLICTS)).isEqualTo(3);
    assertThat(cache.size()).isZero();
  }

  @Test
  @Requirement("SEC-ARPSPOOF-02")
  void shouldNeverChangeAStaticEntry() {
    cache.addStatic(host.net, PEER_ADDRESS, PEER_MAC);
    requestFrom(PEER_ADDRESS, NEW_MAC);
    host.device.drain();
    host.passSeconds(100);
    assertReachesPeerAt(PEER_MAC);
    assertThat(cache.remove(host.net, PEER_ADDRESS)).isTrue();
    assertThat(cache.remove(host.net, PEER_ADDRESS)).isFalse();
    send(PEER_ADDRESS);
    assertThat(host.device.drain()).containsExactly(request(Frames.BROADCAST_MAC));
  }

  @Test
  @Requirement({"SEC-ARPSPOOF-03", "LES-arp-06"})
  void shouldEvictIdleEntriesAndNeverOneInUse() {
    host.introducePeer();
    assertReachesPeerAt(PEER_MAC);
    for (int i = 0; i < 2_000; i++) {
      requestFrom(0x0a000100 + i, 0x0200_0001_0000L + i);
      host.device.drain();
      host.device.complete();
    }
    assertThat(cache.size()).isEqualTo(MAX_NEIGHBORS);
    assertReachesPeerAt(PEER_MAC);
  }

  @Test
  void shouldBoundWhatWaitsForAllNeighboursTogether() {
    int sent = 0;
    for (int i = 0; i < 250; i++) {
      sent += send(0x0a000003 + i) > 0 ? 1 : 0;
    }
    assertThat(sent).isEqualTo(host.stack.pool().cells() / 8);
    assertThat(host.stack.counters().get(DropReason.ARP_QUEUE_FULL)).isEqualTo(250 - sent);
    host.passSeconds(5);
    host.device.complete();
    assertThat(host.stack.pool().freeCells()).isEqualTo(host.stack.pool().cells());
  }

  @Test
  void shouldFindItsWayBackWhenTheEntryWasEvicted() {
    StackConfig one = config(1);
    try (StackHarness small = new StackHarness(one, NetInterface.NO_VLAN)) {
      DatagramEndpoint from = Objects.requireNonNull(small.stack.newDatagram());
      assertThat(from.connect(PEER_ADDRESS, 4_000)).isZero();
      small.introducePeer();
      assertThat(from.send(payload, 0, 64, 0, 0)).isEqualTo(64);
      small.device.drain();
      small.passSeconds(40);
      small.device.drain();
      from.send(payload, 0, 64, 0x0a000033, 9);
      assertThat(small.device.drain()).hasSize(1);
      from.send(payload, 0, 64, 0, 0);
      assertThat(small.device.drain()).containsExactly(request(Frames.BROADCAST_MAC));
      small.introducePeer();
      assertThat(from.send(payload, 0, 64, 0, 0)).isEqualTo(64);
      from.close();
      small.device.complete();
      assertThat(small.stack.pool().freeCells()).isEqualTo(small.stack.pool().cells());
    }
  }

  /** The entry goes to make room and comes back, again and again: the second still counts. */
  @Test
  @Requirement("RFC1122-arp-02")
  void shouldAskOnceASecondWhateverBecomesOfTheEntry() {
    try (StackHarness small = new StackHarness(config(1), NetInterface.NO_VLAN)) {
      DatagramEndpoint from = Objects.requireNonNull(small.stack.newDatagram());
      int asked = 0;
      for (int i = 0; i < 1_000; i++) {
        from.send(payload, 0, 64, i % 2 == 0 ? PEER_ADDRESS : 0x0a000033, 9);
        small.passNanos(2_500_000L);
        for (byte[] frame : small.device.drain()) {
          asked += Frames.getInt(frame, 38) == PEER_ADDRESS ? 1 : 0;
        }
        small.device.complete();
      }
      assertThat(asked).as("in 2.5 s").isBetween(1, 3);
      from.close();
    }
  }

  @Test
  @Requirement("RFC1122-arp-02")
  void shouldAskOnceASecondWhenAnUnansweredNeighbourIsRemovedAndNamedAgain() {
    for (int i = 0; i < 10; i++) {
      send(PEER_ADDRESS);
      cache.remove(host.net, PEER_ADDRESS);
      host.passNanos(50_000_000L);
    }
    assertThat(host.device.drain()).hasSize(1);
    send(PEER_ADDRESS);
    host.passNanos(600_000_000L);
    assertThat(host.device.drain()).hasSize(1);
    replyFromPeer(PEER_MAC);
    assertThat(host.device.drain()).as("what waited").hasSize(1);
  }

  @Test
  @Requirement("SEC-ARPSPOOF-03")
  void shouldAskForAThousandNeighboursASecondAtMost() {
    for (int i = 0; i < 3_000; i++) {
      cache.neighbor("eth0", 0x0a000100 + i);
      host.device.complete();
    }
    assertThat(host.device.drain()).hasSize(RequestPacer.MAX_PER_SECOND);
    assertThat(cache.size()).isEqualTo(MAX_NEIGHBORS);
  }

  private static StackConfig config(int maxNeighbors) {
    StackConfig all = StackConfig.standard("small", 1).withCells(512, 64);
    return new StackConfig(
        all.name(),
        all.seed(),
        all.cells(),
        all.runCells(),
        all.loans(),
        all.maxStreams(),
        all.maxListeners(),
        all.maxDatagrams(),
        maxNeighbors,
        all.maxDatagramsQueued(),
        all.answersUnknownPorts(),
        all.profile());
  }

  @Test
  void shouldServeOtherStacksOfTheHost() {
    Neighbor shared = cache.neighbor("eth0", PEER_ADDRESS);
    assertThat(shared.mac()).isEqualTo(Neighbor.UNRESOLVED);
    assertThat(host.device.drain()).containsExactly(request(Frames.BROADCAST_MAC));
    replyFromPeer(PEER_MAC);
    assertThat(shared.mac()).isEqualTo(PEER_MAC);
    assertThat(cache.neighbor("eth0", PEER_ADDRESS)).isSameAs(shared);
  }

  @Test
  void shouldDropWhatWaitedWhenTheRingIsFullAtTheAnswer() {
    send(PEER_ADDRESS);
    host.device.room(0);
    replyFromPeer(PEER_MAC);
    assertThat(host.stack.counters().get(DropReason.DEVICE_RING_FULL)).isEqualTo(1);
    host.device.complete();
    assertThat(host.stack.pool().freeCells()).isEqualTo(host.stack.pool().cells());
  }
}
