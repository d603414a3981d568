package dev.trident.hw.time;

/**
 * Random numbers from a seed: SplitMix64 (Steele, Lea, Flood 2014), the same on every platform and
 * release.
 */
public final class SeededRandom {
  private long state;

  /** Equal seeds give equal sequences. */
  public SeededRandom(long seed) {
    state = seed;
  }

  /** 64 random bits. */
  public long nextLong() {
    state += 0x9e3779b97f4a7c15L;
    long mixed = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }

  /** 0 inclusive to {@code bound} exclusive; {@code bound} must be positive. */
  public long below(long bound) {
    return Math.floorMod(nextLong() >>> 1, bound);
  }

  /** True with a probability of {@code millionths} in a million. */
  public boolean happens(int millionths) {
    return millionths > 0 && below(1_000_000) < millionths;
  }
}
