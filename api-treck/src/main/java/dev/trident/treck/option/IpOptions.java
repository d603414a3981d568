package dev.trident.treck.option;

import static dev.trident.treck.error.ErrorCodes.*;
import static dev.trident.treck.option.OptionConstants.*;

import dev.trident.treck.IpMreq;
import dev.trident.treck.IpMreqSource;
import dev.trident.treck.error.StackErrors;
import dev.trident.treck.socket.DatagramSocket;
import dev.trident.treck.socket.Socket;

/**
 * Options at level IP_PROTOIP, of datagram sockets only. Results are 0 or a value, or the negative
 * of an error code.
 */
public final class IpOptions {
  private static final int MAX_OCTET = 255;

  private IpOptions() {}

  static int get(Socket socket, int optionName) {
    if (!(socket instanceof DatagramSocket datagrams)) {
      return -TM_ENOPROTOOPT;
    }
    return switch (optionName) {
      case IPO_TTL -> datagrams.ttl();
      case IPO_TOS -> datagrams.tos();
      case IPO_MULTICAST_TTL -> datagrams.groups().ttl();
      case IPO_MULTICAST_LOOP -> datagrams.groups().loops() ? 1 : 0;
      default -> refuse(optionName);
    };
  }

  static int set(Socket socket, int optionName, int value) {
    if (!(socket instanceof DatagramSocket datagrams)) {
      return -TM_ENOPROTOOPT;
    }
    return switch (optionName) {
      case IPO_TTL, IPO_TOS, IPO_MULTICAST_TTL -> setOctet(datagrams, optionName, value);
      case IPO_MULTICAST_LOOP -> {
        datagrams.groups().loop(value != 0);
        yield TM_ENOERROR;
      }
      default -> refuse(optionName);
    };
  }

  private static int setOctet(DatagramSocket datagrams, int optionName, int value) {
    int least = optionName == IPO_TTL ? 1 : 0;
    if (value < least || value > MAX_OCTET) {
      return -TM_EINVAL;
    }
    switch (optionName) {
      case IPO_TTL -> datagrams.ttl(value);
      case IPO_TOS -> datagrams.tos(value);
      default -> datagrams.groups().ttl(value);
    }
    return TM_ENOERROR;
  }

  /** An option whose value is a structure is there, but not in this form. */
  private static int refuse(int optionName) {
    return switch (optionName) {
      case IPO_MULTICAST_IF,
          IPO_ADD_MEMBERSHIP,
          IPO_DROP_MEMBERSHIP,
          IPO_ADD_SOURCE_MEMBERSHIP,
          IPO_DROP_SOURCE_MEMBERSHIP,
          IPO_BLOCK_SOURCE,
          IPO_UNBLOCK_SOURCE ->
          -TM_EINVAL;
      default -> -TM_ENOPROTOOPT;
    };
  }

  /** Joins or leaves a group for all sources. */
  public static int setMembership(DatagramSocket socket, int optionName, IpMreq group) {
    int multicast = group.imr_multiaddr;
    return switch (optionName) {
      case IPO_ADD_MEMBERSHIP ->
          StackErrors.result(socket.groups().join(multicast, group.imr_interface));
      case IPO_DROP_MEMBERSHIP ->
          StackErrors.result(socket.groups().leave(multicast, group.imr_interface));
      default -> -TM_EINVAL;
    };
  }

  /** Changes what is received of a group by source. */
  public static int setSource(DatagramSocket socket, int optionName, IpMreqSource one) {
    int group = one.imr_multiaddr;
    int source = one.imr_sourceaddr;
    int by = one.imr_interface;
    return switch (optionName) {
      case IPO_ADD_SOURCE_MEMBERSHIP ->
          StackErrors.result(socket.groups().joinSource(group, by, source));
      case IPO_DROP_SOURCE_MEMBERSHIP ->
          StackErrors.result(socket.groups().leaveSource(group, by, source));
      case IPO_BLOCK_SOURCE -> StackErrors.result(socket.groups().block(group, by, source));
      case IPO_UNBLOCK_SOURCE -> StackErrors.result(socket.groups().unblock(group, by, source));
      default -> -TM_EINVAL;
    };
  }
}
