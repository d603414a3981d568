package dev.trident.script.driver;

import java.util.List;

/**
 * A system call of a script with its arguments decoded. A driver switches over all of them without
 * a default, so that a call added here stops the build there.
 */
public sealed interface Call {
  /** A new descriptor, of TCP or of UDP. Blocking until told otherwise. */
  record Socket(boolean stream) implements Call {}

  /** Address 0 is any. */
  record Bind(int descriptor, int address, int port) implements Call {}

  record Listen(int descriptor, int backlog) implements Call {}

  /** A new descriptor; {@code out} is remote address and port. */
  record Accept(int descriptor, boolean nonBlocking) implements Call {}

  record Connect(int descriptor, int address, int port) implements Call {}

  /**
   * read, recv, recvfrom, recvmsg, readv: as many bytes as the lengths together.
   *
   * @param flags any of PEEK, TRUNC, DONTWAIT, OOB, WAITALL
   */
  record Receive(int descriptor, List<Integer> lengths, List<MessageFlag> flags) implements Call {}

  /**
   * write, send, sendto, sendmsg, writev of zero bytes.
   *
   * @param address of the destination, or 0 for the connected peer
   */
  record Send(int descriptor, List<Integer> lengths, List<MessageFlag> flags, int address, int port)
      implements Call {}

  record Close(int descriptor) implements Call {}

  record Shutdown(int descriptor, Direction how) implements Call {}

  /** {@code values} has one element, or two for LINGER: on or off, seconds. */
  record SetOption(int descriptor, Option option, List<Long> values) implements Call {}

  /** {@code out} is as {@code values} of {@link SetOption}; of ERROR, see {@link #ERRNO_NAMES}. */
  record GetOption(int descriptor, Option option) implements Call {}

  /** fcntl F_SETFL: O_NONBLOCK is the only flag that means anything. */
  record SetNonBlocking(int descriptor, boolean on) implements Call {}

  /** ioctl SIOCINQ or SIOCOUTQ: {@code out} is the count. */
  record QueuedBytes(int descriptor, boolean received) implements Call {}

  /**
   * poll, and epoll_wait, which the interpreter turns into this: value is the number of descriptors
   * with events, {@code out} their events, one for each request, as bits of {@link Events}.
   *
   * @param timeoutMillis negative for ever
   */
  record Poll(List<PollRequest> requests, int timeoutMillis) implements Call {}

  /** One descriptor to look at. */
  record PollRequest(int descriptor, int events) {}

  /** Bits of {@link Poll}, valued as Linux has them. */
  final class Events {
    public static final int IN = 0x1;
    public static final int PRI = 0x2;
    public static final int OUT = 0x4;
    public static final int ERR = 0x8;
    public static final int HUP = 0x10;
    public static final int NVAL = 0x20;
    public static final int RDHUP = 0x2000;

    private Events() {}
  }

  /** Which halves of a connection. */
  enum Direction {
    READ,
    WRITE,
    BOTH
  }

  /** Flags of sending and receiving that a script may give. */
  enum MessageFlag {
    PEEK,
    TRUNC,
    DONTWAIT,
    OOB,
    WAITALL,
    MORE,
    EOR,
    NOSIGNAL,
    FASTOPEN,
    ZEROCOPY,
    ERRQUEUE
  }

  /** Socket options by their names in C without the prefix of the level. */
  enum Option {
    SO_REUSEADDR,
    SO_ERROR,
    SO_RCVBUF,
    SO_SNDBUF,
    SO_KEEPALIVE,
    SO_LINGER,
    SO_OOBINLINE,
    TCP_NODELAY,
    TCP_MAXSEG,
    TCP_CORK,
    TCP_KEEPIDLE,
    TCP_KEEPINTVL,
    TCP_KEEPCNT,
    TCP_KEEPINIT,
    TCP_SYNCNT,
    TCP_USER_TIMEOUT,
    TCP_NOTSENT_LOWAT,
    TCP_QUICKACK,
    TCP_DEFER_ACCEPT,
    TCP_LINGER2,
    TCP_INQ,
    TCP_NOOPT,
    TCP_FASTOPEN,
    TCP_FASTOPEN_CONNECT,
    TCP_CONGESTION,
    IP_TOS,
    IP_TTL,
    IP_MTU_DISCOVER,
    IP_RECVERR
  }

  /**
   * Values of {@link Option#SO_ERROR}: {@code out} is 0 for no error, else the index of its name
   * here plus 1.
   */
  List<String> ERRNO_NAMES =
      List.of(
          "ECONNREFUSED",
          "ECONNRESET",
          "ETIMEDOUT",
          "EHOSTUNREACH",
          "ENETUNREACH",
          "EPIPE",
          "EMSGSIZE",
          "ENOPROTOOPT",
          "ECONNABORTED",
          "ENOBUFS");
}
