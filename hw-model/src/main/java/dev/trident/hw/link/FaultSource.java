package dev.trident.hw.link;

import dev.trident.hw.time.SeededRandom;

/**
 * Decides what one direction of a link does wrong with each frame: by chance, from a list, or by
 * watching another source.
 */
@FunctionalInterface
public interface FaultSource {
  /** A link without faults. */
  FaultSource NONE = (frame, copy, faults) -> {};

  /** Faults by chance; equal seeds give equal ones. */
  static FaultSource random(LinkFaults chances, long seed) {
    return new RandomFaults(chances, new SeededRandom(seed));
  }

  /**
   * As {@code others}, and loss in bursts, of a link that is good at first. The dice are thrown
   * apart from those of {@code others}, which stay as they are; equal seeds give equal bursts.
   */
  static FaultSource bursts(BurstLoss chances, long seed, FaultSource others) {
    BurstLoss.Course course = new BurstLoss.Course(chances, seed);
    return (frame, copy, faults) -> {
      others.decide(frame, copy, faults);
      if (copy == 0 && course.takesNext() && !faults.lost) {
        faults.lost = true;
        faults.inBurst = true;
      }
    };
  }

  /**
   * Decides about one copy of a frame.
   *
   * @param frame counts the frames that this direction took, from 0
   * @param copy 0 for the frame itself, 1 for its duplicate, which is asked about if {@code faults}
   *     said so of the frame
   * @param faults to be filled in; nothing is wrong at first
   */
  void decide(long frame, int copy, FrameFaults faults);
}
