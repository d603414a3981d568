package dev.trident.hw.nic;

/**
 * The rings of a virtual interface and how the receive ring is kept filled.
 *
 * @param rxDescriptors entries of the receive ring, a power of two; 0 to receive nothing
 * @param txDescriptors entries of the transmit ring, a power of two; 0 to send nothing
 * @param refillBatch cells posted at a time, as one write of a doorbell register would; never more
 *     than the ring has
 * @param refillInterval polls from one refill to the next
 * @param batchesPerRefill batches posted at once at most; what is still missing then waits for the
 *     next refill
 */
public record RingOptions(
    int rxDescriptors,
    int txDescriptors,
    int refillBatch,
    int refillInterval,
    int batchesPerRefill) {
  /** Cells of a batch unless told otherwise. */
  public static final int DEFAULT_BATCH = 16;

  /** Checks ranges. */
  public RingOptions {
    check("receive ring", rxDescriptors);
    check("transmit ring", txDescriptors);
    if (refillBatch < 1 || refillInterval < 1 || batchesPerRefill < 1) {
      throw new IllegalArgumentException(
          "refill of %d times %d cells every %d polls: all must be at least 1"
              .formatted(batchesPerRefill, refillBatch, refillInterval));
    }
  }

  private static void check(String what, int descriptors) {
    if (descriptors < 0 || (descriptors & (descriptors - 1)) != 0) {
      throw new IllegalArgumentException(
          what + " of " + descriptors + ": must be 0 or a power of two");
    }
  }

  /** Rings of a default stack: each poll fills the receive ring as far as cells go. */
  public static RingOptions of(int rxDescriptors, int txDescriptors) {
    return new RingOptions(rxDescriptors, txDescriptors, DEFAULT_BATCH, 1, Integer.MAX_VALUE);
  }

  /** The same with one batch at each refill, as TCPDirect does it. */
  public RingOptions withRefill(int batch, int interval) {
    return new RingOptions(rxDescriptors, txDescriptors, batch, interval, 1);
  }
}
