package dev.trident.udp;

import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.GroupOptions;
import dev.trident.endpoint.StackError;
import dev.trident.igmp.Membership;
import dev.trident.ip.Ipv4Layer;
import dev.trident.ip.Path;
import dev.trident.wire.Ipv4Address;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of a UDP endpoint: its bindings, its peer, and the way there. The first binding is
 * the socket's own; it gives the local address and port that datagrams leave with.
 */
abstract class SocketAddresses implements DatagramEndpoint {
  private static final int INVALID_ADDRESS = StackError.INVALID_ADDRESS.code;
  private static final int ADDRESS_IN_USE = StackError.ADDRESS_IN_USE.code;
  private static final int NETWORK_UNREACHABLE = StackError.NETWORK_UNREACHABLE.code;

  final UdpLayer layer;
  final Ipv4Layer ip;
  final SocketGroups groups;
  private final List<UdpBinding> bindings = new ArrayList<>(1);

  /** Own binding, the first of {@link #bindings}; null while unbound. */
  private @Nullable UdpBinding own;

  private int localAddress;
  private int localPort;

  /** Source that datagrams ask the route for: the local address, or 0 if that is a group or any. */
  private int sourceForRoute;

  /** Port 0 while not connected. */
  private int remoteAddress;

  private int remotePort;

  /** The way to the peer of a socket that only sends, which has no binding; null for others. */
  private @Nullable Path fixedPath;

  private boolean reuseAddress;
  private boolean mayBroadcast = true;

  /** Number of the datagram to a group that found this socket last. */
  private long foundBy;

  private boolean closed;

  /** Why {@link #pathTo} answered null. */
  int refusal;

  /** Port of the destination that {@link #pathTo} looked at. */
  int destinationPort;

  SocketAddresses(UdpLayer layer, Ipv4Layer ip, SocketGroups groups) {
    this.layer = layer;
    this.ip = ip;
    this.groups = groups;
  }

  /** The socket that this is. */
  abstract UdpSocket self();

  final void requireOpen() {
    if (closed) {
      throw new IllegalStateException("UDP endpoint on port " + localPort + " is closed");
    }
  }

  // ---- bindings ---------------------------------------------------------------------------------

  @Override
  public int bind(int address, int port) {
    requireOpen();
    return own != null ? StackError.INVALID_STATE.code : add(address, port, 0, 0, false);
  }

  @Override
  public int addBinding(int address, int port, int remote, int otherPort) {
    return add(address, port, remote, otherPort, true);
  }

  private int add(int address, int port, int remote, int otherPort, boolean share) {
    requireOpen();
    if (fixedPath != null) {
      return StackError.INVALID_STATE.code;
    }
    boolean group = Ipv4Address.isMulticast(address);
    if ((remote == 0 && otherPort != 0)
        || (remote != 0 && otherPort == 0 && !group)
        || (port == 0 && own != null)) {
      return INVALID_ADDRESS;
    }
    if (address != Ipv4Address.ANY && !ip.isLocalAddress(address) && !group) {
      return StackError.ADDRESS_NOT_AVAILABLE.code;
    }
    int reserved = reserve(address, port, share);
    if (reserved == 0) {
      return ADDRESS_IN_USE;
    }
    boolean reused = !share && reuseAddress;
    UdpBinding binding =
        new UdpBinding(self(), address, address, reserved, remote, otherPort, reused);
    int result = group && share ? layer.addMember(binding) : layer.add(binding);
    if (result < 0) {
      releasePort(binding);
      return result;
    }
    bindings.add(binding);
    if (own == null) {
      adopt(binding);
    }
    return 0;
  }

  /** Reserves {@code port}, or one of our choice for 0; 0 if it is taken. */
  private int reserve(int address, int port, boolean share) {
    if (port == 0) {
      return layer.reserveEphemeral(address);
    }
    boolean mine = holdsPort(address, port) || take(address, port, share);
    return mine ? port : 0;
  }

