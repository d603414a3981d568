package dev.trident.udp;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.buffer.UserFree;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.GroupOptions;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StackError;
import dev.trident.igmp.Membership;
import dev.trident.ip.Ipv4Layer;
import dev.trident.ip.Path;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.wire.Ipv4Address;
import dev.trident.wire.Ipv4Header;
import dev.trident.wire.UdpHeader;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A UDP endpoint: its bindings, its queue of received datagrams, and the error that is pending. The
 * first binding is the socket's own; it gives the local address and port that datagrams leave with.
 */
final class UdpSocket implements DatagramEndpoint {
  private static final int WOULD_BLOCK = StackError.WOULD_BLOCK.code;
  private static final int BAD_BUFFER = StackError.BAD_BUFFER.code;
  private static final int MESSAGE_TOO_LONG = StackError.MESSAGE_TOO_LONG.code;
  private static final int INVALID_ADDRESS = StackError.INVALID_ADDRESS.code;
  private static final int ADDRESS_IN_USE = StackError.ADDRESS_IN_USE.code;
  private static final int NETWORK_UNREACHABLE = StackError.NETWORK_UNREACHABLE.code;

  private final UdpLayer layer;
  private final int index;
  private final PacketPool pool;
  private final Counters counters;
  private final Ipv4Layer ip;
  private final SocketGroups groups;
  private final UdpSender sender;
  private final DatagramQueue queue;
  private final ReceivedPayload payload;
  private final Readiness readiness;
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

  /** Whether the device refused a datagram and has not said since that it has room. */
  private boolean blocked;

  private final int maxReceivedBytes;
  private int sendBufferBytes;
  private long queueDrops;

  /** Why {@link #pathTo} answered null. */
  private int refusal;

  /** Port of the destination that {@link #pathTo} looked at. */
  private int destinationPort;

  private int lastAddressSentTo;
  private int lastPortSentTo;

  private int sourceAddress;
  private int sourcePort;
  private int destinationAddress;
  private int datagramBytes;
  private int receivedTos;
  private int receivedTtl;

  private int pendingError;
  private int lastErrorAddress;
  private int lastErrorPort;
  private @Nullable Object attachment;

  UdpSocket(
      UdpLayer layer,
      int index,
      PacketPool pool,
      Counters counters,
      StackConfig config,
      Ipv4Layer ip,
      SocketGroups groups,
      UdpOutput output) {
    this.layer = layer;
    this.index = index;
    this.pool = pool;
    this.counters = counters;
    this.ip = ip;
    this.groups = groups;
    sender = new UdpSender(pool, counters, output, config.profile().ttl());
    payload = new ReceivedPayload(pool, counters);
    queue =
        new DatagramQueue(config.maxDatagramsQueued(), config.profile().buffers().receiveBytes());
    maxReceivedBytes = config.reassembly().maxDatagramBytes() - Ipv4Header.BYTES - UdpHeader.BYTES;
    sendBufferBytes = config.profile().buffers().sendBytes();
    readiness = new Readiness(pool.completions());
    readiness.raise(Readiness.WRITABLE);
  }

  /** Place in the layer's table; the device's flow hint is one more. */
  int index() {
    return index;
  }

