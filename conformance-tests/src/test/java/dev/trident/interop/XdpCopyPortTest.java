package dev.trident.interop;

import dev.trident.hw.port.xdp.XdpMode;
import dev.trident.testkit.NeedsNet;

/** {@code xdp:DEVICE?mode=copy}. */
@NeedsNet({"ip", "ping", "setpriv"})
class XdpCopyPortTest extends XdpPortContract {
  XdpCopyPortTest() {
    super(XdpMode.COPY);
  }
}
