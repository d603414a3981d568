package dev.trident.hw.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.buffer.Slab;
import dev.trident.hw.nic.Frame;
import dev.trident.hw.nic.Wire;
import dev.trident.hw.nic.WireEnd;
import dev.trident.hw.time.EventHeap;
import dev.trident.hw.time.VirtualClock;
import java.util.BitSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BurstLossTest {
  private static final int FRAMES = 100_000;

  /** An end that notes the numbers of the frames that come out. */
  private static final class End implements WireEnd {
    final BitSet arrived = new BitSet();

    @Override
    public void deliver(Frame frame) {
      arrived.set(frame.slab().getInt(frame.offset()));
    }

    @Override
    public void plug(Wire wire) {}
  }

  private final VirtualClock clock = new VirtualClock();
  private final EventHeap heap = new EventHeap();
  private final Slab slab = new Slab(2_048);
  private final Frame view = new Frame(null);

  @AfterEach
  void close() {
    slab.close();
  }

  /** Frames 0 to {@link #FRAMES} over a link, and what came out. */
  private BitSet run(FaultSource faults, LinkCounters[] counters) {
    End a = new End();
    End b = new End();
    try (Link link = Link.join("l", a, b, LinkConfig.delay(1), 5, heap, clock)) {
      link.faults(faults, FaultSource.NONE);
      for (int i = 0; i < FRAMES; i++) {
        slab.putInt(0, i);
        link.carry(a, view.wrap(slab, 0, 60));
        heap.happenUntil(clock.nanoTime() + 1);
      }
      counters[0] = link.counters();
    }
    return b.arrived;
  }

  private BitSet run(FaultSource faults) {
    return run(faults, new LinkCounters[1]);
  }

  private static FaultSource bursts(BurstLoss chances, long seed) {
    return FaultSource.bursts(chances, seed, FaultSource.NONE);
  }

  @Test
  void shouldLoseAsManyFramesInBurstsAsLongAsSaid() {
    LinkCounters[] counters = new LinkCounters[1];
    BitSet arrived = run(bursts(BurstLoss.ofFrames(2_000, 20), 1), counters);
    int bursts = 0;
    for (int i = arrived.nextClearBit(0); i < FRAMES; i = arrived.nextClearBit(i)) {
      bursts++;
      i = arrived.nextSetBit(i);
      if (i < 0) {
        break;
      }
    }
    long lost = counters[0].lostInBursts();
    assertThat(lost).isEqualTo(FRAMES - arrived.cardinality());
    assertThat(counters[0].lost()).as("counted apart").isZero();
    assertThat((double) lost / FRAMES).isBetween(0.03, 0.05); // 2,000 / (2,000 + 50,000)
    assertThat((double) lost / bursts).isBetween(17.0, 23.0);
  }

  @Test
  void shouldLoseSomeFramesOnlyWhenABurstIsLossyButNotDeaf() {
    LinkCounters[] counters = new LinkCounters[1];
    run(bursts(new BurstLoss(50_000, 50_000, 500_000), 1), counters);
    assertThat((double) counters[0].lostInBursts() / FRAMES).isBetween(0.23, 0.27);
  }

  @Test
  void shouldRepeatItselfBySeed() {
    BurstLoss chances = BurstLoss.ofFrames(2_000, 20);
    assertThat(run(bursts(chances, 1))).isEqualTo(run(bursts(chances, 1)));
    assertThat(run(bursts(chances, 1))).isNotEqualTo(run(bursts(chances, 2)));
  }

  @Test
  void shouldLeaveTheDiceOfOtherFaultsAlone() {
    LinkFaults faults = LinkFaults.loss(100_000);
    BitSet without = run(FaultSource.random(faults, 7));
    LinkCounters[] counters = new LinkCounters[1];
    FaultSource both =
        FaultSource.bursts(BurstLoss.ofFrames(2_000, 20), 1, FaultSource.random(faults, 7));
    BitSet with = run(both, counters);
    assertThat(counters[0].lost()).isEqualTo(FRAMES - without.cardinality());
    assertThat(counters[0].lostInBursts()).isEqualTo(without.cardinality() - with.cardinality());
    without.and(with);
    assertThat(without).as("what arrives would have arrived without bursts").isEqualTo(with);
  }

  @Test
  void shouldRefuseChancesThatCannotBe() {
    assertThatThrownBy(() -> new BurstLoss(1_000_001, 0, 0))
        .hasMessageContaining("begin of a burst");
    assertThatThrownBy(() -> new BurstLoss(0, 0, -1)).hasMessageContaining("loss inside");
  }
}
