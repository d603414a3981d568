package dev.trident.treck.option;

/**
 * Names for getsockopt and setsockopt: BSD 4.4 numbers where BSD has the name, otherwise numbers of
 * our own, since Treck's are not public. {@link SocketOptions} says which are carried out.
 *
 * <p>An interface, so that programs which extend {@code Treck} use the names without a prefix.
 */
@SuppressWarnings("MemberName") // the names of BSD and Treck
public interface OptionConstants {
  int SOL_SOCKET = 0xffff;

  int SO_DEBUG = 0x1;
  int SO_ACCEPTCONN = 0x2;
  int SO_REUSEADDR = 0x4;
  int SO_KEEPALIVE = 0x8;
  int SO_DONTROUTE = 0x10;
  int SO_BROADCAST = 0x20;
  int SO_LINGER = 0x80;
  int SO_OOBINLINE = 0x100;
  int SO_SNDBUF = 0x1001;
  int SO_RCVBUF = 0x1002;
  int SO_SNDLOWAT = 0x1003;
  int SO_RCVLOWAT = 0x1004;
  int SO_SNDTIMEO = 0x1005;
  int SO_RCVTIMEO = 0x1006;
  int SO_ERROR = 0x1007;
  int SO_TYPE = 0x1008;

  /** Whether the socket is non-blocking; not in BSD. */
  int SO_NONBLOCK = 0x2001;

  /** TTL of datagrams sent; this and what follows at level IP_PROTOIP have numbers of our own. */
  int IPO_TTL = 0x2201;

  /** TOS octet of datagrams sent. */
  int IPO_TOS = 0x2202;

  int TCP_NODELAY = 1;
  int TCP_MAXSEG = 2;
  int TCP_NOPUSH = 4;

  /** Idle seconds before keep-alive probes begin; this and what follows have numbers of our own. */
  int TCP_KEEPALIVE = 0x2101;

  /** Probes that may go unanswered. */
  int TCP_KEEPALIVE_CNT = 0x2102;

  /** Seconds between unanswered probes. */
  int TCP_KEEPALIVE_INTV = 0x2103;
}