  private boolean take(int address, int port, boolean share) {
    PortHolds ports = layer.ports();
    if (share && !Ipv4Address.isMulticast(address)) {
      return ports.share(address, port);
    }
    boolean withHost = share || reuseAddress;
    return withHost ? ports.shareWithHost(address, port) : ports.reserve(address, port);
  }

  private boolean holdsPort(int address, int port) {
    for (UdpBinding binding : bindings) {
      if (binding.reservedAddress == address && binding.localPort == port) {
        return true;
      }
    }
    return false;
  }

  /** Gives the port of a binding back that is not in the list (any more), unless another has it. */
  private void releasePort(UdpBinding binding) {
    if (!holdsPort(binding.reservedAddress, binding.localPort)) {
      layer.ports().release(binding.reservedAddress, binding.localPort);
    }
  }

  private void adopt(@Nullable UdpBinding binding) {
    own = binding;
    if (binding != null) {
      localAddress = binding.localAddress;
      localPort = binding.localPort;
      sourceForRoute = Ipv4Address.isMulticast(localAddress) ? Ipv4Address.ANY : localAddress;
    }
  }

  @Override
  public int removeBinding(int address, int port, int remote, int otherPort) {
    requireOpen();
    for (int i = 0; i < bindings.size(); i++) {
      UdpBinding binding = bindings.get(i);
      if (binding.is(address, port, remote, otherPort)) {
        layer.remove(binding);
        bindings.remove(i);
        releasePort(binding);
        if (binding == own) {
          adopt(bindings.isEmpty() ? null : bindings.getFirst());
        }
        return 0;
      }
    }
    return INVALID_ADDRESS;
  }

  @Override
  public int connect(int address, int port) {
    requireOpen();
    if (fixedPath != null) {
      return StackError.INVALID_STATE.code;
    }
    if (address == Ipv4Address.ANY) {
      return dissolve();
    }
    if (port == 0) {
      return INVALID_ADDRESS;
    }
    UdpBinding before = own;
    int bound = before == null ? Ipv4Address.ANY : before.reservedAddress;
    boolean group = Ipv4Address.isMulticast(bound);
    Path path = ip.route(group ? Ipv4Address.ANY : bound, address);
    if (path == null) {
      return NETWORK_UNREACHABLE;
    }
    if (before == null) {
      int result = bind(Ipv4Address.ANY, 0);
      if (result < 0) {
        return result;
      }
    }
    int result = rebind(group ? bound : path.source(), address, port);
    if (result == 0) {
      remoteAddress = address;
      remotePort = port;
    }
    return result;
  }

  @Override
  public int transmitOnly(int address, int port, int remote, int otherPort) {
    requireOpen();
    if (own != null || fixedPath != null) {
      return StackError.INVALID_STATE.code;
    }
    if (port == 0
        || remote == Ipv4Address.ANY
        || otherPort == 0
        || Ipv4Address.isMulticast(address)
        || Ipv4Address.isLoopback(address)
        || layer.isBroadcast(address)) {
      return INVALID_ADDRESS;
    }
    Path path = ip.route(ip.isLocalAddress(address) ? address : Ipv4Address.ANY, remote);
    if (path == null) {
      return NETWORK_UNREACHABLE;
    }
    int source = address == Ipv4Address.ANY ? path.source() : address;
    fixedPath = new Path(path.out(), source, remote, path.nextHop());
    localAddress = source;
    localPort = port;
    remoteAddress = remote;
    remotePort = otherPort;
    return 0;
  }

  private int dissolve() {
    UdpBinding before = own;
    if (remotePort == 0 || before == null) {
      return 0;
    }
    int result = rebind(before.reservedAddress, 0, 0);
    if (result == 0) {
      remoteAddress = 0;
      remotePort = 0;
    }
    return result;
  }

  /** Replaces the own binding, keeping its port; on failure the old one is there as before. */
  private int rebind(int address, int remote, int otherPort) {
    UdpBinding before = bindings.getFirst();
    Membership member = before.membership;
    before.membership = null;
    layer.remove(before);
    UdpBinding binding =
        new UdpBinding(
            self(),
            before.reservedAddress,
            address,
            before.localPort,
            remote,
            otherPort,
            before.reused);
    int result = layer.add(binding);
    if (result < 0) {
      layer.add(before);
      before.membership = member;
      return result;
    }
    binding.membership = member;
    bindings.set(0, binding);
    adopt(binding);
    return 0;
  }

