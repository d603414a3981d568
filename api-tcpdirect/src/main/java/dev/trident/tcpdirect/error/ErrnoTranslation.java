package dev.trident.tcpdirect.error;

import dev.trident.endpoint.StackError;
import dev.trident.tcpdirect.ZfErrno;

/**
 * The one translation of {@link StackError} for TCPDirect. Where the guide names another number for
 * one kind of call, that call's method here says so.
 */
public final class ErrnoTranslation {
  private ErrnoTranslation() {}

  /** The positive error number for {@code error}, as {@code zft_error} shows it. */
  public static int errno(StackError error) {
    return switch (error) {
      case WOULD_BLOCK -> ZfErrno.EAGAIN;
      case IN_PROGRESS -> ZfErrno.EALREADY;
      case NOT_CONNECTED, SHUT_DOWN -> ZfErrno.ENOTCONN;
      case ALREADY_CONNECTED -> ZfErrno.EISCONN;
      case CONNECTION_REFUSED -> ZfErrno.ECONNREFUSED;
      case CONNECTION_RESET, CONNECTION_ABORTED -> ZfErrno.ECONNRESET;
      case BROKEN_PIPE -> ZfErrno.EPIPE;
      case TIMED_OUT -> ZfErrno.ETIMEDOUT;
      case HOST_UNREACHABLE, NETWORK_UNREACHABLE -> ZfErrno.EHOSTUNREACH;
      case ADDRESS_IN_USE -> ZfErrno.EADDRINUSE;
      case ADDRESS_NOT_AVAILABLE -> ZfErrno.EADDRNOTAVAIL;
      case INVALID_ADDRESS, INVALID_ARGUMENT, INVALID_STATE -> ZfErrno.EINVAL;
      case MESSAGE_TOO_LONG -> ZfErrno.EMSGSIZE;
      case NO_BUFFERS -> ZfErrno.ENOMEM;
      case ENDPOINT_LIMIT -> ZfErrno.ENOBUFS;
      case BAD_BUFFER -> ZfErrno.EFAULT;
      case ACCESS_DENIED -> ZfErrno.EACCES;
    };
  }

  /** The result of a call for the engine's negative {@code code}: most calls. */
  public static int result(int code) {
    return -errno(StackError.of(code));
  }

  /**
   * The result of {@code zft_send}: what is not a matter of space or memory means that the state
   * does not allow sending, whatever ended the connection.
   */
  public static int tcpSend(int code) {
    int errno = errno(StackError.of(code));
    return switch (errno) {
      case ZfErrno.EAGAIN, ZfErrno.ENOMEM, ZfErrno.EFAULT, ZfErrno.EINVAL -> -errno;
      default -> -ZfErrno.ENOTCONN;
    };
  }

  /** The result of {@code zfut_send}: packet buffers that are out are -ENOBUFS there. */
  public static int udpSend(int code) {
    return code == StackError.NO_BUFFERS.code ? -ZfErrno.ENOBUFS : result(code);
  }

  /** The result of binding and connecting, where a limit reached is one of the hardware. */
  public static int filter(int code) {
    return code == StackError.ENDPOINT_LIMIT.code ? -ZfErrno.EBUSY : result(code);
  }
}
