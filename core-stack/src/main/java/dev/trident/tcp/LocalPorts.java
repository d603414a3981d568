package dev.trident.tcp;

import dev.trident.endpoint.PortSpace;
import dev.trident.endpoint.StackError;
import dev.trident.ip.Ipv4Output;
import dev.trident.ip.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reserves local addresses and ports, those asked for and those chosen by {@link EphemeralPorts}.
 */
final class LocalPorts {
  private final Ipv4Output ip;
  private final PortSpace space;
  private final EphemeralPorts ephemeral;

  LocalPorts(Ipv4Output ip, PortSpace space, EphemeralPorts ephemeral) {
    this.ip = ip;
    this.space = space;
    this.ephemeral = ephemeral;
  }

  /**
   * Reserves a local address and port, 0 for any.
   *
   * @return the reservation, or null: then {@link #whyNotReserved} says why
   */
  @Nullable LocalPort reserve(int address, int port) {
    if (address != 0 && !ip.isLocalAddress(address)) {
      return null;
    }
    int reserved = port;
    if (port == 0) {
      reserved = ephemeral.reserve(address, 0, 0);
    } else if (port < 0 || port > 0xffff || !space.reserve(PortSpace.TCP, address, port)) {
      return null;
    }
    return reserved == 0 ? null : new LocalPort(space, address, reserved);
  }

  /** The error of a {@link #reserve} that returned null. */
  int whyNotReserved(int address) {
    boolean foreign = address != 0 && !ip.isLocalAddress(address);
    return (foreign ? StackError.ADDRESS_NOT_AVAILABLE : StackError.ADDRESS_IN_USE).code;
  }

  /** Reserves an ephemeral port for a connection, or null if the range is exhausted. */
  @Nullable LocalPort choose(Path path, int remotePort) {
    int port = ephemeral.reserve(path.source(), path.destination(), remotePort);
    return port == 0 ? null : new LocalPort(space, path.source(), port);
  }
}
