package dev.trident.apps.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/** What this thread has used, and how busy the machine is. */
final class Machine {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Machine() {}

  /** CPU time of the calling thread in nanoseconds. */
  static long cpuNanos() {
    return THREADS.getCurrentThreadCpuTime();
  }

  /** Bytes of heap that the calling thread has allocated so far, to the byte. */
  static long allocatedBytes() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }

  /** A line for the reader of figures, who must know what else was running. */
  static String load() {
    return String.format(
        Locale.ROOT,
        "%d processors, load average %.2f",
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }
}
