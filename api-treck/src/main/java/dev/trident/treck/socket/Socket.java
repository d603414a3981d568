package dev.trident.treck.socket;

import static dev.trident.treck.error.ErrorCodes.*;
import static dev.trident.treck.socket.SocketConstants.MSG_DONTWAIT;
import static dev.trident.treck.socket.SocketConstants.SOCK_DGRAM;
import static dev.trident.treck.socket.SocketConstants.SOCK_STREAM;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.UserFree;
import dev.trident.endpoint.Endpoint;
import dev.trident.endpoint.StackError;
import dev.trident.hw.host.AwaitResult;
import dev.trident.time.Deadline;
import dev.trident.treck.error.StackErrors;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What stream and datagram sockets have in common: descriptor, last error, blocking mode, and the
 * way calls wait. Arguments have been checked by the caller; results are a count or the negative of
 * a {@code TM_E...} code.
 */
public abstract class Socket {
  private final SocketTable table;
  private final int descriptor;
  private boolean blocking = true;
  private int lastError = TM_ENOERROR;
  private boolean closing;
  private boolean gone;

  /** Calls blocked in this socket, which keep its number from being used again. */
  private int holders;

  /** The table's chain of sockets whose close is under way. */
  @Nullable Socket nextClosing;

  Socket(SocketTable table, int descriptor) {
    this.table = table;
    this.descriptor = descriptor;
  }

  final SocketTable table() {
    return table;
  }

  public final int descriptor() {
    return descriptor;
  }

  /** SOCK_STREAM, SOCK_DGRAM, or SOCK_RAW for a ping. */
  public abstract int type();

  // ---- state ------------------------------------------------------------------------------

  public final boolean isBlocking() {
    return blocking;
  }

  public final void blocking(boolean on) {
    blocking = on;
  }

  /** Whether a call with {@code flags} must fail rather than wait. */
  final boolean mustNotWait(int flags) {
    return !blocking || (flags & MSG_DONTWAIT) != 0;
  }

  /** The code of the call that failed last; TM_ENOERROR if none has. */
  public final int lastError() {
    return lastError;
  }

  public final void lastError(int code) {
    lastError = code;
  }

  /** Whether tfClose has been called. */
  public final boolean isClosing() {
    return closing;
  }

  final void markClosing() {
    closing = true;
  }

  final boolean isGone() {
    return gone;
  }

  final void markGone() {
    gone = true;
  }

  final boolean isHeld() {
    return holders > 0;
  }

  /** Keeps the number of this socket from being used again until {@link #leave}. */
  public final void hold() {
    holders++;
  }

  public final void leave() {
    if (--holders == 0 && gone) {
      table.freeNumber(this);
    }
  }

  /** Whether the close has come to its end; asked only while closing. */
  abstract boolean isFinished();

  abstract Endpoint endpoint();

  /** Takes the error that came from the network since: a code, or TM_ENOERROR. */
  public int takePendingError() {
    int error = endpoint().takeError();
    return error == 0 ? TM_ENOERROR : StackErrors.codeOf(StackError.of(error));
  }

  // ---- waiting ----------------------------------------------------------------------------

  abstract boolean happened(Wait.Event event, int bytes);

  /** Waits without limit: 0, or -TM_EBADF if the socket was closed meanwhile, or -TM_EINTR. */
  final int await(Wait.Event event, int bytes) {
    AwaitResult result = await(event, bytes, Deadline.NEVER);
    if (closing) {
      return -TM_EBADF;
    }
    return result == AwaitResult.INTERRUPTED ? -TM_EINTR : 0;
  }

  final AwaitResult await(Wait.Event event, int bytes, long timeoutNanos) {
    Wait wait = table.takeWait(this, event, bytes);
    hold();
    try {
      return table.stack().await(wait, timeoutNanos);
    } finally {
      table.giveBack(wait);
      leave();
    }
  }

  // ---- readiness, for select --------------------------------------------------------------

  public abstract boolean isReadable();

  public abstract boolean isWritable();

  /** An error, or urgent data that has been announced and not read. */
  public abstract boolean hasException();

  // ---- calls ------------------------------------------------------------------------------

  public final int bind(int address, int port) {
    return closing ? -TM_EINVAL : StackErrors.result(endpoint().bind(address, port));
  }

  public abstract int connect(int address, int port);

  public abstract int listen(int backlog);

  /** The descriptor of the oldest waiting connection. */
  public abstract int accept();

  public abstract int shutdown(int how);

  /** Begins the close, or does all of it. */
  public abstract int close();

  public final int localAddress() {
    return endpoint().localAddress();
  }

  public final int localPort() {
    return endpoint().localPort();
  }

  /** Whether there is a peer, so that the two questions below make sense. */
  public abstract boolean hasPeer();

  public abstract int remoteAddress();

  public abstract int remotePort();

  /** Sends, copying. {@code address} 0 means the connected peer. */
  public abstract int send(ByteBuf buffer, int index, int length, int flags, int address, int port);

  /** Sends a message whole; its reference passes to the engine on success only. */
  public abstract int sendMessage(CellBuf message, int length, int flags, int address, int port);

  /** As {@link #sendMessage} of a message in several pieces, which only datagram sockets take. */
  public int sendPieces(CellBuf[] pieces, int count, int length, int flags, int address, int port) {
    return -TM_EINVAL;
  }

  /** Lends a user's buffer; {@code free} is called by the engine on success only. */
  public abstract int sendLoan(
      ByteBuf buffer,
      int index,
      int length,
      Object token,
      UserFree free,
      int flags,
      int address,
      int port);

  /** Receives, copying to {@code buffer}. */
  public abstract int receive(ByteBuf buffer, int index, int length, int flags);

  /**
   * Receives a handle, to be fetched by {@link #takeReceived} if the result is positive.
   *
   * @param maxLength most bytes, 1 or more
   */
  public abstract int receiveMessage(int maxLength, int flags);

  /**
   * As {@link #receiveMessage} without copying together what lies in pieces, for datagram sockets;
   * they are fetched by {@link #receivedPieces}.
   */
  public int receivePieces(int maxLength, int flags) {
    return -TM_EINVAL;
  }

  /** The pieces of the {@link #receivePieces} just made, the caller's to release. */
  public CellBuf[] receivedPieces() {
    throw new AssertionError("pieces on a stream");
  }

  /** How many {@link #receivedPieces} there are. */
  public int receivedPieceCount() {
    return 0;
  }

  /** The handle of the {@link #receiveMessage} just made, the caller's to release. */
  public abstract CellBuf takeReceived();

  /** Sender of the datagram received last; a stream has none. */
  public abstract int sourceAddress();

  public abstract int sourcePort();

  // ---- options ----------------------------------------------------------------------------

  public abstract int sendBufferBytes();

  public abstract int sendBufferBytes(int bytes);

  public abstract int receiveBufferBytes();

  public abstract int receiveBufferBytes(int bytes);

  @Override
  public final String toString() {
    return switch (type()) {
          case SOCK_STREAM -> "stream ";
          case SOCK_DGRAM -> "datagram ";
          default -> "ping ";
        }
        + descriptor;
  }
}
