package dev.trident.icmp;

/**
 * A token bucket: how many ICMP errors may leave, whatever comes in (RFC 1812 section 4.3.2.8). A
 * flood of bad datagrams costs the wire at most the rate plus one burst.
 */
public final class ErrorRateLimit {
  private static final long SECOND = 1_000_000_000L;

  private final long nanosPerToken;
  private final long fullNanos;

  /** The bucket counts time: tokens in it, in nanoseconds of refilling. */
  private long levelNanos;

  private long filledNanos;

  /**
   * A full bucket.
   *
   * @param perSecond tokens that come back per second, at least 1
   * @param burst tokens that fit, at least 1
   */
  public ErrorRateLimit(int perSecond, int burst, long nowNanos) {
    nanosPerToken = SECOND / perSecond;
    fullNanos = nanosPerToken * burst;
    levelNanos = fullNanos;
    filledNanos = nowNanos;
  }

  /** Takes a token; false if there is none. */
  public boolean take(long nowNanos) {
    long elapsed = Math.max(0, Math.min(nowNanos - filledNanos, fullNanos));
    filledNanos = nowNanos;
    levelNanos = Math.min(fullNanos, levelNanos + elapsed);
    if (levelNanos < nanosPerToken) {
      return false;
    }
    levelNanos -= nanosPerToken;
    return true;
  }
}
