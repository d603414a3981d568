package dev.trident.treck.error;

import static dev.trident.treck.error.ErrorCodes.*;

/** A sentence for people per error code. */
public final class ErrorTexts {
  private ErrorTexts() {}

  /** The text for a code; one that names the number for a code that does not exist. */
  public static String of(int errorCode) {
    return switch (errorCode) {
      case TM_ENOERROR -> "No error";
      case TM_EPERM -> "Operation not permitted";
      case TM_ENOENT -> "No such entry";
      case TM_EINTR -> "Call was interrupted";
      case TM_EIO -> "Input or output failed";
      case TM_EBADF -> "Bad socket descriptor";
      case TM_ENOMEM -> "Out of memory";
      case TM_EACCES -> "Permission denied";
      case TM_EFAULT -> "Handle is not a zero-copy buffer";
      case TM_ENODEV -> "No such device";
      case TM_EINVAL -> "Invalid argument";
      case TM_EMFILE -> "Too many open sockets";
      case TM_EWOULDBLOCK -> "Operation would block";
      case TM_EINPROGRESS -> "Operation in progress";
      case TM_EALREADY -> "Operation already started";
      case TM_ENOTSOCK -> "Not a socket";
      case TM_EMSGSIZE -> "Message too long";
      case TM_EPROTOTYPE -> "Wrong protocol for this socket";
      case TM_ENOPROTOOPT -> "Option not available";
      case TM_EPROTONOSUPPORT -> "Protocol not supported";
      case TM_EOPNOTSUPP -> "Operation not supported by this socket";
      case TM_EAFNOSUPPORT -> "Address family not supported";
      case TM_EADDRINUSE -> "Address already in use";
      case TM_EADDRNOTAVAIL -> "Address not available";
      case TM_ENETDOWN -> "Network is down";
      case TM_ENETUNREACH -> "Network is unreachable";
      case TM_ECONNABORTED -> "Connection was aborted";
      case TM_ECONNRESET -> "Connection reset by peer";
      case TM_ENOBUFS -> "No buffer space available";
      case TM_EISCONN -> "Socket is already connected";
      case TM_ENOTCONN -> "Socket is not connected";
      case TM_ESHUTDOWN -> "Socket has been shut down";
      case TM_ETIMEDOUT -> "Operation timed out";
      case TM_ECONNREFUSED -> "Connection refused";
      case TM_EHOSTDOWN -> "Host is down";
      case TM_EHOSTUNREACH -> "No route to host";
      case TM_EANSWER -> "Name server answered with an error";
      case TM_NO_DATA -> "Name has no address";
      default -> "Unknown error " + errorCode;
    };
  }
}
