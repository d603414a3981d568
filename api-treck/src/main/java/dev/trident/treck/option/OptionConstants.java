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

  int IPO_HDRINCL = 2;
  int IPO_TOS = 3;
  int IPO_TTL = 4;
  int IPO_MULTICAST_IF = 9;
  int IPO_MULTICAST_TTL = 10;
  int IPO_MULTICAST_LOOP = 11;
  int IPO_ADD_MEMBERSHIP = 12;
  int IPO_DROP_MEMBERSHIP = 13;
  int IPO_ADD_SOURCE_MEMBERSHIP = 70;
  int IPO_DROP_SOURCE_MEMBERSHIP = 71;
  int IPO_BLOCK_SOURCE = 72;
  int IPO_UNBLOCK_SOURCE = 73;

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
