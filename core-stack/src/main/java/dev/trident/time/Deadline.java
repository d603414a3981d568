package dev.trident.time;

/** Arithmetic on points of time in nanoseconds, which wrap around like {@code System.nanoTime}. */
public final class Deadline {
  /** No deadline: later than any other. Never compare it by {@link #isDue}; test for it first. */
  public static final long NEVER = Long.MAX_VALUE;

  private Deadline() {}

  /** Whether {@code deadlineNanos} has come at {@code nowNanos}. Never has not. */
  public static boolean isDue(long deadlineNanos, long nowNanos) {
    return deadlineNanos != NEVER && deadlineNanos - nowNanos <= 0;
  }

  /** The earlier of two deadlines, either of which may be {@link #NEVER}. */
  public static long earlier(long a, long b) {
    if (a == NEVER) {
      return b;
    }
    return b == NEVER || a - b <= 0 ? a : b;
  }

  /** The point {@code delayNanos} after {@code nowNanos}; never by accident {@link #NEVER}. */
  public static long after(long nowNanos, long delayNanos) {
    long deadline = nowNanos + delayNanos;
    return deadline == NEVER ? deadline - 1 : deadline;
  }
}
