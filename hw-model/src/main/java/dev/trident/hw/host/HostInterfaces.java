package dev.trident.hw.host;

import dev.trident.hw.link.LoopbackWire;
import dev.trident.hw.nic.Nic;
import dev.trident.hw.nic.VirtualInterface;
import dev.trident.hw.port.Port;
import dev.trident.hw.port.PortWire;
import dev.trident.hw.time.SeededRandom;
import dev.trident.link.NetInterface;
import dev.trident.stack.NetworkStack;
import dev.trident.wire.Ipv4Address;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The interfaces of one host: adapters, their ports, addresses, and the routes by way of them. Set
 * up with the host locked by its mode; {@link Host} says what each call means to a program.
 */
final class HostInterfaces {
  private static final long LOOPBACK_MAC = 0x0200_0000_0001L;

  /** An adapter and how the default stack sees it; interfaces with tags share an adapter. */
  record Adapter(Nic nic, NicOptions options, NetInterface netInterface, List<Cidr> addresses) {}

  /** A port of this host, and what has become of its other end. */
  record AttachedPort(Port port, PortNotices notices) {}

  private record Route(int network, int prefixBits, int gateway, String interfaceName) {}

  private final Host host;
  private final HostMode mode;
  private final HostPorts ports;
  private final long seed;
  private final Map<String, Adapter> adapters = new LinkedHashMap<>();
  private final Map<Nic, AttachedPort> attachedPorts = new LinkedHashMap<>();
  private final List<Route> routes = new ArrayList<>();
  private @Nullable String lastInterface;

  /** With the loopback interface, of a host whose default stack has been made. */
  HostInterfaces(Host host, HostMode mode, HostPorts ports, long seed) {
    this.host = host;
    this.mode = mode;
    this.ports = ports;
    this.seed = seed;
    addLoopback();
  }

  // ---- adding -------------------------------------------------------------------------------

  /** Adds an adapter with the hardware address {@code mac}, or one of its own choice. */
  void add(String interfaceName, String cidr, NicOptions options, long mac) {
    List<Cidr> addresses = Cidr.parseOwn(cidr);
    checkNewName(interfaceName);
    mode.lock(host);
    try {
      host.checkOpen();
      InterfaceNames.register(interfaceName, host, host.fabric().isSimulated());
      Nic nic =
          new Nic(
              interfaceName,
              mac == Port.ANY_MAC ? macOf(interfaceName) : mac,
              options.mtuBytes(),
              options.features(),
              host.clock(),
              mode.isConcurrent());
      delay(nic, options);
      NetInterface netInterface = attach(nic, options, addresses);
      if (adapters.isEmpty()) {
        stack().describe(nic.mtuBytes(), options.vlan() != NetInterface.NO_VLAN);
      }
      adapters.put(interfaceName, new Adapter(nic, options, netInterface, addresses));
      lastInterface = interfaceName;
      startAddresses(interfaceName, options, addresses);
      host.fabric().onNic(nic);
      mode.onSetUp(host);
    } finally {
      mode.unlock(host);
    }
  }

  /** The name, which has been registered, is free again if the adapter cannot take time. */
  private void delay(Nic nic, NicOptions options) {
    try {
      host.fabric().delay(nic, options.timing());
    } catch (IllegalStateException e) {
      InterfaceNames.unregister(nic.name(), host);
      throw e;
    }
  }

  /**
   * Adds an adapter whose wire is {@code port}, which has the last word about the hardware address.
   */
  void add(String interfaceName, String cidr, NicOptions options, Port port, long mac) {
    if (host.fabric().isSimulated()) {
      throw new IllegalStateException("a port needs a host in real time");
    }
    int mtuBytes = Math.min(options.mtuBytes(), port.mtuBytes());
    add(interfaceName, cidr, options.withMtu(mtuBytes), mac == Port.ANY_MAC ? port.mac() : mac);
    plug(port);
  }

