package dev.trident.hw.port;

import dev.trident.buffer.Slab;

/** The receiving half of a port, which notices when the other end goes or comes. */
final class WatchedPort {
  private final Port port;
  private final PortWatch watch;
  private PortWatch.State state;

  WatchedPort(Port port, PortWatch watch) {
    this.port = port;
    this.watch = watch;
    state = stateOf(port);
  }

  private static PortWatch.State stateOf(Port port) {
    return port.isConnected() ? PortWatch.State.CONNECTED : PortWatch.State.LOST;
  }

  /** As {@link Port#receive}. */
  int receive(Slab slab, int offset, int capacityBytes) {
    int length = port.receive(slab, offset, capacityBytes);
    if (length <= 0) {
      PortWatch.State found = length < 0 ? PortWatch.State.GONE : stateOf(port);
      if (found != state) {
        state = found;
        watch.onChange(port, found);
      }
    }
    return length;
  }

  boolean isGone() {
    return state == PortWatch.State.GONE;
  }
}
