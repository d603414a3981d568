package dev.trident.script;

/**
 * How far a live time may be from the script's: the larger of a fixed part and a part of the gap to
 * the previous event.
 *
 * @param fixedMicros the fixed part
 * @param percentOfGap the other
 */
record Tolerance(long fixedMicros, double percentOfGap) {
  /** What foreign suites expect unless they say otherwise. */
  static final Tolerance STANDARD = new Tolerance(4_000, 12.5);

  static final Tolerance NONE = new Tolerance(0, 0);

  long micros(long gapMicros) {
    return Math.max(fixedMicros, (long) (Math.abs(gapMicros) * percentOfGap / 100));
  }

  /**
   * Checks that {@code live} is in {@code start..end}, give or take the tolerance.
   *
   * @param what is timed, for the message
   */
  void check(String what, long startMicros, long endMicros, long liveMicros, long gapMicros)
      throws MismatchException {
    long allowed = micros(gapMicros);
    if (liveMicros < startMicros - allowed) {
      throw new MismatchException(
          what + " too early by " + seconds(startMicros - liveMicros) + allowance(allowed));
    }
    if (liveMicros > endMicros + allowed) {
      throw new MismatchException(
          what + " too late by " + seconds(liveMicros - endMicros) + allowance(allowed));
    }
  }

  private static String allowance(long allowed) {
    return allowed == 0 ? "" : " (allowed: " + seconds(allowed) + ")";
  }

  private static String seconds(long micros) {
    return Trace.time(micros).strip() + " s";
  }
}
