package dev.trident.hw.nic;

/**
 * How long an adapter and the bus take, in nanoseconds; what the wire takes is the link's affair.
 * Delays are there in fabrics with a heap of events, which run in virtual time or are polled.
 *
 * <pre>
 *   cut-through   lines written, doorbell                                                | wire
 *   PIO           lines written, doorbell,                                     transmit  | wire
 *   DMA                          doorbell, descriptor read, frame read, lines, transmit  | wire
 *   alternative   earlier: one of the two above;  at the release: doorbell               | wire
 * </pre>
 *
 * @param lineNanos the processor writes 64 bytes to the adapter
 * @param doorbellNanos a write of the processor gets to the adapter
 * @param descriptorNanos the adapter reads a descriptor: there and back over the bus
 * @param readNanos the adapter gets the first bytes of a frame in memory: there and back
 * @param readLineNanos each 64 bytes of a frame that the adapter reads
 * @param transmitNanos from the adapter's packet memory to the wire
 * @param receiveNanos from the last bit on the wire to the posted cell
 * @param eventNanos from there until whoever polls sees the event
 * @param interruptNanos from the event until a host that sleeps looks at it; further events in
 *     between are served by the same interrupt
 */
public record NicTiming(
    long lineNanos,
    long doorbellNanos,
    long descriptorNanos,
    long readNanos,
    long readLineNanos,
    long transmitNanos,
    long receiveNanos,
    long eventNanos,
    long interruptNanos) {
  /** An adapter that takes no time. */
  public static final NicTiming NONE = new NicTiming(0, 0, 0, 0, 0, 0, 0, 0, 0);

  /**
   * Of the order of adapters at a PCIe bus of the third generation; of no product in particular.
   */
  public static final NicTiming TYPICAL = new NicTiming(15, 150, 400, 400, 10, 150, 300, 50, 5_000);

  private static final int LINE_BYTES = 64;

  /** The ways of a frame to the wire. */
  enum Way {
    CUT_THROUGH,
    PIO,
    DMA,
    ALTERNATIVE
  }

  /** Checks ranges. */
  public NicTiming {
    long sum =
        lineNanos
            | doorbellNanos
            | descriptorNanos
            | readNanos
            | readLineNanos
            | transmitNanos
            | receiveNanos
            | eventNanos
            | interruptNanos;
    if (sum < 0) {
      throw new IllegalArgumentException("an adapter cannot take less than no time");
    }
  }

  /**
   * From the send call until the first bit is on the wire, or of a frame to be held back, until it
   * could be.
   *
   * @param firstBytes bytes that are written before a frame that cuts through begins
   */
  long sendNanos(Way way, int bytes, int firstBytes) {
    return switch (way) {
      case CUT_THROUGH -> lines(Math.min(bytes, firstBytes)) * lineNanos + doorbellNanos;
      case PIO -> lines(bytes) * lineNanos + doorbellNanos + transmitNanos;
      case DMA ->
          doorbellNanos
              + descriptorNanos
              + readNanos
              + lines(bytes) * readLineNanos
              + transmitNanos;
      case ALTERNATIVE -> doorbellNanos;
    };
  }

  private static long lines(int bytes) {
    return ((long) bytes + LINE_BYTES - 1) / LINE_BYTES;
  }
}
