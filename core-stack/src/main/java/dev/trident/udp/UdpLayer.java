package dev.trident.udp;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.endpoint.PortSpace;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StackError;
import dev.trident.igmp.Membership;
import dev.trident.igmp.Memberships;
import dev.trident.igmp.SourceFilter;
import dev.trident.ip.Ipv4Layer;
import dev.trident.ip.Path;
import dev.trident.ip.ProtocolHandler;
import dev.trident.link.NetInterface;
import dev.trident.time.Now;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.IcmpMessage;
import dev.trident.wire.Ipv4Address;
import dev.trident.wire.SeedMixer;
import dev.trident.wire.UdpHeader;
import org.jspecify.annotations.Nullable;

/**
 * UDP input and the table of sockets. A datagram is checked, finds its socket by the device's hint
 * or by the table, and is queued there with its reference.
 */
public final class UdpLayer implements ProtocolHandler {
  private static final int ENDPOINT_LIMIT = StackError.ENDPOINT_LIMIT.code;

  /** Bindings allowed per socket that the configuration allows, over all sockets together. */
  private static final int BINDINGS_PER_SOCKET = 16;

  private final PacketPool pool;
  private final Counters counters;
  private final StackConfig config;
  private final Ipv4Layer ip;
  private final PortHolds ports;
  private final Memberships memberships;
  private final Now now;
  private final UdpHeader header;
  private final UdpPortTable table = new UdpPortTable();
  private final GroupDelivery delivery;
  private final GroupLoop loop;
  private final @Nullable UdpSocket[] sockets;
  private int socketCount;
  private long portsChosen;

  public UdpLayer(
      PacketPool pool,
      Counters counters,
      StackConfig config,
      Ipv4Layer ip,
      PortSpace ports,
      Memberships memberships,
      Now now) {
    this.pool = pool;
    this.counters = counters;
    this.config = config;
    this.ip = ip;
    this.ports = new PortHolds(ports);
    this.memberships = memberships;
    this.now = now;
    header = new UdpHeader(pool.slab());
    sockets = new UdpSocket[config.maxDatagrams()];
    delivery = new GroupDelivery(table, pool, counters, sockets.length);
    loop = new GroupLoop(this, pool, counters, config.answersUnknownPorts());
  }

  /** A new unbound socket, or null at the configured limit. */
  public @Nullable UdpSocket newSocket() {
    if (socketCount == sockets.length) {
      return null;
    }
    int index = 0;
    while (sockets[index] != null) {
      index++;
    }
    SocketGroups groups = new SocketGroups(memberships, ip);
    UdpOutput output = new UdpOutput(ip, groups, loop);
    UdpSocket socket = new UdpSocket(this, index, pool, counters, config, ip, groups, output);
    sockets[index] = socket;
    socketCount++;
    return socket;
  }

  void remove(UdpSocket socket) {
    sockets[socket.index()] = null;
    socketCount--;
  }

  // ---- input ----------------------------------------------------------------------------------

  @Override
  public void onDatagram(Packet packet, int source, int destination, int flowHint, long nowNanos) {
    counters.increment(Counter.UDP_RECEIVED);
    UdpHeader view = header.wrap(packet.slab(), packet.offset());
    DropReason reason = check(view, packet, source, destination);
    if (reason != DropReason.NONE) {
      drop(packet, reason);
      return;
    }
    if (packet.fragments() != null) {
      // Who queues it is bounded by its payload, and must hold no memory beside that.
      packet.cutTo(view.length());
    }
    int localPort = view.destinationPort();
    int remotePort = view.sourcePort();
    fill(packet, view, source, nowNanos);
    if (isForMany(destination)) {
      int in = packet.interfaceIndex;
      if (delivery.find(in, destination, localPort, source, remotePort)) {
        delivery.deliver(packet);
      } else {
        refuse(packet, nowNanos);
      }
      return;
    }
    UdpSocket socket = hinted(flowHint);
    if (socket == null || !socket.accepts(destination, localPort, source, remotePort)) {
      socket = table.lookup(destination, localPort, source, remotePort);
    }
    if (socket == null) {
      refuse(packet, nowNanos);
      return;
    }
    if (socket.queue(packet)) {
      counters.increment(Counter.UDP_DELIVERED);
    } else {
      drop(packet, DropReason.UDP_QUEUE_FULL);
    }
  }

  /** Nobody wants it, which the sender of a datagram to one host is told. */
  private void refuse(Packet packet, long nowNanos) {
    if (config.answersUnknownPorts()) {
      ip.sendUnreachable(packet, IcmpMessage.CODE_PORT, nowNanos);
    }
    drop(packet, DropReason.UDP_NO_ENDPOINT);
  }

  /** Notes in the packet what its receivers want to know of it. */
  private static void fill(Packet packet, UdpHeader view, int source, long nowNanos) {
    packet.sequence = source;
    packet.control = view.sourcePort();
    packet.payloadOffset = packet.offset() + UdpHeader.BYTES;
    packet.payloadBytes = view.length() - UdpHeader.BYTES;
    packet.stampNanos = nowNanos;
  }

  private boolean isForMany(int destination) {
    return Ipv4Address.isMulticast(destination) || isBroadcast(destination);
  }

  /** Whether {@code address} is the limited broadcast, or the directed one of a network of ours. */
  boolean isBroadcast(int address) {
    return address == Ipv4Address.BROADCAST || ip.routing().isBroadcast(address);
  }

  /** Whether a socket here wants a datagram, UDP header in front, that another here sends. */
  boolean wantsOwn(Packet segment, Path path) {
    UdpHeader view = header.read(segment.slab(), segment.offset());
    return delivery.find(
        path.out().index(),
        path.destination(),
        view.destinationPort(),
        path.source(),
        view.sourcePort());
  }

