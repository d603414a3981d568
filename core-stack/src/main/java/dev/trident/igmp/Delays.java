package dev.trident.igmp;

import dev.trident.wire.SeedMixer;

/** Random delays, by which the members of a group do not all answer at once. */
final class Delays {
  private final long seed;
  private long drawn;

  Delays(long seed) {
    this.seed = seed;
  }

  /** Between 1 and {@code maxNanos} nanoseconds. */
  long next(long maxNanos) {
    return 1 + Long.remainderUnsigned(SeedMixer.mix(seed, drawn++), Math.max(1, maxNanos));
  }
}
