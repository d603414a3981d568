package dev.trident.hw.host;

import dev.trident.buffer.ReturnRing;
import dev.trident.c.Clock;
import dev.trident.endpoint.StackConfig;
import dev.trident.hw.link.LoopbackWire;
import dev.trident.hw.nic.Doorbell;
import dev.trident.hw.nic.InterfaceOptions;
import dev.trident.hw.nic.Nic;
import dev.trident.hw.nic.NicExhaustedException;
import dev.trident.hw.nic.RingOptions;
import dev.trident.hw.nic.VirtualInterface;
import dev.trident.hw.port.Port;
import dev.trident.hw.port.PortWire;
import dev.trident.hw.time.SeededRandom;
import dev.trident.igmp.GroupKeeper;
import dev.trident.link.NeighborCache;
import dev.trident.link.NeighborResolver;
import dev.trident.link.NetInterface;
import dev.trident.stack.NetworkStack;
import dev.trident.time.Deadline;
import dev.trident.wire.Ipv4Address;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A computer: adapters, addresses, a default stack shared by Treck and XTI programs, and stacks of
 * TCPDirect programs. Made by a {@code Fabric} or a {@code Simulation}.
 */
public final class Host implements AutoCloseable {
  /** The host whose program the present thread is, in a simulation. */
  private static final ThreadLocal<@Nullable Host> RUNNING = new ThreadLocal<>();

  private static final long LOOPBACK_MAC = 0x0200_0000_0001L;

  /** An adapter and how the default stack sees it; interfaces with tags share an adapter. */
  private record Adapter(
      Nic nic, NicOptions options, NetInterface netInterface, List<Cidr> addresses) {}

  private record Route(int network, int prefixBits, int gateway, String interfaceName) {}

  private final Fabric fabric;
  private final String name;
  private final long seed;
  private final HostMode mode;
  private final HostPorts ports = new HostPorts();
  private final Doorbell doorbell = new Doorbell();
  private final ReturnRing returns = new ReturnRing();
  private final Clock clock;
  private final HostStack defaultStack;
  private final Map<String, Adapter> adapters = new LinkedHashMap<>();
  private final List<Port> attachedPorts = new CopyOnWriteArrayList<>();
  private final List<Route> routes = new ArrayList<>();
  private final List<HostStack> directStacks = new ArrayList<>();
  private @Nullable String lastInterface;
  private boolean closed;

  Host(Fabric fabric, String name, StackConfig config, HostMode mode) {
    this.fabric = fabric;
    this.name = name;
    this.mode = mode;
    seed = config.seed();
    clock = mode.clockOf(this);
    NetworkStack stack = new NetworkStack(config, ports.view(false), null, clock.nanoTime());
    if (mode.isConcurrent()) {
      stack.pool().handles().shareThrough(returns);
    }
    defaultStack = new HostStack(this, mode, stack, doorbell, false);
    addLoopback();
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
    return nic(interfaceName, cidr, options, Port.ANY_MAC);
  }

  private Host nic(String interfaceName, String cidr, NicOptions options, long mac) {
    List<Cidr> addresses = Cidr.parseOwn(cidr);
    checkNewName(interfaceName);
    mode.lock(this);
    try {
      checkOpen();
      InterfaceNames.register(interfaceName, this, fabric.isSimulated());
      Nic nic =
          new Nic(
              interfaceName,
              mac == Port.ANY_MAC ? macOf(interfaceName) : mac,
              options.mtuBytes(),
              options.features(),
              clock,
              mode.isConcurrent());
      NetInterface netInterface = attach(nic, options, addresses);
      if (adapters.isEmpty()) {
        defaultStack.describe(nic.mtuBytes(), options.vlan() != NetInterface.NO_VLAN);
      }
      adapters.put(interfaceName, new Adapter(nic, options, netInterface, addresses));
      lastInterface = interfaceName;
      startAddresses(interfaceName, options, addresses);
      fabric.onNic(nic);
      mode.onSetUp(this);
    } finally {
      mode.unlock(this);
    }
    return this;
  }

  /** The name, which has been registered, is free again if the VLAN cannot be. */
  private NetInterface addTagged(Adapter adapter, String interfaceName, int vlan) {
    try {
      return adapter.netInterface.addTagged(interfaceName, vlan);
    } catch (IllegalArgumentException e) {
      InterfaceNames.unregister(interfaceName, this);
      throw e;
    }
  }

  private void checkNewName(String interfaceName) {
    InterfaceNames.check(interfaceName);
    if (adapters.containsKey(interfaceName)) {
      throw new IllegalArgumentException(
          "interface name " + interfaceName + " is taken on host " + name);
    }
  }

