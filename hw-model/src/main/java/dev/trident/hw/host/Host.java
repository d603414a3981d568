package dev.trident.hw.host;

import dev.trident.buffer.ReturnRing;
import dev.trident.c.Clock;
import dev.trident.endpoint.StackConfig;
import dev.trident.hw.nic.Doorbell;
import dev.trident.hw.nic.InterfaceOptions;
import dev.trident.hw.nic.Nic;
import dev.trident.hw.nic.NicExhaustedException;
import dev.trident.hw.nic.RingOptions;
import dev.trident.hw.nic.VirtualInterface;
import dev.trident.hw.port.Port;
import dev.trident.igmp.GroupKeeper;
import dev.trident.link.NeighborCache;
import dev.trident.link.NeighborResolver;
import dev.trident.link.NetInterface;
import dev.trident.stack.NetworkStack;
import dev.trident.time.Deadline;
import dev.trident.wire.Ipv4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A computer: adapters, addresses, a default stack shared by Treck and XTI programs, and stacks of
 * TCPDirect programs. Made by a {@code Fabric} or a {@code Simulation}.
 */
public final class Host implements AutoCloseable {
  /** The host whose program the present thread is, in a simulation. */
  private static final ThreadLocal<@Nullable Host> RUNNING = new ThreadLocal<>();

  private final Fabric fabric;
  private final String name;
  private final HostMode mode;
  private final HostPorts ports = new HostPorts();
  private final Doorbell doorbell = new Doorbell();
  private final ReturnRing returns = new ReturnRing();
  private final Clock clock;
  private final HostStack defaultStack;
  private final HostInterfaces interfaces;
  private final List<HostStack> directStacks = new ArrayList<>();
  private volatile @Nullable PollPolicy ownPollPolicy;
  private boolean closed;

  Host(Fabric fabric, String name, StackConfig config, HostMode mode) {
    this.fabric = fabric;
    this.name = name;
    this.mode = mode;
    clock = mode.clockOf(this);
    NetworkStack stack = new NetworkStack(config, ports.view(false), null, clock.nanoTime());
    if (mode.isConcurrent()) {
      stack.pool().handles().shareThrough(returns);
    }
    defaultStack = new HostStack(this, mode, stack, doorbell, false);
    interfaces = new HostInterfaces(this, mode, ports, config.seed());
  }

  // ---- set-up -------------------------------------------------------------------------------

  /**
   * Adds an adapter.
   *
   * @param interfaceName at most 15 characters, unique in this process
   * @param cidr like "10.0.0.1/24", or several such addresses separated by commas
   * @throws IllegalArgumentException if the name is malformed or taken, or the address malformed
   */
  public Host nic(String interfaceName, String cidr) {
    return nic(interfaceName, cidr, NicOptions.STANDARD);
  }

  /** As {@link #nic(String, String)}, with an adapter made to measure. */
  public Host nic(String interfaceName, String cidr, NicOptions options) {
    interfaces.add(interfaceName, cidr, options, Port.ANY_MAC);
    return this;
  }

  /**
   * Adds an interface whose frames carry a VLAN tag (IEEE 802.1Q) to the adapter of another, whose
   * own VLAN, rings and MTU stay as they are.
   *
   * @param interfaceName at most 15 characters, unique in this process: "eth0.5", for example
   * @param onInterface an interface with an adapter of its own
   * @param vlan 1..4094, not in use on that adapter
   * @throws IllegalArgumentException if a name, the VLAN or an address cannot be
   */
  public Host vlan(String interfaceName, String onInterface, int vlan, String cidr) {
    interfaces.addTagged(interfaceName, onInterface, vlan, cidr);
    return this;
  }

  /**
   * Gives the TCP connections of the default stack receive rings of their own on an adapter, as
   * those do that direct flows. Whoever floods the host with other frames then overflows the
   * default ring alone; each ring has its turn whenever the stack is polled.
   *
   * @param count rings, over which connections are spread
   * @param descriptors of each, a power of two
   * @throws IllegalArgumentException if there is no such interface
   * @throws IllegalStateException as {@link Nic#openFlowRings}
   */
  public Host flowRings(String interfaceName, int count, int descriptors) {
    interfaces.addFlowRings(interfaceName, count, descriptors);
    return this;
  }

  /**
   * Adds an adapter whose wire is a port, with the hardware address that the port wants, and the
   * smaller of both MTUs. This host owns the port from then on. If the port refuses, it remains the
   * caller's, and the interface is there without a wire: {@link #port} may give it another.
   *
   * @throws IllegalStateException if this is a simulation
   * @throws java.io.UncheckedIOException if the operating system refuses the stack's memory to the
   *     port
   */
  public Host nic(String interfaceName, String cidr, NicOptions options, Port port) {
    interfaces.add(interfaceName, cidr, options, port, Port.ANY_MAC);
    return this;
  }

