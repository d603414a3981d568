package dev.trident.treck;

import dev.trident.c.IntRef;
import dev.trident.c.SockAddr;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Host;
import dev.trident.treck.socket.Socket;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Copying sends and receives. A pointer is the reader index of a buffer; no call moves an index. A
 * length that the buffer's capacity does not hold is TM_EINVAL.
 *
 * <p>Flags are checked against the list of each call, any other bit is TM_EINVAL. MSG_DONTWAIT
 * makes one call non-blocking.
 */
@SuppressWarnings("MemberName") // the names of BSD and Treck
abstract class DataCalls extends GroupCalls {
  private static final int SEND_FLAGS = MSG_DONTWAIT | MSG_DONTROUTE;
  private static final int RECEIVE_FLAGS = MSG_DONTWAIT | MSG_PEEK;
  private static final int STREAM_RECEIVE_FLAGS = RECEIVE_FLAGS | MSG_OOB | MSG_WAITALL;

  DataCalls(Host host, int maxSockets) {
    super(host, maxSockets);
  }

  /**
   * Sends on a connected socket. A blocking stream waits until everything is queued; a non-blocking
   * one queues what fits. A datagram goes whole or not at all. Success means queued, not delivered.
   *
   * @param bufferPtr the bytes, copied before the call returns
   * @param bufferLength bytes to send, 0 or more
   * @param flags MSG_DONTWAIT, MSG_DONTROUTE; on a stream MSG_OOB: the last byte is urgent
   * @return bytes queued, which on a stream that does not block may be fewer; or TM_SOCKET_ERROR:
   *     TM_EINVAL (null, negative or too long for the buffer, flags), TM_ENOTCONN, TM_ESHUTDOWN
   *     (shut for sending, or closing), TM_EWOULDBLOCK, TM_EMSGSIZE (datagram too long, nothing
   *     sent), TM_ENOBUFS, TM_EHOSTUNREACH, TM_ECONNREFUSED (an ICMP about an earlier datagram),
   *     TM_ECONNRESET, TM_ETIMEDOUT, TM_EBADF (closed meanwhile), TM_EINTR
   */
  public int send(int socketDescriptor, @Nullable ByteBuf bufferPtr, int bufferLength, int flags) {
    stack.enter();
    try {
      Socket socket = table.find(socketDescriptor);
      if (socket == null) {
        return failWithoutSocket(TM_EBADF);
      }
      int allowed = socket.type() == SOCK_STREAM ? SEND_FLAGS | MSG_OOB : SEND_FLAGS;
      if (bufferPtr == null || !isReadable(bufferPtr, bufferLength) || (flags & ~allowed) != 0) {
        return finish(socket, -TM_EINVAL);
      }
      return finish(
          socket, socket.send(bufferPtr, bufferPtr.readerIndex(), bufferLength, flags, 0, 0));
    } finally {
      stack.exit();
    }
  }

  /**
   * Sends one datagram to {@code toAddressPtr}. Blocks while there is no room if the socket is
   * blocking.
   *
   * @param bufferPtr the bytes, copied before the call returns
   * @param flags MSG_DONTWAIT, MSG_DONTROUTE
   * @param addressLength {@link SockAddrIn#SIZEOF} or more
   * @return {@code bufferLength}; or TM_SOCKET_ERROR: TM_EPROTOTYPE (a stream), TM_EINVAL,
   *     TM_EAFNOSUPPORT, TM_EMSGSIZE, TM_EWOULDBLOCK, TM_ENOBUFS, TM_EHOSTUNREACH, TM_EADDRNOTAVAIL
   *     (port or address 0), TM_ECONNREFUSED (as in send), TM_EBADF, TM_EINTR
   */
  public int sendto(
      int socketDescriptor,
      @Nullable ByteBuf bufferPtr,
      int bufferLength,
      int flags,
      @Nullable SockAddr toAddressPtr,
      int addressLength) {
    stack.enter();
    try {
      Socket socket = table.find(socketDescriptor);
      if (socket == null) {
        return failWithoutSocket(TM_EBADF);
      }
      int checked = checkDestination(socket, toAddressPtr, addressLength);
      if (checked == 0
          && toAddressPtr instanceof SockAddrIn to
          && bufferPtr != null
          && isReadable(bufferPtr, bufferLength)
          && (flags & ~SEND_FLAGS) == 0) {
        int index = bufferPtr.readerIndex();
        return finish(
            socket, socket.send(bufferPtr, index, bufferLength, flags, to.sin_addr, to.sin_port));
      }
      return finish(socket, checked < 0 ? checked : -TM_EINVAL);
    } finally {
      stack.exit();
    }
  }

