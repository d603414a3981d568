package dev.trident.wire;

/** Makes any number of unlike numbers out of one seed (the finaliser of SplitMix64). */
public final class SeedMixer {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private SeedMixer() {}

  /** The number at place {@code index} of the sequence of {@code seed}. */
  public static long mix(long seed, long index) {
    long z = seed + (index + 1) * GOLDEN_GAMMA;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
