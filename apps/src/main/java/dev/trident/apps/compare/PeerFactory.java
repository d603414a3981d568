package dev.trident.apps.compare;

import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Host;
import io.netty.buffer.ByteBuf;

/** Makes one end of the workload for an API. */
interface PeerFactory {
  /** What the row is called. */
  String label();

  /**
   * Makes an end on {@code host}; a server listens when this returns.
   *
   * @param blocking whether calls may wait
   * @param address where the server listens
   * @param source what is sent, from index 0
   * @param target where received bytes go, from index 0
   */
  Peer make(
      Host host,
      Exchange.Role role,
      boolean blocking,
      SockAddrIn address,
      ByteBuf source,
      ByteBuf target);
}
