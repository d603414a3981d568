package dev.trident.treck;

import dev.trident.c.IntRef;
import dev.trident.c.SockAddr;
import dev.trident.c.SockAddrIn;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.hw.host.Host;
import dev.trident.treck.error.ErrorTexts;
import dev.trident.treck.socket.Socket;
import org.jspecify.annotations.Nullable;

/**
 * Start, sockets, connections and their ends. Unless a call says otherwise it returns TM_ENOERROR,
 * or TM_SOCKET_ERROR with the code kept by the socket; a descriptor that is not open is TM_EBADF
 * everywhere, kept by the thread.
 */
@SuppressWarnings("MemberName") // the names of BSD and Treck
abstract class SocketCalls extends CallBase {
  /** A socket's limits in the profile of the public manual (KwikNet user's guide). */
  private static final int DEFAULT_BUFFER_BYTES = 8_192;

  SocketCalls(Host host, int maxSockets) {
    super(host, maxSockets);
  }

  /**
   * Starts Treck. Until then socket() and select() fail TM_EPERM, there are no zero-copy buffers,
   * and no descriptor is open. Does not block.
   *
   * @return TM_ENOERROR, or TM_EALREADY if it has been called before
   */
  public int tfStartTreck() {
    stack.enter();
    try {
      int result = started ? TM_EALREADY : TM_ENOERROR;
      started = true;
      return result;
    } finally {
      stack.exit();
    }
  }

  /**
   * Makes a socket, in blocking mode, with limits of 8,192 bytes for each direction. Does not
   * block.
   *
   * @param family AF_INET, otherwise TM_EAFNOSUPPORT
   * @param type SOCK_STREAM or SOCK_DGRAM, otherwise TM_EPROTONOSUPPORT
   * @param protocol 0, or the one that belongs to the type, otherwise TM_EPROTONOSUPPORT
   * @return the lowest free descriptor; or TM_SOCKET_ERROR with {@link #lastErrorOfThread} one of
   *     the above, TM_EMFILE (no descriptor is free), TM_ENOBUFS (the stack has no endpoint left),
   *     or TM_EPERM (before tfStartTreck)
   */
  public int socket(int family, int type, int protocol) {
    stack.enter();
    try {
      if (!started) {
        return failWithoutSocket(TM_EPERM);
      }
      if (family != AF_INET) {
        return failWithoutSocket(TM_EAFNOSUPPORT);
      }
      boolean isStream = type == SOCK_STREAM && (protocol == 0 || protocol == IP_PROTOTCP);
      boolean isDatagram = type == SOCK_DGRAM && (protocol == 0 || protocol == IP_PROTOUDP);
      if (!isStream && !isDatagram) {
        return failWithoutSocket(TM_EPROTONOSUPPORT);
      }
      if (table.isFull()) {
        return failWithoutSocket(TM_EMFILE);
      }
      Socket fresh = isStream ? newStream() : newDatagram();
      if (fresh == null) {
        return failWithoutSocket(TM_ENOBUFS);
      }
      fresh.sendBufferBytes(DEFAULT_BUFFER_BYTES);
      fresh.receiveBufferBytes(DEFAULT_BUFFER_BYTES);
      return fresh.descriptor();
    } finally {
      stack.exit();
    }
  }

  private @Nullable Socket newStream() {
    StreamEndpoint endpoint = table.transport().newStream();
    return endpoint == null ? null : table.add(endpoint);
  }

  private @Nullable Socket newDatagram() {
    DatagramEndpoint endpoint = table.transport().newDatagram();
    return endpoint == null ? null : table.add(endpoint);
  }

  /**
   * Gives a socket its local address. Does not block.
   *
   * @param addressPtr one of the host's addresses or INADDR_ANY, and a port or 0 to have one chosen
   * @param addressLength {@link SockAddrIn#SIZEOF} or more
   * @return 0; or TM_SOCKET_ERROR: TM_EADDRINUSE, TM_EADDRNOTAVAIL (not an address of this host),
   *     TM_EAFNOSUPPORT, TM_EINVAL (null, short length, bound already)
   */
  public int bind(int socketDescriptor, @Nullable SockAddr addressPtr, int addressLength) {
    stack.enter();
    try {
      Socket socket = table.find(socketDescriptor);
      if (socket == null) {
        return failWithoutSocket(TM_EBADF);
      }
      int checked = checkAddress(addressPtr, addressLength);
      return finish(
          socket,
          checked == 0 && addressPtr instanceof SockAddrIn in
              ? socket.bind(in.sin_addr, in.sin_port)
              : checked);
    } finally {
      stack.exit();
    }
  }

