package dev.trident.udp;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.PacketPool;
import dev.trident.buffer.UserFree;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StackError;
import dev.trident.ip.Ipv4Layer;
import dev.trident.ip.Path;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.wire.Ipv4Header;
import dev.trident.wire.UdpHeader;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A UDP endpoint: how its datagrams are sent, and the error that is pending. {@link
 * SocketAddresses} are where they go and come from, {@link SocketReception} is what has come.
 */
final class UdpSocket extends SocketReception {
  private static final int WOULD_BLOCK = StackError.WOULD_BLOCK.code;
  private static final int BAD_BUFFER = StackError.BAD_BUFFER.code;
  private static final int MESSAGE_TOO_LONG = StackError.MESSAGE_TOO_LONG.code;

  private final int index;
  private final Counters counters;
  private final UdpSender sender;

  /** Whether the device refused a datagram and has not said since that it has room. */
  private boolean blocked;

  private int sendBufferBytes;
  private int lastAddressSentTo;
  private int lastPortSentTo;
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
    super(layer, pool, counters, config, ip, groups);
    this.index = index;
    this.counters = counters;
    sender = new UdpSender(pool, counters, output, config.profile().ttl());
    sendBufferBytes = config.profile().buffers().sendBytes();
    readiness.raise(Readiness.WRITABLE);
  }

  @Override
  UdpSocket self() {
    return this;
  }

  /** Place in the layer's table; the device's flow hint is one more. */
  int index() {
    return index;
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
    return sent(sender.copy(buffer, at, length, path, localPort(), destinationPort), length, path);
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
        sender.gather(buffers, indexes, lengths, count, length, path, localPort(), destinationPort);
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
    int result = sender.loan(buffer, at, length, token, free, path, localPort(), destinationPort);
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
    return sent(sender.message(message, length, path, localPort(), destinationPort), length, path);
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
    int result = sender.pieces(pieces, count, length, path, localPort(), destinationPort);
    return sent(result, length, path);
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
    Path path = presentPath(lastAddressSentTo);
    return path != null
        ? sender.maxPayloadBytes(path)
        : ip.routing().smallestMtuBytes() - Ipv4Header.BYTES - UdpHeader.BYTES;
  }

  @Override
  public int maxMessageBytes() {
    Path path = presentPath(lastAddressSentTo);
    return path != null ? sender.maxMessageBytes(path) : maxPayloadBytes();
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
    readiness.clear(
        receivableDatagrams() == 0 ? Readiness.ERROR | Readiness.READABLE : Readiness.ERROR);
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
    closeAddresses();
    closeQueue();
    layer.remove(this);
  }
}
