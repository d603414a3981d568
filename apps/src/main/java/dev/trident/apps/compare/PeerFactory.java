package dev.trident.apps.compare;

import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Host;
import io.netty.buffer.ByteBuf;

/** Opens an API on a host. */
interface PeerFactory {
  /** What the row is called. */
  String label();

  /** Prepares the API for programs on {@code host}. */
  Program open(Host host);

  /** What a program keeps from one connection to the next, such as a stack of its own. */
  interface Program extends AutoCloseable {
    /**
     * Makes one end of the workload; a server listens when this returns.
     *
     * @param blocking whether calls may wait
     * @param address where the server listens
     * @param source what is sent: its whole capacity
     * @param target where received bytes go, from index 0; may be the source of a server
     */
    Peer peer(
        Exchange.Role role, boolean blocking, SockAddrIn address, ByteBuf source, ByteBuf target);

    @Override
    default void close() {}
  }
}
