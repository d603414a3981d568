package dev.trident.treck.socket;

/**
 * Constants of the socket calls: BSD 4.4 numbers where BSD has the name, otherwise numbers of our
 * own, since Treck's are not public.
 *
 * <p>An interface, so that programs which extend {@code Treck} use the names without a prefix.
 */
@SuppressWarnings("MemberName") // the names of BSD and Treck
public interface SocketConstants {
  int AF_INET = 2;

  int SOCK_STREAM = 1;
  int SOCK_DGRAM = 2;
  int SOCK_RAW = 3;

  int IP_PROTOIP = 0;
  int IP_PROTOICMP = 1;
  int IP_PROTOTCP = 6;
  int IP_PROTOUDP = 17;

  /** Send or receive the urgent byte. */
  int MSG_OOB = 0x1;

  /** Leave what is received in the queue. */
  int MSG_PEEK = 0x2;

  /** Send to a directly connected network only. */
  int MSG_DONTROUTE = 0x4;

  /** Wait until the whole length has been received. */
  int MSG_WAITALL = 0x40;

  /** Do not block in this call. */
  int MSG_DONTWAIT = 0x80;

  /** The zero-copy message is, or may be, a list of pieces; not for TCP. */
  int MSG_SCATTERED = 0x1000;

  /** For {@code tfBlockingState}: calls may block, the state of a fresh socket. */
  int TM_BLOCKING_ON = 1;

  /** For {@code tfBlockingState}: calls that would block fail instead. */
  int TM_BLOCKING_OFF = 2;
}
