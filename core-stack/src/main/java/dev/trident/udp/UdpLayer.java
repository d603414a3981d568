package dev.trident.udp;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.endpoint.PortSpace;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StackError;
import dev.trident.ip.Ipv4Layer;
import dev.trident.ip.ProtocolHandler;
import dev.trident.link.MulticastGroups;
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
  private final MulticastGroups groups;
  private final UdpHeader header;
  private final UdpPortTable table = new UdpPortTable();
  private final @Nullable UdpSocket[] sockets;
  private int socketCount;
  private long portsChosen;

  public UdpLayer(
      PacketPool pool,
      Counters counters,
      StackConfig config,
      Ipv4Layer ip,
      PortSpace ports,
      MulticastGroups groups) {
    this.pool = pool;
    this.counters = counters;
    this.config = config;
    this.ip = ip;
    this.ports = new PortHolds(ports);
    this.groups = groups;
    header = new UdpHeader(pool.slab());
    sockets = new UdpSocket[config.maxDatagrams()];
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
    UdpSocket socket = new UdpSocket(this, index, pool, counters, config, ip);
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
    int localPort = view.destinationPort();
    int remotePort = view.sourcePort();
    boolean toGroup = Ipv4Address.isMulticast(destination);
    UdpSocket socket = hinted(flowHint);
    if (socket == null || !socket.accepts(toGroup, destination, localPort, source, remotePort)) {
      socket = table.lookup(toGroup, destination, localPort, source, remotePort);
    }
    if (socket == null) {
      if (config.answersUnknownPorts()) {
        ip.sendUnreachable(packet, IcmpMessage.CODE_PORT, nowNanos);
      }
      drop(packet, DropReason.UDP_NO_ENDPOINT);
      return;
    }
    packet.sequence = source;
    packet.control = remotePort;
    packet.payloadOffset = packet.offset() + UdpHeader.BYTES;
    packet.payloadBytes = view.length() - UdpHeader.BYTES;
    packet.stampNanos = nowNanos;
    if (!socket.queue(packet)) {
      drop(packet, DropReason.UDP_QUEUE_FULL);
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
    UdpSocket socket =
        table.lookup(/* toGroup= */ false, source, quoted.sourcePort(), destination, remotePort);
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
    boolean isGroup = Ipv4Address.isMulticast(binding.localAddress);
    if (isGroup && !groups.join(binding.localAddress)) {
      table.remove(binding);
      return ENDPOINT_LIMIT;
    }
    int flowHint = binding.socket.index() + 1;
    if (!binding.filters.steer(binding, isGroup, ip.routing().interfaces(), flowHint)) {
      leave(binding);
      return ENDPOINT_LIMIT;
    }
    return 0;
  }

  void remove(UdpBinding binding) {
    binding.filters.unsteer();
    leave(binding);
  }

  private void leave(UdpBinding binding) {
    table.remove(binding);
    if (Ipv4Address.isMulticast(binding.localAddress)) {
      groups.leave(binding.localAddress);
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
