package dev.trident.udp;

import dev.trident.endpoint.PortSpace;
import java.util.HashMap;
import java.util.Map;

/**
 * The ports that the sockets of one stack hold. A bound socket has its port alone; sockets that
 * name exactly what they receive ({@code addBinding}) may share one, and it is given back with the
 * last. Members of a group, and sockets that reuse addresses, share it with other stacks too.
 */
final class PortHolds {
  private final PortSpace ports;

  /** Holders of each shared port, by address and port. */
  private final Map<Long, Integer> shared = new HashMap<>();

  PortHolds(PortSpace ports) {
    this.ports = ports;
  }

  private static long key(int address, int port) {
    return (long) address << 16 | port;
  }

  /** Takes a port for one socket; false if it is taken. */
  boolean reserve(int address, int port) {
    return ports.reserve(PortSpace.UDP, address, port);
  }

  /** Takes a port together with others of this stack that share it; false if it is taken. */
  boolean share(int address, int port) {
    Integer holders = shared.get(key(address, port));
    if (holders == null && !reserve(address, port)) {
      return false;
    }
    shared.put(key(address, port), holders == null ? 1 : holders + 1);
    return true;
  }

  /** Takes a port together with any of this host that do the same; false if it is taken. */
  boolean shareWithHost(int address, int port) {
    return ports.share(PortSpace.UDP, address, port);
  }

  /** Undoes one of these. */
  void release(int address, int port) {
    Integer holders = shared.get(key(address, port));
    if (holders != null && holders > 1) {
      shared.put(key(address, port), holders - 1);
      return;
    }
    shared.remove(key(address, port));
    ports.release(PortSpace.UDP, address, port);
  }
}