  /** Checks socket and destination of a send that names one: 0, or the negative of a code. */
  static int checkDestination(Socket socket, @Nullable SockAddr to, int addressLength) {
    if (socket.type() == SOCK_STREAM) {
      return -TM_EPROTOTYPE;
    }
    int checked = checkAddress(to, addressLength);
    if (checked == 0 && to instanceof SockAddrIn in && (in.sin_addr == 0 || in.sin_port == 0)) {
      return -TM_EADDRNOTAVAIL;
    }
    return checked;
  }

  /**
   * Receives. Blocks until there is something if the socket is blocking.
   *
   * @param bufferPtr where the bytes go
   * @param bufferLength most bytes to store, 0 or more
   * @param flags MSG_DONTWAIT, MSG_PEEK (the data stays queued); on a stream MSG_WAITALL (wait for
   *     the whole length), and MSG_OOB (the urgent byte, without waiting for it: TM_EINVAL if there
   *     is none, TM_EWOULDBLOCK if it has been announced and not come)
   * @return bytes stored; 0 when the peer has closed and everything has been read, or for an empty
   *     datagram; or TM_SOCKET_ERROR: TM_EINVAL, TM_ENOTCONN (a stream never connected),
   *     TM_EWOULDBLOCK, TM_EMSGSIZE (the datagram was longer; the rest of it is lost unless
   *     peeked), TM_ESHUTDOWN (shut for receiving, or closing), TM_ECONNREFUSED (an ICMP about an
   *     earlier datagram), TM_ECONNRESET, TM_ETIMEDOUT, TM_ENOBUFS, TM_EBADF (closed meanwhile),
   *     TM_EINTR
   */
  public int recv(int socketDescriptor, @Nullable ByteBuf bufferPtr, int bufferLength, int flags) {
    int index = bufferPtr == null ? 0 : bufferPtr.readerIndex();
    return receiveAt(socketDescriptor, bufferPtr, index, bufferLength, flags);
  }

  /** As recv, to {@code index} of the buffer. */
  final int receiveAt(
      int socketDescriptor, @Nullable ByteBuf bufferPtr, int index, int bufferLength, int flags) {
    stack.enter();
    try {
      Socket socket = table.find(socketDescriptor);
      if (socket == null) {
        return failWithoutSocket(TM_EBADF);
      }
      int allowed = socket.type() == SOCK_STREAM ? STREAM_RECEIVE_FLAGS : RECEIVE_FLAGS;
      if (bufferPtr == null
          || !isWritable(bufferPtr, index, bufferLength)
          || (flags & ~allowed) != 0) {
        return finish(socket, -TM_EINVAL);
      }
      return finish(socket, socket.receive(bufferPtr, index, bufferLength, flags));
    } finally {
      stack.exit();
    }
  }

  /**
   * Receives one datagram and its sender. Blocks until there is one if the socket is blocking.
   *
   * @param flags MSG_DONTWAIT, MSG_PEEK
   * @param fromAddressPtr gets the sender's address; may be null
   * @param addressLengthPtr in: {@link SockAddrIn#SIZEOF} or more; out: SIZEOF
   * @return as recv; also TM_EPROTOTYPE (a stream)
   */
  public int recvfrom(
      int socketDescriptor,
      @Nullable ByteBuf bufferPtr,
      int bufferLength,
      int flags,
      @Nullable SockAddr fromAddressPtr,
      @Nullable IntRef addressLengthPtr) {
    int index = bufferPtr == null ? 0 : bufferPtr.readerIndex();
    return receiveFromAt(
        socketDescriptor, bufferPtr, index, bufferLength, flags, fromAddressPtr, addressLengthPtr);
  }

  /** As recvfrom, to {@code index} of the buffer. */
  final int receiveFromAt(
      int socketDescriptor,
      @Nullable ByteBuf bufferPtr,
      int index,
      int bufferLength,
      int flags,
      @Nullable SockAddr fromAddressPtr,
      @Nullable IntRef addressLengthPtr) {
    stack.enter();
    try {
      Socket socket = table.find(socketDescriptor);
      if (socket == null) {
        return failWithoutSocket(TM_EBADF);
      }
      if (socket.type() == SOCK_STREAM) {
        return finish(socket, -TM_EPROTOTYPE);
      }
      if (bufferPtr == null
          || !isWritable(bufferPtr, index, bufferLength)
          || (flags & ~RECEIVE_FLAGS) != 0
          || checkPlace(fromAddressPtr, addressLengthPtr) < 0) {
        return finish(socket, -TM_EINVAL);
      }
      int result = socket.receive(bufferPtr, index, bufferLength, flags);
      if (result >= 0) {
        store(fromAddressPtr, addressLengthPtr, socket.sourceAddress(), socket.sourcePort());
      }
      return finish(socket, result);
    } finally {
      stack.exit();
    }
  }
}
