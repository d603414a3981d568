package dev.trident.ip;

import dev.trident.buffer.Packet;
import org.jspecify.annotations.Nullable;

/** What the transports and ICMP send through; {@code Ipv4Layer} is its one implementation. */
public interface Ipv4Output {
  /**
   * The path to {@code destination}, or null if no route leads there.
   *
   * @param source one of our addresses, or 0 to take the route's
   */
  @Nullable Path route(int source, int destination);

  /** Whether {@code address} is one of this host's own, loopback included. */
  boolean isLocalAddress(int address);

  /** Largest transport segment (header and payload) that {@code path} carries unfragmented. */
  int maxSegmentBytes(Path path);

  /**
   * Puts IPv4 and Ethernet headers in front of the head of {@code segment} and gives it to the
   * device, or to the neighbour's queue while that is being resolved. The caller keeps its
   * reference. On return the packet's range covers the whole frame, whatever the result.
   *
   * <p>The transport checksum is done already, or requested of the device. What is longer than the
   * path carries goes out in fragments, all of them or none.
   *
   * @param protocol 1, 6 or 17
   * @param tos the TOS octet: DSCP and ECN
   * @return 0; or WOULD_BLOCK (device ring full), HOST_UNREACHABLE (neighbour failed, or its queue
   *     is full), NO_BUFFERS (for fragments), MESSAGE_TOO_LONG (and {@code dontFragment}, or more
   *     than can be cut)
   */
  int send(Packet segment, Path path, int protocol, int ttl, int tos, boolean dontFragment);

  /**
   * A transport has heard nothing by {@code path} for some retransmissions: the gateway on it, if
   * there is one, is asked whether it is there (RFC 1122 section 3.3.1.4, advice from above).
   */
  default void onSilence(Path path) {}

  /** Answers a datagram that the transport refuses by destination unreachable; rate limited. */
  void sendUnreachable(Packet refused, int code, long nowNanos);
}
