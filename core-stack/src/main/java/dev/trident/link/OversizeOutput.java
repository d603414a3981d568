package dev.trident.link;

import dev.trident.buffer.Packet;

/** Who cuts frames that are longer than their link carries: IPv4, by fragmentation. */
@FunctionalInterface
public interface OversizeOutput {
  /**
   * Sends a frame that has waited for its neighbour, whose destination is written by now. What
   * cannot be sent is counted as a drop. The caller keeps its reference.
   */
  void sendResolved(Packet frame, NetInterface out);
}
