package dev.trident.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.hw.host.Fabric;
import dev.trident.hw.port.xdp.XdpMode;
import dev.trident.hw.port.xdp.XdpOptions;
import dev.trident.hw.port.xdp.XdpPort;
import dev.trident.testkit.NeedsNet;
import org.junit.jupiter.api.Test;

/** {@code xdp:DEVICE?mode=skb}. */
@NeedsNet({"ip", "ping", "setpriv"})
class XdpSkbPortTest extends XdpPortContract {
  XdpSkbPortTest() {
    super(XdpMode.SKB);
  }

  /** In native mode the driver tells the peer not to send such frames. */
  @Test
  void shouldCutFramesOfSeveralSegments() throws Exception {
    try (KernelPeer kernel = KernelPeer.at(DEVICE);
        Fabric fabric = Fabric.polled();
        XdpPort port = XdpPort.open(DEVICE, XdpOptions.STANDARD.withMode(XdpMode.SKB))) {
      kernel.exchangeStream(host(fabric, port), 4 << 20);
      assertThat(port.superFrames()).isPositive();
      assertThat(port.cutSegments()).isGreaterThan(2 * port.superFrames());
      assertThat(port.uncutFrames()).isZero();
      assertThat(fabric.hosts().getFirst().nic(DEVICE).counters().tooLong()).isZero();
    }
  }
}