  /** Adds an interface with a tag to the adapter of another. */
  void addTagged(String interfaceName, String onInterface, int vlan, String cidr) {
    List<Cidr> addresses = Cidr.parseOwn(cidr);
    checkNewName(interfaceName);
    Adapter adapter = adapter(onInterface);
    if (!adapter.nic.name().equals(onInterface)) {
      throw new IllegalArgumentException(
          onInterface + " has no adapter of its own: give the interface that has");
    }
    mode.lock(host);
    try {
      host.checkOpen();
      InterfaceNames.register(interfaceName, host, host.fabric().isSimulated());
      NetInterface tagged = openTagged(adapter, interfaceName, vlan);
      NicOptions options = adapter.options.withVlan(vlan);
      if (options.addressStart() != AddressStart.PROBED) {
        for (Cidr address : addresses) {
          tagged.addAddress(address.address(), address.prefixBits());
        }
      }
      stack().networkStack().addInterface(tagged);
      adapters.put(interfaceName, new Adapter(adapter.nic, options, tagged, addresses));
      startAddresses(interfaceName, options, addresses);
    } finally {
      mode.unlock(host);
    }
  }

  /** The name, which has been registered, is free again if the VLAN cannot be. */
  private NetInterface openTagged(Adapter adapter, String interfaceName, int vlan) {
    try {
      return adapter.netInterface.addTagged(interfaceName, vlan);
    } catch (IllegalArgumentException e) {
      InterfaceNames.unregister(interfaceName, host);
      throw e;
    }
  }

  void addFlowRings(String interfaceName, int count, int descriptors) {
    Adapter adapter = adapter(interfaceName);
    mode.lock(host);
    try {
      host.checkOpen();
      NetworkStack engine = stack().networkStack();
      HostInterface handler = new HostInterface(engine, ports);
      handler.netInterface(adapter.netInterface);
      adapter
          .nic
          .openFlowRings(count, descriptors, engine.pool(), handler, host.doorbell())
          .forEach(stack()::addDevice);
    } finally {
      mode.unlock(host);
    }
  }

  /** Plugs the adapter added last into {@code port}, which is this host's from then on. */
  void plug(Port port) {
    String last = lastInterface;
    if (last == null || host.fabric().isSimulated()) {
      throw new IllegalStateException("a port needs an interface of a host in real time");
    }
    if (port.mtuBytes() < adapter(last).nic.mtuBytes()) {
      throw new IllegalArgumentException(
          "port carries " + port.mtuBytes() + " bytes, less than the MTU of " + last);
    }
    mode.lock(host);
    try {
      PortNotices notices = new PortNotices(last, gone -> mode.onGone(host, gone));
      Nic nic = adapter(last).nic;
      PortWire.plug(port, nic, notices);
      attachedPorts.put(nic, new AttachedPort(port, notices));
      mode.onPort(host, port);
      mode.onSetUp(host);
    } finally {
      mode.unlock(host);
    }
  }

  private void checkNewName(String interfaceName) {
    InterfaceNames.check(interfaceName);
    if (adapters.containsKey(interfaceName)) {
      throw new IllegalArgumentException(
          "interface name " + interfaceName + " is taken on host " + host.name());
    }
  }

  /** Opens the default stack's interface on an adapter. */
  private NetInterface attach(Nic nic, NicOptions options, List<Cidr> addresses) {
    NetworkStack engine = stack().networkStack();
    HostInterface handler = new HostInterface(engine, ports);
    VirtualInterface device =
        nic.openDefault(
            engine.pool(), options.rxRing(), options.txRing(), handler, host.doorbell());
    NetInterface netInterface =
        new NetInterface(nic.name(), device, nic.mac(), nic.mtuBytes(), options.vlan());
    if (options.addressStart() != AddressStart.PROBED) {
      for (Cidr address : addresses) {
        netInterface.addAddress(address.address(), address.prefixBits());
      }
    }
    handler.netInterface(netInterface);
    engine.addInterface(netInterface);
    stack().addDevice(device);
    return netInterface;
  }

  /** What is left to do about the addresses of an interface that is in the table now. */
  private void startAddresses(String interfaceName, NicOptions options, List<Cidr> addresses) {
    HostArp arp = stack().arp();
    stack().setNow(host.clock().nanoTime());
    for (Cidr address : addresses) {
      switch (options.addressStart()) {
        case IMMEDIATE -> {}
        case ANNOUNCED -> arp.announce(interfaceName, address.address());
        case PROBED -> {
          if (arp.claim(interfaceName, address.toString(), null) == null) {
            throw new IllegalStateException(
                "too many addresses are being probed for on host "
                    + host.name()
                    + "; claim the others by arp() when these are decided");
          }
        }
      }
    }
  }

