package dev.trident.script.driver.api;

import dev.trident.script.driver.ApiDriver;
import dev.trident.script.driver.Call;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Errors that several drivers report in one way. */
final class Errnos {
  private Errnos() {}

  /**
   * What getsockopt(SO_ERROR) stores.
   *
   * @param name of the error, or null for none
   * @throws IllegalArgumentException if {@link Call#ERRNO_NAMES} does not have it
   */
  static ApiDriver.Outcome pending(@Nullable String name) {
    long code = name == null ? 0 : Call.ERRNO_NAMES.indexOf(name) + 1;
    if (name != null && code == 0) {
      throw new IllegalArgumentException("SO_ERROR " + name + ": add it to Call.ERRNO_NAMES");
    }
    return ApiDriver.Outcome.of(0, List.of(code));
  }

  /**
   * The name of an error number of Linux, which XTI and TCPDirect use alike.
   *
   * @throws IllegalArgumentException if it is none that they give
   */
  static String name(int errno) {
    return switch (errno) {
      case 2 -> "ENOENT";
      case 4 -> "EINTR";
      case 5 -> "EIO";
      case 6 -> "ENXIO";
      case 9 -> "EBADF";
      case 11 -> "EAGAIN";
      case 12 -> "ENOMEM";
      case 13 -> "EACCES";
      case 14 -> "EFAULT";
      case 16 -> "EBUSY";
      case 19 -> "ENODEV";
      case 22 -> "EINVAL";
      case 24 -> "EMFILE";
      case 32 -> "EPIPE";
      case 63 -> "ENOSR";
      case 71 -> "EPROTO";
      case 90 -> "EMSGSIZE";
      case 95 -> "EOPNOTSUPP";
      case 97 -> "EAFNOSUPPORT";
      case 98 -> "EADDRINUSE";
      case 99 -> "EADDRNOTAVAIL";
      case 101 -> "ENETUNREACH";
      case 103 -> "ECONNABORTED";
      case 104 -> "ECONNRESET";
      case 105 -> "ENOBUFS";
      case 106 -> "EISCONN";
      case 107 -> "ENOTCONN";
      case 110 -> "ETIMEDOUT";
      case 111 -> "ECONNREFUSED";
      case 113 -> "EHOSTUNREACH";
      case 114 -> "EALREADY";
      default -> throw new IllegalArgumentException("errno " + errno + ": has no name here");
    };
  }
}
