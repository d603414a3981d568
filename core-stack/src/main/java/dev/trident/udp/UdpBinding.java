package dev.trident.udp;

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

  final int remotePort;

  /** Filters of the devices that are steered here, in the order of the stack's interfaces. */
  final DeviceFilters filters = new DeviceFilters();

  UdpBinding(
      UdpSocket socket,
      int reservedAddress,
      int localAddress,
      int localPort,
      int remoteAddress,
      int remotePort) {
    this.socket = socket;
    this.reservedAddress = reservedAddress;
    this.localAddress = localAddress;
    this.localPort = localPort;
    this.remoteAddress = remoteAddress;
    this.remotePort = remotePort;
  }

  /** Whether this is the binding of exactly these four. */
  boolean is(int address, int port, int remote, int otherPort) {
    return localPort == port
        && localAddress == address
        && remoteAddress == remote
        && remotePort == otherPort;
  }

  /** Whether a datagram with these four belongs here; groups belong to who names them only. */
  boolean matches(boolean toGroup, int address, int port, int remote, int otherPort) {
    return localPort == port
        && (localAddress == address || (localAddress == 0 && !toGroup))
        && (remotePort == 0 || (remotePort == otherPort && remoteAddress == remote));
  }
}
