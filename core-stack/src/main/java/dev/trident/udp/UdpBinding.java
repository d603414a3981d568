package dev.trident.udp;

import dev.trident.igmp.Membership;
import org.jspecify.annotations.Nullable;

/** A local address and port that a socket receives on, of any remote or of one. */
final class UdpBinding {
  final UdpSocket socket;

  /** One of our addresses, a group, or 0 for any of ours. */
  final int localAddress;

  final int localPort;

  /** The address on which the port is reserved: of the bind, before a connect narrowed it. */
  final int reservedAddress;

  /** 0 together with port 0: any remote. */
  final int remoteAddress;

  /** 0 with a remote address, on a group: any port of that remote. */
  final int remotePort;

  /** Whether others may have exactly these four, if they say so too. */
  final boolean reused;

  /** The next older binding of the same four; the table's. */
  @Nullable UdpBinding nextEqual;

  /** Filters of the devices that are steered here, in the order of the stack's interfaces. */
  final DeviceFilters filters = new DeviceFilters();

  /** The group that came with this binding; null if the socket joins by name, or none. */
  @Nullable Membership membership;

  UdpBinding(
      UdpSocket socket,
      int reservedAddress,
      int localAddress,
      int localPort,
      int remoteAddress,
      int remotePort,
      boolean reused) {
    this.socket = socket;
    this.reservedAddress = reservedAddress;
    this.localAddress = localAddress;
    this.localPort = localPort;
    this.remoteAddress = remoteAddress;
    this.remotePort = remotePort;
    this.reused = reused;
  }

  /** Whether this is the binding of exactly these four. */
  boolean is(int address, int port, int remote, int otherPort) {
    return localPort == port
        && localAddress == address
        && remoteAddress == remote
        && remotePort == otherPort;
  }

  /** Whether a datagram to one of our addresses, with these four, belongs here. */
  boolean matches(int address, int port, int remote, int otherPort) {
    return localPort == port
        && (localAddress == address || localAddress == 0)
        && (remotePort == 0 || (remotePort == otherPort && remoteAddress == remote));
  }

  /** Whether a datagram to {@code group} from {@code source} by that interface is wanted. */
  boolean admits(int interfaceIndex, int group, int source) {
    Membership own = membership;
    return own != null
        ? own.admits(interfaceIndex, group, source)
        : socket.admits(interfaceIndex, group, source);
  }
}
