package dev.trident.hw.nic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.hw.link.Link;
import dev.trident.hw.link.LinkConfig;
import dev.trident.hw.nic.InterfaceOptions.Pio;
import dev.trident.hw.time.EventHeap;
import dev.trident.hw.time.VirtualClock;
import dev.trident.link.NetworkDevice;
import dev.trident.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Adapters that take time, on a link of 10 Gbit/s. */
class NicTimingTest {
  private static final NicTiming TIMING = new NicTiming(15, 150, 400, 410, 10, 155, 300, 50, 5_000);
  private static final CutThrough STORED = new CutThrough(1_518, CutThrough.WHOLE_FRAME);

  /** A UDP datagram of 12 bytes in its frame. */
  private static final int SMALL = 54;

  /** 60 bytes and 24 around them at 10 Gbit/s. */
  private static final int WIRE = 67;

  private static final int RECEIVE = 300 + 50;

  private final VirtualClock clock = new VirtualClock();
  private final EventHeap heap = new EventHeap();
  private final PacketPool pool = new PacketPool(512, 4, 4);
  private final TwoNics.Keeper keeper = new TwoNics.Keeper();
  private final Nic from = nic("from");
  private final Nic to = nic("to");
  private final List<VirtualInterface> opened = new ArrayList<>();
  private final VirtualInterface receiver;

  NicTimingTest() {
    receiver = to.openDefault(pool, 64, 64, keeper, new Doorbell());
    opened.add(receiver);
  }

  private Nic nic(String name) {
    Nic nic = new Nic(name, 1, 1_500, NicFeatures.SERIES_8000, clock, false);
    nic.timing(TIMING, heap);
    return nic;
  }

  @AfterEach
  void close() {
    keeper.release();
    opened.forEach(VirtualInterface::close);
    assertThat(pool.freeCells()).isEqualTo(pool.cells());
  }

  private VirtualInterface open(Pio pio, CutThrough cutThrough, int alternatives)
      throws NicExhaustedException {
    InterfaceOptions options =
        InterfaceOptions.of(RingOptions.of(0, 16))
            .withSending(pio, cutThrough)
            .withAlternatives(alternatives, 4_096);
    VirtualInterface made = from.openFurther(pool, options, keeper, new Doorbell());
    opened.add(made);
    return made;
  }

  private void link() {
    Link.join("link", from, to, LinkConfig.rate(10_000_000_000L, 0), 1, heap, clock);
  }

  private void send(VirtualInterface device, int bytes, int queue) {
    Packet packet = Objects.requireNonNull(pool.allocate());
    packet.setRange(packet.offset(), bytes);
    assertThat(device.transmit(packet, queue)).isTrue();
    packet.release();
  }

  /** Runs until the receiver sees an event; returns when that was. */
  private long arrival() {
    while (!receiver.hasEvent()) {
      assertThat(heap.nextNanos()).as("something is on its way").isNotEqualTo(Deadline.NEVER);
      clock.advanceTo(heap.nextNanos());
      heap.happenNext();
    }
    receiver.poll(clock.nanoTime(), 64);
    return clock.nanoTime();
  }

  private long oneWay(VirtualInterface device, int bytes) {
    send(device, bytes, NetworkDevice.DEFAULT_QUEUE);
    return arrival();
  }

  @Test
  void shouldFetchDescriptorAndFrameWhenSentByDma() throws NicExhaustedException {
    link();
    assertThat(oneWay(open(Pio.OFF, CutThrough.NONE, 0), SMALL))
        .isEqualTo(150 + 400 + 410 + 10 + 155 + WIRE + RECEIVE);
  }

  @Test
  void shouldFetchNothingWhenSentByPio() throws NicExhaustedException {
    link();
    assertThat(oneWay(open(Pio.REQUIRED, CutThrough.NONE, 0), SMALL))
        .isEqualTo(15 + 150 + 155 + WIRE + RECEIVE);
  }

  @Test
  void shouldStoreNothingWhenCutThrough() throws NicExhaustedException {
    link();
    assertThat(oneWay(open(Pio.REQUIRED, STORED, 0), SMALL)).isEqualTo(15 + 150 + WIRE + RECEIVE);
  }

  @Test
  void shouldOnlyRingWhenAlternativeIsReleased() throws NicExhaustedException {
    link();
    VirtualInterface device = open(Pio.REQUIRED, CutThrough.NONE, 1);
    send(device, SMALL, 1);
    clock.advanceTo(10_000);
    assertThat(heap.size()).as("held back").isZero();
    device.releaseQueue(1);
    assertThat(arrival()).isEqualTo(10_000 + 150 + WIRE + RECEIVE);
  }

