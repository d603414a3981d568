package dev.trident.ip;

import dev.trident.buffer.Packet;

/** A transport protocol above IPv4. */
public interface ProtocolHandler {
  /**
   * A datagram for this host has arrived. The head of {@code packet} is the transport segment,
   * padding trimmed; the IPv4 header with its checks done lies before it. The handler takes over
   * the reference.
   *
   * <p>A datagram that was put together of fragments and does not fit into one cell goes on in the
   * packet's fragments. The header is that of its first fragment then, and the head has 8 bytes at
   * the least.
   *
   * @param destination one of our addresses, or a broadcast or joined multicast address
   * @param flowHint what the device's filter said, 0 if nothing
   */
  void onDatagram(Packet packet, int source, int destination, int flowHint, long nowNanos);

  /**
   * An ICMP error quotes a datagram of ours. {@code slabOffset} is where the quoted transport
   * header begins in {@code packet}, of which at least 8 bytes are present; the reference stays the
   * caller's.
   *
   * @param type 3 unreachable, 11 time exceeded, 12 parameter problem
   * @param code as in the ICMP header
   * @param source of the quoted datagram: our address
   * @param destination of the quoted datagram
   * @param nextHopMtu for type 3 code 4: less than the quoted datagram had, 68 or more; otherwise 0
   */
  void onIcmpError(
      Packet packet,
      int slabOffset,
      int type,
      int code,
      int source,
      int destination,
      int nextHopMtu,
      long nowNanos);

  /**
   * The neighbour for {@code destination}'s next hop did not answer; datagrams queued for it are
   * gone.
   */
  void onUnreachable(int destination, long nowNanos);
}
