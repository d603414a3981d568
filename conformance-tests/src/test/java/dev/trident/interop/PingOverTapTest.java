package dev.trident.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.apps.net.NetNamespace;
import dev.trident.endpoint.EchoEndpoint;
import dev.trident.hw.host.AddressStart;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.host.NicOptions;
import dev.trident.hw.port.tap.TapPort;
import dev.trident.link.AddressClaim;
import dev.trident.testkit.NeedsNet;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kernel answers our pings, and our question whether it has an address. */
@NeedsNet("ip")
@Timeout(60)
class PingOverTapTest {
  private static final String NAME = "tri-ping";
  private static final String KERNEL = "10.215.0.1";
  private static final String OURS = "10.215.0.2/24";
  private static final long SECOND = 1_000_000_000L;

  private static void ping(Host host, int address, int... sizes) {
    HostStack stack = host.defaultStack();
    stack.enter();
    try {
      EchoEndpoint echo = Objects.requireNonNull(stack.transport().newEcho());
      for (int size : sizes) {
        long before = echo.received();
        assertThat(echo.send(address, size)).isNotNegative();
        stack.await(() -> echo.received() > before, 5 * SECOND);
        assertThat(echo.received()).as(size + " bytes").isEqualTo(before + 1);
        assertThat(echo.lastDataBytes()).isEqualTo(size);
      }
      assertThat(echo.damaged()).isZero();
      echo.close();
    } finally {
      stack.exit();
    }
  }

  @Test
  void shouldGetAnswersOfTheKernelToEverySize() throws Exception {
    try (TapPort tap = TapPort.open(NAME);
        NetNamespace namespace = NetNamespace.create();
        Fabric fabric = Fabric.polled()) {
      Host host = fabric.host("ping", 1).nic(NAME, OURS, NicOptions.STANDARD, tap);
      namespace.adopt(NAME, KERNEL + "/24");
      ping(host, 0x0ad70001, 0, 1, 56, 1_472, 1_473, 4_000, 20_000, 65_507);
    }
  }

  @Test
  void shouldNotTakeAnAddressThatTheKernelHas() throws Exception {
    NicOptions probed = NicOptions.STANDARD.withAddressStart(AddressStart.PROBED);
    try (TapPort tap = TapPort.open(NAME);
        NetNamespace namespace = NetNamespace.create();
        Fabric fabric = Fabric.polled()) {
      namespace.adopt(NAME, KERNEL + "/24");
      Host host = fabric.host("probed", 1).nic(NAME, KERNEL + "/24", probed, tap);
      HostStack stack = host.defaultStack();
      AddressClaim claim = stack.arp().claims().getFirst();
      stack.enter();
      stack.await(() -> claim.state() != AddressClaim.State.PROBING, 10 * SECOND);
      stack.exit();
      assertThat(claim.state()).isEqualTo(AddressClaim.State.CONFLICT);
    }
  }
}
