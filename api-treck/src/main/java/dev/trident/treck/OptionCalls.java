package dev.trident.treck;

import dev.trident.c.IntRef;
import dev.trident.hw.host.Host;
import dev.trident.treck.option.SocketOptions;
import dev.trident.treck.socket.Socket;
import dev.trident.treck.socket.StreamSocket;
import org.jspecify.annotations.Nullable;

/**
 * Socket options. C passes a pointer to anything; here there is one form per type of value. An
 * option used with the form of another is TM_EINVAL; one that this engine does not carry out is
 * TM_ENOPROTOOPT. On a socket that is closing only SO_ERROR can be asked, the rest is TM_ESHUTDOWN.
 *
 * <pre>
 *   SOL_SOCKET   SO_ERROR      get       pending network error, cleared by reading; TM_EINPROGRESS
 *                                        while a connection is being opened
 *                SO_SNDBUF     get set   most bytes sent and not acknowledged, or in a datagram
 *                SO_RCVBUF     get set   most bytes received and not read
 *                SO_OOBINLINE  get set   the urgent byte stays in the stream; streams only
 *                SO_LINGER     get set   what tfClose does; streams only, a Linger
 *                SO_TYPE       get       SOCK_STREAM or SOCK_DGRAM
 *                SO_ACCEPTCONN get       whether a stream listens
 *                SO_NONBLOCK   get set   the opposite of tfBlockingState
 *                SO_REUSEADDR  get set   whether a later bind shares its port with others that said
 *                                        so; datagrams only
 *                SO_BROADCAST  get set   whether sending to a broadcast address is allowed, which
 *                                        fails TM_EACCES at first; datagrams only
 *                SO_KEEPALIVE  get set   whether an idle peer is asked if it is there; streams only
 *   IP_PROTOIP   IPO_TTL       get set   TTL of what is sent to single hosts, 1 to 255; datagrams only
 *                IPO_TOS       get set   TOS octet of what is sent, 0 to 255; the same
 *   IP_PROTOTCP  TCP_NODELAY   get set   Nagle's algorithm off
 *                TCP_MAXSEG    get       bytes of a full segment
 *                TCP_KEEPALIVE      get set   idle seconds before it is asked, 7,200 at first
 *                TCP_KEEPALIVE_CNT  get set   times it is asked in vain before TM_ETIMEDOUT
 *                TCP_KEEPALIVE_INTV get set   seconds between them
 * </pre>
 */
@SuppressWarnings("MemberName") // the names of BSD and Treck
abstract class OptionCalls extends SocketCalls {
  /** {@code sizeof(int)}. */
  private static final int INT_BYTES = 4;

  OptionCalls(Host host, int maxSockets) {
    super(host, maxSockets);
  }

  /**
   * Reads an option whose value is an int. Does not block.
   *
   * @param optionValuePtr gets the value
   * @param optionLengthPtr in: 4 or more; out: 4
   * @return 0; or TM_SOCKET_ERROR: TM_ENOPROTOOPT, TM_EINVAL (null, short, not an int)
   */
  public int getsockopt(
      int socketDescriptor,
      int protocolLevel,
      int optionName,
      @Nullable IntRef optionValuePtr,
      @Nullable IntRef optionLengthPtr) {
    stack.enter();
    try {
      Socket socket = table.find(socketDescriptor);
      if (socket == null) {
        return failWithoutSocket(TM_EBADF);
      }
      if (optionValuePtr == null
          || optionLengthPtr == null
          || optionLengthPtr.value < INT_BYTES
          || isLinger(protocolLevel, optionName)) {
        return finish(socket, -TM_EINVAL);
      }
      int value = SocketOptions.get(socket, protocolLevel, optionName);
      if (value < 0) {
        return finish(socket, value);
      }
      if (optionName == SO_ERROR && value == TM_EINPROGRESS) {
        stack.foundNothing(); // a program may ask this until the connection is there
      }
      optionValuePtr.value = value;
      optionLengthPtr.value = INT_BYTES;
      return 0;
    } finally {
      stack.exit();
    }
  }

  /**
   * Reads SO_LINGER. Does not block.
   *
   * @param optionLengthPtr in: {@link Linger#SIZEOF} or more; out: SIZEOF
   * @return 0; or TM_SOCKET_ERROR: TM_ENOPROTOOPT (not a stream), TM_EINVAL (null, short, another
   *     option)
   */
  public int getsockopt(
      int socketDescriptor,
      int protocolLevel,
      int optionName,
      @Nullable Linger optionValuePtr,
      @Nullable IntRef optionLengthPtr) {
    stack.enter();
    try {
      Socket socket = table.find(socketDescriptor);
      if (socket == null) {
        return failWithoutSocket(TM_EBADF);
      }
      if (optionValuePtr == null
          || optionLengthPtr == null
          || optionLengthPtr.value < Linger.SIZEOF
          || !isLinger(protocolLevel, optionName)) {
        return finish(socket, -TM_EINVAL);
      }
      if (!(socket instanceof StreamSocket stream)) {
        return finish(socket, -TM_ENOPROTOOPT);
      }
      optionValuePtr.l_onoff = stream.lingerSeconds() < 0 ? 0 : 1;
      optionValuePtr.l_linger = Math.max(0, stream.lingerSeconds());
      optionLengthPtr.value = Linger.SIZEOF;
      return 0;
    } finally {
      stack.exit();
    }
  }

  /**
   * Sets an option whose value is an int. Does not block.
   *
   * @param optionLength 4 or more
   * @return 0; or TM_SOCKET_ERROR: TM_ENOPROTOOPT (unknown or read-only), TM_EINVAL (null, short,
   *     not an int, size, time or count below 1)
   */
  public int setsockopt(
      int socketDescriptor,
      int protocolLevel,
      int optionName,
      @Nullable IntRef optionValuePtr,
      int optionLength) {
    stack.enter();
    try {
      Socket socket = table.find(socketDescriptor);
      if (socket == null) {
        return failWithoutSocket(TM_EBADF);
      }
      if (optionValuePtr == null
          || optionLength < INT_BYTES
          || isLinger(protocolLevel, optionName)) {
        return finish(socket, -TM_EINVAL);
      }
      return finish(
          socket, SocketOptions.set(socket, protocolLevel, optionName, optionValuePtr.value));
    } finally {
      stack.exit();
    }
  }

  /**
   * Sets SO_LINGER. Does not block.
   *
   * @param optionLength {@link Linger#SIZEOF} or more
   * @return 0; or TM_SOCKET_ERROR: TM_ENOPROTOOPT (not a stream), TM_EINVAL (null, short, another
   *     option, negative time)
   */
  public int setsockopt(
      int socketDescriptor,
      int protocolLevel,
      int optionName,
      @Nullable Linger optionValuePtr,
      int optionLength) {
    stack.enter();
    try {
      Socket socket = table.find(socketDescriptor);
      if (socket == null) {
        return failWithoutSocket(TM_EBADF);
      }
      if (optionValuePtr == null
          || optionLength < Linger.SIZEOF
          || !isLinger(protocolLevel, optionName)
          || optionValuePtr.l_linger < 0) {
        return finish(socket, -TM_EINVAL);
      }
      if (!(socket instanceof StreamSocket stream)) {
        return finish(socket, -TM_ENOPROTOOPT);
      }
      stream.lingerSeconds(optionValuePtr.l_onoff == 0 ? -1 : optionValuePtr.l_linger);
      return 0;
    } finally {
      stack.exit();
    }
  }

  private static boolean isLinger(int protocolLevel, int optionName) {
    return protocolLevel == SOL_SOCKET && optionName == SO_LINGER;
  }
}
