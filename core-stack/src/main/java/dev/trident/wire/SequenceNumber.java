package dev.trident.wire;

/**
 * Comparison of TCP sequence numbers modulo 2^32 (RFC 9293 section 3.4). Meaningful for numbers
 * less than 2^31 apart.
 */
public final class SequenceNumber {
  private SequenceNumber() {}

  public static boolean lessThan(int a, int b) {
    return a - b < 0;
  }

  public static boolean lessOrEqual(int a, int b) {
    return a - b <= 0;
  }

  /** Whether {@code first <= value < first + length}; {@code length} is unsigned. */
  public static boolean inRange(int value, int first, int length) {
    return Integer.compareUnsigned(value - first, length) < 0;
  }

  /** The later of two numbers. */
  public static int later(int a, int b) {
    return a - b < 0 ? b : a;
  }

  /** The earlier of two numbers. */
  public static int earlier(int a, int b) {
    return a - b < 0 ? a : b;
  }
}
