package dev.trident.treck;

import dev.trident.c.IntRef;
import dev.trident.hw.host.Host;
import dev.trident.treck.error.StackErrors;
import dev.trident.treck.option.IpOptions;
import dev.trident.treck.socket.DatagramSocket;
import dev.trident.treck.socket.Socket;
import org.jspecify.annotations.Nullable;

/**
 * Options about groups, whose values are structures; of datagram sockets only, otherwise
 * TM_ENOPROTOOPT. Names and structures are those of BSD and RFC 3678, as no source tells Treck's.
 *
 * <pre>
 *   IP_PROTOIP   IPO_ADD_MEMBERSHIP          set      IpMreq: joins for all sources
 *                IPO_DROP_MEMBERSHIP         set      IpMreq: leaves
 *                IPO_BLOCK_SOURCE            set      IpMreqSource: not from this source any more
 *                IPO_UNBLOCK_SOURCE          set      IpMreqSource: undoes that
 *                IPO_ADD_SOURCE_MEMBERSHIP   set      IpMreqSource: joins for one source, or one more
 *                IPO_DROP_SOURCE_MEMBERSHIP  set      IpMreqSource: undoes that
 *                IPO_MULTICAST_IF            get set  InAddr: sends to groups by this interface
 *                IPO_MULTICAST_TTL           get set  int 0..255: TTL of what is sent to groups, 1
 *                                                     at first
 *                IPO_MULTICAST_LOOP          get set  int: whether members of this host receive it,
 *                                                     1 at first
 * </pre>
 */
@SuppressWarnings("MemberName") // the names of BSD and Treck
abstract class GroupCalls extends OptionCalls {
  GroupCalls(Host host, int maxSockets) {
    super(host, maxSockets);
  }

  /** What a call does with the datagram socket that it found. */
  @FunctionalInterface
  private interface Change {
    /** 0, or the negative of an error code. */
    int apply(DatagramSocket socket);
  }

  private int change(int socketDescriptor, int protocolLevel, boolean wellFormed, Change change) {
    stack.enter();
    try {
      Socket socket = table.find(socketDescriptor);
      if (socket == null) {
        return failWithoutSocket(TM_EBADF);
      }
      if (!wellFormed || protocolLevel != IP_PROTOIP) {
        return finish(socket, -TM_EINVAL);
      }
      if (socket.isClosing()) {
        return finish(socket, -TM_ESHUTDOWN);
      }
      return finish(
          socket,
          socket instanceof DatagramSocket datagrams ? change.apply(datagrams) : -TM_ENOPROTOOPT);
    } finally {
      stack.exit();
    }
  }

  /**
   * Sets IPO_ADD_MEMBERSHIP or IPO_DROP_MEMBERSHIP. Does not block.
   *
   * @param optionLength {@link IpMreq#SIZEOF} or more
   * @return 0; or TM_SOCKET_ERROR: TM_ENOPROTOOPT (not a datagram socket), TM_EINVAL (null, short,
   *     another option, no group), TM_EADDRINUSE (joined already), TM_EADDRNOTAVAIL (no such
   *     interface, or not joined), TM_ENOBUFS (too many groups)
   */
  public int setsockopt(
      int socketDescriptor,
      int protocolLevel,
      int optionName,
      @Nullable IpMreq optionValuePtr,
      int optionLength) {
    return change(
        socketDescriptor,
        protocolLevel,
        optionValuePtr != null && optionLength >= IpMreq.SIZEOF,
        socket ->
            optionValuePtr == null
                ? -TM_EINVAL
                : IpOptions.setMembership(socket, optionName, optionValuePtr));
  }

  /**
   * Sets one of the four options about a source. Does not block.
   *
   * @param optionLength {@link IpMreqSource#SIZEOF} or more
   * @return 0; or TM_SOCKET_ERROR: TM_ENOPROTOOPT (not a datagram socket), TM_EINVAL (null, short,
   *     another option, no group, no host's address, or a group that is joined the other way),
   *     TM_EADDRNOTAVAIL (no such interface, or nothing to be changed), TM_ENOBUFS (too many groups
   *     or sources)
   */
  public int setsockopt(
      int socketDescriptor,
      int protocolLevel,
      int optionName,
      @Nullable IpMreqSource optionValuePtr,
      int optionLength) {
    return change(
        socketDescriptor,
        protocolLevel,
        optionValuePtr != null && optionLength >= IpMreqSource.SIZEOF,
        socket ->
            optionValuePtr == null
                ? -TM_EINVAL
                : IpOptions.setSource(socket, optionName, optionValuePtr));
  }

  /**
   * Sets IPO_MULTICAST_IF. Does not block.
   *
   * @param optionValuePtr an address of the interface; 0 lets routes decide, as at first
   * @param optionLength {@link InAddr#SIZEOF} or more
   * @return 0; or TM_SOCKET_ERROR: TM_ENOPROTOOPT (not a datagram socket), TM_EINVAL (null, short,
   *     another option), TM_EADDRNOTAVAIL (no such interface)
   */
  public int setsockopt(
      int socketDescriptor,
      int protocolLevel,
      int optionName,
      @Nullable InAddr optionValuePtr,
      int optionLength) {
    return change(
        socketDescriptor,
        protocolLevel,
        optionValuePtr != null && optionLength >= InAddr.SIZEOF && optionName == IPO_MULTICAST_IF,
        socket ->
            optionValuePtr == null
                ? -TM_EINVAL
                : StackErrors.result(socket.groups().sendBy(optionValuePtr.s_addr)));
  }

  /**
   * Reads IPO_MULTICAST_IF. Does not block.
   *
   * @param optionLengthPtr in: {@link InAddr#SIZEOF} or more; out: SIZEOF
   * @return 0; or TM_SOCKET_ERROR: TM_ENOPROTOOPT (not a datagram socket), TM_EINVAL (null, short,
   *     another option)
   */
  public int getsockopt(
      int socketDescriptor,
      int protocolLevel,
      int optionName,
      @Nullable InAddr optionValuePtr,
      @Nullable IntRef optionLengthPtr) {
    return change(
        socketDescriptor,
        protocolLevel,
        optionValuePtr != null
            && optionLengthPtr != null
            && optionLengthPtr.value >= InAddr.SIZEOF
            && optionName == IPO_MULTICAST_IF,
        socket -> {
          if (optionValuePtr == null || optionLengthPtr == null) {
            return -TM_EINVAL;
          }
          optionValuePtr.s_addr = socket.groups().sendsBy();
          optionLengthPtr.value = InAddr.SIZEOF;
          return TM_ENOERROR;
        });
  }
}
