package dev.trident.treck;

import dev.trident.buffer.CellBuf;
import dev.trident.c.IntRef;
import dev.trident.c.Ref;
import dev.trident.c.SockAddr;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Host;
import dev.trident.treck.socket.Socket;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Sends and receives without copying.
 *
 * <p>Whose a buffer is after a send: on success it is the stack's. After TM_EWOULDBLOCK it is the
 * program's, which may send it again or free it. After any other failure, TM_EBADF included, the
 * stack has freed it by the time the call returns: a message goes back to its pool, for a user
 * buffer the free function has run, in the caller's thread and with nothing locked. Only what
 * cannot be freed stays with the program: a handle that is no zero-copy buffer, a user buffer
 * without token or free function.
 *
 * <p>Checks come in the order TM_EBADF, TM_EPROTOTYPE, TM_EINVAL, TM_EFAULT, TM_ECONNREFUSED,
 * TM_ENOTCONN, TM_ESHUTDOWN, TM_EMSGSIZE, TM_EWOULDBLOCK, TM_ENOBUFS, TM_EHOSTUNREACH.
 */
@SuppressWarnings("MemberName") // the names of Treck
abstract class ZeroCopyCalls extends SelectCalls {
  private static final int STREAM_FLAGS = MSG_DONTWAIT | MSG_OOB | MSG_DONTROUTE;
  private static final int DATAGRAM_FLAGS = MSG_DONTWAIT | MSG_DONTROUTE | MSG_SCATTERED;
  private static final int STREAM_RECEIVE_FLAGS = MSG_DONTWAIT | MSG_PEEK;
  private static final int DATAGRAM_RECEIVE_FLAGS = STREAM_RECEIVE_FLAGS | MSG_SCATTERED;

  ZeroCopyCalls(Host host, int maxSockets) {
    super(host, maxSockets);
  }

  // ---- messages ---------------------------------------------------------------------------

  /**
   * Allocates a zero-copy buffer: contiguous, with room for all headers in front. Does not block.
   * The program owns it until it is sent, or freed by {@link #tfFreeZeroCopyBuffer}.
   *
   * @param size bytes, 1 to 65,507
   * @param dataPtrPtr gets the data: exactly {@code size} bytes
   * @return the handle; or null, with nothing stored, if memory is out, {@code size} is out of
   *     range, {@code dataPtrPtr} is null, or Treck has not been started
   */
  public @Nullable TtUserMessage tfGetZeroCopyBuffer(int size, @Nullable Ref<ByteBuf> dataPtrPtr) {
    stack.enter();
    try {
      if (!started || dataPtrPtr == null || size <= 0) {
        return null;
      }
      CellBuf memory = table.transport().allocateMessage(size);
      if (memory == null) {
        stack.foundNothing();
        return null;
      }
      dataPtrPtr.value = memory;
      return messages.issue(memory, false);
    } finally {
      stack.exit();
    }
  }

  /**
   * Frees a zero-copy buffer that the program owns: one never sent, refused with TM_EWOULDBLOCK, or
   * received. Works after the socket was closed, too. Does not block.
   *
   * @return TM_ENOERROR, or TM_EINVAL if the handle is null, was freed or sent before, or is of
   *     another host; nothing is changed then
   */
  public int tfFreeZeroCopyBuffer(@Nullable TtUserMessage bufferHandle) {
    stack.enter();
    try {
      if (bufferHandle == null || !bufferHandle.isOwned(stack)) {
        return TM_EINVAL;
      }
      dispose(bufferHandle);
      return TM_ENOERROR;
    } finally {
      stack.exit();
    }
  }

  private static void dispose(TtUserMessage owned) {
    owned.release(owned.take());
    owned.pool().retire(owned);
  }

  // ---- sending messages -------------------------------------------------------------------

  /**
   * Sends a zero-copy buffer on a connected socket, all of it or nothing. A blocking socket waits
   * for room; on a blocking stream a message above the send queue's size waits until the queue is
   * empty. Ownership is as said above.
   *
   * @param bufferHandle from tfGetZeroCopyBuffer, or received
   * @param bufferLength bytes to send from the front, 1 up to the size of the buffer
   * @param flags MSG_DONTWAIT; MSG_DONTROUTE; on a stream MSG_OOB: the last byte is urgent; on a
   *     datagram socket MSG_SCATTERED, for a message received with it
   * @return {@code bufferLength}; or TM_SOCKET_ERROR: TM_EINVAL (length, flags), TM_EFAULT (no
   *     zero-copy buffer of this host that the program owns), TM_ECONNREFUSED (datagram: ICMP
   *     unreachable received), TM_ENOTCONN, TM_ESHUTDOWN (shut for sending, or closing),
   *     TM_EMSGSIZE (longer than the send queue and not to wait, or datagram too long),
   *     TM_EWOULDBLOCK, TM_ENOBUFS, TM_EHOSTUNREACH (datagram: no route), TM_ECONNRESET,
   *     TM_ETIMEDOUT, TM_EBADF (also when closed meanwhile), TM_EINTR
   */
  public int tfZeroCopySend(
      int socketDescriptor, @Nullable TtUserMessage bufferHandle, int bufferLength, int flags) {
    stack.enter();
    try {
      Socket socket = table.find(socketDescriptor);
      if (socket == null) {
        return refuseWithoutSocket(bufferHandle);
      }
      int allowed = socket.type() == SOCK_STREAM ? STREAM_FLAGS : DATAGRAM_FLAGS;
      return sendMessage(socket, bufferHandle, bufferLength, flags, flags & ~allowed, 0, 0);
    } finally {
      stack.exit();
    }
  }

