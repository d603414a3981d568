package dev.trident.ip;

import dev.trident.link.Neighbor;
import dev.trident.link.NeighborCache;
import dev.trident.link.NeighborResolver;
import dev.trident.link.NetInterface;
import dev.trident.wire.Ipv4Address;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The addresses and routes of a stack, and the paths made of them.
 *
 * <p>Routes are an immutable snapshot behind one volatile field; made paths are remembered in a
 * small direct-mapped table, so that a sender who alternates between destinations makes no garbage.
 */
public final class Routing {
  private static final int PATH_BITS = 8;
  private static final int PATHS = 1 << PATH_BITS;
  private static final int HASH = 0x9e3779b1;

  private final @Nullable NeighborCache cache;
  private final NeighborResolver resolver;
  private final List<NetInterface> interfaces = new ArrayList<>();
  private volatile RouteTable routes = RouteTable.EMPTY;
  private int[] localAddresses = new int[0];
  private int[] broadcasts = new int[0];
  private final @Nullable Path[] paths = new Path[PATHS];
  private final int[] requestedSources = new int[PATHS];
  private @Nullable NetInterface loopback;

  /**
   * @param cache the stack's own neighbours, or null
   * @param resolver the host's neighbours, asked if the stack has none of its own
   */
  public Routing(@Nullable NeighborCache cache, NeighborResolver resolver) {
    this.cache = cache;
    this.resolver = resolver;
  }

  /** Set-up: an interface with its addresses, and the connected routes that follow from them. */
  public void addInterface(NetInterface added) {
    for (NetInterface.Address own : added.addresses()) {
      if (!added.isLoopback() && !Ipv4Address.isHostAddress(own.address())) {
        throw new IllegalArgumentException(
            Ipv4Address.format(own.address()) + " cannot be a host's own address");
      }
    }
    added.index(interfaces.size());
    interfaces.add(added);
    for (NetInterface.Address own : added.addresses()) {
      addAddress(added, own);
    }
    if (added.isLoopback()) {
      loopback = added;
    }
  }

  /** An address that {@code on} has: datagrams to it are ours, and its network is connected. */
  public void addAddress(NetInterface on, NetInterface.Address own) {
    localAddresses = append(localAddresses, own.address());
    int broadcast = own.address() | ~own.mask();
    if (own.isBroadcast(broadcast)) {
      broadcasts = append(broadcasts, broadcast);
    }
    addRoute(own.address(), own.prefixBits(), 0, on);
  }

  private static int[] append(int[] values, int value) {
    int[] more = Arrays.copyOf(values, values.length + 1);
    more[values.length] = value;
    return more;
  }

