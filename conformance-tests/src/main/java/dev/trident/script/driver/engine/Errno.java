package dev.trident.script.driver.engine;

import dev.trident.endpoint.StackError;
import dev.trident.script.driver.ApiDriver.Outcome;

/** What the engine's errors are called in BSD. */
final class Errno {
  private Errno() {}

  static String name(StackError error) {
    return switch (error) {
      case WOULD_BLOCK -> "EAGAIN";
      case IN_PROGRESS -> "EINPROGRESS";
      case NOT_CONNECTED -> "ENOTCONN";
      case ALREADY_CONNECTED -> "EISCONN";
      case CONNECTION_REFUSED -> "ECONNREFUSED";
      case CONNECTION_RESET -> "ECONNRESET";
      case BROKEN_PIPE, SHUT_DOWN -> "EPIPE";
      case CONNECTION_ABORTED -> "ECONNABORTED";
      case TIMED_OUT -> "ETIMEDOUT";
      case HOST_UNREACHABLE -> "EHOSTUNREACH";
      case NETWORK_UNREACHABLE -> "ENETUNREACH";
      case ADDRESS_IN_USE -> "EADDRINUSE";
      case ADDRESS_NOT_AVAILABLE -> "EADDRNOTAVAIL";
      case INVALID_ADDRESS, INVALID_ARGUMENT, INVALID_STATE -> "EINVAL";
      case MESSAGE_TOO_LONG -> "EMSGSIZE";
      case NO_BUFFERS -> "ENOBUFS";
      case ENDPOINT_LIMIT -> "EMFILE";
      case BAD_BUFFER -> "EFAULT";
      case ACCESS_DENIED -> "EACCES";
    };
  }

  /** The outcome of a call that returned {@code code}, a count or an error. */
  static Outcome outcome(int code) {
    return code >= 0 ? Outcome.of(code) : error(code);
  }

  /** The outcome of a call that failed by {@code code}. */
  static Outcome error(int code) {
    return Outcome.error(name(StackError.of(code)));
  }
}
