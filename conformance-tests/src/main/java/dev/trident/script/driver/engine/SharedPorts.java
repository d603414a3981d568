package dev.trident.script.driver.engine;

import dev.trident.endpoint.PortSpace;
import java.util.HashMap;
import java.util.Map;

/**
 * Ports of a host on which SO_REUSEADDR means what BSD makes of it: a port may be bound again while
 * connections still use it. That two sockets listen on one port is refused by the engine.
 */
final class SharedPorts implements PortSpace {
  private record Key(int protocol, int address, int port) {}

  private final Map<Key, Integer> holders = new HashMap<>();
  private boolean reuse;

  /** Whether reservations from now on may share. */
  void reuse(boolean on) {
    reuse = on;
  }

  @Override
  public boolean reserve(int protocol, int address, int port) {
    if (!reuse && isReserved(protocol, address, port)) {
      return false;
    }
    holders.merge(new Key(protocol, address, port), 1, Integer::sum);
    return true;
  }

  @Override
  public boolean share(int protocol, int address, int port) {
    return reserve(protocol, address, port);
  }

  @Override
  public void release(int protocol, int address, int port) {
    holders.computeIfPresent(
        new Key(protocol, address, port), (key, count) -> count == 1 ? null : count - 1);
  }

  @Override
  public boolean isReserved(int protocol, int address, int port) {
    for (Key held : holders.keySet()) {
      if (held.protocol() == protocol
          && held.port() == port
          && (address == 0 || held.address() == 0 || held.address() == address)) {
        return true;
      }
    }
    return false;
  }
}
