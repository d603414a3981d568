package dev.trident.hw.sim;

import dev.trident.endpoint.StackConfig;
import dev.trident.hw.host.Condition;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.link.Link;
import dev.trident.hw.link.LinkConfig;
import dev.trident.hw.link.Switch;
import dev.trident.hw.nic.WireEnd;
import dev.trident.hw.time.EventHeap;
import dev.trident.hw.time.SeededRandom;
import dev.trident.hw.time.VirtualClock;
import dev.trident.time.Deadline;

/**
 * Hosts, links and programs in virtual time. One seed gives one history.
 *
 * <pre>
 *   try (Simulation sim = new Simulation(42)) {
 *     Host a = sim.host("a").nic("eth0", "10.0.0.1/24");
 *     Host b = sim.host("b").nic("eth0", "10.0.0.2/24");
 *     sim.link(a.nic("eth0"), b.nic("eth0"), LinkConfig.rate(1_000_000_000, 10_000));
 *     sim.daemon(b, "server", () -&gt; ...);
 *     sim.app(a, "client", () -&gt; ...);
 *     sim.run();
 *   }
 * </pre>
 *
 * <p>Programs are ordinary blocking code on virtual threads, of which one runs at a time. The
 * thread that made the simulation may make API calls too, blocking ones included: it then counts as
 * a further program. For a fast baton run with {@code -Djdk.virtualThreadScheduler.parallelism=1}.
 *
 * <p>Callbacks that the engine owes a host while no program of that host is in a call run between
 * two events and must not block.
 */
public final class Simulation implements AutoCloseable {
  /** Virtual time after which a simulation counts as stuck, unless told otherwise: a day. */
  public static final long DEFAULT_LIMIT_NANOS = 86_400_000_000_000L;

  private final EventHeap heap = new EventHeap();
  private final VirtualClock clock = new VirtualClock();
  private final History history = new History();
  private final Scheduler scheduler = new Scheduler(heap, clock, history);
  private final SimulatedMode mode = new SimulatedMode(scheduler, heap, clock);
  private final Fabric fabric = Fabric.simulated(mode, heap, clock);
  private final SeededRandom seeds;
  private int nics;
  private int links;

  /** An empty simulation at time 0. */
  public Simulation(long seed) {
    seeds = new SeededRandom(seed);
    scheduler.limits(DEFAULT_LIMIT_NANOS, Long.MAX_VALUE);
    fabric.onNic(nic -> nic.watch(history.watch(++nics)));
  }

  // ---- set-up -------------------------------------------------------------------------------

  /** Adds a host with a standard stack, whose seed follows from the simulation's. */
  public Host host(String name) {
    return fabric.host(name, seeds.nextLong());
  }

  /** Adds a host whose default stack is made to measure; the host has the stack's name. */
  public Host host(StackConfig config) {
    return fabric.host(config);
  }

  /** Joins two ends without delay or loss. */
  public void wire(WireEnd a, WireEnd b) {
    fabric.wire(a, b);
  }

  /** Joins two ends by a link, whose seed follows from the simulation's. */
  public Link link(WireEnd a, WireEnd b, LinkConfig config) {
    return fabric.link("link" + links++, a, b, config, seeds.nextLong());
  }

  /** Adds a learning switch. */
  public Switch newSwitch(String name, int sockets) {
    return fabric.newSwitch(name, sockets);
  }

  /** Hosts and what joins them. */
  public Fabric fabric() {
    return fabric;
  }

  /** What an API call costs a program in virtual time; 50 ns unless set. */
  public Simulation callCost(long nanos) {
    mode.callCost(nanos);
    return this;
  }

  /** What a received frame costs a host's default stack in virtual time; 0 unless set. */
  public Simulation frameCost(long nanos) {
    mode.frameCost(nanos);
    return this;
  }

  /** How long a fruitless call waits when no event comes; 1 ms unless set. */
  public Simulation idleQuantum(long nanos) {
    mode.idleQuantum(nanos);
    return this;
  }

  /**
   * When the simulation counts as stuck in a livelock.
   *
   * @param nanos virtual time since 0, or {@code Deadline.NEVER}
   * @param steps events and turns of programs
   */
  public Simulation limits(long nanos, long steps) {
    scheduler.limits(nanos, steps);
    return this;
  }

  // ---- programs -----------------------------------------------------------------------------

  /** Adds a program, which starts at the present time once the simulation runs. */
  public void app(Host host, String name, ThrowingRunnable body) {
    scheduler.add(host, name, false, body);
  }

  /** As {@link #app}, but the simulation does not wait for its end: a server. */
  public void daemon(Host host, String name, ThrowingRunnable body) {
    scheduler.add(host, name, true, body);
  }

  /**
   * Runs until every program but the daemons has ended. When it fails, all programs are unwound.
   *
   * @throws StuckException if the simulation does not get on
   * @throws ProgramFailedException if a program threw a checked exception; other exceptions and
   *     errors of programs are thrown as they are
   */
  public void run() {
    SimApp self = scheduler.current();
    boolean finished = false;
    try {
      while (scheduler.hasUnfinishedProgram()) {
        scheduler.park(self, SimApp.Waiting.PROGRAMS, null, null, Deadline.NEVER);
      }
      finished = true;
    } finally {
      if (!finished) {
        scheduler.unwindAll();
      }
    }
  }

  /** Runs for {@code nanos} of virtual time, whether programs end or not. */
  public void runFor(long nanos) {
    SimApp self = scheduler.current();
    scheduler.park(self, SimApp.Waiting.TIME, null, null, Deadline.after(clock.nanoTime(), nanos));
  }

  /**
   * Runs everything that is due until {@code nanos} of virtual time, and at that time until nothing
   * more is due then. Unlike {@link #runFor}, which ends in the middle of what happens at its end.
   *
   * @param nanos since the beginning; the past counts as the present
   */
  public void runUntil(long nanos) {
    runUntil(() -> false, nanos);
  }

  /**
   * Runs until {@code condition} holds and nothing more is due at that time, at the latest as
   * {@link #runUntil(long)}.
   *
   * @param condition looked at whenever time is about to move
   * @return whether it holds
   */
  public boolean runUntil(Condition condition, long limitNanos) {
    long limit = limitNanos - clock.nanoTime() < 0 ? clock.nanoTime() : limitNanos;
    scheduler.awaitQuiet(scheduler.current(), condition, limit);
    return condition.holds();
  }

  // ---- questions ----------------------------------------------------------------------------

  /** Virtual time since the beginning. */
  public long nowNanos() {
    return clock.nanoTime();
  }

  /** Events and turns of programs so far. */
  public long steps() {
    return scheduler.steps();
  }

  /** Programs that have not ended and what each waits for: lines that begin with a line feed. */
  public String waits() {
    return scheduler.waits();
  }

  /** A hash of everything that has happened, every frame included. */
  public long historyHash() {
    return history.hash();
  }

  /** Unwinds the programs that are left, and closes the hosts. */
  @Override
  public void close() {
    scheduler.unwindAll();
    fabric.close();
  }
}
