package dev.trident.treck.socket;

import static dev.trident.treck.error.ErrorCodes.*;
import static dev.trident.treck.socket.SocketConstants.MSG_DONTROUTE;
import static dev.trident.treck.socket.SocketConstants.MSG_PEEK;
import static dev.trident.treck.socket.SocketConstants.SOCK_DGRAM;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.UserFree;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.GroupOptions;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackError;
import dev.trident.treck.error.StackErrors;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A socket of type SOCK_DGRAM. An ICMP error about an earlier datagram is reported once, by the
 * next send or receive, before anything else that call might find (section 6 of the fact sheet).
 */
public final class DatagramSocket extends Socket {
  private static final int WOULD_BLOCK = StackError.WOULD_BLOCK.code;

  private final DatagramEndpoint endpoint;
  private @Nullable CellBuf received;
  private boolean reusesAddress;
  private boolean mayBroadcast;
  private final CellBuf[] receivedPieces = new CellBuf[DatagramEndpoint.MAX_PIECES];
  private int receivedPieceCount;

  DatagramSocket(SocketTable table, int descriptor, DatagramEndpoint endpoint) {
    super(table, descriptor);
    this.endpoint = endpoint;
    endpoint.mayBroadcast(false);
  }

  @Override
  DatagramEndpoint endpoint() {
    return endpoint;
  }

  @Override
  public int type() {
    return SOCK_DGRAM;
  }

  @Override
  boolean isFinished() {
    return true;
  }

  @Override
  boolean happened(Wait.Event event, int bytes) {
    return switch (event) {
      case READABLE -> isReadable();
      case ROOM -> isWritable();
      case CLOSED, CONNECT_ENDED, ACCEPTABLE ->
          throw new AssertionError(event + " on a datagram socket");
    };
  }

  @Override
  public boolean isReadable() {
    return endpoint.receivableDatagrams() > 0 || endpoint.pendingError() != 0;
  }

  @Override
  public boolean isWritable() {
    return endpoint.readiness().isAny(Readiness.WRITABLE) || endpoint.pendingError() != 0;
  }

  @Override
  public boolean hasException() {
    return endpoint.pendingError() != 0;
  }

  @Override
  public int connect(int address, int port) {
    return StackErrors.result(endpoint.connect(address, port));
  }

  @Override
  public int listen(int backlog) {
    return -TM_EOPNOTSUPP;
  }

  @Override
  public int accept() {
    return -TM_EINVAL;
  }

  @Override
  public int shutdown(int how) {
    return -TM_EOPNOTSUPP;
  }

  /** What was received and not read is discarded. */
  @Override
  public int close() {
    markClosing();
    endpoint.close();
    table().forget(this);
    return TM_ENOERROR;
  }

  @Override
  public boolean hasPeer() {
    return endpoint.remoteAddress() != 0;
  }

  @Override
  public int remoteAddress() {
    return endpoint.remoteAddress();
  }

  @Override
  public int remotePort() {
    return endpoint.remotePort();
  }

  // ---- sending ----------------------------------------------------------------------------

  /** The checks that come before any attempt, in their documented order: 0 or an error. */
  private int maySend(int length, int flags, int address) {
    int pending = takePendingError();
    if (pending != TM_ENOERROR) {
      return -pending;
    }
    if (address == 0 && !hasPeer()) {
      return -TM_ENOTCONN;
    }
    if (length > endpoint.sendBufferBytes()) {
      return -TM_EMSGSIZE;
    }
    boolean reachable =
        (flags & MSG_DONTROUTE) == 0
            || table()
                .transport()
                .isDirectlyConnected(address == 0 ? endpoint.remoteAddress() : address);
    return reachable ? 0 : -TM_EHOSTUNREACH;
  }

  /** After an attempt that found no room: 0 to try again, or an error. */
  private int awaitRoom(int flags) {
    if (mustNotWait(flags)) {
      return -TM_EWOULDBLOCK;
    }
    int woken = await(Wait.Event.ROOM, 0);
    return woken < 0 ? woken : -takePendingError();
  }

  @Override
  public int send(ByteBuf buffer, int index, int length, int flags, int address, int port) {
    int mayGoOn = maySend(length, flags, address);
    while (mayGoOn == 0) {
      int sent = endpoint.send(buffer, index, length, address, port);
      if (sent != WOULD_BLOCK) {
        return StackErrors.result(sent);
      }
      mayGoOn = awaitRoom(flags);
    }
    return mayGoOn;
  }

  @Override
  public int sendMessage(CellBuf message, int length, int flags, int address, int port) {
    int mayGoOn = maySend(length, flags, address);
    while (mayGoOn == 0) {
      int sent = endpoint.sendMessage(message, length, address, port);
      if (sent != WOULD_BLOCK) {
        return StackErrors.result(sent);
      }
      mayGoOn = awaitRoom(flags);
    }
    return mayGoOn;
  }

  @Override
  public int sendPieces(CellBuf[] pieces, int count, int length, int flags, int address, int port) {
    int mayGoOn = maySend(length, flags, address);
    while (mayGoOn == 0) {
      int sent = endpoint.sendPieces(pieces, count, length, address, port);
      if (sent != WOULD_BLOCK) {
        return StackErrors.result(sent);
      }
      mayGoOn = awaitRoom(flags);
    }
    return mayGoOn;
  }

