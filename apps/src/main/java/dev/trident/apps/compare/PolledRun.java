package dev.trident.apps.compare;

import dev.trident.c.C;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import io.netty.buffer.ByteBuf;

/**
 * The measured run: the non-blocking form of the program, both ends on one platform thread over a
 * direct wire of a polled fabric, in real time, repeated until the JIT has settled.
 */
final class PolledRun {
  static final int WARM_UP_RUNS = 20;
  static final int MEASURED_RUNS = 9;
  private static final int FIRST_PORT = 40_000;

  private final PeerFactory factory;
  private final Payload payload;
  private final ByteBuf clientSource;
  private final ByteBuf serverTarget;
  private final ByteBuf clientTarget;

  PolledRun(PeerFactory factory, Payload payload) {
    this.factory = factory;
    this.payload = payload;
    clientSource = payload.toMemory();
    serverTarget = C.malloc(payload.size());
    clientTarget = C.malloc(payload.size());
  }

  /** As {@link #run}, as a row in which only CPU time and garbage are known. */
  Row row(int warmUps, int repeats) {
    Cost cost = run(warmUps, repeats);
    long bytes = 2L * payload.size();
    return new Meter()
        .row(factory.label())
        .withCost(cost.cpuNanosPerMib(bytes), cost.garbageBytesPerMib(bytes));
  }

  /**
   * Runs {@code warmUps} times, then {@code repeats} times measured.
   *
   * @throws Peer.ApiFailure if a call fails, or the bytes that came back differ
   */
  Cost run(int warmUps, int repeats) {
    Cost cost = new Cost(repeats);
    try (Fabric fabric = Fabric.polled()) {
      Host client = fabric.host("client", 1).nic("client0", "10.8.0.1/24");
      Host server = fabric.host("server", 2).nic("server0", "10.8.0.2/24");
      fabric.wire(client.nic("client0"), server.nic("server0"));
      for (int i = 0; i < warmUps + repeats; i++) {
        exchange(client, server, FIRST_PORT + i, i < warmUps ? new Cost(1) : cost);
      }
    }
    return cost;
  }

  private void exchange(Host clientHost, Host serverHost, int port, Cost cost) {
    clientTarget.setZero(0, clientTarget.capacity());
    SockAddrIn address = SockAddrIn.of("10.8.0.2", port);
    try (Exchange server =
            new Exchange(
                Exchange.Role.SERVER,
                factory.make(
                    serverHost, Exchange.Role.SERVER, false, address, serverTarget, serverTarget),
                serverTarget);
        Exchange client =
            new Exchange(
                Exchange.Role.CLIENT,
                factory.make(
                    clientHost, Exchange.Role.CLIENT, false, address, clientSource, clientTarget),
                clientSource)) {
      while (!(client.isOpen() && server.isOpen())) {
        step(client, server);
      }
      cost.start();
      while (!(client.isTransferred() && server.isTransferred())) {
        step(client, server);
      }
      cost.stop();
      while (!(client.isDone() && server.isDone())) {
        step(client, server);
      }
      payload.verify(clientTarget.array(), client.received());
    }
  }

  private static void step(Exchange client, Exchange server) {
    client.step();
    server.step();
  }
}