  /**
   * Plugs the interface added last into a real wire, which this host owns from then on.
   *
   * @throws IllegalStateException if there is no interface, or it has a wire, or this is a
   *     simulation
   * @throws IllegalArgumentException if the port wants another hardware address or a smaller MTU
   */
  public Host port(Port port) {
    interfaces.plug(port);
    return this;
  }

  /**
   * Adds a default route by way of {@code address}, like "10.0.0.254", over a connected network.
   */
  public Host gateway(String address) {
    int gateway = Cidr.parseAddress(address);
    return route(0, 0, gateway, interfaces.nameTowards(gateway));
  }

  /**
   * Adds a route to all stacks of this host.
   *
   * @param gateway 0 for a network that is directly connected
   */
  public Host route(int network, int prefixBits, int gateway, String interfaceName) {
    interfaces.addRoute(network, prefixBits, gateway, interfaceName, directStacks);
    return this;
  }

  /**
   * Sets the hardware address of a neighbour by hand, for all stacks: it is neither asked for nor
   * forgotten.
   *
   * @throws IllegalStateException if the table of neighbours is full
   */
  public Host neighbor(int address, long mac, String interfaceName) {
    mode.lock(this);
    try {
      if (!neighbors().addStatic(netInterface(interfaceName), address, mac)) {
        throw new IllegalStateException(
            "no room for neighbour " + Ipv4Address.format(address) + " on host " + name);
      }
    } finally {
      mode.unlock(this);
    }
    return this;
  }

  /**
   * Answers ICMP timestamp requests from now on, which hosts do not by default: with the time of
   * this machine or, in a simulation, with virtual time, which begins at midnight.
   */
  public Host answerTimestamps() {
    mode.lock(this);
    try {
      long utcNanos = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
      long offset = fabric.isSimulated() ? 0 : utcNanos - clock.nanoTime();
      defaultStack.networkStack().answerTimestamps(offset);
    } finally {
      mode.unlock(this);
    }
    return this;
  }

  /**
   * Lets the driver of this host, and TCPDirect programs in a wait on it, poll otherwise than the
   * rest of the fabric. A polled fabric waits as a whole: there the fabric's policy counts.
   */
  public Host pollPolicy(PollPolicy policy) {
    ownPollPolicy = policy;
    return this;
  }

  // ---- questions ----------------------------------------------------------------------------

  /** Unique in its fabric. */
  public String name() {
    return name;
  }

  /** The stack that Treck and XTI programs share; answers ARP and ping. */
  public HostStack defaultStack() {
    return defaultStack;
  }

  /** Time and sleep for programs on this host. */
  public Clock clock() {
    return clock;
  }

  /** How long threads that wait on this host poll before they sleep. */
  public PollPolicy pollPolicy() {
    PollPolicy own = ownPollPolicy;
    return own == null ? fabric.pollPolicy() : own;
  }

  /** Whether an interface of that name exists here. */
  public boolean hasInterface(String interfaceName) {
    return interfaces.has(interfaceName);
  }

  /** The names of all interfaces, in the order of adding. */
  public List<String> interfaceNames() {
    return interfaces.names();
  }

  /**
   * The adapter of an interface, to be wired, captured or asked for counters.
   *
   * @throws IllegalArgumentException if there is no such interface
   */
  public Nic nic(String interfaceName) {
    return interfaces.adapter(interfaceName).nic();
  }

  /**
   * The interface as the default stack has it: addresses, MTU, VLAN.
   *
   * @throws IllegalArgumentException if there is no such interface
   */
  public NetInterface netInterface(String interfaceName) {
    return interfaces.adapter(interfaceName).netInterface();
  }

  HostInterfaces interfaces() {
    return interfaces;
  }

  Fabric fabric() {
    return fabric;
  }

  Doorbell doorbell() {
    return doorbell;
  }

  ReturnRing returns() {
    return returns;
  }

  /**
   * What this host's interfaces have counted, several lines for people: frames and bytes, drops by
   * reason, where the rings of each virtual interface are, what the port says.
   */
  public String report() {
    mode.lock(this);
    try {
      return HostReport.of(this);
    } finally {
      mode.unlock(this);
    }
  }

  /** TCPDirect stacks open at present. */
  public List<HostStack> directStacks() {
    return List.copyOf(directStacks);
  }

  /** Ports that stacks of this host hold, of both protocols. */
  public int reservedPorts() {
    return ports.count();
  }

  /** The earliest deadline of any stack; asked in every idle round of a wait. */
  long nextDeadlineNanos() {
    long earliest = defaultStack.nextDeadlineNanos();
    for (int i = 0; i < directStacks.size(); i++) {
      earliest = Deadline.earlier(earliest, directStacks.get(i).nextDeadlineNanos());
    }
    return earliest;
  }

  // ---- TCPDirect stacks ---------------------------------------------------------------------

  /**
   * As {@link #openStack(String, StackConfig, InterfaceOptions)} with nothing but rings.
   *
   * @return null if the adapter is out of virtual interfaces
   */
  public @Nullable HostStack openStack(
      String interfaceName, StackConfig config, int rxRing, int txRing) {
    try {
      return openStack(interfaceName, config, InterfaceOptions.of(RingOptions.of(rxRing, txRing)));
    } catch (NicExhaustedException e) {
      return null;
    }
  }

