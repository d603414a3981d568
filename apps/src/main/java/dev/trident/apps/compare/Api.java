package dev.trident.apps.compare;

import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Host;
import io.netty.buffer.ByteBuf;
import java.util.Locale;

/** The three APIs, in the order of the table. */
enum Api implements PeerFactory {
  TRECK,
  XTI,
  TCPDIRECT;

  @Override
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Peer make(
      Host host,
      Exchange.Role role,
      boolean blocking,
      SockAddrIn address,
      ByteBuf source,
      ByteBuf target) {
    return switch (this) {
      case TRECK -> new TreckPeer(host, role, blocking, address, source, target);
      case XTI -> new XtiPeer(host, role, blocking, address, source, target);
      case TCPDIRECT -> new ZfPeer(host.interfaceNames().getFirst(), role, address, source, target);
    };
  }
}
