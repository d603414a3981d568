package dev.trident.script;

/**
 * How TS values are compared where a script says how long a tick of the stack's clock is.
 *
 * @param tickMicros length of a tick
 * @param allowedMicros tolerance over the whole script so far
 */
record TimestampCheck(long tickMicros, long allowedMicros) {
  void check(long expected, long live) throws MismatchException {
    long difference = (int) (live - expected);
    if (Math.abs(difference) * tickMicros > allowedMicros) {
      throw new MismatchException("TS val: expected " + expected + ", live " + live);
    }
  }
}
