package dev.trident.xti;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.hw.host.Host;
import dev.trident.hw.link.LinkConfig;
import dev.trident.hw.sim.Simulation;
import org.junit.jupiter.api.Test;

/** Blocking programs in virtual time, unchanged. */
class XtiSimulationTest {
  private static final String CLIENT = "10.0.0.1";
  private static final String SERVER = "10.0.0.2";

  @Test
  void shouldEchoBetweenProgramsOfASimulation() {
    try (Simulation sim = new Simulation(7)) {
      Host clientHost = sim.host("client").nic("c0", CLIENT + "/24");
      Host serverHost = sim.host("server").nic("s0", SERVER + "/24");
      sim.link(clientHost.nic("c0"), serverHost.nic("s0"), LinkConfig.rate(1_000_000_000, 50_000));
      EchoPair.Server server = new EchoPair.Server(serverHost);
      sim.app(serverHost, "server", () -> server.serve(server.start()));
      EchoPair.Client client = new EchoPair.Client(clientHost);
      sim.app(
          clientHost,
          "client",
          () -> {
            clientHost.clock().sleep(1_000_000);
            int fd = client.open(SERVER);
            client.converse(fd, null);
            client.release(fd);
            client.finish(fd);
          });

      sim.run();

      assertThat(server.echoed).isEqualTo(EchoPair.MESSAGES * EchoPair.BYTES);
    }
  }
}
