package dev.trident.tcp;

import dev.trident.endpoint.PortSpace;
import dev.trident.endpoint.TcpProfile;
import dev.trident.wire.SipHash;

/**
 * Choice of local ports: the simple hash-based algorithm (RFC 6056 section 3.3.3). A counter walks
 * the range from an offset that is a keyed hash of the two ends, so that one peer sees ports in
 * sequence and cannot tell what another sees.
 */
final class EphemeralPorts {
  private final PortSpace space;
  private final TcpProfile.Ports range;
  private final long k0;
  private final long k1;
  private int nextEphemeral;

  EphemeralPorts(PortSpace space, TcpProfile.Ports range, long k0, long k1) {
    this.space = space;
    this.range = range;
    this.k0 = k0;
    this.k1 = k1;
  }

  /**
   * Reserves a free port on {@code localAddress}.
   *
   * @param remoteAddress 0 with port 0 if the peer is not known
   * @return the port, or 0 if the range is exhausted
   */
  int reserve(int localAddress, int remoteAddress, int remotePort) {
    long addresses = (long) localAddress << 32 | (remoteAddress & 0xffff_ffffL);
    int offset = (int) SipHash.hash(k0, k1, addresses, remotePort);
    int count = range.count();
    for (int tries = 0; tries < count; tries++) {
      int port = range.first() + Integer.remainderUnsigned(offset + nextEphemeral++, count);
      if (space.reserve(PortSpace.TCP, localAddress, port)) {
        return port;
      }
    }
    return 0;
  }
}
