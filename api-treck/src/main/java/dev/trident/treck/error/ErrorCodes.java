package dev.trident.treck.error;

/**
 * The {@code TM_E...} codes. Their numbers are not public; they are those of BSD 4.4 where BSD has
 * the error, moved by {@link #TM_ERROR_BASE}. Ported code compares names.
 *
 * <p>An interface, so that programs which extend {@code Treck} use the names without a prefix.
 */
@SuppressWarnings("MemberName") // the names of Treck
public interface ErrorCodes {
  /** What a failed socket call returns; the code is then in the socket. */
  int TM_SOCKET_ERROR = -1;

  /** Added to every code but success; change it here if logs must show a product's numbers. */
  int TM_ERROR_BASE = 0;

  int TM_ENOERROR = 0;
  int TM_EPERM = TM_ERROR_BASE + 1;
  int TM_ENOENT = TM_ERROR_BASE + 2;
  int TM_EINTR = TM_ERROR_BASE + 4;
  int TM_EIO = TM_ERROR_BASE + 5;
  int TM_EBADF = TM_ERROR_BASE + 9;
  int TM_ENOMEM = TM_ERROR_BASE + 12;
  int TM_EACCES = TM_ERROR_BASE + 13;
  int TM_EFAULT = TM_ERROR_BASE + 14;
  int TM_ENODEV = TM_ERROR_BASE + 19;
  int TM_EINVAL = TM_ERROR_BASE + 22;
  int TM_EMFILE = TM_ERROR_BASE + 24;
  int TM_EWOULDBLOCK = TM_ERROR_BASE + 35;
  int TM_EAGAIN = TM_EWOULDBLOCK;
  int TM_EINPROGRESS = TM_ERROR_BASE + 36;
  int TM_EALREADY = TM_ERROR_BASE + 37;
  int TM_ENOTSOCK = TM_ERROR_BASE + 38;
  int TM_EMSGSIZE = TM_ERROR_BASE + 40;
  int TM_EPROTOTYPE = TM_ERROR_BASE + 41;
  int TM_ENOPROTOOPT = TM_ERROR_BASE + 42;
  int TM_EPROTONOSUPPORT = TM_ERROR_BASE + 43;
  int TM_EOPNOTSUPP = TM_ERROR_BASE + 45;
  int TM_EAFNOSUPPORT = TM_ERROR_BASE + 47;
  int TM_EADDRINUSE = TM_ERROR_BASE + 48;
  int TM_EADDRNOTAVAIL = TM_ERROR_BASE + 49;
  int TM_ENETDOWN = TM_ERROR_BASE + 50;
  int TM_ENETUNREACH = TM_ERROR_BASE + 51;
  int TM_ECONNABORTED = TM_ERROR_BASE + 53;
  int TM_ECONNRESET = TM_ERROR_BASE + 54;
  int TM_ENOBUFS = TM_ERROR_BASE + 55;
  int TM_EISCONN = TM_ERROR_BASE + 56;
  int TM_ENOTCONN = TM_ERROR_BASE + 57;
  int TM_ESHUTDOWN = TM_ERROR_BASE + 58;
  int TM_ETIMEDOUT = TM_ERROR_BASE + 60;
  int TM_ECONNREFUSED = TM_ERROR_BASE + 61;
  int TM_EHOSTDOWN = TM_ERROR_BASE + 64;
  int TM_EHOSTUNREACH = TM_ERROR_BASE + 65;

  /** The name server answered that there is an error; no BSD counterpart. */
  int TM_EANSWER = TM_ERROR_BASE + 101;

  /** The name exists but has no address; no BSD counterpart. */
  int TM_NO_DATA = TM_ERROR_BASE + 102;
}
