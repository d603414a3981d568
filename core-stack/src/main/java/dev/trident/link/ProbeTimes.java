package dev.trident.link;

/**
 * How somebody is asked whether he has an address: {@code count} packets, the first after a random
 * delay up to {@code maxDelayNanos}, the others a random {@code minIntervalNanos} to {@code
 * maxIntervalNanos} apart, and silence for {@code waitNanos} after the last.
 */
public record ProbeTimes(
    int count, long maxDelayNanos, long minIntervalNanos, long maxIntervalNanos, long waitNanos) {
  private static final long SECOND = 1_000_000_000L;

  /** PROBE_NUM, PROBE_WAIT, PROBE_MIN, PROBE_MAX and ANNOUNCE_WAIT of RFC 5227 section 1.1. */
  public static final ProbeTimes RFC5227 =
      new ProbeTimes(3, SECOND, SECOND, 2 * SECOND, 2 * SECOND);

  public ProbeTimes {
    if (count < 1
        || maxDelayNanos < 0
        || minIntervalNanos < 0
        || maxIntervalNanos < minIntervalNanos
        || waitNanos < 0) {
      throw new IllegalArgumentException(
          "probe at least once, with times that are not negative and intervals in order");
    }
  }
}
