package dev.trident.link;

import dev.trident.buffer.Packet;

/** What the link layer hands datagrams to: IPv4. */
public interface DatagramInput {
  /**
   * A frame with an IPv4 datagram has arrived; the head of {@code packet} is what follows the
   * Ethernet header, padding included. Takes over the reference.
   *
   * @param toGroup whether the frame was for the broadcast or a multicast Ethernet address
   * @param flowHint what the device's filter said, 0 if nothing
   */
  void onDatagram(Packet packet, NetInterface in, boolean toGroup, int flowHint, long nowNanos);
}
