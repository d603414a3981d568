package dev.trident.hw.link;

/** What goes wrong with one copy of a frame; filled in by a {@link FaultSource}. */
public final class FrameFaults {
  /** The frame vanishes. */
  public boolean lost;

  /** It vanishes in a burst, see {@link BurstLoss}; of no meaning for one that is not lost. */
  public boolean inBurst;

  /** The frame arrives twice; of no meaning for the duplicate itself. */
  public boolean duplicated;

  /** Bits change on the wire: the receiving end sees a wrong FCS. */
  public boolean corrupted;

  /** Bits change in memory behind the check of the FCS: which, see {@link MemoryError}; 0 none. */
  public long memoryError;

  /** A router has marked the frame; of no effect on one whose sender does not understand ECN. */
  public boolean congestion;

  /** How much later than others the frame arrives, so that they overtake it; 0 not at all. */
  public long reorderNanos;

  /** How much later than usual the frame arrives, and all behind it at the earliest then. */
  public long jitterNanos;

  /** Nothing is wrong. */
  public void clear() {
    lost = false;
    inBurst = false;
    duplicated = false;
    corrupted = false;
    memoryError = 0;
    congestion = false;
    reorderNanos = 0;
    jitterNanos = 0;
  }
}
