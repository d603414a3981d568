package dev.trident.udp;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.buffer.Slab;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StackError;
import dev.trident.ip.Ipv4Layer;
import dev.trident.trace.Counters;
import dev.trident.wire.Ipv4Header;
import dev.trident.wire.UdpHeader;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What a UDP endpoint has received: the queue, and what is told of the datagram read last. */
abstract class SocketReception extends SocketAddresses {
  private static final int WOULD_BLOCK = StackError.WOULD_BLOCK.code;
  private static final int BAD_BUFFER = StackError.BAD_BUFFER.code;

  final Readiness readiness;
  private final Slab slab;
  private final DatagramQueue queue;
  private final ReceivedPayload payload;
  private final int maxReceivedBytes;
  private long queueDrops;
  private int sourceAddress;
  private int sourcePort;
  private int destinationAddress;
  private int datagramBytes;
  private int receivedTos;
  private int receivedTtl;

  SocketReception(
      UdpLayer layer,
      PacketPool pool,
      Counters counters,
      StackConfig config,
      Ipv4Layer ip,
      SocketGroups groups) {
    super(layer, ip, groups);
    slab = pool.slab();
    payload = new ReceivedPayload(pool, counters);
    queue =
        new DatagramQueue(config.maxDatagramsQueued(), config.profile().buffers().receiveBytes());
    maxReceivedBytes = config.reassembly().maxDatagramBytes() - Ipv4Header.BYTES - UdpHeader.BYTES;
    readiness = new Readiness(pool.completions());
  }

  static boolean isRange(ByteBuf buffer, int at, int length) {
    return buffer.refCnt() > 0 && at >= 0 && length >= 0 && at <= buffer.capacity() - length;
  }

  @Override
  public Readiness readiness() {
    return readiness;
  }

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
    if (queue.count() == 0 && pendingError() == 0) {
      readiness.clear(Readiness.READABLE);
    }
  }

  private void describe(Packet packet) {
    sourceAddress = packet.sequence;
    sourcePort = packet.control;
    destinationAddress = slab.getInt(packet.networkOffset + Ipv4Header.DESTINATION);
    datagramBytes = packet.payloadBytes;
    receivedTos = Ipv4Header.tos(slab, packet.networkOffset);
    receivedTtl = Ipv4Header.ttl(slab, packet.networkOffset);
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

  @Override
  public int maxReceivedMessageBytes() {
    return maxReceivedBytes;
  }

  @Override
  public void receiveBufferBytes(int bytes) {
    queue.maxBytes(bytes);
  }

  @Override
  public int receiveBufferBytes() {
    return queue.maxBytes();
  }

  /** Drops what is queued. */
  final void closeQueue() {
    queue.clear();
    readiness.listen(null);
    readiness.clear(Readiness.READABLE | Readiness.WRITABLE);
  }
}
