package dev.trident.hw.nic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.buffer.Packet;
import dev.trident.link.NetworkDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Events, refills, and what the counters of the rings say of them. */
class EventQueueTest {
  private final TwoNics nics = TwoNics.wired();

  @AfterEach
  void close() {
    nics.close();
  }

  /** A stack behind a further interface that receives what the default interface sends. */
  private VirtualInterface further(RingOptions rings, TwoNics.Keeper keeper) {
    VirtualInterface opened = nics.furtherB(InterfaceOptions.of(rings), keeper);
    opened.steer(17, 0x0a000002, 7, 0, 0, 0);
    return opened;
  }

  private void sendDatagrams(int count) {
    for (int i = 0; i < count; i++) {
      Datagrams.send(nics, 0x0a000002, 7);
      nics.a.poll(0, 64);
    }
  }

  @Test
  void shouldCountAllCompletionsAsOneEvent() {
    for (int i = 0; i < 10; i++) {
      nics.send(60, i);
    }
    Packet echo = Objects.requireNonNull(nics.poolB.allocate());
    echo.setRange(echo.offset(), 60);
    for (int i = 0; i < 5; i++) {
      nics.b.transmit(echo, NetworkDevice.DEFAULT_QUEUE);
    }
    assertThat(nics.b.poll(0, 4)).as("frames beside the completions").isEqualTo(3);
    assertThat(echo.isHeldByDevice()).as("all five are complete").isFalse();
    assertThat(nics.b.poll(0, 4)).as("frames alone").isEqualTo(4);
    echo.release();
  }

  @Test
  void shouldPostOneBatchAtEachRefill() {
    TwoNics.Keeper keeper = new TwoNics.Keeper();
    VirtualInterface ring = further(RingOptions.of(64, 0).withRefill(8, 1), keeper);
    assertThat(ring.receiveRingCells()).isEqualTo(64);
    sendDatagrams(24);
    ring.poll(0, 64);
    assertThat(ring.receiveRingCells()).isEqualTo(64 - 24 + 8);
    ring.pollEmpty();
    ring.pollEmpty();
    assertThat(ring.receiveRingCells()).as("empty polls fill it, too").isEqualTo(64);
    ring.pollEmpty();
    assertThat(ring.rings().rxPosted()).as("a full ring is left alone").isEqualTo(64 + 24);
    keeper.release();
    ring.close();
  }

  @Test
  void shouldRefillAtTheIntervalOnly() {
    TwoNics.Keeper keeper = new TwoNics.Keeper();
    VirtualInterface ring = further(RingOptions.of(64, 0).withRefill(16, 3), keeper);
    List<Integer> cells = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      sendDatagrams(8);
      ring.poll(0, 64);
      cells.add(ring.receiveRingCells());
    }
    assertThat(cells).containsExactly(56, 48, 40 + 16, 48, 40, 32 + 16);
    keeper.release();
    ring.close();
  }

  @Test
  void shouldRefillADryRingBeforeItsTime() {
    TwoNics.Keeper keeper = new TwoNics.Keeper();
    VirtualInterface ring = further(RingOptions.of(16, 0).withRefill(8, 1_000), keeper);
    ring.poll(0, 64);
    sendDatagrams(17);
    assertThat(ring.counters().noDescriptor()).isEqualTo(1);
    assertThat(ring.poll(0, 64)).isEqualTo(16);
    assertThat(ring.receiveRingCells()).isEqualTo(8);
    sendDatagrams(1);
    assertThat(ring.poll(0, 64)).isEqualTo(1);
    keeper.release();
    ring.close();
  }

  @Test
  void shouldCountRefillsWithoutMemoryAndAskForTheNextCells() {
    TwoNics.Keeper keeper = new TwoNics.Keeper();
    VirtualInterface ring = further(RingOptions.of(32, 0).withRefill(16, 1), keeper);
    List<Packet> taken = new ArrayList<>();
    for (Packet cell = nics.poolB.allocateForReceive();
        cell != null;
        cell = nics.poolB.allocateForReceive()) {
      taken.add(cell);
    }
    sendDatagrams(20);
    ring.poll(0, 64);
    assertThat(ring.rings().refillsWithoutMemory()).isEqualTo(1);
    assertThat(ring.receiveRingCells()).isEqualTo(12);
    assertThat(ring.hasEvent()).isFalse();
    taken.forEach(Packet::release);
    assertThat(ring.hasEvent()).as("there are cells again").isTrue();
    ring.poll(0, 64);
    assertThat(ring.receiveRingCells()).isEqualTo(28);
    keeper.release();
    ring.close();
  }

  @Test
  void shouldSayHowFarTheRingsHaveGot() {
    nics.send(60, 1);
    nics.send(60, 2);
    assertThat(nics.a.rings()).isEqualTo(new RingCounters(64, 0, 0, 2, 2, 0, 0));
    assertThat(nics.b.rings()).isEqualTo(new RingCounters(64, 2, 0, 0, 0, 0, 0));
    nics.a.poll(0, 64);
    nics.b.poll(0, 64);
    assertThat(nics.a.rings().txReaped()).isEqualTo(2);
    assertThat(nics.b.rings().rxTaken()).isEqualTo(2);
  }

  @Test
  void shouldSayThatThereIsNoRoomWhenTheDeviceNeverCompletes() {
    try (TwoNics stuck = new TwoNics(false)) {
      stuck.nicA.plug((from, frame) -> Carried.HELD);
      for (int i = 0; i < TwoNics.RING; i++) {
        assertThat(stuck.a.hasRoomFor(1)).isTrue();
        stuck.send(60, i);
        stuck.a.poll(0, 64);
      }
      assertThat(stuck.a.hasRoomFor(1)).isFalse();
      assertThat(stuck.send(60, 0)).isFalse();
      assertThat(stuck.a.hasEvent()).isFalse();
      assertThat(stuck.a.rings()).isEqualTo(new RingCounters(64, 0, 0, 64, 0, 0, 0));
      assertThat(stuck.poolA.freeCells()).isEqualTo(stuck.poolA.cells() - 2 * TwoNics.RING);
    }
  }

  @Test
  void shouldRefuseOptionsThatCannotBe() {
    assertThatThrownBy(() -> RingOptions.of(48, 0)).hasMessageContaining("receive ring of 48");
    assertThatThrownBy(() -> RingOptions.of(0, 3)).hasMessageContaining("transmit ring of 3");
    assertThatThrownBy(() -> RingOptions.of(64, 64).withRefill(0, 1))
        .hasMessageContaining("at least 1");
  }
}
