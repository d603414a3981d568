package dev.trident.apps.compare;

import dev.trident.c.C;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Host;
import dev.trident.hw.link.Link;
import dev.trident.hw.link.LinkConfig;
import dev.trident.hw.nic.FrameTap;
import dev.trident.hw.sim.Simulation;
import io.netty.buffer.ByteBuf;

/**
 * The counted run: the ordinary blocking program of one API, client and server as two applications
 * on two hosts, over a simulated link in virtual time.
 */
final class SimulatedRun {
  /** A quiet local network. */
  static final LinkConfig DEFAULT_LINK = LinkConfig.rate(1_000_000_000L, 25_000);

  private static final long SEED = 1;

  /** What the programs leave behind: the last acknowledgments, and loans that return with them. */
  private static final long CLOSING_NANOS = 1_000_000_000L;

  private final PeerFactory factory;
  private final Payload payload;
  private final LinkConfig linkConfig;
  private final FrameTap[] taps;

  /**
   * @param taps who sees each frame on the link, besides the counters
   */
  SimulatedRun(PeerFactory factory, Payload payload, LinkConfig linkConfig, FrameTap... taps) {
    this.factory = factory;
    this.payload = payload;
    this.linkConfig = linkConfig;
    this.taps = taps;
  }

  /**
   * Runs to the end.
   *
   * @throws Peer.ApiFailure if a call fails, or the bytes that came back differ
   */
  Row run() {
    Meter meter = new Meter(taps);
    ByteBuf stored = C.malloc(payload.size());
    ByteBuf returned = C.malloc(payload.size());
    SockAddrIn address = SockAddrIn.of("10.8.0.2", 40_000);
    try (Simulation simulation = new Simulation(SEED)) {
      Host client = simulation.host("client").nic("client0", "10.8.0.1/24");
      Host server = simulation.host("server").nic("server0", "10.8.0.2/24");
      Link link = simulation.link(client.nic("client0"), server.nic("server0"), linkConfig);
      link.watch(meter);
      simulation.app(
          server,
          "server",
          () -> exchange(meter, server, Exchange.Role.SERVER, address, stored, stored));
      simulation.app(
          client,
          "client",
          () -> {
            meter.start(client.clock().nanoTime());
            int received =
                exchange(
                    meter, client, Exchange.Role.CLIENT, address, payload.toMemory(), returned);
            meter.stop(client.clock().nanoTime());
            payload.verify(returned.array(), received);
          });
      simulation.run();
      simulation.runFor(CLOSING_NANOS);
      return meter.row(factory.label());
    }
  }

  /** One end, from its first call to its last; returns the bytes received. */
  private int exchange(
      Meter meter,
      Host host,
      Exchange.Role role,
      SockAddrIn address,
      ByteBuf source,
      ByteBuf target) {
    try (PeerFactory.Program program = factory.open(host);
        Exchange exchange =
            new Exchange(role, program.peer(role, true, address, source, target), payload.size())) {
      meter.watch(host);
      exchange.run();
      return exchange.received();
    }
  }
}
