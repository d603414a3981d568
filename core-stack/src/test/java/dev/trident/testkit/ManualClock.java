package dev.trident.testkit;

/** Time that moves only when a test says so. */
public final class ManualClock {
  private long nowNanos;

  public ManualClock(long startNanos) {
    nowNanos = startNanos;
  }

  public long nowNanos() {
    return nowNanos;
  }

  /** Moves on and returns the time reached. */
  public long advance(long nanos) {
    nowNanos += nanos;
    return nowNanos;
  }

  public long advanceMillis(long millis) {
    return advance(millis * 1_000_000L);
  }

  public long advanceSeconds(long seconds) {
    return advance(seconds * 1_000_000_000L);
  }
}
