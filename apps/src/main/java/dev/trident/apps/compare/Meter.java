package dev.trident.apps.compare;

import dev.trident.endpoint.Transport;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.nic.Frame;
import dev.trident.hw.nic.FrameTap;
import dev.trident.trace.Counter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the counters of the hosts that take part, and counts the frames on the wire. Stacks of
 * TCPDirect programs come and go: {@link #watch} is called while they are open, and remembers them.
 */
final class Meter implements FrameTap {
  private final Map<HostStack, Transport> stacks = new LinkedHashMap<>();
  private final Map<String, Host> hosts = new LinkedHashMap<>();
  private final FrameTap[] others;
  private long packets;
  private long wireBytes;
  private long startNanos;
  private long timeNanos;

  /** Passes each frame on to {@code others}: a link has room for one observer. */
  Meter(FrameTap... others) {
    this.others = others;
  }

  /** Takes in a host with all stacks that it has at present. */
  void watch(Host host) {
    hosts.put(host.name(), host);
    remember(host.defaultStack());
    host.directStacks().forEach(this::remember);
  }

  private void remember(HostStack stack) {
    stacks.computeIfAbsent(stack, HostStack::transport);
  }

  @Override
  public void onFrame(String place, boolean outbound, Frame frame, long nowNanos) {
    packets++;
    wireBytes += frame.totalBytes();
    for (FrameTap other : others) {
      other.onFrame(place, outbound, frame, nowNanos);
    }
  }

  /** The client is about to make its first call. */
  void start(long nowNanos) {
    startNanos = nowNanos;
  }

  /** The client's last call has returned. */
  void stop(long nowNanos) {
    timeNanos = nowNanos - startNanos;
  }

  private long sum(Counter counter) {
    return stacks.values().stream().mapToLong(stack -> stack.counters().get(counter)).sum();
  }

  /** All that was counted since the hosts were made; CPU and garbage unknown. */
  Row row(String label) {
    long dmaBytes =
        hosts.values().stream()
            .flatMap(host -> host.interfaceNames().stream().map(host::nic))
            .mapToLong(nic -> nic.counters().dmaBytesRead() + nic.counters().dmaBytesWritten())
            .sum();
    return new Row(
        label,
        stacks.keySet().stream().mapToLong(HostStack::apiCalls).sum(),
        sum(Counter.BYTES_COPIED_IN)
            + sum(Counter.BYTES_COPIED_OUT)
            + sum(Counter.BYTES_COPIED_WITHIN),
        sum(Counter.BYTES_COPIED_BY_ADAPTER),
        dmaBytes,
        sum(Counter.BUFFERS_TO_ENGINE)
            + sum(Counter.BUFFERS_TO_USER)
            + stacks.values().stream().mapToLong(stack -> stack.pool().loansReturned()).sum(),
        packets,
        wireBytes,
        timeNanos,
        Row.UNKNOWN,
        Row.UNKNOWN);
  }
}
