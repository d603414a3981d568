package dev.trident.interop;

import dev.trident.hw.port.xdp.XdpMode;
import dev.trident.testkit.NeedsNet;

/** {@code xdp:DEVICE?mode=native}. */
@NeedsNet({"ip", "ping", "setpriv"})
class XdpNativePortTest extends XdpPortContract {
  XdpNativePortTest() {
    super(XdpMode.NATIVE);
  }
}
