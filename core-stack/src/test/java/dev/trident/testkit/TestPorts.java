package dev.trident.testkit;

import dev.trident.endpoint.PortSpace;
import java.util.ArrayList;
import java.util.List;

/** The ports of a host for tests of one stack. */
public final class TestPorts implements PortSpace {
  private record Reservation(int protocol, int address, int port, boolean shared) {}

  private final List<Reservation> reserved = new ArrayList<>();

  @Override
  public boolean reserve(int protocol, int address, int port) {
    return !isReserved(protocol, address, port)
        && reserved.add(new Reservation(protocol, address, port, false));
  }

  @Override
  public boolean share(int protocol, int address, int port) {
    return !isTaken(protocol, address, port, true)
        && reserved.add(new Reservation(protocol, address, port, true));
  }

  @Override
  public void release(int protocol, int address, int port) {
    if (!reserved.remove(new Reservation(protocol, address, port, false))
        && !reserved.remove(new Reservation(protocol, address, port, true))) {
      throw new AssertionError("port " + port + " was not reserved");
    }
  }

  @Override
  public boolean isReserved(int protocol, int address, int port) {
    return isTaken(protocol, address, port, false);
  }

  private boolean isTaken(int protocol, int address, int port, boolean byOthersAlone) {
    for (Reservation held : reserved) {
      boolean samePort =
          held.protocol() == protocol && held.port() == port && !(byOthersAlone && held.shared());
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