  private static boolean contains(int[] values, int value) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] == value) {
        return true;
      }
    }
    return false;
  }

  /** Adds a route; {@code gateway} 0 means directly connected. */
  public void addRoute(int network, int prefixBits, int gateway, NetInterface out) {
    routes = routes.with(new RouteTable.Route(network, prefixBits, gateway, out));
    Arrays.fill(paths, null);
  }

  /** A gateway has stopped answering, or is back: paths are found anew. */
  public void onGatewayChanged() {
    Arrays.fill(paths, null);
  }

  public List<NetInterface> interfaces() {
    return interfaces;
  }

  /** What every interface carries: the smallest MTU. */
  public int smallestMtuBytes() {
    int smallest = NetInterface.MAX_MTU_BYTES;
    for (int i = 0; i < interfaces.size(); i++) {
      smallest = Math.min(smallest, interfaces.get(i).mtuBytes());
    }
    return smallest;
  }

  /** Whether {@code address} is one of our own, 127/8 included if there is a loopback interface. */
  public boolean isLocal(int address) {
    return contains(localAddresses, address)
        || (loopback != null && Ipv4Address.isLoopback(address));
  }

  /** Whether {@code address} is the directed broadcast of one of our networks. */
  public boolean isBroadcast(int address) {
    return contains(broadcasts, address);
  }

  /** Whether {@code destination} is reached without a gateway. */
  public boolean isDirectlyConnected(int destination) {
    if (isLocal(destination)
        || destination == Ipv4Address.BROADCAST
        || Ipv4Address.isMulticast(destination)) {
      return true;
    }
    RouteTable.Route route = routes.find(destination);
    return route != null && route.gateway() == 0;
  }

  /** As {@link Ipv4Output#route}. */
  public @Nullable Path route(int source, int destination) {
    int slot = ((destination * 31 + source) * HASH) >>> (32 - PATH_BITS);
    Path known = paths[slot];
    if (known != null
        && known.destination() == destination
        && requestedSources[slot] == source
        && !(known.isGatewayDead() && hasLiveRoute(destination))) {
      return known;
    }
    Path made = makePath(source, destination);
    paths[slot] = made;
    requestedSources[slot] = source;
    return made;
  }

  /** Asked for each datagram while all gateways are dead, hence without making paths. */
  private boolean hasLiveRoute(int destination) {
    RouteTable.Route route = routes.find(destination);
    while (route != null && neighborBy(route, destination).isUnreachable()) {
      route = routes.findAfter(route, destination);
    }
    return route != null;
  }

  private @Nullable Path makePath(int source, int destination) {
    if (destination == Ipv4Address.ANY || (source != Ipv4Address.ANY && !isLocal(source))) {
      return null;
    }
    if (isLocal(destination)) {
      NetInterface back = loopback;
      int from = source == Ipv4Address.ANY ? destination : source;
      return back == null ? null : new Path(back, from, destination, null);
    }
    RouteTable.Route route = routes.find(destination);
    if (destination == Ipv4Address.BROADCAST || Ipv4Address.isMulticast(destination)) {
      NetInterface out = interfaceForGroup(source, route);
      return out == null ? null : path(out, source, destination, null, destination);
    }
    if (route == null || !Ipv4Address.isHostAddress(destination)) {
      return null;
    }
    NetInterface out = route.out();
    if (out.isBroadcast(destination)) {
      return path(out, source, destination, null, destination);
    }
    Path first = pathBy(route, source, destination);
    Path made = first;
    while (made != null && made.isGatewayDead()) {
      route = routes.findAfter(route, destination);
      if (route == null) {
        return first;
      }
      made = pathBy(route, source, destination);
    }
    return made;
  }

  private @Nullable Path pathBy(RouteTable.Route route, int source, int destination) {
    Neighbor neighbor = neighborBy(route, destination);
    if (route.gateway() != 0) {
      neighbor.useAsGateway();
    }
    return path(route.out(), source, destination, neighbor, hopOf(route, destination));
  }

  private Neighbor neighborBy(RouteTable.Route route, int destination) {
    NetInterface out = route.out();
    int hop = hopOf(route, destination);
    return cache != null ? cache.neighbor(out, hop) : resolver.neighbor(out.name(), hop);
  }

  private static int hopOf(RouteTable.Route route, int destination) {
    return route.gateway() == 0 ? destination : route.gateway();
  }

  /** A group is reached by the interface of the source asked for, or of the route, or the first. */
  private @Nullable NetInterface interfaceForGroup(int source, RouteTable.@Nullable Route route) {
    NetInterface first = null;
    for (NetInterface candidate : interfaces) {
      if (candidate.hasAddress(source)) {
        return candidate;
      }
      if (first == null && !candidate.isLoopback()) {
        first = candidate;
      }
    }
    return route != null ? route.out() : first;
  }

  /**
   * The interface that {@code group} is joined on, or sent by.
   *
   * @param address one of the interface's, or 0 to let the route to the group decide
   * @return null if no interface has that address, or none is there
   */
  public @Nullable NetInterface interfaceForGroup(int address, int group) {
    if (address == Ipv4Address.ANY) {
      return interfaceForGroup(address, routes.find(group));
    }
    for (NetInterface candidate : interfaces) {
      if (candidate.hasAddress(address)) {
        return candidate;
      }
    }
    return null;
  }

  /** None if the source would be unknown, or 127/8 on a link (RFC 1122 section 3.2.1.3 (g)). */
  private static @Nullable Path path(
      NetInterface out, int source, int destination, @Nullable Neighbor neighbor, int hop) {
    int from = source != Ipv4Address.ANY ? source : out.sourceFor(hop);
    // RFC 1122 section 3.2.1.3 (g): an address of 127/8 never appears on a link.
    boolean mayLeave = !Ipv4Address.isLoopback(from) || out.isLoopback();
    return from != Ipv4Address.ANY && mayLeave ? new Path(out, from, destination, neighbor) : null;
  }
}
