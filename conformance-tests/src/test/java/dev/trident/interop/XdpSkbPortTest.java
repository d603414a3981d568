package dev.trident.interop;

import dev.trident.hw.port.xdp.XdpMode;
import dev.trident.testkit.NeedsNet;

/** {@code xdp:DEVICE?mode=skb}. */
@NeedsNet({"ip", "ping", "setpriv"})
class XdpSkbPortTest extends XdpPortContract {
  XdpSkbPortTest() {
    super(XdpMode.SKB);
  }
}
