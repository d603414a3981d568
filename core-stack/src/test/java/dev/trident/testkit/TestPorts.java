package dev.trident.testkit;

import dev.trident.endpoint.PortSpace;
import java.util.HashSet;
import java.util.Set;

/** The ports of a host for tests of one stack. */
public final class TestPorts implements PortSpace {
  private record Reservation(int protocol, int address, int port) {}

  private final Set<Reservation> reserved = new HashSet<>();

  @Override
  public boolean reserve(int protocol, int address, int port) {
    return !isReserved(protocol, address, port)
        && reserved.add(new Reservation(protocol, address, port));
  }

  @Override
  public void release(int protocol, int address, int port) {
    if (!reserved.remove(new Reservation(protocol, address, port))) {
      throw new AssertionError("port " + port + " was not reserved");
    }
  }

  @Override
  public boolean isReserved(int protocol, int address, int port) {
    for (Reservation held : reserved) {
      boolean samePort = held.protocol() == protocol && held.port() == port;
      if (samePort && (address == 0 || held.address() == 0 || held.address() == address)) {
        return true;
      }
    }
    return false;
  }

  /** Reservations in force. */
  public int count() {
    return reserved.size();
  }
}
