package dev.trident.script.driver.api;

import dev.trident.c.C;
import dev.trident.c.SockAddrIn;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpInfo;
import dev.trident.endpoint.TcpProfile;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.sim.Simulation;
import dev.trident.script.driver.ApiDriver;
import dev.trident.script.driver.Call;
import dev.trident.script.driver.NotExpressibleException;
import dev.trident.script.driver.Setup;
import dev.trident.time.Deadline;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A driver whose host is the only one of a simulation, with its adapter joined to the script. Each
 * call runs as a program of its own, started at the present time, so that an API blocks as it does
 * in ported code.
 *
 * <p>Calls, fruitless ones included, and frames cost no virtual time: what a script sees at which
 * time depends on the protocol's timers and on the script alone.
 */
abstract class SimulatedDriver implements ApiDriver {
  /** A script does not need as many; whoever does spins without an end. */
  private static final long MAX_STEPS = 50_000_000L;

  /** A call, ready to be made by a program. */
  @FunctionalInterface
  interface Operation {
    Outcome run();
  }

  private final Simulation sim;
  private final Host host;
  private final ScriptWire wire;
  private final Connections connections = new Connections(this::stack, this::localName);
  private TcpProfile profile;

  SimulatedDriver(String name, Setup setup) {
    profile = setup.profile();
    sim = new Simulation(setup.seed()).callCost(0).idleQuantum(0).limits(Deadline.NEVER, MAX_STEPS);
    host = SmallHost.in(sim, name, setup);
    wire = new ScriptWire(host.nic(SmallHost.INTERFACE), setup.stackAddress(), sim::nowNanos);
  }

  // ---- what an API adds ---------------------------------------------------------------------

  /**
   * Translates a call. Nothing happens until the operation is run.
   *
   * @throws NotExpressibleException if the API has no way to say this
   */
  abstract Operation prepare(Call call) throws NotExpressibleException;

  /**
   * Makes sure that the API's stack has a part in what comes of a datagram.
   *
   * @throws NotExpressibleException if not
   */
  void checkReaches(ByteBuffer datagram) throws NotExpressibleException {}

  /** The stack that carries the API's connections. */
  abstract HostStack stack();

  /** The local name of a descriptor's connection, or null if the API does not know it. */
  abstract @Nullable SockAddrIn localName(int descriptor);

  final Host host() {
    return host;
  }

  final Simulation sim() {
    return sim;
  }

  /** Constants of what is made from now on. */
  final TcpProfile profile() {
    return profile;
  }

  /** What to tell of descriptors as they get connections and lose them. */
  final Connections connections() {
    return connections;
  }

  // ---- time and wire ------------------------------------------------------------------------

  @Override
  public final long nowNanos() {
    return sim.nowNanos();
  }

  @Override
  public final void runUntil(long nanos) {
    sim.runUntil(nanos);
  }

  @Override
  public final boolean runUntilOutbound(long limitNanos) {
    return sim.runUntil(wire::hasSent, limitNanos);
  }

  @Override
  public final void inject(ByteBuffer datagram) throws NotExpressibleException {
    checkReaches(datagram);
    wire.inject(datagram);
    sim.runUntil(sim.nowNanos()); // datagrams arrive one by one, as on a real wire
  }

  @Override
  public final @Nullable Sent takeOutbound() {
    return wire.takeSent();
  }

  // ---- calls --------------------------------------------------------------------------------

  /** A call whose program ends sooner or later. */
  private static final class Running implements Pending {
    private long endNanos;
    private @Nullable Outcome outcome;

    @Override
    public boolean isDone() {
      return outcome != null;
    }

    @Override
    public long endNanos() {
      outcome();
      return endNanos;
    }

    @Override
    public Outcome outcome() {
      if (outcome == null) {
        throw new IllegalStateException("the call has not returned");
      }
      return outcome;
    }
  }

  @Override
  public final Pending start(Call call) throws NotExpressibleException {
    Operation operation = prepare(call);
    Running running = new Running();
    sim.app(
        host,
        call.getClass().getSimpleName(),
        () -> {
          Outcome outcome = operation.run();
          running.endNanos = sim.nowNanos();
          running.outcome = outcome;
        });
    sim.runUntil(sim.nowNanos());
    return running;
  }

  /** Runs {@code body} as a program of the host, which must not block. */
  final void runProgram(String name, Runnable body) {
    sim.app(host, name, body::run);
    sim.runUntil(sim.nowNanos());
  }

  /** Bytes of all lengths together. */
  static int total(List<Integer> lengths) {
    return lengths.stream().mapToInt(Integer::intValue).sum();
  }

  /** What a receive of {@code count} bytes, or of an error, has brought. */
  static Outcome received(ByteBuf buffer, int count) {
    return Outcome.received(ByteBuffer.wrap(buffer.array(), 0, count).slice());
  }

  /** Zero bytes to be sent, or room to receive. */
  static ByteBuf bytes(int count) {
    return C.malloc(count);
  }

  /** An accepted connection's descriptor and its peer. */
  final Outcome accepted(int descriptor, SockAddrIn remote) {
    connections.remember(descriptor, remote);
    return Outcome.of(
        descriptor, List.of(Integer.toUnsignedLong(remote.sin_addr), (long) remote.sin_port));
  }

  // ---- tools --------------------------------------------------------------------------------

  @Override
  public void profile(TcpProfile changed) {
    profile = changed;
    connections.profile(changed);
  }

  @Override
  public final int count(StreamState state) {
    return connections.count(state);
  }

  @Override
  public final void drop(StreamState state) {
    connections.drop(state);
    sim.runUntil(sim.nowNanos()); // whoever waited for such a connection returns now
  }

  @Override
  public final boolean info(int descriptor, TcpInfo into) {
    return connections.info(descriptor, into);
  }

  @Override
  public final int leakedBuffers() {
    int leaked = SmallHost.leakedBuffers(host.defaultStack());
    for (HostStack direct : host.directStacks()) {
      leaked += SmallHost.leakedBuffers(direct);
    }
    return leaked;
  }

  @Override
  public final void close() {
    sim.close();
    wire.close();
  }

  /** The value of an option that has one. */
  static long value(Call.SetOption call) {
    return Objects.requireNonNull(call.values().getFirst());
  }
}
