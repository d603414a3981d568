package dev.trident.peers;

import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.TcpInfo;
import dev.trident.hw.host.HostStack;
import dev.trident.trace.Counter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** What our side sees of a transfer: counted from the making of this object to {@link #end}. */
final class Transfer {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final double NANOS = 1e9;

  private final HostStack stack;
  private final long startNanos;
  private final long startCpuNanos = THREADS.getCurrentThreadCpuTime();
  private final long startRetransmissions;
  private final TcpInfo info = new TcpInfo();
  private long bytes;
  private long nanos;
  private long cpuNanos;

  /** Begins. */
  Transfer(HostStack stack) {
    this.stack = stack;
    startNanos = stack.nowNanos();
    startRetransmissions = retransmitted();
  }

  private long retransmitted() {
    return stack.transport().counters().get(Counter.TCP_RETRANSMISSIONS);
  }

  void add(long more) {
    bytes += more;
  }

  /** Everything has arrived: stops the clocks, and looks at the connection that did it. */
  void end(StreamEndpoint data) {
    nanos = stack.nowNanos() - startNanos;
    cpuNanos = THREADS.getCurrentThreadCpuTime() - startCpuNanos;
    data.info(info);
  }

  long bytes() {
    return bytes;
  }

  double seconds() {
    return nanos / NANOS;
  }

  /** Of this thread, which also polls while it waits. */
  double cpuSeconds() {
    return cpuNanos / NANOS;
  }

  /** Segments that this side has sent again. */
  long retransmissions() {
    return retransmitted() - startRetransmissions;
  }

  /** The connection at the end. */
  TcpInfo info() {
    return info;
  }
}
