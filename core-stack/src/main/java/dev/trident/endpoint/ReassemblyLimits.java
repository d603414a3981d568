package dev.trident.endpoint;

/**
 * What a stack keeps of datagrams that arrive in fragments, at most. Where a limit would be passed,
 * the oldest such datagram is given up: of the same source for a limit per source, otherwise of
 * all.
 *
 * @param datagrams datagrams of which a part has arrived
 * @param datagramsPerSource of one source address
 * @param cells packet memory of all of them together
 * @param cellsPerSource of one source address
 * @param maxDatagramBytes longest datagram that is put together, IP header included: EMTU_R of RFC
 *     1122 section 3.3.2; 1,500, which every link here may carry, to 65,535
 * @param timeoutNanos how long the first fragment waits for the last. Deviates from RFC 1122
 *     section 3.3.2, which wants 60 to 120 s: memory is worth more than a fragment that late
 */
public record ReassemblyLimits(
    int datagrams,
    int datagramsPerSource,
    int cells,
    int cellsPerSource,
    int maxDatagramBytes,
    long timeoutNanos) {
  public static final int MAX_DATAGRAM_BYTES = 65_535;

  private static final int MIN_DATAGRAM_BYTES = 1_500;

  /** A datagram of 65,535 bytes in Ethernet frames takes 45. */
  private static final int CELLS_OF_LARGEST = 48;

  private static final long TIMEOUT_NANOS = 30_000_000_000L;

  public ReassemblyLimits {
    if (maxDatagramBytes < MIN_DATAGRAM_BYTES || maxDatagramBytes > MAX_DATAGRAM_BYTES) {
      throw new IllegalArgumentException(
          "datagrams of " + maxDatagramBytes + " bytes: must be 1500..65535");
    }
    if (datagrams < 1 || datagramsPerSource < 1 || cells < 2 || cellsPerSource < 2) {
      throw new IllegalArgumentException(
          "reassembly of " + datagrams + " datagrams in " + cells + " cells: at least 1 in 2");
    }
  }

  /** An eighth of a pool of {@code cells}, and of that a quarter for one source. */
  public static ReassemblyLimits standard(int cells) {
    int all = Math.max(cells / 8, CELLS_OF_LARGEST + CELLS_OF_LARGEST / 2);
    return new ReassemblyLimits(
        64, 16, all, Math.max(all / 4, CELLS_OF_LARGEST), MAX_DATAGRAM_BYTES, TIMEOUT_NANOS);
  }

  public ReassemblyLimits withMaxDatagramBytes(int bytes) {
    return new ReassemblyLimits(
        datagrams, datagramsPerSource, cells, cellsPerSource, bytes, timeoutNanos);
  }

  public ReassemblyLimits withTimeoutNanos(long nanos) {
    return new ReassemblyLimits(
        datagrams, datagramsPerSource, cells, cellsPerSource, maxDatagramBytes, nanos);
  }
}