  @Override
  public int sendLoan(
      ByteBuf buffer,
      int index,
      int length,
      Object token,
      UserFree free,
      int flags,
      int address,
      int port) {
    int mayGoOn = maySend(length, flags, address);
    while (mayGoOn == 0) {
      int sent = endpoint.sendLoan(buffer, index, length, token, free, address, port);
      if (sent != WOULD_BLOCK) {
        return StackErrors.result(sent);
      }
      mayGoOn = awaitRoom(flags);
    }
    return mayGoOn;
  }

  // ---- receiving --------------------------------------------------------------------------

  /** Waits for a datagram: 0 when one is queued, or an error. */
  private int awaitDatagram(int flags) {
    while (true) {
      int pending = takePendingError();
      if (pending != TM_ENOERROR) {
        return -pending;
      }
      if (endpoint.receivableDatagrams() > 0) {
        return 0;
      }
      if (mustNotWait(flags)) {
        return -TM_EWOULDBLOCK;
      }
      int woken = await(Wait.Event.READABLE, 0);
      if (woken < 0) {
        return woken;
      }
    }
  }

  /** A datagram longer than the buffer fails TM_EMSGSIZE; its rest is dropped. */
  @Override
  public int receive(ByteBuf buffer, int index, int length, int flags) {
    int found = awaitDatagram(flags);
    if (found < 0) {
      return found;
    }
    if ((flags & MSG_PEEK) != 0) {
      return peek(buffer, index, length);
    }
    int copied = endpoint.receive(buffer, index, length);
    return copied >= 0 && endpoint.datagramBytes() > length
        ? -TM_EMSGSIZE
        : StackErrors.result(copied);
  }

  private int peek(ByteBuf buffer, int index, int length) {
    CellBuf shown = endpoint.peekMessage();
    if (shown == null) {
      return -TM_ENOBUFS;
    }
    int whole = shown.capacity();
    int count = Math.min(length, whole);
    shown.getBytes(0, buffer, index, count);
    shown.release();
    table().countCopied(count);
    return whole > length ? -TM_EMSGSIZE : count;
  }

  @Override
  public int receiveMessage(int maxLength, int flags) {
    int found = awaitDatagram(flags);
    if (found < 0) {
      return found;
    }
    CellBuf handle = (flags & MSG_PEEK) == 0 ? endpoint.receiveMessage() : endpoint.peekMessage();
    if (handle == null) {
      return -TM_ENOBUFS;
    }
    int length = handle.capacity();
    if (length == 0 || length > maxLength) {
      handle.release();
      return length == 0 ? 0 : -TM_EMSGSIZE;
    }
    received = handle;
    return length;
  }

  @Override
  public int receivePieces(int maxLength, int flags) {
    int found = awaitDatagram(flags);
    if (found < 0) {
      return found;
    }
    receivedPieceCount = endpoint.receivePieces(receivedPieces);
    int length = endpoint.datagramBytes();
    if (length == 0 || length > maxLength) {
      for (int i = 0; i < receivedPieceCount; i++) {
        receivedPieces[i].release();
      }
      return length == 0 ? 0 : -TM_EMSGSIZE;
    }
    return length;
  }

  @Override
  public CellBuf[] receivedPieces() {
    return receivedPieces;
  }

  @Override
  public int receivedPieceCount() {
    return receivedPieceCount;
  }

  @Override
  public CellBuf takeReceived() {
    CellBuf handle = Objects.requireNonNull(received);
    received = null;
    return handle;
  }

  @Override
  public int sourceAddress() {
    return endpoint.sourceAddress();
  }

  @Override
  public int sourcePort() {
    return endpoint.sourcePort();
  }

  // ---- options ----------------------------------------------------------------------------

  /** Groups, and how datagrams to them are sent. */
  public GroupOptions groups() {
    return endpoint.groups();
  }

  /** TTL of datagrams to single hosts, 1..255. */
  public int ttl() {
    return endpoint.ttl();
  }

  public void ttl(int ttl) {
    endpoint.ttl(ttl);
  }

  /** TOS octet of datagrams sent, 0..255. */
  public int tos() {
    return endpoint.tos();
  }

  public void tos(int tos) {
    endpoint.tos(tos);
  }

  /** Whether a later bind shares its port with others that said so. */
  public boolean reusesAddress() {
    return reusesAddress;
  }

  public void reuseAddress(boolean on) {
    reusesAddress = on;
    endpoint.reuseAddress(on);
  }

  /** Whether sending to a broadcast address is allowed; otherwise it fails TM_EACCES. */
  public boolean mayBroadcast() {
    return mayBroadcast;
  }

  public void mayBroadcast(boolean on) {
    mayBroadcast = on;
    endpoint.mayBroadcast(on);
  }

  @Override
  public int sendBufferBytes() {
    return endpoint.sendBufferBytes();
  }

  @Override
  public int sendBufferBytes(int bytes) {
    endpoint.sendBufferBytes(bytes);
    return TM_ENOERROR;
  }

  @Override
  public int receiveBufferBytes() {
    return endpoint.receiveBufferBytes();
  }

  @Override
  public int receiveBufferBytes(int bytes) {
    endpoint.receiveBufferBytes(bytes);
    return TM_ENOERROR;
  }
}
