package dev.trident.hw.time;

import dev.trident.c.Clock;
import java.util.concurrent.locks.LockSupport;

/** The time of the machine. Reading it costs about 20 ns. */
public final class RealClock implements Clock {
  /** The only one needed. */
  public static final RealClock INSTANCE = new RealClock();

  private RealClock() {}

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public void sleep(long nanos) {
    long end = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = end - System.nanoTime()) {
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
      LockSupport.parkNanos(left);
    }
  }
}
