package dev.trident.simulation;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongFunction;

/** Runs one seed after the other until it is stopped, and sums up. */
final class Soak {
  private static final long PROGRESS_NANOS = 5_000_000_000L;

  private final PrintWriter out;
  private final long startNanos = System.nanoTime();
  private volatile boolean stopped;
  private long lastProgressNanos = startNanos;
  private long seeds;
  private long failures;
  private long virtualNanos;
  private long packets;
  private long slow;

  Soak(PrintWriter out) {
    this.out = out;
  }

  /** Ends the soak after the present seed; any thread may call. */
  void stop() {
    stopped = true;
  }

  boolean isStopped() {
    return stopped;
  }

  long failures() {
    return failures;
  }

  /**
   * Runs seeds from {@code first} on.
   *
   * @param most how many seeds at most
   * @param run prints what was wrong, if something was
   */
  void run(long first, long most, LongFunction<Report> run) {
    for (long seed = first; !stopped && seeds < most; seed++) {
      Report report = run.apply(seed);
      seeds++;
      failures += report.isPassed() ? 0 : 1;
      virtualNanos += report.nanos();
      packets += report.packets();
      slow += report.slow();
      if (System.nanoTime() - lastProgressNanos > PROGRESS_NANOS) {
        lastProgressNanos = System.nanoTime();
        out.println("seed " + seed + ": " + summary());
        out.flush();
      }
    }
  }

  String summary() {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    return String.format(
        Locale.ROOT,
        "%,d seeds, %,d failed; %,.0f s simulated in %.1f s, %,d packets, %,.0f packets per second,"
            + " %,d programs slow",
        seeds,
        failures,
        virtualNanos / 1e9,
        seconds,
        packets,
        packets / seconds,
        slow);
  }
}
