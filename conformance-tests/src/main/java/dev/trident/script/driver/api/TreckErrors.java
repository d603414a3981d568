package dev.trident.script.driver.api;

import static dev.trident.treck.Treck.*;

import dev.trident.script.driver.ApiDriver.Outcome;
import dev.trident.treck.Treck;

/** Treck's error codes as POSIX names. */
final class TreckErrors {
  private TreckErrors() {}

  /** The outcome of a call that returns a count, or -1 and leaves the reason with the socket. */
  static Outcome result(Treck treck, int descriptor, int result) {
    return result >= 0 ? Outcome.of(result) : failure(treck, descriptor);
  }

  /** Why a call on {@code descriptor} has failed just now. */
  static Outcome failure(Treck treck, int descriptor) {
    return Outcome.error(name(treck.tfGetSocketError(descriptor)));
  }

  /** Whether a failure of a stream's call says how its connection has ended. */
  static boolean endsConnection(Outcome failure) {
    String errno = failure.errno();
    return errno != null
        && switch (errno) {
          case "ECONNRESET", "ECONNREFUSED", "ETIMEDOUT", "ECONNABORTED", "EHOSTUNREACH" -> true;
          default -> false;
        };
  }

  /**
   * The name of a code.
   *
   * @throws IllegalArgumentException if it is none of Treck's
   */
  static String name(int code) {
    return switch (code) {
      case TM_EPERM -> "EPERM";
      case TM_ENOENT -> "ENOENT";
      case TM_EINTR -> "EINTR";
      case TM_EIO -> "EIO";
      case TM_EBADF -> "EBADF";
      case TM_ENOMEM -> "ENOMEM";
      case TM_EACCES -> "EACCES";
      case TM_EFAULT -> "EFAULT";
      case TM_ENODEV -> "ENODEV";
      case TM_EINVAL -> "EINVAL";
      case TM_EMFILE -> "EMFILE";
      case TM_EWOULDBLOCK -> "EAGAIN";
      case TM_EINPROGRESS -> "EINPROGRESS";
      case TM_EALREADY -> "EALREADY";
      case TM_ENOTSOCK -> "ENOTSOCK";
      case TM_EMSGSIZE -> "EMSGSIZE";
      case TM_EPROTOTYPE -> "EPROTOTYPE";
      case TM_ENOPROTOOPT -> "ENOPROTOOPT";
      case TM_EPROTONOSUPPORT -> "EPROTONOSUPPORT";
      case TM_EOPNOTSUPP -> "EOPNOTSUPP";
      case TM_EAFNOSUPPORT -> "EAFNOSUPPORT";
      case TM_EADDRINUSE -> "EADDRINUSE";
      case TM_EADDRNOTAVAIL -> "EADDRNOTAVAIL";
      case TM_ENETDOWN -> "ENETDOWN";
      case TM_ENETUNREACH -> "ENETUNREACH";
      case TM_ECONNABORTED -> "ECONNABORTED";
      case TM_ECONNRESET -> "ECONNRESET";
      case TM_ENOBUFS -> "ENOBUFS";
      case TM_EISCONN -> "EISCONN";
      case TM_ENOTCONN -> "ENOTCONN";
      // POSIX has no ESHUTDOWN: a socket shut down for writing is a broken pipe there.
      case TM_ESHUTDOWN -> "EPIPE";
      case TM_ETIMEDOUT -> "ETIMEDOUT";
      case TM_ECONNREFUSED -> "ECONNREFUSED";
      case TM_EHOSTDOWN, TM_EHOSTUNREACH -> "EHOSTUNREACH";
      default -> throw new IllegalArgumentException("Treck error " + code + ": has no name");
    };
  }
}
