package dev.trident.tcpdirect.attr;

import java.math.BigInteger;

/** A number as {@code strtol} with base 0 reads it: decimal, 0x hexadecimal, 0 octal, signed. */
record NumberText(Outcome outcome, long value) {
  enum Outcome {
    NUMBER,
    NOT_A_NUMBER,
    OUT_OF_RANGE
  }

  private static final BigInteger MAX_UNSIGNED =
      BigInteger.ONE.shiftLeft(Long.SIZE).subtract(BigInteger.ONE);

  /** A signed number of 64 bits; the whole text must belong to it. */
  static NumberText signed(String text) {
    return parse(text, BigInteger.valueOf(Long.MIN_VALUE), BigInteger.valueOf(Long.MAX_VALUE));
  }

  /** An unsigned number of 64 bits; the whole text must belong to it. */
  static NumberText unsigned(String text) {
    return parse(text, BigInteger.ZERO, MAX_UNSIGNED);
  }

  private static NumberText parse(String text, BigInteger min, BigInteger max) {
    boolean negative = text.startsWith("-");
    String digits = negative || text.startsWith("+") ? text.substring(1) : text;
    int radix = 10;
    if (digits.regionMatches(true, 0, "0x", 0, 2)) {
      radix = 16;
      digits = digits.substring(2);
    } else if (digits.length() > 1 && digits.startsWith("0")) {
      radix = 8;
      digits = digits.substring(1);
    }
    if (digits.isEmpty()) {
      return new NumberText(Outcome.NOT_A_NUMBER, 0);
    }
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c >= 0x80 || Character.digit(c, radix) < 0) {
        return new NumberText(Outcome.NOT_A_NUMBER, 0);
      }
    }
    BigInteger number = new BigInteger(digits, radix);
    if (negative) {
      number = number.negate();
    }
    if (number.compareTo(min) < 0 || number.compareTo(max) > 0) {
      return new NumberText(Outcome.OUT_OF_RANGE, 0);
    }
    return new NumberText(Outcome.NUMBER, number.longValue());
  }
}
