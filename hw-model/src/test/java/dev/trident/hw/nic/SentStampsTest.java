package dev.trident.hw.nic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.hw.link.Link;
import dev.trident.hw.link.LinkConfig;
import dev.trident.hw.time.EventHeap;
import dev.trident.hw.time.VirtualClock;
import dev.trident.link.NetworkDevice;
import dev.trident.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When frames left, on a link of 1 Gbit/s on which a frame of 60 bytes takes 672 ns. */
class SentStampsTest {
  private static final int WIRE = 672;

  private final VirtualClock clock = new VirtualClock();
  private final EventHeap heap = new EventHeap();
  private final PacketPool pool = new PacketPool(64, 4, 4);
  private final TwoNics.Keeper keeper = new TwoNics.Keeper();
  private final Nic from = new Nic("from", 1, 1_500, NicFeatures.SERIES_8000, clock, false);
  private final Nic to = new Nic("to", 2, 1_500, NicFeatures.SERIES_8000, clock, false);
  private final List<String> reports = new ArrayList<>();

  private VirtualInterface open() throws NicExhaustedException {
    InterfaceOptions options = InterfaceOptions.of(RingOptions.of(0, 8)).withStamps(false, true);
    VirtualInterface opened = from.openFurther(pool, options, keeper, new Doorbell());
    opened.onSent(frame -> reports.add(frame.remotePort() + " at " + frame.stampNanos()));
    return opened;
  }

  @AfterEach
  void shouldHaveAllCellsBack() {
    assertThat(pool.freeCells()).isEqualTo(pool.cells());
  }

  private void send(VirtualInterface device, int port) {
    Packet packet = Objects.requireNonNull(pool.allocate());
    packet.setRange(packet.offset(), 60);
    int at = packet.offset();
    packet.slab().putShort(at + 12, 0x0800);
    packet.slab().putByte(at + 14, 0x45);
    packet.slab().putShort(at + 20, 0);
    packet.slab().putByte(at + 23, SentFrame.UDP);
    packet.slab().putShort(at + 36, port);
    assertThat(device.transmit(packet, NetworkDevice.DEFAULT_QUEUE)).isTrue();
    packet.release();
  }

  private void runUntil(long nanos) {
    while (heap.nextNanos() != Deadline.NEVER && heap.nextNanos() - nanos <= 0) {
      clock.advanceTo(heap.nextNanos());
      heap.happenNext();
    }
    clock.advanceTo(nanos);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 50})
  void shouldStampEachFrameWithItsOwnTimeWhenLinkDropsLaterOne(long doorbellNanos)
      throws NicExhaustedException {
    from.timing(new NicTiming(0, doorbellNanos, 0, 0, 0, 0, 0, 0, 0), heap);
    LinkConfig shortQueue = LinkConfig.rate(1_000_000_000, 0).withQueue(2);
    Link.join("link", from, to, shortQueue, 1, heap, clock);
    VirtualInterface device = open();
    runUntil(1_000);
    send(device, 1);
    send(device, 2);
    send(device, 3);
    runUntil(1_000 + doorbellNanos);
    device.reapCompletions();
    assertThat(reports).as("the third was dropped, but its turn has not come").isEmpty();
    runUntil(10_000);
    device.reapCompletions();
    long begin = 1_000 + doorbellNanos;
    assertThat(reports)
        .containsExactly("1 at " + (begin + WIRE), "2 at " + (begin + 2 * WIRE), "3 at " + begin);
    send(device, 4);
    runUntil(20_000);
    device.reapCompletions();
    assertThat(reports).last().isEqualTo("4 at " + (10_000 + doorbellNanos + WIRE));
    device.close();
  }
}