  /**
   * Makes a stream socket accept connections; unbound, it gets a port chosen. A SYN that finds the
   * backlog full is ignored, so that the peer tries again. Does not block.
   *
   * @param backLog connections that may wait to be accepted; 0 counts as 1
   * @return 0; or TM_SOCKET_ERROR: TM_EADDRINUSE, TM_EOPNOTSUPP (not a stream), TM_EINVAL (negative
   *     backlog, connected, or listening already), TM_ENOBUFS
   */
  public int listen(int socketDescriptor, int backLog) {
    stack.enter();
    try {
      Socket socket = table.find(socketDescriptor);
      return socket == null ? failWithoutSocket(TM_EBADF) : finish(socket, socket.listen(backLog));
    } finally {
      stack.exit();
    }
  }

  /**
   * Takes the oldest waiting connection. Blocks until there is one if the socket is blocking.
   *
   * @param addressPtr gets the peer's address; may be null
   * @param addressLengthPtr in: {@link SockAddrIn#SIZEOF} or more; out: SIZEOF
   * @return the descriptor of a new blocking socket with the listener's options; or
   *     TM_SOCKET_ERROR: TM_EWOULDBLOCK, TM_EINVAL (not listening, bad place), TM_EMFILE, TM_EINTR
   */
  public int accept(
      int socketDescriptor, @Nullable SockAddr addressPtr, @Nullable IntRef addressLengthPtr) {
    stack.enter();
    try {
      Socket socket = table.find(socketDescriptor);
      if (socket == null) {
        return failWithoutSocket(TM_EBADF);
      }
      int result = checkPlace(addressPtr, addressLengthPtr);
      if (result == 0) {
        result = socket.accept();
      }
      Socket accepted = result < 0 ? null : table.find(result);
      if (accepted != null) {
        store(addressPtr, addressLengthPtr, accepted.remoteAddress(), accepted.remotePort());
      }
      return finish(socket, result);
    } finally {
      stack.exit();
    }
  }

  /**
   * Opens a connection, or sets the peer of a datagram socket; an unbound socket gets a port
   * chosen.
   *
   * <p>On a stream it is called once. A blocking socket waits for the outcome. A non-blocking one
   * fails TM_EINPROGRESS; select tells by the write set when the outcome is known, and SO_ERROR
   * what it is. On a datagram socket it may be repeated, and never blocks.
   *
   * @param addressPtr the peer; on a datagram socket null dissolves the association
   * @param addressLength {@link SockAddrIn#SIZEOF} or more
   * @return 0; or TM_SOCKET_ERROR: TM_EINPROGRESS, TM_EALREADY (called before on this stream, or it
   *     came from accept), TM_ECONNREFUSED, TM_ETIMEDOUT, TM_EHOSTUNREACH, TM_EADDRNOTAVAIL (no
   *     unicast address, or port 0), TM_EADDRINUSE, TM_EAFNOSUPPORT, TM_EINVAL (null or short),
   *     TM_EOPNOTSUPP (listening), TM_ENOBUFS, TM_EINTR (the attempt goes on)
   */
  public int connect(int socketDescriptor, @Nullable SockAddr addressPtr, int addressLength) {
    stack.enter();
    try {
      Socket socket = table.find(socketDescriptor);
      if (socket == null) {
        return failWithoutSocket(TM_EBADF);
      }
      if (addressPtr == null && socket.type() == SOCK_DGRAM) {
        return finish(socket, socket.connect(0, 0));
      }
      int checked = checkAddress(addressPtr, addressLength);
      if (checked < 0 || !(addressPtr instanceof SockAddrIn in)) {
        return finish(socket, checked);
      }
      return finish(
          socket, in.sin_addr == 0 ? -TM_EADDRNOTAVAIL : socket.connect(in.sin_addr, in.sin_port));
    } finally {
      stack.exit();
    }
  }

  /**
   * Ends one or both directions of a connection. Does not block.
   *
   * @param how 0: no more receiving, what is queued is discarded; 1: no more sending, FIN follows
   *     the queued data; 2: both
   * @return 0; or TM_SOCKET_ERROR: TM_EINVAL ({@code how}), TM_EOPNOTSUPP (not a stream),
   *     TM_ENOTCONN, TM_ESHUTDOWN (nothing of it is left to shut, or closing)
   */
  public int shutdown(int socketDescriptor, int how) {
    stack.enter();
    try {
      Socket socket = table.find(socketDescriptor);
      if (socket == null) {
        return failWithoutSocket(TM_EBADF);
      }
      return finish(socket, how < 0 || how > 2 ? -TM_EINVAL : socket.shutdown(how));
    } finally {
      stack.exit();
    }
  }

