package dev.trident.hw.link;

/**
 * What a link is like, the same in both directions.
 *
 * @param bitsPerSecond 0 for no limit; preamble, FCS and gap between frames are counted too
 * @param delayNanos from the last bit sent to its arrival
 * @param queueFrames frames waiting for their turn in one direction; further ones are dropped
 * @param faults what it does wrong at first
 */
public record LinkConfig(long bitsPerSecond, long delayNanos, int queueFrames, LinkFaults faults) {
  /** Queue of a link whose owner does not care: as long as a common driver's. */
  public static final int DEFAULT_QUEUE_FRAMES = 1_000;

  /** Checks ranges. */
  public LinkConfig {
    if (bitsPerSecond < 0 || delayNanos < 0 || queueFrames < 1) {
      throw new IllegalArgumentException(
          "link of " + bitsPerSecond + " bit/s, " + delayNanos + " ns, queue " + queueFrames);
    }
  }

  /** A link that is only far away. */
  public static LinkConfig delay(long nanos) {
    return new LinkConfig(0, nanos, DEFAULT_QUEUE_FRAMES, LinkFaults.NONE);
  }

  /** A link with a rate and a delay. */
  public static LinkConfig rate(long bitsPerSecond, long delayNanos) {
    return new LinkConfig(bitsPerSecond, delayNanos, DEFAULT_QUEUE_FRAMES, LinkFaults.NONE);
  }

  /** The same with faults. */
  public LinkConfig withFaults(LinkFaults newFaults) {
    return new LinkConfig(bitsPerSecond, delayNanos, queueFrames, newFaults);
  }

  /** The same with another queue. */
  public LinkConfig withQueue(int frames) {
    return new LinkConfig(bitsPerSecond, delayNanos, frames, faults);
  }
}