  @Test
  void shouldWaitForTheFrameWhenAlternativeIsReleasedTooSoon() throws NicExhaustedException {
    link();
    VirtualInterface device = open(Pio.REQUIRED, CutThrough.NONE, 1);
    send(device, SMALL, 1);
    device.releaseQueue(1);
    assertThat(arrival()).isEqualTo(15 + 150 + 155 + WIRE + RECEIVE);
  }

  @Test
  void shouldBeginBeforeALongFrameIsWrittenWhenThereIsAThreshold() throws NicExhaustedException {
    link();
    int wire = (1_500 + 24) * 8 / 10;
    assertThat(oneWay(open(Pio.OFF, STORED, 0), 1_500)).isEqualTo(24 * 15 + 150 + wire + RECEIVE);
    long before = clock.nanoTime();
    assertThat(oneWay(open(Pio.OFF, new CutThrough(1_518, 128), 0), 1_500) - before)
        .isEqualTo(2 * 15 + 150 + wire + RECEIVE);
  }

  @Test
  void shouldKeepTheOrderOfFramesThatTakeDifferentWays() throws NicExhaustedException {
    link();
    VirtualInterface device = open(Pio.OFF, new CutThrough(100, 64), 0);
    send(device, 200, NetworkDevice.DEFAULT_QUEUE);
    send(device, 60, NetworkDevice.DEFAULT_QUEUE);
    arrival();
    arrival();
    assertThat(keeper.frames).extracting(Packet::length).containsExactly(200, 60);
  }

  @Test
  void shouldHoldThePacketUntilItHasLeft() throws NicExhaustedException {
    link();
    VirtualInterface device = open(Pio.OFF, CutThrough.NONE, 0);
    for (int i = 0; i < 16; i++) {
      send(device, SMALL, NetworkDevice.DEFAULT_QUEUE);
    }
    assertThat(device.hasRoomFor(1)).isFalse();
    assertThat(device.rings().txCompleted()).isZero();
    arrival();
    assertThat(device.rings().txCompleted()).as("while later ones wait").isBetween(1L, 15L);
    heap.happenUntil(1_000_000);
    assertThat(device.rings().txCompleted()).isEqualTo(16);
    receiver.poll(0, 64);
  }

  @Test
  void shouldOfferAFrameAgainWhenTheWireTakesNothing() throws NicExhaustedException {
    boolean[] open = new boolean[1];
    List<Integer> carried = new ArrayList<>();
    from.plug(
        (end, frame) -> {
          if (!open[0]) {
            return Carried.REFUSED;
          }
          carried.add(frame.totalBytes());
          return Carried.READ;
        });
    VirtualInterface device = open(Pio.REQUIRED, CutThrough.NONE, 0);
    send(device, 60, NetworkDevice.DEFAULT_QUEUE);
    send(device, 61, NetworkDevice.DEFAULT_QUEUE);
    heap.happenUntil(5_000);
    assertThat(device.rings().txCompleted()).isZero();
    open[0] = true;
    heap.happenUntil(7_000);
    assertThat(carried).containsExactly(60, 61);
    assertThat(device.rings().txCompleted()).isEqualTo(2);
    assertThat(heap.size()).isZero();
  }

  @Test
  void shouldForgetWhatIsUnderWayWhenClosed() throws NicExhaustedException {
    link();
    VirtualInterface device = open(Pio.REQUIRED, CutThrough.NONE, 0);
    send(device, SMALL, NetworkDevice.DEFAULT_QUEUE);
    device.close();
    heap.happenUntil(1_000_000);
    assertThat(to.counters().framesIn()).isZero();
    VirtualInterface other = open(Pio.REQUIRED, CutThrough.NONE, 0);
    send(other, SMALL, NetworkDevice.DEFAULT_QUEUE);
    heap.happenUntil(1_000_000 + 15 + 150 + 155 + WIRE);
    assertThat(to.counters().framesIn()).as("in a cell").isEqualTo(1);
    receiver.close();
    heap.happenUntil(2_000_000);
    assertThat(receiver.hasEvent()).isFalse();
  }

  @Test
  void shouldRefuseTimesThatCannotBe() {
    assertThatThrownBy(() -> new NicTiming(0, -1, 0, 0, 0, 0, 0, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> to.timing(TIMING, heap)).isInstanceOf(IllegalStateException.class);
  }
}
