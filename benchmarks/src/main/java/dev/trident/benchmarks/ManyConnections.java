package dev.trident.benchmarks;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What many connections cost: memory of idle ones, and time of a segment on one of them. Arguments:
 * {@code memory CONNECTIONS}, or {@code time CONNECTIONS}. See README.md.
 */
public final class ManyConnections {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int SEGMENT_BYTES = 64;
  private static final int WARM_UP_SEGMENTS = 2_000_000;
  private static final int SEGMENTS = 1_000_000;
  private static final int RUNS = 5;

  /** Far more than a cache line apart, and prime to the number of connections. */
  private static final int STRIDE = 7_919;

  private ManyConnections() {}

  /** Prints the figures. */
  public static void main(String[] args) throws IOException {
    int connections = args.length == 2 ? Integer.parseInt(args[1]) : 0;
    switch (args.length == 2 ? args[0] : "") {
      case "memory" -> memory(connections);
      case "time" -> time(connections);
      default -> System.err.println("usage: ManyConnections memory|time CONNECTIONS");
    }
  }

  // ---- memory -----------------------------------------------------------------------------------

  private static void memory(int connections) throws IOException {
    try (ManyPeers few = new ManyPeers(1_000, true)) {
      few.connect(); // loads and compiles what is needed
    }
    long heapBefore = heapBytes();
    long outsideBefore = residentBytes() - committedBytes();
    ManyPeers many = new ManyPeers(connections, true);
    many.connect();
    long heap = heapBytes() - heapBefore;
    long outside = residentBytes() - committedBytes() - outsideBefore;
    System.out.printf(
        Locale.ROOT, "connections              %,15d%n", many.stack.openConnections(true));
    System.out.printf(
        Locale.ROOT,
        "heap                     %,15d B  %,8.1f B each%n",
        heap,
        (double) heap / connections);
    System.out.printf(
        Locale.ROOT,
        "resident outside of heap %,15d B  %,8.1f B each%n",
        outside,
        (double) outside / connections);
    many.close();
  }

  private static long heapBytes() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  /**
   * With {@code -XX:+AlwaysPreTouch} and equal {@code -Xms} and {@code -Xmx} all of it resident.
   */
  private static long committedBytes() {
    return Runtime.getRuntime().totalMemory();
  }

  private static long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new IOException("/proc/self/status has no line VmRSS");
  }

  // ---- time -------------------------------------------------------------------------------------

  private static void time(int connections) {
    try (ManyPeers one = new ManyPeers(1, false);
        ManyPeers many = new ManyPeers(connections, false)) {
      one.connect();
      many.connect();
      run(one, 1, WARM_UP_SEGMENTS);
      run(many, connections, WARM_UP_SEGMENTS);
      System.out.printf(
          "ns of CPU for a segment of %d B in, read, and every second acknowledged%n",
          SEGMENT_BYTES);
      System.out.printf(
          Locale.ROOT,
          "%10s %22s %22s%n",
          "one",
          "one of " + connections,
          "all " + connections + " in turn");
      for (int i = 0; i < RUNS; i++) {
        double alone = run(one, 1, SEGMENTS);
        double among = run(many, 1, SEGMENTS);
        double inTurn = run(many, connections, SEGMENTS);
        System.out.printf(
            Locale.ROOT,
            "%10.1f %14.1f (%4.2f) %15.1f (%4.2f)%n",
            alone,
            among,
            among / alone,
            inTurn,
            inTurn / alone);
      }
    }
  }

  /**
   * Segments on the first {@code used} connections, two in a row on each; ns of CPU per segment.
   */
  private static double run(ManyPeers peers, int used, int segments) {
    ByteBuf into = Unpooled.directBuffer(SEGMENT_BYTES * 2);
    int at = 0;
    long before = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < segments; i += 2) {
      at = (at + STRIDE) % used;
      peers.now += 1_000;
      peers.data(at, SEGMENT_BYTES);
      peers.data(at, SEGMENT_BYTES);
      peers.poll();
      if (peers.stream(at).receive(into, 0, 2 * SEGMENT_BYTES) != 2 * SEGMENT_BYTES) {
        throw new IllegalStateException("data is missing on connection " + at);
      }
    }
    into.release();
    return (double) (THREADS.getCurrentThreadCpuTime() - before) / segments;
  }
}
