package dev.trident.treck.error;

import static dev.trident.treck.error.ErrorCodes.*;

import dev.trident.endpoint.StackError;

/** The one translation from the engine's errors to Treck's. */
public final class StackErrors {
  private StackErrors() {}

  /** The {@code TM_E...} code that reports {@code error}. */
  public static int codeOf(StackError error) {
    return switch (error) {
      case WOULD_BLOCK -> TM_EWOULDBLOCK;
      case IN_PROGRESS -> TM_EINPROGRESS;
      case NOT_CONNECTED -> TM_ENOTCONN;
      case ALREADY_CONNECTED -> TM_EISCONN;
      case CONNECTION_REFUSED -> TM_ECONNREFUSED;
      // Treck has no code of its own for a reset that follows the peer's FIN.
      case CONNECTION_RESET, BROKEN_PIPE -> TM_ECONNRESET;
      case CONNECTION_ABORTED -> TM_ECONNABORTED;
      case TIMED_OUT -> TM_ETIMEDOUT;
      // The pages say "no route to destination" for both.
      case HOST_UNREACHABLE, NETWORK_UNREACHABLE -> TM_EHOSTUNREACH;
      case ADDRESS_IN_USE -> TM_EADDRINUSE;
      case ADDRESS_NOT_AVAILABLE, INVALID_ADDRESS -> TM_EADDRNOTAVAIL;
      case INVALID_ARGUMENT, INVALID_STATE, BAD_BUFFER -> TM_EINVAL;
      case SHUT_DOWN -> TM_ESHUTDOWN;
      case MESSAGE_TOO_LONG -> TM_EMSGSIZE;
      case NO_BUFFERS, ENDPOINT_LIMIT -> TM_ENOBUFS;
      case ACCESS_DENIED -> TM_EACCES;
    };
  }

  /**
   * Turns a result of the engine into one of a socket: a count stays, a {@link StackError} code
   * becomes the negative of its {@code TM_E...} code.
   */
  public static int result(int engineResult) {
    return engineResult >= 0 ? engineResult : -codeOf(StackError.of(engineResult));
  }
}
