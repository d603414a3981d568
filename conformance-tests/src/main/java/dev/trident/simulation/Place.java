package dev.trident.simulation;

import dev.trident.c.SockAddrIn;

/**
 * Where a program runs: a host, and the interface towards its peer.
 *
 * @param interfaceName process-wide name
 * @param address of the interface, dotted
 */
record Place(Node node, String interfaceName, String address) {
  SockAddrIn at(int port) {
    return SockAddrIn.of(address, port);
  }
}
