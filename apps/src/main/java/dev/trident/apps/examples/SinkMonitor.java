package dev.trident.apps.examples;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Counts what a sink receives; a thread of its own prints the rate each second. */
final class SinkMonitor {
  private static final long INTERVAL_MS = 1_000;
  private static final double NANOS_PER_SECOND = 1e9;

  /** Written by the receiver alone, which need not wait for the printer to see it. */
  private final AtomicLong packets = new AtomicLong();

  private final AtomicLong bytes = new AtomicLong();
  private long packetsBefore;
  private long bytesBefore;
  private @Nullable Thread printer;

  /** A datagram has come, with so many bytes of payload. */
  void received(int payloadBytes) {
    packets.lazySet(packets.getPlain() + 1);
    bytes.lazySet(bytes.getPlain() + payloadBytes);
  }

  /** Starts to print. */
  void start(PrintWriter out) {
    printer = Thread.ofPlatform().daemon().name("monitor").start(() -> print(out));
  }

  void stop() {
    if (printer != null) {
      printer.interrupt();
    }
  }

  private void print(PrintWriter out) {
    out.println(header());
    out.flush();
    long before = System.nanoTime();
    while (true) {
      try {
        Thread.sleep(INTERVAL_MS);
      } catch (InterruptedException stopped) {
        return;
      }
      long now = System.nanoTime();
      out.println(line(now - before));
      out.flush();
      before = now;
    }
  }

  static String header() {
    return String.format("#%9s%16s%16s", "pkt-rate", "bandwidth(Mbps)", "total-pkts");
  }

  /** What has come since the last line: datagrams and Mbit of payload per second, and the sum. */
  String line(long elapsedNanos) {
    long packetsNow = packets.get();
    long bytesNow = bytes.get();
    double seconds = elapsedNanos / NANOS_PER_SECOND;
    String line =
        String.format(
            Locale.ROOT,
            "%10.0f%16.0f%16d",
            (packetsNow - packetsBefore) / seconds,
            (bytesNow - bytesBefore) * 8 / seconds / 1e6,
            packetsNow);
    packetsBefore = packetsNow;
    bytesBefore = bytesNow;
    return line;
  }
}