  /** Opens the default stack's interface on an adapter. */
  private NetInterface attach(Nic nic, NicOptions options, List<Cidr> addresses) {
    NetworkStack stack = defaultStack.networkStack();
    HostInterface handler = new HostInterface(stack, ports);
    VirtualInterface device =
        nic.openDefault(stack.pool(), options.rxRing(), options.txRing(), handler, doorbell);
    NetInterface netInterface =
        new NetInterface(nic.name(), device, nic.mac(), nic.mtuBytes(), options.vlan());
    if (options.addressStart() != AddressStart.PROBED) {
      for (Cidr address : addresses) {
        netInterface.addAddress(address.address(), address.prefixBits());
      }
    }
    handler.netInterface(netInterface);
    stack.addInterface(netInterface);
    defaultStack.addDevice(device);
    return netInterface;
  }

  /** What is left to do about the addresses of an interface that is in the table now. */
  private void startAddresses(String interfaceName, NicOptions options, List<Cidr> addresses) {
    HostArp arp = defaultStack.arp();
    defaultStack.setNow(clock.nanoTime());
    for (Cidr address : addresses) {
      switch (options.addressStart()) {
        case IMMEDIATE -> {}
        case ANNOUNCED -> arp.announce(interfaceName, address.address());
        case PROBED -> {
          if (arp.claim(interfaceName, address.toString(), null) == null) {
            throw new IllegalStateException(
                "too many addresses are being probed for on host "
                    + name
                    + "; claim the others by arp() when these are decided");
          }
        }
      }
    }
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
    List<Cidr> addresses = Cidr.parseOwn(cidr);
    checkNewName(interfaceName);
    Adapter adapter = adapter(onInterface);
    if (!adapter.nic.name().equals(onInterface)) {
      throw new IllegalArgumentException(
          onInterface + " has no adapter of its own: give the interface that has");
    }
    mode.lock(this);
    try {
      checkOpen();
      InterfaceNames.register(interfaceName, this, fabric.isSimulated());
      NetInterface tagged = addTagged(adapter, interfaceName, vlan);
      NicOptions options = adapter.options.withVlan(vlan);
      if (options.addressStart() != AddressStart.PROBED) {
        for (Cidr address : addresses) {
          tagged.addAddress(address.address(), address.prefixBits());
        }
      }
      defaultStack.networkStack().addInterface(tagged);
      adapters.put(interfaceName, new Adapter(adapter.nic, options, tagged, addresses));
      startAddresses(interfaceName, options, addresses);
    } finally {
      mode.unlock(this);
    }
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
    Adapter adapter = adapter(interfaceName);
    mode.lock(this);
    try {
      checkOpen();
      NetworkStack stack = defaultStack.networkStack();
      HostInterface handler = new HostInterface(stack, ports);
      handler.netInterface(adapter.netInterface);
      adapter
          .nic
          .openFlowRings(count, descriptors, stack.pool(), handler, doorbell)
          .forEach(defaultStack::addDevice);
    } finally {
      mode.unlock(this);
    }
    return this;
  }

  /** Datagrams of this host to itself; never leaves its default stack, hence no rings. */
  private void addLoopback() {
    Nic nic =
        new Nic(
            "lo",
            LOOPBACK_MAC,
            NicOptions.STANDARD.mtuBytes(),
            NicOptions.STANDARD.features(),
            clock,
            false);
    nic.plug(LoopbackWire.INSTANCE);
    attach(nic, NicOptions.STANDARD.withRings(256, 256), List.of(Cidr.parse("127.0.0.1/8")));
  }

  /** Locally administered, unicast, and different for each host and interface of a seed. */
  private long macOf(String interfaceName) {
    long mixed =
        new SeededRandom(seed ^ ((long) name.hashCode() << 32) ^ interfaceName.hashCode())
            .nextLong();
    return 0x0200_0000_0000L | (mixed & 0xff_ffff_ffffL);
  }

  /**
   * Adds an adapter whose wire is a port, with the hardware address that the port wants, and the
   * smaller of both MTUs. This host owns the port from then on.
   *
   * @throws IllegalStateException if this is a simulation
   */
  public Host nic(String interfaceName, String cidr, NicOptions options, Port port) {
    if (fabric.isSimulated()) {
      throw new IllegalStateException("a port needs a host in real time");
    }
    int mtuBytes = Math.min(options.mtuBytes(), port.mtuBytes());
    nic(interfaceName, cidr, options.withMtu(mtuBytes), port.mac());
    return port(port);
  }

  /**
   * Plugs the interface added last into a real wire, which this host owns from then on.
   *
   * @throws IllegalStateException if there is no interface, or it has a wire, or this is a
   *     simulation
   * @throws IllegalArgumentException if the port wants another hardware address or a smaller MTU
   */
  public Host port(Port port) {
    String last = lastInterface;
    if (last == null || fabric.isSimulated()) {
      throw new IllegalStateException("a port needs an interface of a host in real time");
    }
    if (port.mtuBytes() < adapter(last).nic.mtuBytes()) {
      throw new IllegalArgumentException(
          "port carries " + port.mtuBytes() + " bytes, less than the MTU of " + last);
    }
    mode.lock(this);
    try {
      PortWire.plug(port, adapter(last).nic);
      attachedPorts.add(port);
      mode.onPort(this, port);
      mode.onSetUp(this);
    } finally {
      mode.unlock(this);
    }
    return this;
  }

