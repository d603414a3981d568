package dev.trident.xti.error;

import static dev.trident.xti.XtiConstants.*;

import dev.trident.endpoint.StackError;
import dev.trident.xti.Dialect;

/**
 * What the engine's errors mean in XTI: the only place where one is translated. Calls differ, so
 * each kind of call has a switch of its own; there is no default, so that a new error of the engine
 * stops the build here.
 */
public final class StackErrors {
  private StackErrors() {}

  /** The errno that stands for an engine's error in TSYSERR, t_uderr.error and disconnects. */
  public static int errno(StackError error) {
    return switch (error) {
      case WOULD_BLOCK, IN_PROGRESS, NO_BUFFERS -> ENOBUFS;
      case NOT_CONNECTED -> ENOTCONN;
      case ALREADY_CONNECTED -> EISCONN;
      case CONNECTION_REFUSED -> ECONNREFUSED;
      case CONNECTION_RESET -> ECONNRESET;
      case BROKEN_PIPE, SHUT_DOWN -> EPIPE;
      case CONNECTION_ABORTED -> ECONNABORTED;
      case TIMED_OUT -> ETIMEDOUT;
      case HOST_UNREACHABLE -> EHOSTUNREACH;
      case NETWORK_UNREACHABLE -> ENETUNREACH;
      case ADDRESS_IN_USE -> EADDRINUSE;
      case ADDRESS_NOT_AVAILABLE, INVALID_ADDRESS -> EADDRNOTAVAIL;
      case INVALID_ARGUMENT -> EINVAL;
      case INVALID_STATE -> EPROTO;
      case MESSAGE_TOO_LONG -> EMSGSIZE;
      case ENDPOINT_LIMIT -> ENOSR;
      case BAD_BUFFER -> EFAULT;
      case ACCESS_DENIED -> EACCES;
    };
  }

  /** {@code t_discon.reason}: a reset is a reset, whoever had closed before it came. */
  public static int disconnectReason(StackError error) {
    return error == StackError.BROKEN_PIPE ? ECONNRESET : errno(error);
  }

  /** For t_bind of an address that was asked for by name. */
  public static int bind(StackError error, Dialect dialect) {
    return switch (error) {
      case ADDRESS_IN_USE -> dialect.hasXtiErrors() ? Failure.of(TADDRBUSY) : Failure.of(TNOADDR);
      case ADDRESS_NOT_AVAILABLE, INVALID_ADDRESS -> Failure.of(TBADADDR);
      case WOULD_BLOCK,
          IN_PROGRESS,
          NOT_CONNECTED,
          ALREADY_CONNECTED,
          CONNECTION_REFUSED,
          CONNECTION_RESET,
          BROKEN_PIPE,
          CONNECTION_ABORTED,
          TIMED_OUT,
          HOST_UNREACHABLE,
          NETWORK_UNREACHABLE,
          INVALID_ARGUMENT,
          INVALID_STATE,
          SHUT_DOWN,
          MESSAGE_TOO_LONG,
          NO_BUFFERS,
          ENDPOINT_LIMIT,
          BAD_BUFFER,
          ACCESS_DENIED ->
          Failure.system(errno(error));
    };
  }

  /**
   * For t_connect: 0 for an error that is a disconnect indication, so that the attempt has begun
   * and ended; otherwise why it did not begin.
   */
  public static int connect(StackError error, Dialect dialect) {
    return switch (error) {
      case CONNECTION_REFUSED,
          CONNECTION_RESET,
          BROKEN_PIPE,
          CONNECTION_ABORTED,
          TIMED_OUT,
          HOST_UNREACHABLE,
          NETWORK_UNREACHABLE ->
          0;
      case ADDRESS_IN_USE -> dialect.hasXtiErrors() ? Failure.of(TADDRBUSY) : Failure.of(TBADADDR);
      case ADDRESS_NOT_AVAILABLE, INVALID_ADDRESS -> Failure.of(TBADADDR);
      case WOULD_BLOCK,
          IN_PROGRESS,
          NOT_CONNECTED,
          ALREADY_CONNECTED,
          INVALID_ARGUMENT,
          INVALID_STATE,
          SHUT_DOWN,
          MESSAGE_TOO_LONG,
          NO_BUFFERS,
          ENDPOINT_LIMIT,
          BAD_BUFFER,
          ACCESS_DENIED ->
          Failure.system(errno(error));
    };
  }

