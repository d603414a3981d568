package dev.trident.hw.link;

import dev.trident.hw.time.SeededRandom;

/**
 * Loss in bursts: a link is good or bad, and changes between frames (Gilbert 1960, Elliott 1963).
 * Probabilities are in millionths per frame. A burst lasts {@code 1,000,000 / leave} frames on
 * average, and {@code enter / (enter + leave)} of all frames fall into one.
 *
 * @param enter a good link turns bad
 * @param leave a bad link turns good
 * @param lossInside a frame vanishes while the link is bad
 */
public record BurstLoss(int enter, int leave, int lossInside) {
  /** Checks ranges. */
  public BurstLoss {
    LinkFaults.check("begin of a burst", enter);
    LinkFaults.check("end of a burst", leave);
    LinkFaults.check("loss inside of a burst", lossInside);
  }

  /** Bursts of {@code frames} on average, all of whose frames vanish. */
  public static BurstLoss ofFrames(int enter, int frames) {
    return new BurstLoss(enter, 1_000_000 / frames, 1_000_000);
  }

  /** The two states, for one direction of a link; its dice are its own. */
  static final class Course {
    private final BurstLoss chances;
    private final SeededRandom random;
    private boolean bad;

    Course(BurstLoss chances, long seed) {
      this.chances = chances;
      random = new SeededRandom(seed);
    }

    /** Moves on by a frame; returns whether it vanishes. */
    boolean takesNext() {
      if (random.happens(bad ? chances.leave : chances.enter)) {
        bad = !bad;
      }
      return bad && random.happens(chances.lossInside);
    }
  }
}