  /**
   * Adds a default route by way of {@code address}, like "10.0.0.254", over a connected network.
   */
  public Host gateway(String address) {
    int gateway = Cidr.parseAddress(address);
    for (Adapter adapter : adapters.values()) {
      for (Cidr own : adapter.addresses) {
        if (own.contains(gateway)) {
          return route(0, 0, gateway, adapter.netInterface.name());
        }
      }
    }
    throw new IllegalArgumentException(
        "no interface of "
            + name
            + " reaches gateway "
            + address
            + "; give one in the network of an interface");
  }

  /**
   * Adds a route to all stacks of this host.
   *
   * @param gateway 0 for a network that is directly connected
   */
  public Host route(int network, int prefixBits, int gateway, String interfaceName) {
    mode.lock(this);
    try {
      Route route = new Route(network, prefixBits, gateway, interfaceName);
      NetInterface out = adapter(interfaceName).netInterface;
      defaultStack.networkStack().addRoute(network, prefixBits, gateway, out);
      routes.add(route);
      for (HostStack stack : directStacks) {
        addRoute(stack.networkStack(), route, stack.netInterface());
      }
    } finally {
      mode.unlock(this);
    }
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
      if (!neighbors().addStatic(adapter(interfaceName).netInterface, address, mac)) {
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

  private static void addRoute(NetworkStack stack, Route route, @Nullable NetInterface own) {
    if (own != null && own.name().equals(route.interfaceName)) {
      stack.addRoute(route.network, route.prefixBits, route.gateway, own);
    }
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

  /** Whether an interface of that name exists here. */
  public boolean hasInterface(String interfaceName) {
    return adapters.containsKey(interfaceName);
  }

  /** The names of all interfaces, in the order of adding. */
  public List<String> interfaceNames() {
    return List.copyOf(adapters.keySet());
  }

  /**
   * The adapter of an interface, to be wired, captured or asked for counters.
   *
   * @throws IllegalArgumentException if there is no such interface
   */
  public Nic nic(String interfaceName) {
    return adapter(interfaceName).nic;
  }

  /**
   * The interface as the default stack has it: addresses, MTU, VLAN.
   *
   * @throws IllegalArgumentException if there is no such interface
   */
  public NetInterface netInterface(String interfaceName) {
    return adapter(interfaceName).netInterface;
  }

  private Adapter adapter(String interfaceName) {
    Adapter adapter = adapters.get(interfaceName);
    if (adapter == null) {
      throw new IllegalArgumentException("no interface " + interfaceName + " on host " + name);
    }
    return adapter;
  }

  Doorbell doorbell() {
    return doorbell;
  }

  ReturnRing returns() {
    return returns;
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
    Adapter adapter = adapter(interfaceName);
    mode.lock(this);
    try {
      checkOpen();
      NetworkStack stack = new NetworkStack(config, ports.view(true), resolver(), clock.nanoTime());
      stack.groupKeeper(groupKeeper());
      HostInterface handler = new HostInterface(stack, null);
      Doorbell bell = new Doorbell();
      int vlan = adapter.options.vlan();
      VirtualInterface device;
      try {
        device =
            adapter.nic.openFurther(
                stack.pool(),
                options.withVlan(vlan == NetInterface.NO_VLAN ? 0 : vlan),
                handler,
                bell);
      } catch (NicExhaustedException e) {
        stack.close();
        throw e;
      }
      NetInterface netInterface =
          new NetInterface(interfaceName, device, adapter.nic.mac(), adapter.nic.mtuBytes(), vlan);
      for (NetInterface.Address address : adapter.netInterface.addresses()) {
        netInterface.addAddress(address.address(), address.prefixBits());
      }
      handler.netInterface(netInterface);
      stack.addInterface(netInterface);
      for (Route route : routes) {
        addRoute(stack, route, netInterface);
      }
      HostStack opened = new HostStack(this, mode, stack, bell, true);
      opened.describe(adapter.nic.mtuBytes(), vlan != NetInterface.NO_VLAN);
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
   * same simulation.
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
    return InterfaceNames.find(interfaceName);
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
    mode.lock(this);
    try {
      if (closed) {
        return;
      }
      closed = true;
      for (String interfaceName : adapters.keySet()) {
        InterfaceNames.unregister(interfaceName, this);
      }
    } finally {
      mode.unlock(this);
    }
    List<HostStack> stacks = new ArrayList<>(directStacks);
    stacks.add(defaultStack);
    mode.close(this);
    stacks.forEach(HostStack::drain);
    for (Port port : attachedPorts) {
      port.close();
    }
    fabric.onClosed(this);
  }

  /** Called by the mode with the host to itself. */
  void closeStacks() {
    for (HostStack stack : List.copyOf(directStacks)) {
      stack.shutDown();
    }
    directStacks.clear();
    defaultStack.shutDown();
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("host " + name + " is closed");
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
