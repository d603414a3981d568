package dev.trident.hw.time;

import dev.trident.c.Clock;
import dev.trident.time.Deadline;

/** Time that stands still until it is moved: by a test, a fabric, or a simulation. */
public final class VirtualClock implements Clock {
  private long nowNanos;

  /** Starts at 0. */
  public VirtualClock() {}

  @Override
  public long nanoTime() {
    return nowNanos;
  }

  /** Moves on by {@code nanos}; nobody else gets to run. */
  @Override
  public void sleep(long nanos) {
    nowNanos += Math.max(0, nanos);
  }

  /** Moves on to {@code nanos}, unless that lies in the past. */
  public void advanceTo(long nanos) {
    if (nanos != Deadline.NEVER && nanos - nowNanos > 0) {
      nowNanos = nanos;
    }
  }
}