  /**
   * Opens a further stack behind hardware filters of its own on one interface: a TCPDirect stack.
   * It is polled by its user only.
   *
   * @param options what its virtual interface is to have; the VLAN is that of the interface
   * @throws NicExhaustedException if the adapter is out of something that the options demand
   * @throws IllegalArgumentException if there is no such interface
   */
  public HostStack openStack(String interfaceName, StackConfig config, InterfaceOptions options)
      throws NicExhaustedException {
    HostInterfaces.Adapter adapter = interfaces.adapter(interfaceName);
    mode.lock(this);
    try {
      checkOpen();
      NetworkStack stack = new NetworkStack(config, ports.view(true), resolver(), clock.nanoTime());
      stack.groupKeeper(groupKeeper());
      HostInterface handler = new HostInterface(stack, null);
      Doorbell bell = new Doorbell();
      int vlan = adapter.options().vlan();
      VirtualInterface device;
      try {
        device =
            adapter
                .nic()
                .openFurther(
                    stack.pool(),
                    options.withVlan(vlan == NetInterface.NO_VLAN ? 0 : vlan),
                    handler,
                    bell);
      } catch (NicExhaustedException e) {
        stack.close();
        throw e;
      }
      NetInterface netInterface = interfaces.newInterfaceOn(adapter, device);
      handler.netInterface(netInterface);
      stack.addInterface(netInterface);
      interfaces.addRoutesTo(stack, netInterface);
      HostStack opened = new HostStack(this, mode, stack, bell, true);
      opened.describe(adapter.nic().mtuBytes(), vlan != NetInterface.NO_VLAN);
      opened.netInterface(netInterface);
      opened.addDevice(device);
      directStacks.add(opened);
      return opened;
    } finally {
      mode.unlock(this);
    }
  }

  /** Next hops of TCPDirect stacks come from the default stack's cache. */
  private NeighborResolver resolver() {
    NeighborResolver cache = neighbors();
    return (interfaceName, address) -> {
      mode.lock(this);
      try {
        return cache.neighbor(interfaceName, address);
      } finally {
        mode.unlock(this);
      }
    };
  }

  /** Groups of TCPDirect stacks are joined by the default stack, which hears the queries. */
  private GroupKeeper groupKeeper() {
    GroupKeeper keeper = defaultStack.networkStack().newGroupKeeper();
    return (interfaceName, group, wanted) -> {
      mode.lock(this);
      try {
        keeper.want(interfaceName, group, wanted);
      } finally {
        mode.unlock(this);
      }
    };
  }

  private NeighborCache neighbors() {
    return Objects.requireNonNull(
        defaultStack.networkStack().neighbors(), "default stack has a cache");
  }

  void onClosed(HostStack stack) {
    mode.lock(this);
    try {
      directStacks.remove(stack);
    } finally {
      mode.unlock(this);
    }
  }

  // ---- process-wide -------------------------------------------------------------------------

  /**
   * The host whose interface has that name, or null: interfaces are named process-wide. A program
   * in a simulation gets its own host if that has such an interface, and otherwise another of the
   * same simulation. Any other program gets, besides hosts of its own making, those of the
   * environment ({@link Interfaces}), which begin to exist when the first name is asked for.
   *
   * @throws SetUpException if the environment asks for interfaces that cannot be
   */
  public static @Nullable Host withInterface(String interfaceName) {
    Host running = RUNNING.get();
    if (running != null) {
      if (running.hasInterface(interfaceName)) {
        return running;
      }
      for (Host neighbor : running.fabric.hosts()) {
        if (neighbor.hasInterface(interfaceName)) {
          return neighbor;
        }
      }
    }
    Host known = InterfaceNames.find(interfaceName);
    return known != null || running != null ? known : Interfaces.find(interfaceName);
  }

  /** Called by a simulation: the present thread is a program of {@code host}; null for none. */
  public static void running(@Nullable Host host) {
    if (host == null) {
      RUNNING.remove();
    } else {
      RUNNING.set(host);
    }
  }

  // ---- end ----------------------------------------------------------------------------------

  /** Stops everything this host runs and frees its memory; blocked calls end. */
  @Override
  public void close() {
    List<HostStack> stacks;
    mode.lock(this);
    try {
      if (closed) {
        return;
      }
      closed = true;
      interfaces.unregister();
      stacks = new ArrayList<>(directStacks);
      stacks.add(defaultStack);
    } finally {
      mode.unlock(this);
    }
    mode.close(this);
    stacks.forEach(HostStack::drain);
    fabric.onClosed(this);
    interfaces.closePorts();
  }

  /** Called by the mode with the host to itself. */
  void closeStacks() {
    for (HostStack stack : List.copyOf(directStacks)) {
      stack.shutDown();
    }
    directStacks.clear();
    defaultStack.shutDown();
  }

  void checkOpen() {
    if (closed) {
      throw new IllegalStateException("host " + name + " is closed");
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
