package dev.trident.simulation;

import com.google.common.collect.ImmutableMap;
import java.math.BigDecimal;
import java.util.Map;

/** Numbers with units on the command line, read and printed without loss. */
final class Units {
  private static final ImmutableMap<String, Long> TIMES =
      ImmutableMap.of("s", 1_000_000_000L, "ms", 1_000_000L, "us", 1_000L, "ns", 1L);
  private static final ImmutableMap<String, Long> RATES =
      ImmutableMap.of("G", 1_000_000_000L, "M", 1_000_000L, "k", 1_000L);

  private Units() {}

  /** A time like 20ms in nanoseconds. */
  static long nanos(String text) {
    return parse(text, TIMES, "a time such as 20ms: a number and s, ms, us or ns");
  }

  static String ofNanos(long nanos) {
    return print(nanos, TIMES);
  }

  /** A rate like 20M in bits per second; 0 for no limit. */
  static long bitsPerSecond(String text) {
    return text.equals("0") ? 0 : parse(text, RATES, "a rate such as 20M: a number and G, M or k");
  }

  static String ofBitsPerSecond(long rate) {
    return rate == 0 ? "0" : print(rate, RATES);
  }

  private static long parse(String text, Map<String, Long> units, String wanted) {
    for (Map.Entry<String, Long> unit : units.entrySet()) {
      String name = unit.getKey();
      if (text.endsWith(name) && text.length() > name.length()) {
        String digits = text.substring(0, text.length() - name.length());
        if (digits.chars().allMatch(c -> c >= '0' && c <= '9') && digits.length() <= 9) {
          return Long.parseLong(digits) * unit.getValue();
        }
      }
    }
    throw new IllegalArgumentException(text + " is not " + wanted);
  }

  /** In the largest unit that leaves a whole number. */
  private static String print(long value, Map<String, Long> units) {
    for (Map.Entry<String, Long> unit : units.entrySet()) {
      if (value % unit.getValue() == 0) {
        return value / unit.getValue() + unit.getKey();
      }
    }
    throw new IllegalArgumentException("no unit for " + value);
  }

  /** A probability like 0.05 in millionths. */
  static int millionths(String text) {
    try {
      BigDecimal value = new BigDecimal(text).movePointRight(6);
      int millionths = value.intValueExact();
      if (millionths >= 0 && millionths <= 1_000_000) {
        return millionths;
      }
    } catch (NumberFormatException | ArithmeticException e) {
      // Said below, with what would have been right.
    }
    throw new IllegalArgumentException(
        text + " is not a probability from 0 to 1 with at most 6 decimals");
  }

  static String ofMillionths(int millionths) {
    return BigDecimal.valueOf(millionths, 6).stripTrailingZeros().toPlainString();
  }

  /** A whole number from {@code least} to {@code most}. */
  static int number(String text, int least, int most) {
    try {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        text + " is not a whole number from " + least + " to " + most);
  }
}
