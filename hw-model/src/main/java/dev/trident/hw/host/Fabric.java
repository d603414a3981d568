package dev.trident.hw.host;

import dev.trident.c.Clock;
import dev.trident.endpoint.StackConfig;
import dev.trident.hw.link.DirectWire;
import dev.trident.hw.link.Link;
import dev.trident.hw.link.LinkConfig;
import dev.trident.hw.link.Switch;
import dev.trident.hw.nic.Nic;
import dev.trident.hw.nic.NicTiming;
import dev.trident.hw.nic.WireEnd;
import dev.trident.hw.port.Port;
import dev.trident.hw.port.PortEnd;
import dev.trident.hw.time.EventHeap;
import dev.trident.hw.time.RealClock;
import dev.trident.hw.time.VirtualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Hosts joined by wires inside this process.
 *
 * <pre>
 *   try (Fabric fabric = Fabric.polled()) {
 *     Host a = fabric.host("a", 1).nic("a0", "10.0.0.1/24");
 *     Host b = fabric.host("b", 2).nic("b0", "10.0.0.2/24");
 *     fabric.wire(a.nic("a0"), b.nic("b0"));
 *   }
 * </pre>
 *
 * <p>A polled fabric is confined to the thread that uses it first, until {@link #handOver}.
 */
public final class Fabric implements AutoCloseable {
  private final Supplier<HostMode> modes;
  private final EventHeap heap;
  private final Clock clock;
  private final boolean simulated;
  private final boolean timed;
  private final List<Host> hosts = new CopyOnWriteArrayList<>();
  private final List<Link> links = new ArrayList<>();
  private final List<PortEnd> outlets = new ArrayList<>();
  private Consumer<Nic> nicObserver = nic -> {};
  private volatile PollPolicy pollPolicy = PollPolicy.USUAL;

  private Fabric(
      Supplier<HostMode> modes, EventHeap heap, Clock clock, boolean simulated, boolean timed) {
    this.modes = modes;
    this.heap = heap;
    this.clock = clock;
    this.simulated = simulated;
    this.timed = timed;
  }

  /** Hosts that do nothing between calls, in real time. */
  public static Fabric polled() {
    return polled(RealClock.INSTANCE);
  }

  /**
   * Hosts that do nothing between calls, in the time of {@code clock}. If it is a {@link
   * VirtualClock}, a wait with nothing to do moves it on to the next deadline; other clocks are
   * left to whoever moves them.
   */
  public static Fabric polled(Clock clock) {
    EventHeap heap = new EventHeap();
    PolledMode mode = new PolledMode(clock, heap);
    Fabric fabric = new Fabric(() -> mode, heap, clock, false, true);
    mode.fabric(fabric);
    return fabric;
  }

  /** Hosts with a driver thread each, for programs with threads. */
  public static Fabric driven() {
    return new Fabric(DrivenMode::new, new EventHeap(), RealClock.INSTANCE, false, false);
  }

  /** Hosts run by a simulation: what {@code Simulation} builds on. */
  public static Fabric simulated(HostMode mode, EventHeap heap, Clock clock) {
    return new Fabric(() -> mode, heap, clock, true, true);
  }

  /** Adds a host with a standard stack; all randomness on it comes from {@code seed}. */
  public Host host(String name, long seed) {
    return host(StackConfig.standard(name, seed));
  }

  /**
   * Adds a host whose default stack is made to measure; the host has the stack's name.
   *
   * @throws IllegalArgumentException if there is a host of that name
   */
  public Host host(StackConfig config) {
    if (hosts.stream().anyMatch(host -> host.name().equals(config.name()))) {
      throw new IllegalArgumentException("there is a host " + config.name() + " already");
    }
    Host host = new Host(this, config.name(), config, modes.get());
    hosts.add(host);
    return host;
  }

  /** The hosts, in the order of adding. */
  public List<Host> hosts() {
    return hosts;
  }

  boolean isSimulated() {
    return simulated;
  }

  /** How long waiting threads poll before they sleep; hosts may have a policy of their own. */
  public PollPolicy pollPolicy() {
    return pollPolicy;
  }

  /** Changes {@link #pollPolicy()}. Any thread may call; a sleeper obeys when it has woken. */
  public void pollPolicy(PollPolicy newPolicy) {
    pollPolicy = newPolicy;
  }

  /** Joins two adapters, or an adapter and a socket of a switch, without delay or loss. */
  public void wire(WireEnd a, WireEnd b) {
    DirectWire.join(a, b);
  }

  /**
   * Joins two ends by a link with rate, delay, queue and faults.
   *
   * @param seed where the faults come from
   * @throws IllegalStateException if this fabric's hosts are driven: nobody would run the link
   */
  public Link link(String name, WireEnd a, WireEnd b, LinkConfig config, long seed) {
    if (!timed) {
      throw new IllegalStateException("links need a polled or simulated fabric; use wire()");
    }
    Link link = Link.join(name, a, b, config, seed, heap, clock);
    links.add(link);
    return link;
  }

  /**
   * Adds a learning switch.
   *
   * @throws IllegalStateException if this fabric's hosts are driven: its table is one thread's
   */
  public Switch newSwitch(String name, int sockets) {
    if (!timed) {
      throw new IllegalStateException("switches need a polled or simulated fabric");
    }
    return new Switch(name, sockets);
  }

  /**
   * An end for {@link #link} at which frames leave this JVM by {@code port}, and enter it; where
   * there is no link between, {@code Host.port} is what is needed. This fabric owns the port from
   * then on.
   *
   * @throws IllegalStateException if this fabric is not polled: nobody would look at the port
   */
  public PortEnd outlet(Port port) {
    PolledMode mode = polledMode();
    PortEnd end = new PortEnd(port, new PortNotices("link", mode::onGone));
    outlets.add(end);
    mode.onPort(port);
    return end;
  }

  List<PortEnd> outlets() {
    return outlets;
  }

  /**
   * Lets an adapter take time.
   *
   * @throws IllegalStateException if this fabric's hosts are driven: nobody would run the events
   */
  void delay(Nic nic, NicTiming timing) {
    if (timing.equals(NicTiming.NONE)) {
      return;
    }
    if (!timed) {
      throw new IllegalStateException(
          "an adapter that takes time needs a polled or simulated fabric");
    }
    nic.timing(timing, heap);
  }

  /** Told of each adapter as it is added; for simulations, which watch all frames. */
  public void onNic(Consumer<Nic> observer) {
    nicObserver = observer;
  }

  void onNic(Nic nic) {
    nicObserver.accept(nic);
  }

  /**
   * Polls every default stack and outlet once, and what is due on links.
   *
   * @return how much was done; 0 for nothing
   * @throws IllegalStateException if this fabric is not polled, or confined to another thread
   */
  public int poll() {
    return polledMode().pollAll();
  }

  /**
   * Releases a polled fabric from the calling thread; the next one to use it has it then.
   *
   * @throws IllegalStateException if this fabric is not polled, or confined to another thread
   */
  public void handOver() {
    polledMode().handOver();
  }

  private PolledMode polledMode() {
    if (modes.get() instanceof PolledMode polled) {
      return polled;
    }
    throw new IllegalStateException("this fabric is not polled");
  }

  void onClosed(Host host) {
    hosts.remove(host);
  }

  /**
   * Closes all hosts and frees the links.
   *
   * @throws java.io.UncheckedIOException if files of a port could not be removed; all else is
   *     closed
   */
  @Override
  public void close() {
    Closing closing = new Closing();
    List.copyOf(hosts).forEach(host -> closing.also(host::close));
    links.forEach(Link::close);
    links.clear();
    outlets.forEach(outlet -> closing.also(outlet.port()::close));
    outlets.clear();
    if (modes.get() instanceof PolledMode polled) {
      polled.close();
    }
    closing.end();
  }
}