  private void requireOpen() {
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
        new UdpBinding(this, address, address, reserved, remote, otherPort, reused);
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
            this,
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

  // ---- sending ----------------------------------------------------------------------------------

  @Override
  public int send(ByteBuf buffer, int at, int length, int address, int port) {
    Path path = pathTo(address, port);
    if (path == null) {
      return refusal;
    }
    if (!isRange(buffer, at, length)) {
      return BAD_BUFFER;
    }
    if (isTooLong(length, path)) {
      return MESSAGE_TOO_LONG;
    }
    return sent(sender.copy(buffer, at, length, path, localPort, destinationPort), length, path);
  }

  @Override
  public int sendGather(
      ByteBuf[] buffers, int[] indexes, int[] lengths, int count, int address, int port) {
    Path path = pathTo(address, port);
    if (path == null) {
      return refusal;
    }
    long total = 0;
    for (int i = 0; i < count; i++) {
      if (!isRange(buffers[i], indexes[i], lengths[i])) {
        return BAD_BUFFER;
      }
      total += lengths[i];
    }
    if (isTooLong(total, path)) {
      return MESSAGE_TOO_LONG;
    }
    int length = (int) total;
    int result =
        sender.gather(buffers, indexes, lengths, count, length, path, localPort, destinationPort);
    return sent(result, length, path);
  }

  @Override
  public int sendLoan(
      ByteBuf buffer, int at, int length, Object token, UserFree free, int address, int port) {
    Path path = pathTo(address, port);
    if (path == null) {
      return refusal;
    }
    if (!isRange(buffer, at, length)) {
      return BAD_BUFFER;
    }
    if (isTooLong(length, path)) {
      return MESSAGE_TOO_LONG;
    }
    int result = sender.loan(buffer, at, length, token, free, path, localPort, destinationPort);
    return sent(result, length, path);
  }

  @Override
  public int sendMessage(CellBuf message, int length, int address, int port) {
    Path path = pathTo(address, port);
    if (path == null) {
      return refusal;
    }
    if (!isRange(message, 0, length)) {
      return BAD_BUFFER;
    }
    if (isTooLong(length, path)) {
      return MESSAGE_TOO_LONG;
    }
    return sent(sender.message(message, length, path, localPort, destinationPort), length, path);
  }

  @Override
  public int sendPieces(CellBuf[] pieces, int count, int length, int address, int port) {
    Path path = pathTo(address, port);
    if (path == null) {
      return refusal;
    }
    int present = 0;
    for (int i = 0; i < count; i++) {
      if (pieces[i].refCnt() <= 0) {
        return BAD_BUFFER;
      }
      present += pieces[i].capacity();
    }
    if (length < 0 || length > present) {
      return BAD_BUFFER;
    }
    if (isTooLong(length, path)) {
      return MESSAGE_TOO_LONG;
    }
    int result = sender.pieces(pieces, count, length, path, localPort, destinationPort);
    return sent(result, length, path);
  }

  /** The path to the destination given, or to the peer; null with {@link #refusal} set. */
  private @Nullable Path pathTo(int address, int port) {
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

  private static boolean isRange(ByteBuf buffer, int at, int length) {
    return buffer.refCnt() > 0 && at >= 0 && length >= 0 && at <= buffer.capacity() - length;
  }

  private boolean isTooLong(long length, Path path) {
    return length > sendBufferBytes || length > sender.maxMessageBytes(path);
  }

  private int sent(int result, int length, Path path) {
    if (result >= 0) {
      counters.increment(Counter.UDP_SENT);
      lastAddressSentTo = path.destination();
      lastPortSentTo = destinationPort;
      return length;
    }
    if (result == WOULD_BLOCK) {
      blocked = true;
      readiness.clear(Readiness.WRITABLE);
    }
    return result;
  }

  void onDeviceDrained() {
    if (blocked) {
      blocked = false;
      readiness.raise(Readiness.WRITABLE);
    }
  }

  @Override
  public int maxPayloadBytes() {
    Path path = presentPath();
    return path != null
        ? sender.maxPayloadBytes(path)
        : ip.routing().smallestMtuBytes() - Ipv4Header.BYTES - UdpHeader.BYTES;
  }

  @Override
  public int maxMessageBytes() {
    Path path = presentPath();
    return path != null ? sender.maxMessageBytes(path) : maxPayloadBytes();
  }

  @Override
  public int maxReceivedMessageBytes() {
    return maxReceivedBytes;
  }

  private @Nullable Path presentPath() {
    requireOpen();
    Path fixed = fixedPath;
    if (fixed != null) {
      return fixed;
    }
    if (remotePort != 0) {
      return ip.route(sourceForRoute, remoteAddress);
    }
    return lastAddressSentTo != 0 ? ip.route(sourceForRoute, lastAddressSentTo) : null;
  }

  // ---- receiving --------------------------------------------------------------------------------

  /** Takes over the reference, or returns false if the queue is full. */
  boolean queue(Packet packet) {
    if (!queue.add(packet)) {
      queueDrops++;
      return false;
    }
    readiness.raise(Readiness.READABLE);
    return true;
  }

  @Override
  public int receive(ByteBuf buffer, int at, int length) {
    requireOpen();
    Packet packet = queue.first();
    if (packet == null) {
      return WOULD_BLOCK;
    }
    if (!isRange(buffer, at, length) || buffer.isReadOnly()) {
      return BAD_BUFFER;
    }
    int count = Math.min(length, packet.payloadBytes);
    payload.copyTo(packet, buffer, at, count);
    describe(packet);
    removeFirst();
    packet.release();
    return count;
  }

  @Override
  public @Nullable CellBuf receiveMessage() {
    requireOpen();
    Packet packet = queue.first();
    if (packet == null) {
      return null;
    }
    CellBuf handle = payload.contiguous(packet);
    if (handle != null) {
      describe(packet);
      removeFirst();
      packet.release();
    }
    return handle;
  }

  @Override
  public int receivePieces(CellBuf[] pieces) {
    requireOpen();
    Packet packet = queue.first();
    if (packet == null) {
      return WOULD_BLOCK;
    }
    if (ReceivedPayload.countPieces(packet) > pieces.length) {
      return BAD_BUFFER;
    }
    describe(packet);
    removeFirst();
    return payload.pieces(packet, pieces);
  }

  @Override
  public @Nullable CellBuf peekMessage() {
    requireOpen();
    Packet packet = queue.first();
    if (packet == null) {
      return null;
    }
    CellBuf handle = payload.contiguous(packet);
    if (handle != null) {
      describe(packet);
    }
    return handle;
  }

  private void removeFirst() {
    queue.removeFirst();
    if (queue.count() == 0 && pendingError == 0) {
      readiness.clear(Readiness.READABLE);
    }
  }

  private void describe(Packet packet) {
    sourceAddress = packet.sequence;
    sourcePort = packet.control;
    destinationAddress = pool.slab().getInt(packet.networkOffset + Ipv4Header.DESTINATION);
    datagramBytes = packet.payloadBytes;
    receivedTos = Ipv4Header.tos(pool.slab(), packet.networkOffset);
    receivedTtl = Ipv4Header.ttl(pool.slab(), packet.networkOffset);
  }

  @Override
  public int nextBytes() {
    requireOpen();
    Packet packet = queue.first();
    return packet == null ? WOULD_BLOCK : packet.payloadBytes;
  }

  @Override
  public int receivableDatagrams() {
    return queue.count();
  }

  @Override
  public int sourceAddress() {
    return sourceAddress;
  }

  @Override
  public int sourcePort() {
    return sourcePort;
  }

  @Override
  public int destinationAddress() {
    return destinationAddress;
  }

  @Override
  public int receivedTos() {
    return receivedTos;
  }

  @Override
  public int receivedTtl() {
    return receivedTtl;
  }

  @Override
  public int datagramBytes() {
    return datagramBytes;
  }

  @Override
  public long queueDrops() {
    return queueDrops;
  }

  // ---- errors and settings
  // ------------------------------------------------------------------------

  void onError(StackError error, int destination, int port) {
    pendingError = error.code;
    lastErrorAddress = destination;
    lastErrorPort = port;
    readiness.raise(Readiness.ERROR | Readiness.READABLE);
  }

  /** Whether the last datagram went to {@code address}. */
  boolean hasSentTo(int address) {
    return lastAddressSentTo == address;
  }

  int lastPortSentTo() {
    return lastPortSentTo;
  }

  @Override
  public int pendingError() {
    return pendingError;
  }

  @Override
  public int takeError() {
    int error = pendingError;
    pendingError = 0;
    readiness.clear(queue.count() == 0 ? Readiness.ERROR | Readiness.READABLE : Readiness.ERROR);
    return error;
  }

  @Override
  public int lastErrorAddress() {
    return lastErrorAddress;
  }

  @Override
  public int lastErrorPort() {
    return lastErrorPort;
  }

  @Override
  public Readiness readiness() {
    return readiness;
  }

  @Override
  public void receiveBufferBytes(int bytes) {
    queue.maxBytes(bytes);
  }

  @Override
  public int receiveBufferBytes() {
    return queue.maxBytes();
  }

  @Override
  public void sendBufferBytes(int bytes) {
    sendBufferBytes = bytes;
  }

  @Override
  public int sendBufferBytes() {
    return sendBufferBytes;
  }

  @Override
  public void ttl(int ttl) {
    if (ttl < 1 || ttl > 255) {
      throw new IllegalArgumentException("TTL " + ttl + ": must be 1..255");
    }
    sender.ttl = ttl;
  }

  @Override
  public int ttl() {
    return sender.ttl;
  }

  @Override
  public void tos(int tos) {
    if (tos < 0 || tos > 255) {
      throw new IllegalArgumentException("TOS " + tos + ": must be 0..255");
    }
    sender.tos = tos;
  }

  @Override
  public int tos() {
    return sender.tos;
  }

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

  @Override
  public void dontFragment(boolean df) {
    sender.dontFragment = df;
  }

  @Override
  public boolean dontFragment() {
    return sender.dontFragment;
  }

  @Override
  public void attach(Object owner) {
    attachment = owner;
  }

  @Override
  public @Nullable Object attachment() {
    return attachment;
  }

  @Override
  public void close() {
    requireOpen();
    closed = true;
    groups.leaveAll();
    while (!bindings.isEmpty()) {
      UdpBinding binding = bindings.removeLast();
      layer.remove(binding);
      releasePort(binding);
    }
    own = null;
    queue.clear();
    readiness.listen(null);
    readiness.clear(Readiness.READABLE | Readiness.WRITABLE);
    layer.remove(this);
  }
}