  /** Datagrams of this host to itself; never leaves its default stack, hence no rings. */
  private void addLoopback() {
    Nic nic =
        new Nic(
            "lo",
            LOOPBACK_MAC,
            NicOptions.STANDARD.mtuBytes(),
            NicOptions.STANDARD.features(),
            host.clock(),
            false);
    nic.plug(LoopbackWire.INSTANCE);
    attach(nic, NicOptions.STANDARD.withRings(256, 256), List.of(Cidr.parse("127.0.0.1/8")));
  }

  /** Locally administered, unicast, and different for each host and interface of a seed. */
  private long macOf(String interfaceName) {
    long mixed =
        new SeededRandom(seed ^ ((long) host.name().hashCode() << 32) ^ interfaceName.hashCode())
            .nextLong();
    return 0x0200_0000_0000L | (mixed & 0xff_ffff_ffffL);
  }

  // ---- routes -------------------------------------------------------------------------------

  /** The interface in whose network {@code gateway} is. */
  String nameTowards(int gateway) {
    for (Adapter adapter : adapters.values()) {
      for (Cidr own : adapter.addresses) {
        if (own.contains(gateway)) {
          return adapter.netInterface.name();
        }
      }
    }
    throw new IllegalArgumentException(
        "no interface of "
            + host.name()
            + " reaches gateway "
            + Ipv4Address.format(gateway)
            + "; give one in the network of an interface");
  }

  /** Adds a route to the default stack and to those of {@code others} that use the interface. */
  void addRoute(
      int network, int prefixBits, int gateway, String interfaceName, List<HostStack> others) {
    mode.lock(host);
    try {
      Route route = new Route(network, prefixBits, gateway, interfaceName);
      NetInterface out = adapter(interfaceName).netInterface;
      stack().networkStack().addRoute(network, prefixBits, gateway, out);
      routes.add(route);
      for (HostStack other : others) {
        NetInterface own = other.netInterface();
        if (own != null) {
          addRoute(route, other.networkStack(), own);
        }
      }
    } finally {
      mode.unlock(host);
    }
  }

  /** Gives a TCPDirect stack the routes by way of its interface. */
  void addRoutesTo(NetworkStack engine, NetInterface own) {
    for (Route route : routes) {
      addRoute(route, engine, own);
    }
  }

  private static void addRoute(Route route, NetworkStack engine, NetInterface own) {
    if (own.name().equals(route.interfaceName)) {
      engine.addRoute(route.network, route.prefixBits, route.gateway, own);
    }
  }

  // ---- questions ----------------------------------------------------------------------------

  /**
   * The adapter of an interface.
   *
   * @throws IllegalArgumentException if there is no such interface
   */
  Adapter adapter(String interfaceName) {
    Adapter adapter = adapters.get(interfaceName);
    if (adapter == null) {
      throw new IllegalArgumentException(
          "no interface " + interfaceName + " on host " + host.name());
    }
    return adapter;
  }

  /** The port that an adapter is plugged into; null if it has another wire, or none. */
  @Nullable AttachedPort portOf(Nic nic) {
    return attachedPorts.get(nic);
  }

  boolean has(String interfaceName) {
    return adapters.containsKey(interfaceName);
  }

  List<String> names() {
    return List.copyOf(adapters.keySet());
  }

  /** An interface with the adapter's addresses for a stack that has {@code device} of it. */
  NetInterface newInterfaceOn(Adapter adapter, VirtualInterface device) {
    NetInterface made =
        new NetInterface(
            adapter.netInterface.name(),
            device,
            adapter.nic.mac(),
            adapter.nic.mtuBytes(),
            adapter.options.vlan());
    for (NetInterface.Address address : adapter.netInterface.addresses()) {
      made.addAddress(address.address(), address.prefixBits());
    }
    return made;
  }

  private HostStack stack() {
    return host.defaultStack();
  }

  // ---- end ----------------------------------------------------------------------------------

  /** The names are free again; called with the host locked. */
  void unregister() {
    for (String interfaceName : adapters.keySet()) {
      InterfaceNames.unregister(interfaceName, host);
    }
  }

  /**
   * Called when nobody polls any more; others who sleep must not sleep in these ports from here on.
   *
   * @throws UncheckedIOException if a port could not remove its files; all are closed even so
   */
  void closePorts() {
    Closing closing = new Closing();
    for (AttachedPort attached : attachedPorts.values()) {
      mode.onGone(host, attached.port);
      closing.also(attached.port::close);
    }
    closing.end();
  }
}
