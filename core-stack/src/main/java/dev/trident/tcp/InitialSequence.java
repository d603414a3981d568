package dev.trident.tcp;

import dev.trident.wire.SipHash;

/**
 * Initial sequence numbers (RFC 6528): M + F(local address, local port, remote address, remote
 * port, secret), where M ticks every 4 microseconds and F is SipHash.
 */
final class InitialSequence {
  private static final long TICK_NANOS = 4_000;

  private final long k0;
  private final long k1;

  /** The two words are the secret; random for each start of a stack. */
  InitialSequence(long k0, long k1) {
    this.k0 = k0;
    this.k1 = k1;
  }

  int next(
      int localAddress, int localPort, int remoteAddress, int remotePort, long sinceStartNanos) {
    long addresses = (long) localAddress << 32 | (remoteAddress & 0xffff_ffffL);
    long ports = (long) localPort << 16 | remotePort;
    return (int) (sinceStartNanos / TICK_NANOS) + (int) SipHash.hash(k0, k1, addresses, ports);
  }
}
