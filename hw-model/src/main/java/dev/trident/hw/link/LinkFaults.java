package dev.trident.hw.link;

/**
 * What a link does wrong: probabilities in millionths per frame.
 *
 * @param loss the frame vanishes
 * @param duplication the frame arrives twice
 * @param reordering the frame arrives {@code reorderNanos} late, so that others overtake it
 * @param reorderNanos how late
 * @param corruption one bit is flipped, anywhere in the frame
 * @param jitterNanos each frame is late by 0 to this, in order
 */
public record LinkFaults(
    int loss,
    int duplication,
    int reordering,
    long reorderNanos,
    int corruption,
    long jitterNanos) {
  /** A link without faults. */
  public static final LinkFaults NONE = new LinkFaults(0, 0, 0, 0, 0, 0);

  /** Checks ranges. */
  public LinkFaults {
    check("loss", loss);
    check("duplication", duplication);
    check("reordering", reordering);
    check("corruption", corruption);
    if (reorderNanos < 0 || jitterNanos < 0) {
      throw new IllegalArgumentException("delays must not be negative");
    }
  }

  private static void check(String what, int millionths) {
    if (millionths < 0 || millionths > 1_000_000) {
      throw new IllegalArgumentException(what + " " + millionths + ": must be 0..1,000,000");
    }
  }

  /** Nothing but loss. */
  public static LinkFaults loss(int millionths) {
    return new LinkFaults(millionths, 0, 0, 0, 0, 0);
  }
}
