package dev.trident.c;

/** Where ported code takes time and sleep from, so that it runs in virtual time unchanged. */
public interface Clock {
  /** Nanoseconds since some origin; wraps around like {@code System.nanoTime}. */
  long nanoTime();

  /**
   * Blocks the caller for {@code nanos} nanoseconds of this clock; the network goes on meanwhile.
   * Returns early if the calling thread is interrupted, leaving its interrupt flag set.
   */
  void sleep(long nanos);
}
