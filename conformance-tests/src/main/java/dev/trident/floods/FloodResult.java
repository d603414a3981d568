package dev.trident.floods;

/**
 * What a flood has done to a connection.
 *
 * @param rings whether connections had receive rings of their own
 * @param nanos how long peace and flood lasted, each, in virtual time
 * @param bytesInPeace what the useful connection delivered before the flood
 * @param bytesUnderFlood and during it
 * @param ringDrops frames lost because a receive ring of the victim was full
 * @param cellsHeld packet memory of the victim in use at most, receive rings left out
 * @param connections of the victim at most, half-open ones included
 */
record FloodResult(
    Flood flood,
    boolean rings,
    long nanos,
    long bytesInPeace,
    long bytesUnderFlood,
    long ringDrops,
    int cellsHeld,
    int connections) {
  double megabitsInPeace() {
    return bytesInPeace * 8_000.0 / nanos;
  }

  double megabitsUnderFlood() {
    return bytesUnderFlood * 8_000.0 / nanos;
  }

  /** Share of the throughput that was kept. */
  double kept() {
    return (double) bytesUnderFlood / bytesInPeace;
  }
}
