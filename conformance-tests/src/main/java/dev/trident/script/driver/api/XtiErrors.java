package dev.trident.script.driver.api;

import static dev.trident.xti.Xti.*;

import dev.trident.xti.Xti;

/** XTI's t_errno codes as POSIX names. TLOOK is no error: the event tells. */
final class XtiErrors {
  private XtiErrors() {}

  /**
   * The name of the calling thread's last error.
   *
   * @param whenOutOfState what TOUTSTATE means for the call
   * @throws IllegalArgumentException if the code has no such name
   */
  static String name(Xti xti, String whenOutOfState) {
    int code = xti.t_errno();
    return switch (code) {
      case TSYSERR -> Errnos.name(xti.errno());
      case TOUTSTATE -> whenOutOfState;
      case TNODATA, TFLOW -> "EAGAIN";
      case TBADF -> "EBADF";
      case TADDRBUSY -> "EADDRINUSE";
      case TBADADDR, TNOADDR -> "EADDRNOTAVAIL";
      case TACCES -> "EACCES";
      case TNOTSUPPORT -> "EOPNOTSUPP";
      case TBADDATA -> "EMSGSIZE";
      case TBADOPT, TBADFLAG, TBADQLEN, TBADSEQ, TRESQLEN, TINDOUT -> "EINVAL";
      case TPROTO -> "EPROTO";
      default ->
          throw new IllegalArgumentException(
              "t_errno " + code + " (" + xti.t_strerror(code) + "): has no POSIX name");
    };
  }

  /** The name of a reason that t_rcvdis or t_rcvuderr gave, which is an errno value on TCP/IP. */
  static String ofReason(int reason) {
    return Errnos.name(reason);
  }
}
