package dev.trident.apps.compare;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/** CPU time and garbage of the calling platform thread, over several repeats of the same work. */
final class Cost {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final double MIB = 1 << 20;

  private final long[] cpuNanos;
  private final long[] garbageBytes;
  private int repeats;
  private long cpuAtStart;
  private long garbageAtStart;

  Cost(int repeats) {
    cpuNanos = new long[repeats];
    garbageBytes = new long[repeats];
  }

  void start() {
    garbageAtStart = THREADS.getCurrentThreadAllocatedBytes();
    cpuAtStart = THREADS.getCurrentThreadCpuTime();
  }

  void stop() {
    cpuNanos[repeats] = THREADS.getCurrentThreadCpuTime() - cpuAtStart;
    garbageBytes[repeats] = THREADS.getCurrentThreadAllocatedBytes() - garbageAtStart;
    repeats++;
  }

  /** The median CPU time per MiB, of {@code bytes} moved in each repeat. */
  long cpuNanosPerMib(long bytes) {
    return perMib(cpuNanos, bytes);
  }

  /** The median of heap bytes per MiB. */
  long garbageBytesPerMib(long bytes) {
    return perMib(garbageBytes, bytes);
  }

  private long perMib(long[] values, long bytes) {
    long[] sorted = Arrays.copyOf(values, repeats);
    Arrays.sort(sorted);
    return Math.round(sorted[repeats / 2] * MIB / bytes);
  }
}
