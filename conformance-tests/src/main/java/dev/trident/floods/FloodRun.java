package dev.trident.floods;

import dev.trident.buffer.PacketPool;
import dev.trident.c.C;
import dev.trident.endpoint.Endpoint;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.Transport;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.link.LinkConfig;
import dev.trident.hw.link.Switch;
import dev.trident.hw.nic.VirtualInterface;
import dev.trident.hw.sim.Simulation;
import dev.trident.time.Deadline;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One flood in virtual time: a client sends to the victim as fast as it can, first in peace, then
 * for as long under the flood.
 *
 * <pre>
 *   client  --- 2.5 Gbit/s ---+
 *                             switch --- 10 Gbit/s --- victim
 *   flooder --- 1 Gbit/s   ---+
 * </pre>
 */
final class FloodRun {
  /** Processor time that each received frame costs a host. */
  static final long FRAME_COST_NANOS = 2_000;

  /** What fits onto 1 Gbit/s: 60 bytes, FCS, preamble and gap. */
  static final long FRAME_NANOS = 672;

  private static final int CLIENT_PORT = 5_001;
  private static final int GATEWAY = 0x0a0000fe;
  private static final int BURST = 64;
  private static final long MILLIS = 1_000_000;
  private static final long GIGABIT = 1_000_000_000;

  /** More than the flood: broadcasts reach the client's link, too, and must leave room there. */
  private static final long CLIENT_RATE = 2_500_000_000L;

  private static final long WARM_UP_NANOS = 300 * MILLIS;

  private final Flood flood;
  private final long frames;
  private final boolean rings;
  private final Simulation sim;
  private final Host victim;
  private final Host client;
  private final Flooder flooder;
  private long received;
  private int cellsHeld;
  private int connections;

  private FloodRun(Flood flood, long frames, boolean rings, long seed) {
    this.flood = flood;
    this.frames = frames;
    this.rings = rings;
    sim = new Simulation(seed).frameCost(FRAME_COST_NANOS);
    victim = host("victim", "10.0.0.1/16", seed);
    client = host("client", "10.0.0.2/16", seed + 1);
    flooder = new Flooder(victim.nic("victim0").mac(), GATEWAY, seed + 2);
    Switch joined = sim.newSwitch("switch", 3);
    sim.link(victim.nic("victim0"), joined.socket(0), LinkConfig.rate(10 * GIGABIT, 5_000));
    sim.link(client.nic("client0"), joined.socket(1), LinkConfig.rate(CLIENT_RATE, 5_000));
    sim.link(flooder, joined.socket(2), LinkConfig.rate(GIGABIT, 5_000));
    victim.gateway("10.0.0.254");
  }

  private Host host(String name, String cidr, long seed) {
    Host host = sim.host(StackConfig.standard(name, seed)).nic(name + "0", cidr);
    return rings ? host.flowRings(name + "0", 4, 512) : host;
  }

  /**
   * Runs one flood.
   *
   * @param frames of the flood, sent at 1 Gbit/s
   * @param rings whether connections have receive rings of their own
   */
  static FloodResult of(Flood flood, long frames, boolean rings, long seed) {
    FloodRun run = new FloodRun(flood, frames, rings, seed);
    try (run.flooder;
        run.sim) {
      return run.result();
    }
  }

  private FloodResult result() {
    sim.daemon(victim, "server", this::serve);
    sim.daemon(victim, "web", this::listen);
    sim.daemon(client, "client", this::send);
    flooder.sayHello();
    sim.runFor(WARM_UP_NANOS);
    if (flood == Flood.TINY) {
      flooder.connect();
      sim.runFor(10 * MILLIS);
      if (!flooder.isOpen()) {
        throw new IllegalStateException("the flooder's own connection did not open");
      }
    }
    long duration = frames * FRAME_NANOS;
    long before = received;
    sim.runFor(duration);
    final long inPeace = received - before;
    before = received;
    final long ringDrops = ringDrops();
    sim.app(client, "flooder", this::shoot);
    sim.runFor(duration);
    return new FloodResult(
        flood,
        rings,
        duration,
        inPeace,
        received - before,
        ringDrops() - ringDrops,
        cellsHeld,
        connections);
  }

  // ---- programs ---------------------------------------------------------------------------------

  private void serve() {
    HostStack stack = victim.defaultStack();
    stack.enter();
    StreamListener listener = listener(stack, CLIENT_PORT, 1);
    await(stack, listener, Readiness.READABLE);
    StreamEndpoint stream = Objects.requireNonNull(listener.accept());
    ByteBuf buffer = C.malloc(65_536);
    while (true) {
      await(stack, stream, Readiness.READABLE);
      int count = stream.receive(buffer, 0, buffer.capacity());
      received += Math.max(count, 0);
    }
  }

  /** Whom SYNs are for: takes what connections come, and reads nothing. */
  private void listen() {
    HostStack stack = victim.defaultStack();
    stack.enter();
    StreamListener listener = listener(stack, FloodFrames.PORT, 16);
    while (true) {
      await(stack, listener, Readiness.READABLE);
      StreamEndpoint taken = listener.accept();
      accepted = taken == null ? accepted : taken;
    }
  }

  /** Held, so that it is not closed. */
  private @Nullable StreamEndpoint accepted;

  private static StreamListener listener(HostStack stack, int port, int backlog) {
    StreamListener listener = Objects.requireNonNull(stack.transport().newListener());
    check(listener.bind(0, port));
    check(listener.listen(backlog));
    return listener;
  }

  private void send() {
    HostStack stack = client.defaultStack();
    stack.enter();
    StreamEndpoint stream = Objects.requireNonNull(stack.transport().newStream());
    check(stream.connect(FloodFrames.VICTIM, CLIENT_PORT));
    ByteBuf buffer = C.malloc(65_536);
    while (true) {
      await(stack, stream, Readiness.WRITABLE | Readiness.ERROR);
      int sent = stream.send(buffer, 0, buffer.capacity(), 0);
      if (stream.readiness().isAny(Readiness.ERROR)) {
        throw new IllegalStateException("the useful connection has failed: " + sent);
      }
    }
  }

  private static void await(HostStack stack, Endpoint endpoint, int readiness) {
    stack.await(() -> endpoint.readiness().isAny(readiness), Deadline.NEVER);
  }

  private static void check(int result) {
    if (result != 0) {
      throw new IllegalStateException("a call of set-up has failed: " + result);
    }
  }

  /** Bursts as long as their time on the wire, which spreads them. */
  private void shoot() {
    for (long sent = 0; sent < frames; sent += BURST) {
      for (int i = 0; i < BURST; i++) {
        flooder.flood(flood);
      }
      client.clock().sleep(BURST * FRAME_NANOS);
      observe();
    }
  }

  // ---- the victim's state -----------------------------------------------------------------------

  private void observe() {
    Transport transport = victim.defaultStack().transport();
    PacketPool pool = transport.pool();
    int posted = 0;
    for (VirtualInterface device : victim.defaultStack().devices()) {
      posted += device.receiveRingCells();
    }
    cellsHeld = Math.max(cellsHeld, pool.cells() - pool.freeCells() - posted);
    connections = Math.max(connections, transport.openConnections(true));
  }

  private long ringDrops() {
    return victim.nic("victim0").counters().noDescriptor();
  }
}
