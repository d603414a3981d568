package dev.trident.ip;

import dev.trident.buffer.Packet;

/** Who tells senders that their datagrams are not wanted: ICMP, which lies above this room. */
@FunctionalInterface
public interface Ipv4Errors {
  /**
   * Answers a refused datagram by destination unreachable, unless RFC 1122 section 3.2.2 or the
   * rate limit forbids it. The IPv4 header is at {@link Packet#networkOffset}; the reference stays
   * the caller's.
   */
  void sendUnreachable(Packet refused, int code, long nowNanos);
}
