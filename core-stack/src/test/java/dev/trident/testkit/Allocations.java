package dev.trident.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Counts the bytes that code allocates on the heap, exactly, on this thread. */
public final class Allocations {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int WARM_UP = 20_000;
  private static final int WINDOW = 10_000;
  private static final int WINDOWS = 5;
  private static final int MOST_TRIES = 20;

  private Allocations() {}

  /**
   * Bytes allocated by 10,000 runs of {@code operation} after warm-up: the least of five windows,
   * as compilation in the background may allocate in some.
   */
  public static long of(Runnable operation) {
    for (int i = 0; i < WARM_UP; i++) {
      operation.run();
    }
    long least = Long.MAX_VALUE;
    for (int window = 0; window < WINDOWS; window++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < WINDOW; i++) {
        operation.run();
      }
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  /**
   * As {@link #of}, tried again until it finds nothing, 20 times at most: for calls that allocate
   * until they are compiled, however long the compiler takes on a busy machine.
   */
  public static long inTheEnd(Runnable operation) {
    long least = of(operation);
    for (int tries = 1; tries < MOST_TRIES && least > 0; tries++) {
      least = Math.min(least, of(operation));
    }
    return least;
  }
}