  /** Delivers a copy of a datagram that a socket here has sent, if it is still wanted. */
  void deliverOwn(Packet copy, Path path) {
    if (wantsOwn(copy, path)) {
      fill(copy, header, path.source(), now.nanos());
      delivery.deliver(copy);
    } else {
      copy.release();
    }
  }

  private static DropReason check(UdpHeader view, Packet packet, int source, int destination) {
    if (packet.length() < UdpHeader.BYTES) {
      return DropReason.UDP_TRUNCATED;
    }
    DropReason reason = view.check(packet.totalBytes());
    if (reason != DropReason.NONE) {
      return reason;
    }
    if (view.destinationPort() == 0) {
      return DropReason.UDP_BAD_PORT;
    }
    boolean isGood =
        packet.fragments() == null
            ? view.hasGoodChecksum(source, destination)
            : view.hasGoodChecksum(packet, source, destination);
    return isGood ? DropReason.NONE : DropReason.UDP_BAD_CHECKSUM;
  }

  private void drop(Packet packet, DropReason reason) {
    counters.drop(reason);
    packet.release();
  }

  private @Nullable UdpSocket hinted(int flowHint) {
    return flowHint > 0 && flowHint <= sockets.length ? sockets[flowHint - 1] : null;
  }

  @Override
  public void onIcmpError(
      Packet packet,
      int slabOffset,
      int type,
      int code,
      int source,
      int destination,
      int nextHopMtu,
      long nowNanos) {
    UdpHeader quoted = header.read(packet.slab(), slabOffset);
    int remotePort = quoted.destinationPort();
    UdpSocket socket = table.lookup(source, quoted.sourcePort(), destination, remotePort);
    if (socket == null) {
      counters.drop(DropReason.ICMP_NO_ENDPOINT);
      return;
    }
    if (nextHopMtu != 0) {
      ip.lowerPathMtu(source, destination, nextHopMtu, nowNanos);
    }
    socket.onError(errorFor(type, code), destination, remotePort);
  }

  private static StackError errorFor(int type, int code) {
    if (type != IcmpMessage.UNREACHABLE) {
      return StackError.HOST_UNREACHABLE;
    }
    return switch (code) {
      case IcmpMessage.CODE_NET -> StackError.NETWORK_UNREACHABLE;
      case IcmpMessage.CODE_PROTOCOL, IcmpMessage.CODE_PORT -> StackError.CONNECTION_REFUSED;
      case IcmpMessage.CODE_FRAGMENTATION_NEEDED -> StackError.MESSAGE_TOO_LONG;
      default -> StackError.HOST_UNREACHABLE;
    };
  }

  @Override
  public void onUnreachable(int destination, long nowNanos) {
    for (UdpSocket socket : sockets) {
      if (socket != null && socket.hasSentTo(destination)) {
        socket.onError(StackError.HOST_UNREACHABLE, destination, socket.lastPortSentTo());
      }
    }
  }

  /** The device has room again: sockets that were refused may send. */
  public void onDeviceDrained() {
    for (UdpSocket socket : sockets) {
      if (socket != null) {
        socket.onDeviceDrained();
      }
    }
  }

  // ---- bindings ---------------------------------------------------------------------------------

  /** Enters a binding whose port is reserved: 0, ADDRESS_IN_USE or ENDPOINT_LIMIT. */
  int add(UdpBinding binding) {
    if (table.size() >= (long) BINDINGS_PER_SOCKET * sockets.length) {
      return ENDPOINT_LIMIT;
    }
    if (!table.add(binding)) {
      return StackError.ADDRESS_IN_USE.code;
    }
    int flowHint = binding.socket.index() + 1;
    if (!binding.filters.steer(binding, ip.routing().interfaces(), flowHint)) {
      table.remove(binding);
      return ENDPOINT_LIMIT;
    }
    return 0;
  }

  /**
   * As {@link #add}, and joins the group that the local address is: of the remote only, if there is
   * one.
   */
  int addMember(UdpBinding binding) {
    int group = binding.localAddress;
    NetInterface net = ip.routing().interfaceForGroup(Ipv4Address.ANY, group);
    if (net == null) {
      return StackError.ADDRESS_NOT_AVAILABLE.code;
    }
    int result = add(binding);
    if (result < 0) {
      return result;
    }
    SourceFilter wanted =
        binding.remoteAddress == Ipv4Address.ANY
            ? SourceFilter.everySource()
            : SourceFilter.only(binding.remoteAddress);
    Membership joined = memberships.join(net, group, wanted);
    if (joined == null) {
      remove(binding);
      return ENDPOINT_LIMIT;
    }
    binding.membership = joined;
    return 0;
  }

  void remove(UdpBinding binding) {
    binding.filters.unsteer();
    table.remove(binding);
    Membership joined = binding.membership;
    if (joined != null) {
      binding.membership = null;
      memberships.leave(joined);
    }
  }

  PortHolds ports() {
    return ports;
  }

  /** Reserves an ephemeral port at random (RFC 6056 section 3.3.1), or 0 if all are taken. */
  int reserveEphemeral(int address) {
    int first = config.profile().ephemeralPorts().first();
    int range = config.profile().ephemeralPorts().count();
    long random = SeedMixer.mix(config.seed() ^ 0x5544_5000L, portsChosen++);
    int start = (int) Long.remainderUnsigned(random, range);
    for (int i = 0; i < range; i++) {
      int port = first + (start + i) % range;
      if (ports.reserve(address, port)) {
        return port;
      }
    }
    return 0;
  }

  /** Closes every socket: the stack closes. */
  public void close() {
    for (UdpSocket socket : sockets) {
      if (socket != null) {
        socket.close();
      }
    }
  }
}
