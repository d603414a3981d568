package dev.trident.hw.link;

import dev.trident.hw.time.SeededRandom;

/** Faults by chance. */
final class RandomFaults implements FaultSource {
  private final LinkFaults chances;
  private final SeededRandom random;

  RandomFaults(LinkFaults chances, SeededRandom random) {
    this.chances = chances;
    this.random = random;
  }

  @Override
  public void decide(long frame, int copy, FrameFaults faults) {
    if (copy == 0) {
      faults.lost = random.happens(chances.loss());
      if (faults.lost) {
        return;
      }
      faults.duplicated = random.happens(chances.duplication());
    }
    faults.corrupted = random.happens(chances.corruption());
    if (random.happens(chances.memoryErrors())) {
      faults.memoryError = random.nextLong() | 1;
    }
    if (chances.jitterNanos() > 0) {
      faults.jitterNanos = random.below(chances.jitterNanos() + 1);
    }
    if (random.happens(chances.reordering())) {
      faults.reorderNanos = chances.reorderNanos();
    }
    faults.congestion = random.happens(chances.congestion());
  }
}
