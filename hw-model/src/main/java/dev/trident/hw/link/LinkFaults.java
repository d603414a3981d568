package dev.trident.hw.link;

/**
 * What a link does wrong: probabilities in millionths per frame.
 *
 * @param loss the frame vanishes
 * @param duplication the frame arrives twice
 * @param reordering the frame arrives {@code reorderNanos} late, so that others overtake it
 * @param reorderNanos how late
 * @param corruption bits change on the wire; the receiving end finds the FCS wrong, counts the
 *     frame and drops it
 * @param jitterNanos each frame is late by 0 to this, in order
 * @param memoryErrors up to 15 adjacent bits of an IPv4 datagram change in memory at the receiving
 *     end, behind the check of the FCS: only the Internet checksum can tell
 * @param congestion an IPv4 packet whose sender understands ECN gets the mark of RFC 3168
 */
public record LinkFaults(
    int loss,
    int duplication,
    int reordering,
    long reorderNanos,
    int corruption,
    long jitterNanos,
    int memoryErrors,
    int congestion) {
  /** A link without faults. */
  public static final LinkFaults NONE = new LinkFaults(0, 0, 0, 0, 0, 0);

  /** Checks ranges. */
  public LinkFaults {
    check("loss", loss);
    check("duplication", duplication);
    check("reordering", reordering);
    check("corruption", corruption);
    check("memory errors", memoryErrors);
    check("congestion", congestion);
    if (reorderNanos < 0 || jitterNanos < 0) {
      throw new IllegalArgumentException("delays must not be negative");
    }
  }

  /** Without marks of congestion. */
  public LinkFaults(
      int loss,
      int duplication,
      int reordering,
      long reorderNanos,
      int corruption,
      long jitterNanos,
      int memoryErrors) {
    this(loss, duplication, reordering, reorderNanos, corruption, jitterNanos, memoryErrors, 0);
  }

  /** Without memory errors and marks of congestion. */
  public LinkFaults(
      int loss,
      int duplication,
      int reordering,
      long reorderNanos,
      int corruption,
      long jitterNanos) {
    this(loss, duplication, reordering, reorderNanos, corruption, jitterNanos, 0, 0);
  }

  static void check(String what, int millionths) {
    if (millionths < 0 || millionths > 1_000_000) {
      throw new IllegalArgumentException(what + " " + millionths + ": must be 0..1,000,000");
    }
  }

  /** Nothing but loss. */
  public static LinkFaults loss(int millionths) {
    return new LinkFaults(millionths, 0, 0, 0, 0, 0);
  }

  /** Nothing but frames that arrive {@code nanos} late. */
  public static LinkFaults reordering(int millionths, long nanos) {
    return new LinkFaults(0, 0, millionths, nanos, 0, 0);
  }

  /** Nothing but marks of congestion. */
  public static LinkFaults congestion(int millionths) {
    return new LinkFaults(0, 0, 0, 0, 0, 0, 0, millionths);
  }
}
