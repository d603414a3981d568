package dev.trident.apps.bench;

import java.util.Arrays;
import java.util.Locale;

/** One figure of several runs, in nanoseconds or as a ratio: its median and its spread. */
final class Samples {
  private final double[] values;
  private int count;

  Samples(int capacity) {
    values = new double[capacity];
  }

  void add(double value) {
    values[count++] = value;
  }

  double median() {
    double[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    int middle = count / 2;
    return count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private double least() {
    return Arrays.stream(values, 0, count).min().orElseThrow();
  }

  private double most() {
    return Arrays.stream(values, 0, count).max().orElseThrow();
  }

  /** The median, and between which values the runs were. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%9.1f (%.1f to %.1f)", median(), least(), most());
  }
}