  /**
   * Sends a zero-copy buffer as one datagram to {@code toAddressPtr}. Otherwise as {@link
   * #tfZeroCopySend}.
   *
   * @param flags MSG_DONTWAIT, MSG_DONTROUTE, MSG_SCATTERED
   * @param addressLength {@link SockAddrIn#SIZEOF} or more
   * @return as tfZeroCopySend, but never TM_ENOTCONN or TM_ESHUTDOWN; also TM_EPROTOTYPE (a
   *     stream), TM_EAFNOSUPPORT, TM_EADDRNOTAVAIL (address or port 0)
   */
  public int tfZeroCopySendTo(
      int socketDescriptor,
      @Nullable TtUserMessage bufferHandle,
      int bufferLength,
      int flags,
      @Nullable SockAddr toAddressPtr,
      int addressLength) {
    stack.enter();
    try {
      Socket socket = table.find(socketDescriptor);
      if (socket == null) {
        return refuseWithoutSocket(bufferHandle);
      }
      int checked = checkDestination(socket, toAddressPtr, addressLength);
      if (checked < 0 || !(toAddressPtr instanceof SockAddrIn to)) {
        return refuse(socket, bufferHandle, checked);
      }
      int badFlags = flags & ~DATAGRAM_FLAGS;
      return sendMessage(
          socket, bufferHandle, bufferLength, flags, badFlags, to.sin_addr, to.sin_port);
    } finally {
      stack.exit();
    }
  }

  /** The descriptor was bad: that too is an error after which the buffer is not the program's. */
  private int refuseWithoutSocket(@Nullable TtUserMessage handle) {
    if (handle != null && handle.isOwned(stack)) {
      dispose(handle);
    }
    return failWithoutSocket(TM_EBADF);
  }

  private int refuse(Socket socket, @Nullable TtUserMessage handle, int error) {
    if (handle != null && handle.isOwned(stack)) {
      dispose(handle);
    }
    return finish(socket, error);
  }

  private int sendMessage(
      Socket socket,
      @Nullable TtUserMessage handle,
      int length,
      int flags,
      int badFlags,
      int address,
      int port) {
    if (length <= 0 || badFlags != 0) {
      return refuse(socket, handle, -TM_EINVAL);
    }
    if (handle == null || !handle.isOwned(stack)) {
      return finish(socket, -TM_EFAULT);
    }
    if ((flags & MSG_SCATTERED) != 0 && !handle.isScattered()) {
      return refuse(socket, handle, -TM_EINVAL);
    }
    // Out of the handle while the call may wait, so that nobody else sends or frees it.
    CellBuf memory = handle.take();
    int result =
        length > handle.capacity(memory)
            ? -TM_EINVAL
            : send(socket, handle, memory, length, flags, address, port);
    if (result == -TM_EWOULDBLOCK) {
      handle.restore(memory);
      return finish(socket, result);
    }
    if (result < 0) {
      handle.release(memory);
    }
    handle.pool().retire(handle);
    return finish(socket, result);
  }

  private static int send(
      Socket socket,
      TtUserMessage handle,
      CellBuf memory,
      int length,
      int flags,
      int address,
      int port) {
    return handle.pieceCount() == 1
        ? socket.sendMessage(memory, length, flags, address, port)
        : socket.sendPieces(handle.pieces(), handle.pieceCount(), length, flags, address, port);
  }

  // ---- receiving messages -----------------------------------------------------------------

