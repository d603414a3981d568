package dev.trident.xti.error;

import dev.trident.xti.Errno;

/** What t_strerror and t_error say. The wording is ours: the standard leaves it open. */
public final class ErrorTexts {
  private static final String[] T_TEXTS = {
    "No error",
    "Address has a wrong format",
    "Options have a wrong format",
    "Permission is missing",
    "Not a transport endpoint",
    "No address could be assigned",
    "Call does not fit the state of the endpoint",
    "Unknown sequence number",
    "System error",
    "An event wants attention",
    "Amount of data is not allowed",
    "Buffer is too small",
    "Blocked by flow control",
    "Nothing is available at present",
    "No disconnect indication is waiting",
    "No datagram error is waiting",
    "Flags are wrong",
    "No orderly release is waiting",
    "Transport provider cannot do this",
    "State is changing",
    "Structure type is unknown",
    "Transport provider name is unknown",
    "Endpoint has queue length zero",
    "Address is in use",
    "Other connect indications are outstanding",
    "Endpoints belong to different transport providers",
    "Accepting endpoint has a queue length above zero",
    "Accepting endpoint must be bound to the listener's address",
    "Queue of connect indications is full",
    "Library and transport provider disagree",
  };

  private ErrorTexts() {}

  /** The text for a t_errno code; for an unknown one, its number and that it is unknown. */
  public static String ofTErrno(int code) {
    return code >= 0 && code < T_TEXTS.length ? T_TEXTS[code] : code + ": error unknown";
  }

  /** The text for an errno value. */
  public static String ofErrno(int errno) {
    return switch (errno) {
      case Errno.ENOENT -> "No such file or directory";
      case Errno.EINTR -> "Interrupted call";
      case Errno.ENXIO -> "No such device";
      case Errno.EBADF -> "Bad file descriptor";
      case Errno.EACCES -> "Permission denied";
      case Errno.EFAULT -> "Bad address";
      case Errno.EINVAL -> "Invalid argument";
      case Errno.EMFILE -> "Too many open files";
      case Errno.EPIPE -> "Broken pipe";
      case Errno.ENOSR -> "Out of endpoints";
      case Errno.EPROTO -> "Protocol error";
      case Errno.EMSGSIZE -> "Message too long";
      case Errno.EADDRINUSE -> "Address already in use";
      case Errno.EADDRNOTAVAIL -> "Not an address of this host";
      case Errno.ENETUNREACH -> "Network is unreachable";
      case Errno.ECONNABORTED -> "Connection aborted on this side";
      case Errno.ECONNRESET -> "Connection reset by peer";
      case Errno.ENOBUFS -> "Out of packet memory";
      case Errno.EISCONN -> "Already connected";
      case Errno.ENOTCONN -> "Not connected";
      case Errno.ETIMEDOUT -> "Connection timed out";
      case Errno.ECONNREFUSED -> "Connection refused";
      case Errno.EHOSTUNREACH -> "Host is unreachable";
      default -> "errno " + errno;
    };
  }
}
