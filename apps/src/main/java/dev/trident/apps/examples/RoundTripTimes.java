package dev.trident.apps.examples;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * The times of a pingpong, and the report that TCPDirect's examples print of them. What is reported
 * is half of each round trip, as an estimate of one way, unless the whole is asked for.
 */
final class RoundTripTimes {
  private final long[] nanos;
  private final boolean full;

  /**
   * @param iterations how many will be recorded
   * @param full whether whole round trips are reported
   */
  RoundTripTimes(int iterations, boolean full) {
    nanos = new long[iterations];
    this.full = full;
  }

  /**
   * Stores the time of a round trip.
   *
   * @param iteration negative while warming up, which is not stored
   */
  void record(int iteration, long roundTripNanos) {
    if (iteration >= 0) {
      nanos[iteration] = full ? roundTripNanos : roundTripNanos / 2;
    }
  }

  /**
   * Prints the mean round trip, then a table of one line.
   *
   * @param size payload bytes
   * @param percentile 0 to 100, which one to show between median and deviation
   */
  void print(PrintWriter out, int size, double percentile) {
    double mean = mean();
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    // The original doubles the mean with whole round trips, too; here it is the mean either way.
    out.printf(Locale.ROOT, "mean round-trip time: %.3f usec%n", (full ? mean : 2 * mean) / 1_000);
    out.printf(
        "Reporting %s round-trip stats in nsec for %d iterations%n",
        full ? "full" : "half", nanos.length);
    out.println("#\tsize\tmean\tmin\tmedian\tmax\t%ile\tstddev\titer");
    out.printf(
        Locale.ROOT,
        "\t%d\t%.0f\t%d\t%d\t%d\t%d\t%.0f\t%d%n",
        size,
        mean,
        sorted[0],
        rank(sorted, 50),
        sorted[sorted.length - 1],
        rank(sorted, percentile),
        deviation(mean),
        nanos.length);
    out.flush();
  }

  /** Writes each time as a line, in the order in which they were taken. */
  void write(Path file) throws IOException {
    try (BufferedWriter lines = Files.newBufferedWriter(file)) {
      for (long time : nanos) {
        lines.write(Long.toString(time));
        lines.newLine();
      }
    }
  }

  private double mean() {
    return Arrays.stream(nanos).average().orElseThrow();
  }

  private double deviation(double mean) {
    return Math.sqrt(
        Arrays.stream(nanos).mapToDouble(time -> (time - mean) * (time - mean)).sum()
            / nanos.length);
  }

  private static long rank(long[] sorted, double percentile) {
    int at = (int) (sorted.length * percentile / 100);
    return sorted[Math.min(at, sorted.length - 1)];
  }
}
