package dev.trident.tcp;

/**
 * Proportional Rate Reduction (RFC 6937): spreads the reduction of the window over the
 * acknowledgments of a recovery, so that there is neither a pause nor a burst. Names are the RFC's.
 */
final class ProportionalRate {
  /** Bytes delivered to the peer during recovery. */
  private int prrDelivered;

  /** Bytes sent during recovery. */
  private int prrOut;

  /** FlightSize at the start of recovery. */
  private int recoverFs;

  void begin(int flightSizeBytes) {
    prrDelivered = 0;
    prrOut = 0;
    recoverFs = Math.max(flightSizeBytes, 1);
  }

  void onSent(int bytes) {
    prrOut += bytes;
  }

  /**
   * How much this acknowledgment lets out (section 3.1, with the slow start reduction bound).
   *
   * @param deliveredBytes newly acknowledged or SACKed by it
   */
  int sendBytes(int deliveredBytes, int pipeBytes, int ssthreshBytes, int smss) {
    prrDelivered += deliveredBytes;
    long count;
    if (pipeBytes > ssthreshBytes) {
      long share = (long) prrDelivered * ssthreshBytes;
      count = (share + recoverFs - 1) / recoverFs - prrOut;
    } else {
      int limit = Math.max(prrDelivered - prrOut, deliveredBytes) + smss;
      count = Math.min(ssthreshBytes - pipeBytes, limit);
    }
    return (int) Math.max(count, 0);
  }
}
