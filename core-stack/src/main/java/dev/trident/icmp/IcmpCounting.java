package dev.trident.icmp;

import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.wire.IcmpMessage;

/** Messages by their types, as the MIB wants them (RFC 4293). */
final class IcmpCounting {
  private IcmpCounting() {}

  /** An error of {@code type} has been sent. */
  static void onErrorSent(Counters counters, int type) {
    counters.increment(Counter.ICMP_SENT);
    switch (type) {
      case IcmpMessage.UNREACHABLE -> counters.increment(Counter.ICMP_UNREACHABLES_SENT);
      case IcmpMessage.TIME_EXCEEDED -> counters.increment(Counter.ICMP_TIME_EXCEEDED_SENT);
      case IcmpMessage.PARAMETER_PROBLEM ->
          counters.increment(Counter.ICMP_PARAMETER_PROBLEMS_SENT);
      default -> throw new IllegalArgumentException("no host sends errors of type " + type);
    }
  }

  /** A message of {@code type} has been received; what is dropped at once has its reason. */
  static void onReceived(Counters counters, int type) {
    switch (type) {
      case IcmpMessage.ECHO -> counters.increment(Counter.ICMP_ECHOS_RECEIVED);
      case IcmpMessage.ECHO_REPLY -> counters.increment(Counter.ICMP_ECHO_REPLIES_RECEIVED);
      case IcmpMessage.UNREACHABLE -> counters.increment(Counter.ICMP_UNREACHABLES_RECEIVED);
      case IcmpMessage.TIME_EXCEEDED -> counters.increment(Counter.ICMP_TIME_EXCEEDED_RECEIVED);
      case IcmpMessage.PARAMETER_PROBLEM ->
          counters.increment(Counter.ICMP_PARAMETER_PROBLEMS_RECEIVED);
      default -> {}
    }
  }
}