  /** For t_snd, t_sndv and t_sndrel. What ended the connection is told by t_look. */
  public static int snd(StackError error) {
    return switch (error) {
      case WOULD_BLOCK, NO_BUFFERS -> Failure.of(TFLOW);
      case CONNECTION_REFUSED,
          CONNECTION_RESET,
          BROKEN_PIPE,
          CONNECTION_ABORTED,
          TIMED_OUT,
          HOST_UNREACHABLE,
          NETWORK_UNREACHABLE ->
          Failure.of(TLOOK);
      case BAD_BUFFER, MESSAGE_TOO_LONG -> Failure.of(TBADDATA);
      case NOT_CONNECTED, SHUT_DOWN -> Failure.of(TOUTSTATE);
      case IN_PROGRESS,
          ALREADY_CONNECTED,
          ADDRESS_IN_USE,
          ADDRESS_NOT_AVAILABLE,
          INVALID_ADDRESS,
          INVALID_ARGUMENT,
          INVALID_STATE,
          ENDPOINT_LIMIT,
          ACCESS_DENIED ->
          Failure.of(TPROTO);
    };
  }

  /** For t_rcv and t_rcvv. */
  public static int rcv(StackError error) {
    return switch (error) {
      case WOULD_BLOCK -> Failure.of(TNODATA);
      case CONNECTION_REFUSED,
          CONNECTION_RESET,
          BROKEN_PIPE,
          CONNECTION_ABORTED,
          TIMED_OUT,
          HOST_UNREACHABLE,
          NETWORK_UNREACHABLE ->
          Failure.of(TLOOK);
      case BAD_BUFFER -> Failure.of(TBADDATA);
      case NOT_CONNECTED -> Failure.of(TOUTSTATE);
      case NO_BUFFERS -> Failure.system(ENOBUFS);
      case IN_PROGRESS,
          ALREADY_CONNECTED,
          ADDRESS_IN_USE,
          ADDRESS_NOT_AVAILABLE,
          INVALID_ADDRESS,
          INVALID_ARGUMENT,
          INVALID_STATE,
          SHUT_DOWN,
          MESSAGE_TOO_LONG,
          ENDPOINT_LIMIT,
          ACCESS_DENIED ->
          Failure.of(TPROTO);
    };
  }

  /** For t_sndudata and t_sndvudata: faults of the route are found at once. */
  public static int sndudata(StackError error, Dialect dialect) {
    return switch (error) {
      case WOULD_BLOCK, NO_BUFFERS -> Failure.of(TFLOW);
      case INVALID_ADDRESS -> dialect.checksState() ? Failure.of(TBADADDR) : Failure.system(EPROTO);
      case MESSAGE_TOO_LONG ->
          dialect.checksState() ? Failure.of(TBADDATA) : Failure.system(EPROTO);
      case BAD_BUFFER -> Failure.of(TBADDATA);
      case ACCESS_DENIED -> Failure.of(TACCES);
      case IN_PROGRESS,
          NOT_CONNECTED,
          ALREADY_CONNECTED,
          CONNECTION_REFUSED,
          CONNECTION_RESET,
          BROKEN_PIPE,
          CONNECTION_ABORTED,
          TIMED_OUT,
          HOST_UNREACHABLE,
          NETWORK_UNREACHABLE,
          ADDRESS_IN_USE,
          ADDRESS_NOT_AVAILABLE,
          INVALID_ARGUMENT,
          INVALID_STATE,
          SHUT_DOWN,
          ENDPOINT_LIMIT ->
          Failure.system(errno(error));
    };
  }
}
