package dev.trident.tcp;

import dev.trident.endpoint.PortSpace;
import java.util.HashSet;
import java.util.Set;

/** The ports of a host, as a set. */
final class TestPorts implements PortSpace {
  private record Held(int protocol, int address, int port) {}

  private final Set<Held> held = new HashSet<>();

  int size() {
    return held.size();
  }

  @Override
  public boolean reserve(int protocol, int address, int port) {
    return !isReserved(protocol, address, port) && held.add(new Held(protocol, address, port));
  }

  @Override
  public void release(int protocol, int address, int port) {
    if (!held.remove(new Held(protocol, address, port))) {
      throw new IllegalStateException("release of a port that is not reserved: " + port);
    }
  }

  @Override
  public boolean isReserved(int protocol, int address, int port) {
    return held.stream()
        .anyMatch(
            each ->
                each.protocol() == protocol
                    && each.port() == port
                    && (each.address() == 0 || address == 0 || each.address() == address));
  }
}
