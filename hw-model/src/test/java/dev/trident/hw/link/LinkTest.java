package dev.trident.hw.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.Slab;
import dev.trident.hw.nic.Carried;
import dev.trident.hw.nic.Frame;
import dev.trident.hw.nic.Wire;
import dev.trident.hw.nic.WireEnd;
import dev.trident.hw.time.EventHeap;
import dev.trident.hw.time.VirtualClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LinkTest {
  private static final long SEED = 11;

  /** An end that notes what comes out, and when. */
  private final class End implements WireEnd {
    final List<Integer> numbers = new ArrayList<>();
    final List<Long> times = new ArrayList<>();
    final List<Long> sums = new ArrayList<>();
    int corrupted;

    @Override
    public void deliver(Frame frame) {
      numbers.add(frame.slab().getInt(frame.offset() + 16));
      times.add(clock.nanoTime());
      long sum = 0;
      for (int i = 0; i < frame.totalBytes(); i++) {
        sum = sum * 31 + frame.slab().getByte(frame.offset() + i);
      }
      sums.add(sum);
    }

    @Override
    public void deliverCorrupted() {
      corrupted++;
    }

    @Override
    public void plug(Wire wire) {}
  }

  private final VirtualClock clock = new VirtualClock();
  private final EventHeap heap = new EventHeap();
  private final Slab slab = new Slab(2_048);
  private final Frame view = new Frame(null);
  private final End a = new End();
  private final End b = new End();

  @AfterEach
  void close() {
    slab.close();
  }

  private Link link(LinkConfig config, long seed) {
    return Link.join("l", a, b, config, seed, heap, clock);
  }

  private Carried send(Link link, WireEnd from, int number, int length) {
    slab.putInt(16, number);
    return link.carry(from, view.wrap(slab, 0, length));
  }

  private void runAll() {
    while (heap.size() > 0) {
      clock.advanceTo(heap.nextNanos());
      heap.happenNext();
    }
  }

  @Test
  void shouldDelayFramesAndKeepOrderInBothDirections() {
    Link link = link(LinkConfig.delay(500), SEED);
    for (int i = 0; i < 10; i++) {
      send(link, a, i, 60);
      send(link, b, 100 + i, 60);
      clock.sleep(7);
    }
    runAll();
    assertThat(b.numbers).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(b.times.getFirst()).isEqualTo(500);
    assertThat(b.times.getLast()).isEqualTo(563);
    assertThat(a.numbers.getFirst()).isEqualTo(100);
    assertThat(link.counters().delivered()).isEqualTo(20);
    link.close();
  }

  @Test
  void shouldSpaceFramesByRateWhenTheyAreSentAtOnce() {
    Link link = link(LinkConfig.rate(1_000_000_000, 0), SEED);
    for (int i = 0; i < 3; i++) {
      send(link, a, i, 1_514);
    }
    runAll();
    assertThat(b.times).as("1538 bytes at 8 ns").containsExactly(12_304L, 24_608L, 36_912L);
    link.close();
  }

  @Test
  void shouldCountShortFramesAsPaddedWhenSerializing() {
    Link link = link(LinkConfig.rate(1_000_000_000, 0), SEED);
    send(link, a, 0, 42);
    runAll();
    assertThat(b.times).containsExactly(84 * 8L);
    link.close();
  }

  @Test
  void shouldDropAndCountWhenQueueIsFull() {
    Link link = link(LinkConfig.rate(1_000_000_000, 0).withQueue(4), SEED);
    for (int i = 0; i < 6; i++) {
      send(link, a, i, 1_000);
    }
    runAll();
    assertThat(b.numbers).containsExactly(0, 1, 2, 3);
    assertThat(link.counters().queueDrops()).isEqualTo(2);
    send(link, a, 9, 1_000);
    runAll();
    assertThat(b.numbers).endsWith(9);
    link.close();
  }

  @Test
  void shouldLoseFramesWhileCutAndDeliverThoseInFlight() {
    Link link = link(LinkConfig.delay(100), SEED);
    send(link, a, 1, 60);
    link.cut(true);
    send(link, a, 2, 60);
    link.cut(false);
    send(link, a, 3, 60);
    runAll();
    assertThat(b.numbers).containsExactly(1, 3);
    assertThat(link.counters().cut()).isEqualTo(1);
    link.close();
  }

  @Test
  void shouldDoEachFaultAboutAsOftenAsConfigured() {
    int frames = 20_000;
    LinkFaults faults = new LinkFaults(100_000, 50_000, 50_000, 1_000, 20_000, 0);
    Link link = link(LinkConfig.delay(10).withFaults(faults), SEED);
    for (int i = 0; i < frames; i++) {
      send(link, a, i, 60);
      clock.sleep(100);
      heap.happenUntil(clock.nanoTime());
    }
    runAll();
    LinkCounters counted = link.counters();
    assertThat(counted.lost()).isBetween(1_800L, 2_200L);
    assertThat(counted.duplicated()).isBetween(800L, 1_000L);
    assertThat(counted.reordered()).isBetween(800L, 1_100L);
    assertThat(counted.corrupted()).isBetween(300L, 500L);
    assertThat(counted.delivered())
        .isEqualTo(frames - counted.lost() + counted.duplicated() - counted.corrupted());
    assertThat(b.numbers)
        .as("some overtook others")
        .isNotEqualTo(b.numbers.stream().sorted().toList());
    link.close();
  }

  @Test
  void shouldKeepOrderWhenThereIsOnlyJitter() {
    LinkFaults faults = new LinkFaults(0, 0, 0, 0, 0, 5_000);
    Link link = link(LinkConfig.delay(10).withFaults(faults), SEED);
    for (int i = 0; i < 1_000; i++) {
      send(link, a, i, 60);
      clock.sleep(10);
    }
    runAll();
    assertThat(b.numbers).isSorted().hasSize(1_000);
    link.close();
  }

  @Test
  void shouldCountAndDropFrameAtReceivingEndWhenItsFcsIsWrong() {
    Link link = link(LinkConfig.delay(10).withFaults(new LinkFaults(0, 0, 0, 0, 1_000_000, 0)), 3);
    send(link, a, 0, 60);
    runAll();
    assertThat(b.corrupted).isEqualTo(1);
    assertThat(b.sums).isEmpty();
    assertThat(link.counters().corrupted()).isEqualTo(1);
    assertThat(link.counters().delivered()).isZero();
    link.close();
  }

  @Test
  void shouldLeaveAddressResolutionAloneWhenMemoryErrs() {
    LinkFaults faults = new LinkFaults(0, 0, 0, 0, 0, 0, 1_000_000);
    Link link = link(LinkConfig.delay(10).withFaults(faults), 3);
    slab.putShort(12, 0x0806);
    send(link, a, 0, 60);
    runAll();
    assertThat(b.sums).hasSize(1);
    assertThat(link.counters().memoryErrors()).isZero();
    link.close();
  }

  @Test
  void shouldMarkAndCountWhatUnderstandsCongestionWhenARouterIsBusy() {
    Link link = link(LinkConfig.delay(10).withFaults(LinkFaults.congestion(1_000_000)), 3);
    slab.putShort(12, 0x0800);
    slab.putShort(14, 0x4502);
    send(link, a, 0, 60);
    slab.putShort(14, 0x4500);
    send(link, a, 0, 60);
    runAll();
    assertThat(b.sums).hasSize(2);
    assertThat(link.counters().marked()).isEqualTo(1);
    link.close();
  }

  @Test
  void shouldDoWhatSourceSaysWhenItDecidesByFrame() {
    Link link = link(LinkConfig.delay(10), SEED);
    link.faults(
        (frame, copy, faults) -> {
          faults.lost = frame == 1;
          faults.duplicated = frame == 2;
          faults.reorderNanos = frame == 2 && copy == 1 ? 1_000 : 0;
        },
        FaultSource.NONE);
    for (int i = 0; i < 5; i++) {
      send(link, a, i, 60);
      clock.sleep(1);
    }
    runAll();
    assertThat(b.numbers).containsExactly(0, 2, 3, 4, 2);
    link.close();
  }

  private List<Long> history(long seed) {
    End fromHere = new End();
    End toThere = new End();
    LinkFaults faults = new LinkFaults(100_000, 100_000, 100_000, 1_000, 100_000, 100);
    Link link =
        Link.join(
            "h", fromHere, toThere, LinkConfig.delay(10).withFaults(faults), seed, heap, clock);
    long start = clock.nanoTime();
    for (int i = 0; i < 500; i++) {
      send(link, fromHere, i, 60);
      clock.sleep(50);
      heap.happenUntil(clock.nanoTime());
    }
    runAll();
    link.close();
    List<Long> seen = new ArrayList<>(toThere.sums);
    toThere.times.forEach(time -> seen.add(time - start));
    return seen;
  }

  @Test
  void shouldRepeatFaultsWhenSeedIsTheSame() {
    List<Long> first = history(1);
    assertThat(history(1)).isEqualTo(first);
    assertThat(history(2)).isNotEqualTo(first);
  }

  @Test
  void shouldForwardToLearntSocketAndFloodOtherwiseWhenSwitchIsBetween() {
    Switch middle = new Switch("s", 3);
    List<List<Integer>> seen = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < 3; i++) {
      List<Integer> here = seen.get(i);
      middle
          .socket(i)
          .plug(
              (from, frame) -> {
                here.add(frame.slab().getInt(frame.offset() + 16));
                return Carried.READ;
              });
    }
    through(middle, 0, 0xa, 0xb, 1);
    through(middle, 1, 0xb, 0xa, 2);
    through(middle, 0, 0xa, 0xb, 3);
    through(middle, 2, 0xc, 0xffff_ffff_ffffL, 4);
    through(middle, 1, 0xb, 0xb, 5);
    assertThat(seen.get(0)).containsExactly(2, 4);
    assertThat(seen.get(1)).containsExactly(1, 3, 4);
    assertThat(seen.get(2)).containsExactly(1);
  }

  private void through(Switch middle, int socket, long source, long destination, int number) {
    slab.putLong(0, destination << 16);
    slab.putShort(6, (int) (source >>> 32));
    slab.putInt(8, (int) source);
    slab.putInt(16, number);
    middle.socket(socket).deliver(view.wrap(slab, 0, 60));
  }
}