  /**
   * Closes a socket; calls blocked in it fail TM_EBADF.
   *
   * <p>A stream with a connection returns at once; queued data is still sent, and the descriptor
   * stays known until the close handshake is complete. With SO_LINGER on, time 0 aborts the
   * connection, and another time makes a blocking socket wait for the handshake. What a datagram
   * socket has received is discarded.
   *
   * @return TM_ENOERROR; or TM_SOCKET_ERROR: TM_EALREADY (called before), TM_ETIMEDOUT (the linger
   *     time is over; the close goes on), TM_EINTR (as before)
   */
  public int tfClose(int socketDescriptor) {
    stack.enter();
    try {
      Socket socket = table.find(socketDescriptor);
      if (socket == null) {
        return failWithoutSocket(TM_EBADF);
      }
      return finish(socket, socket.isClosing() ? -TM_EALREADY : socket.close());
    } finally {
      stack.exit();
    }
  }

  /**
   * The code of the last call that failed on this socket. Does not block.
   *
   * @return the code, TM_ENOERROR if none has failed, TM_EBADF if the descriptor, which may be any
   *     number, is not open
   */
  public int tfGetSocketError(int socketDescriptor) {
    stack.enter();
    try {
      Socket socket = table.find(socketDescriptor);
      return socket == null ? TM_EBADF : socket.lastError();
    } finally {
      stack.exit();
    }
  }

  /**
   * Makes calls on this socket block, or fail TM_EWOULDBLOCK instead.
   *
   * @param blockingState TM_BLOCKING_ON or TM_BLOCKING_OFF, otherwise TM_EINVAL
   */
  public int tfBlockingState(int socketDescriptor, int blockingState) {
    stack.enter();
    try {
      Socket socket = table.find(socketDescriptor);
      if (socket == null) {
        return failWithoutSocket(TM_EBADF);
      }
      if (blockingState != TM_BLOCKING_ON && blockingState != TM_BLOCKING_OFF) {
        return finish(socket, -TM_EINVAL);
      }
      socket.blocking(blockingState == TM_BLOCKING_ON);
      return TM_ENOERROR;
    } finally {
      stack.exit();
    }
  }

  /**
   * The address of the peer. Does not block.
   *
   * @param addressLengthPtr in: {@link SockAddrIn#SIZEOF} or more; out: SIZEOF
   * @return 0; or TM_SOCKET_ERROR: TM_ENOTCONN, TM_EINVAL (null or short place)
   */
  public int getpeername(
      int socketDescriptor, @Nullable SockAddr addressPtr, @Nullable IntRef addressLengthPtr) {
    stack.enter();
    try {
      Socket socket = table.find(socketDescriptor);
      if (socket == null) {
        return failWithoutSocket(TM_EBADF);
      }
      if (addressPtr == null || checkPlace(addressPtr, addressLengthPtr) < 0) {
        return finish(socket, -TM_EINVAL);
      }
      if (!socket.hasPeer()) {
        return finish(socket, -TM_ENOTCONN);
      }
      store(addressPtr, addressLengthPtr, socket.remoteAddress(), socket.remotePort());
      return 0;
    } finally {
      stack.exit();
    }
  }

  /**
   * The local address; all zeros while unbound. Does not block.
   *
   * @param addressLengthPtr in: {@link SockAddrIn#SIZEOF} or more; out: SIZEOF
   * @return 0; or TM_SOCKET_ERROR: TM_EINVAL (null or short place)
   */
  public int getsockname(
      int socketDescriptor, @Nullable SockAddr addressPtr, @Nullable IntRef addressLengthPtr) {
    stack.enter();
    try {
      Socket socket = table.find(socketDescriptor);
      if (socket == null) {
        return failWithoutSocket(TM_EBADF);
      }
      if (addressPtr == null || checkPlace(addressPtr, addressLengthPtr) < 0) {
        return finish(socket, -TM_EINVAL);
      }
      store(addressPtr, addressLengthPtr, socket.localAddress(), socket.localPort());
      return 0;
    } finally {
      stack.exit();
    }
  }

  /** A text for an error code, for people; never empty. */
  public static String tfStrError(int errorCode) {
    return ErrorTexts.of(errorCode);
  }
}
