package dev.trident.ip;

import dev.trident.buffer.Packet;

/** Who tells senders what is wrong with their datagrams: ICMP, which lies above this room. */
@FunctionalInterface
public interface Ipv4Errors {
  /**
   * Answers a refused datagram by an ICMP error, unless RFC 1122 section 3.2.2 or the rate limit
   * forbids it. The IPv4 header is at {@link Packet#networkOffset}; the reference stays the
   * caller's.
   *
   * @param type destination unreachable, time exceeded or parameter problem
   * @param parameter second word of the message; 0 where it is unused
   */
  void send(Packet refused, int type, int code, int parameter, long nowNanos);
}