  /**
   * Receives a buffer instead of copying into one. On a stream it is the first packet of the queue,
   * on a datagram socket the oldest datagram; always contiguous. Blocks until there is something if
   * the socket is blocking. The program owns the message until {@link #tfFreeZeroCopyBuffer}, or
   * until a send takes it.
   *
   * @param bufferHandlePtr gets the handle; null unless the result is positive
   * @param dataPtrPtr gets the data: exactly as many bytes as the result says; with MSG_SCATTERED
   *     its first piece, see {@link TtUserMessage#ttUserPacketPtr}
   * @param maxLength most bytes to deliver, 1 or more; of a stream the rest stays queued
   * @param flags MSG_DONTWAIT; MSG_PEEK (the data stays queued; the message is to be freed all the
   *     same); on a datagram socket MSG_SCATTERED: a datagram that came in IP fragments is not
   *     copied together (unless peeked)
   * @return bytes delivered; 0, and no message, when the peer has closed and everything has been
   *     read, or for an empty datagram; or TM_SOCKET_ERROR with the codes of recv: TM_EMSGSIZE if
   *     the datagram is longer than {@code maxLength} (it is lost unless peeked), TM_EINVAL also
   *     for MSG_OOB
   */
  public int tfZeroCopyRecv(
      int socketDescriptor,
      @Nullable Ref<TtUserMessage> bufferHandlePtr,
      @Nullable Ref<ByteBuf> dataPtrPtr,
      int maxLength,
      int flags) {
    stack.enter();
    try {
      Socket socket = table.find(socketDescriptor);
      if (socket == null) {
        clear(bufferHandlePtr, dataPtrPtr);
        return failWithoutSocket(TM_EBADF);
      }
      return finish(socket, receiveMessage(socket, bufferHandlePtr, dataPtrPtr, maxLength, flags));
    } finally {
      stack.exit();
    }
  }

  /**
   * As {@link #tfZeroCopyRecv} on a datagram socket, with the sender of the datagram.
   *
   * @param fromAddressPtr gets the sender's address; may be null
   * @param addressLengthPtr in: {@link SockAddrIn#SIZEOF} or more; out: SIZEOF
   * @return as tfZeroCopyRecv; also TM_EPROTOTYPE (a stream)
   */
  public int tfZeroCopyRecvFrom(
      int socketDescriptor,
      @Nullable Ref<TtUserMessage> bufferHandlePtr,
      @Nullable Ref<ByteBuf> dataPtrPtr,
      int maxLength,
      int flags,
      @Nullable SockAddr fromAddressPtr,
      @Nullable IntRef addressLengthPtr) {
    stack.enter();
    try {
      Socket socket = table.find(socketDescriptor);
      if (socket == null) {
        clear(bufferHandlePtr, dataPtrPtr);
        return failWithoutSocket(TM_EBADF);
      }
      int result = socket.type() == SOCK_STREAM ? -TM_EPROTOTYPE : 0;
      if (result == 0) {
        result = checkPlace(fromAddressPtr, addressLengthPtr);
      }
      if (result < 0) {
        clear(bufferHandlePtr, dataPtrPtr);
        return finish(socket, result);
      }
      result = receiveMessage(socket, bufferHandlePtr, dataPtrPtr, maxLength, flags);
      if (result >= 0) {
        store(fromAddressPtr, addressLengthPtr, socket.sourceAddress(), socket.sourcePort());
      }
      return finish(socket, result);
    } finally {
      stack.exit();
    }
  }

  private int receiveMessage(
      Socket socket,
      @Nullable Ref<TtUserMessage> handlePtr,
      @Nullable Ref<ByteBuf> dataPtrPtr,
      int maxLength,
      int flags) {
    clear(handlePtr, dataPtrPtr);
    int allowed = socket.type() == SOCK_STREAM ? STREAM_RECEIVE_FLAGS : DATAGRAM_RECEIVE_FLAGS;
    if (handlePtr == null || dataPtrPtr == null || maxLength <= 0 || (flags & ~allowed) != 0) {
      return -TM_EINVAL;
    }
    if ((flags & (MSG_SCATTERED | MSG_PEEK)) == MSG_SCATTERED) {
      return receivePieces(socket, handlePtr, dataPtrPtr, maxLength, flags);
    }
    int result = socket.receiveMessage(maxLength, flags);
    if (result > 0) {
      CellBuf memory = socket.takeReceived();
      handlePtr.value = messages.issue(memory, (flags & MSG_SCATTERED) != 0);
      dataPtrPtr.value = memory;
    }
    return result;
  }

  private int receivePieces(
      Socket socket,
      Ref<TtUserMessage> handlePtr,
      Ref<ByteBuf> dataPtrPtr,
      int maxLength,
      int flags) {
    int result = socket.receivePieces(maxLength, flags);
    if (result > 0) {
      CellBuf[] pieces = socket.receivedPieces();
      handlePtr.value = messages.issue(pieces, socket.receivedPieceCount());
      dataPtrPtr.value = pieces[0];
    }
    return result;
  }

