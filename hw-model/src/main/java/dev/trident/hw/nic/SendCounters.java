package dev.trident.hw.nic;

/**
 * Frames sent, by the way they took to the adapter.
 *
 * @param cutThrough written by the processor and sent without being stored (CTPIO)
 * @param pio written by the processor into a PIO buffer
 * @param dma fetched by the adapter, piece by piece if they have several
 * @param alternatives held by the adapter until they were released
 */
public record SendCounters(long cutThrough, long pio, long dma, long alternatives) {
  /** Nothing counted. */
  public static final SendCounters ZERO = new SendCounters(0, 0, 0, 0);

  /** The sums of both. */
  public SendCounters plus(SendCounters other) {
    return new SendCounters(
        cutThrough + other.cutThrough,
        pio + other.pio,
        dma + other.dma,
        alternatives + other.alternatives);
  }
}