  boolean accepts(int address, int port, int remote, int otherPort) {
    for (int i = 0; i < bindings.size(); i++) {
      if (bindings.get(i).matches(address, port, remote, otherPort)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a datagram to {@code group} from {@code source} by that interface is wanted. */
  boolean admits(int interfaceIndex, int group, int source) {
    return groups.admit(interfaceIndex, group, source);
  }

  /** Notes that the datagram with that number has found this socket; false if it had before. */
  boolean markFound(long number) {
    boolean isNew = foundBy != number;
    foundBy = number;
    return isNew;
  }

  @Override
  public int localAddress() {
    return localAddress;
  }

  @Override
  public int localPort() {
    return localPort;
  }

  @Override
  public int remoteAddress() {
    return remoteAddress;
  }

  @Override
  public int remotePort() {
    return remotePort;
  }

  // ---- the way there ----------------------------------------------------------------------------

  /** The path to the destination given, or to the peer; null with {@link #refusal} set. */
  final @Nullable Path pathTo(int address, int port) {
    requireOpen();
    Path fixed = fixedPath;
    if (fixed != null) {
      destinationPort = remotePort;
      return fixed.isGatewayDead() ? leaveDeadGateway(fixed) : fixed;
    }
    int to = address;
    destinationPort = port;
    if (address == Ipv4Address.ANY) {
      if (remotePort == 0) {
        refusal = StackError.NOT_CONNECTED.code;
        return null;
      }
      to = remoteAddress;
      destinationPort = remotePort;
    }
    if (destinationPort == 0) {
      refusal = INVALID_ADDRESS;
      return null;
    }
    if (own == null) {
      refusal = bind(Ipv4Address.ANY, 0);
      if (refusal < 0) {
        return null;
      }
    }
    if (!mayBroadcast && layer.isBroadcast(to)) {
      refusal = StackError.ACCESS_DENIED.code;
      return null;
    }
    refusal = NETWORK_UNREACHABLE;
    return Ipv4Address.isMulticast(to)
        ? groups.path(sourceForRoute, to)
        : ip.route(sourceForRoute, to);
  }

  /** By way of a gateway that answers, if there is one. */
  private Path leaveDeadGateway(Path fixed) {
    boolean local = ip.isLocalAddress(fixed.source());
    Path found = ip.route(local ? fixed.source() : Ipv4Address.ANY, fixed.destination());
    if (found == null || found.isGatewayDead()) {
      return fixed;
    }
    Path better = new Path(found.out(), fixed.source(), fixed.destination(), found.nextHop());
    fixedPath = better;
    return better;
  }

  /**
   * The path to the peer, or to {@code lastDestination} if there is no peer and that is not 0; else
   * null.
   */
  final @Nullable Path presentPath(int lastDestination) {
    requireOpen();
    Path fixed = fixedPath;
    if (fixed != null) {
      return fixed;
    }
    if (remotePort != 0) {
      return ip.route(sourceForRoute, remoteAddress);
    }
    return lastDestination != 0 ? ip.route(sourceForRoute, lastDestination) : null;
  }

  // ---- settings
  // -----------------------------------------------------------------------------------

  @Override
  public GroupOptions groups() {
    return groups;
  }

  @Override
  public void reuseAddress(boolean on) {
    reuseAddress = on;
  }

  @Override
  public void mayBroadcast(boolean on) {
    mayBroadcast = on;
  }

  /** Ends all bindings and memberships; every later call throws. */
  final void closeAddresses() {
    requireOpen();
    closed = true;
    groups.leaveAll();
    while (!bindings.isEmpty()) {
      UdpBinding binding = bindings.removeLast();
      layer.remove(binding);
      releasePort(binding);
    }
    own = null;
  }
}
