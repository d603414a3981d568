package dev.trident.script.driver.api;

import dev.trident.script.driver.Call;
import dev.trident.script.driver.Call.Direction;
import dev.trident.script.driver.Call.MessageFlag;
import dev.trident.script.driver.Call.Option;
import dev.trident.script.driver.NotExpressibleException;

/**
 * Names calls as a script writes them, where an API cannot say them; and options that say nothing.
 */
final class Unsaid {
  private Unsaid() {}

  static NotExpressibleException set(Option option, String why) {
    return new NotExpressibleException("setsockopt(" + option + ")", why);
  }

  static NotExpressibleException get(Option option, String why) {
    return new NotExpressibleException("getsockopt(" + option + ")", why);
  }

  static NotExpressibleException send(MessageFlag flag, String why) {
    return new NotExpressibleException("send(MSG_" + flag + ")", why);
  }

  static NotExpressibleException receive(MessageFlag flag, String why) {
    return new NotExpressibleException("recv(MSG_" + flag + ")", why);
  }

  static NotExpressibleException shutdown(Direction how, String why) {
    String name =
        switch (how) {
          case READ -> "SHUT_RD";
          case WRITE -> "SHUT_WR";
          case BOTH -> "SHUT_RDWR";
        };
    return new NotExpressibleException("shutdown(" + name + ")", why);
  }

  static NotExpressibleException listenAgain(String why) {
    return new NotExpressibleException("listen again", why);
  }

  static NotExpressibleException queuedBytes(Call.QueuedBytes call, String why) {
    return new NotExpressibleException(call.received() ? "ioctl(SIOCINQ)" : "ioctl(SIOCOUTQ)", why);
  }

  /**
   * Whether a value changes nothing in an API that lacks the option, so that leaving the call out
   * says the same. Addresses are never held back after a close here, and urgent bytes stay in the
   * stream.
   */
  static boolean changesNothing(Call.SetOption call) {
    boolean isOff = call.values().getFirst() == 0;
    return switch (call.option()) {
      case SO_REUSEADDR -> true;
      case SO_OOBINLINE -> !isOff;
      case SO_KEEPALIVE, SO_LINGER, TCP_CORK, TCP_NODELAY, TCP_DEFER_ACCEPT, TCP_INQ, TCP_NOOPT ->
          isOff;
      case IP_RECVERR -> isOff;
      case SO_ERROR,
          SO_RCVBUF,
          SO_SNDBUF,
          TCP_MAXSEG,
          TCP_KEEPIDLE,
          TCP_KEEPINTVL,
          TCP_KEEPCNT,
          TCP_KEEPINIT,
          TCP_SYNCNT,
          TCP_USER_TIMEOUT,
          TCP_NOTSENT_LOWAT,
          TCP_QUICKACK,
          TCP_LINGER2,
          TCP_FASTOPEN,
          TCP_FASTOPEN_CONNECT,
          TCP_CONGESTION,
          IP_TOS,
          IP_TTL,
          IP_MTU_DISCOVER ->
          false;
    };
  }
}
