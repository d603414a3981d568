package dev.trident.xti;

import static dev.trident.xti.XtiConstants.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.SockAddrIn;
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

  /** A loop of asynchronous calls advances virtual time, and ends. */
  @Test
  void shouldLetTimePassWhenAnAsynchronousProgramSpins() {
    try (Simulation sim = new Simulation(8)) {
      Host clientHost = sim.host("client").nic("c0", CLIENT + "/24");
      Host serverHost = sim.host("server").nic("s0", SERVER + "/24");
      sim.link(clientHost.nic("c0"), serverHost.nic("s0"), LinkConfig.rate(1_000_000_000, 50_000));
      Xti server = new Xti(serverHost);
      Xti client = new Xti(clientHost);
      sim.app(
          serverHost,
          "server",
          () -> {
            int listener = server.t_open("/dev/tcp", O_RDWR | O_NONBLOCK, null);
            TBind req = new TBind();
            XtiAddr.put(req.addr, new SockAddrIn(0, 7));
            req.qlen = 1;
            server.t_bind(listener, req, null);
            TCall call = new TCall();
            while (server.t_listen(listener, call) < 0) {
              assertThat(server.t_errno()).isEqualTo(TNODATA);
            }
            assertThat(server.t_accept(listener, listener, call)).isZero();
            while (server.t_look(listener) != T_ORDREL) {}
            server.t_rcvrel(listener);
            server.t_sndrel(listener);
          });
      sim.app(
          clientHost,
          "client",
          () -> {
            clientHost.clock().sleep(3_000_000);
            int fd = client.t_open("/dev/tcp", O_RDWR | O_NONBLOCK, null);
            client.t_bind(fd, null, null);
            assertThat(client.t_connect(fd, XtiPair.toServer(7), null)).isEqualTo(-1);
            while (client.t_rcvconnect(fd, null) < 0) {
              assertThat(client.t_errno()).isEqualTo(TNODATA);
            }
            client.t_sndrel(fd);
            while (client.t_rcvrel(fd) < 0) {
              assertThat(client.t_errno()).isEqualTo(TNOREL);
            }
            assertThat(client.t_getstate(fd)).isEqualTo(T_IDLE);
          });

      sim.run();
    }
  }
}
