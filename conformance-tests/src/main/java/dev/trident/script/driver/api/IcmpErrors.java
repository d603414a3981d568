package dev.trident.script.driver.api;

import dev.trident.wire.Ipv4Header;
import java.nio.ByteBuffer;

/** Tells the datagrams that report an error of another one. */
final class IcmpErrors {
  private static final int PROTOCOL = 9;
  private static final int ICMP_HEADER_BYTES = 8;

  private static final int DESTINATION_UNREACHABLE = 3;
  private static final int SOURCE_QUENCH = 4;
  private static final int TIME_EXCEEDED = 11;
  private static final int PARAMETER_PROBLEM = 12;

  private IcmpErrors() {}

  /** Whether an IPv4 datagram, between position and limit, is an error about TCP or UDP. */
  static boolean isAboutTransport(ByteBuffer datagram) {
    int at = datagram.position();
    if (protocol(datagram, at) != Ipv4Header.PROTOCOL_ICMP) {
      return false;
    }
    int icmp = at + headerBytes(datagram, at);
    int quoted = icmp + ICMP_HEADER_BYTES;
    if (quoted + PROTOCOL >= datagram.limit()) {
      return false;
    }
    int about = protocol(datagram, quoted);
    return switch (datagram.get(icmp)) {
      case DESTINATION_UNREACHABLE, SOURCE_QUENCH, TIME_EXCEEDED, PARAMETER_PROBLEM ->
          about == Ipv4Header.PROTOCOL_TCP || about == Ipv4Header.PROTOCOL_UDP;
      default -> false;
    };
  }

  private static int protocol(ByteBuffer datagram, int header) {
    return datagram.get(header + PROTOCOL) & 0xff;
  }

  private static int headerBytes(ByteBuffer datagram, int header) {
    return (datagram.get(header) & 0xf) * Integer.BYTES;
  }
}