  private static void clear(
      @Nullable Ref<TtUserMessage> handlePtr, @Nullable Ref<ByteBuf> dataPtrPtr) {
    if (handlePtr != null) {
      handlePtr.value = null;
    }
    if (dataPtrPtr != null) {
      dataPtrPtr.value = null;
    }
  }

  // ---- user buffers -----------------------------------------------------------------------

  /**
   * Sends out of the program's own memory on a connected socket, all of it or nothing. A blocking
   * socket waits for room. The memory must not change until the free function has run: when the
   * data is acknowledged (datagram: has left) and the device does not read it any more, or, on
   * failure, before this call returns. Ownership is as said above.
   *
   * @param userBufferPtr handed to the free function; any object, also {@code userDataPtr} itself
   * @param userDataPtr the bytes, from the reader index; retained once meanwhile
   * @param userDataLength bytes, 1 or more
   * @param userFreeFunction called once when the buffer is not needed any more
   * @param flags 0 or MSG_DONTWAIT
   * @return {@code userDataLength}; or TM_SOCKET_ERROR with the codes of {@link #tfZeroCopySend}
   *     but TM_EFAULT: TM_EINVAL for a null argument, a length of 0 or less or beyond the memory,
   *     and other flags, TM_EMSGSIZE for a length above the send queue's size on a blocking socket
   *     too
   */
  public int tfZeroCopyUserBufferSend(
      int socketDescriptor,
      @Nullable Object userBufferPtr,
      @Nullable ByteBuf userDataPtr,
      int userDataLength,
      @Nullable TtUserFreeFunc userFreeFunction,
      int flags) {
    int result;
    stack.enter();
    try {
      Socket socket = table.find(socketDescriptor);
      result =
          socket == null
              ? -TM_EBADF
              : lend(
                  socket,
                  userBufferPtr,
                  userDataPtr,
                  userDataLength,
                  userFreeFunction,
                  flags,
                  0,
                  0);
      finishLending(socket, result);
    } finally {
      stack.exit();
    }
    return afterLending(result, userBufferPtr, userFreeFunction);
  }

  /**
   * Sends out of the program's own memory as one datagram to {@code toAddressPtr}. Otherwise as
   * {@link #tfZeroCopyUserBufferSend}.
   *
   * @param addressLength {@link SockAddrIn#SIZEOF} or more
   * @return as tfZeroCopyUserBufferSend, but never TM_ENOTCONN or TM_ESHUTDOWN; also TM_EPROTOTYPE
   *     (a stream), TM_EAFNOSUPPORT, TM_EADDRNOTAVAIL (address or port 0)
   */
  public int tfZeroCopyUserBufferSendTo(
      int socketDescriptor,
      @Nullable Object userBufferPtr,
      @Nullable ByteBuf userDataPtr,
      int userDataLength,
      @Nullable TtUserFreeFunc userFreeFunction,
      int flags,
      @Nullable SockAddr toAddressPtr,
      int addressLength) {
    int result;
    stack.enter();
    try {
      Socket socket = table.find(socketDescriptor);
      result = socket == null ? -TM_EBADF : checkDestination(socket, toAddressPtr, addressLength);
      if (socket != null && result == 0 && toAddressPtr instanceof SockAddrIn to) {
        result =
            lend(
                socket,
                userBufferPtr,
                userDataPtr,
                userDataLength,
                userFreeFunction,
                flags,
                to.sin_addr,
                to.sin_port);
      }
      finishLending(socket, result);
    } finally {
      stack.exit();
    }
    return afterLending(result, userBufferPtr, userFreeFunction);
  }

  private static int lend(
      Socket socket,
      @Nullable Object token,
      @Nullable ByteBuf data,
      int length,
      @Nullable TtUserFreeFunc free,
      int flags,
      int address,
      int port) {
    if (token == null
        || data == null
        || free == null
        || length <= 0
        || !isReadable(data, length)
        || (flags & ~MSG_DONTWAIT) != 0) {
      return -TM_EINVAL;
    }
    return socket.sendLoan(data, data.readerIndex(), length, token, free, flags, address, port);
  }

  private void finishLending(@Nullable Socket socket, int result) {
    if (socket == null) {
      failWithoutSocket(-result);
    } else {
      finish(socket, result);
    }
  }

  /**
   * Called with nothing locked: after a refusal the free function runs before the program learns of
   * it. It runs as a completion does, so that its exceptions are counted and contained.
   */
  private int afterLending(int result, @Nullable Object token, @Nullable TtUserFreeFunc free) {
    if (result >= 0) {
      return result;
    }
    if (result != -TM_EWOULDBLOCK && token != null && free != null) {
      table.transport().completions().run(new RefusedBuffer(token, free));
    }
    return TM_SOCKET_ERROR;
  }
}
