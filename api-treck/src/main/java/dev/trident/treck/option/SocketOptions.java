package dev.trident.treck.option;

import static dev.trident.treck.error.ErrorCodes.*;
import static dev.trident.treck.option.OptionConstants.*;
import static dev.trident.treck.socket.SocketConstants.IP_PROTOIP;
import static dev.trident.treck.socket.SocketConstants.IP_PROTOTCP;

import dev.trident.endpoint.KeepAlive;
import dev.trident.treck.socket.DatagramSocket;
import dev.trident.treck.socket.Socket;
import dev.trident.treck.socket.StreamSocket;

/**
 * Options whose value is an int; SO_LINGER has a structure and is not here. An option that this
 * engine does not carry out is refused as TM_ENOPROTOOPT rather than stored without effect.
 */
public final class SocketOptions {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private SocketOptions() {}

  /** The value, or the negative of an error code. No option has a negative value. */
  public static int get(Socket socket, int protocolLevel, int optionName) {
    if (socket.isClosing() && optionName != SO_ERROR) {
      return -TM_ESHUTDOWN;
    }
    return switch (protocolLevel) {
      case SOL_SOCKET ->
          switch (optionName) {
            case SO_ERROR -> socket.takePendingError();
            case SO_SNDBUF -> socket.sendBufferBytes();
            case SO_RCVBUF -> socket.receiveBufferBytes();
            case SO_TYPE -> socket.type();
            case SO_NONBLOCK -> flag(!socket.isBlocking());
            case SO_REUSEADDR ->
                socket instanceof DatagramSocket datagrams
                    ? flag(datagrams.reusesAddress())
                    : -TM_ENOPROTOOPT;
            case SO_BROADCAST ->
                socket instanceof DatagramSocket datagrams
                    ? flag(datagrams.mayBroadcast())
                    : -TM_ENOPROTOOPT;
            case SO_ACCEPTCONN ->
                socket instanceof StreamSocket stream
                    ? flag(stream.isListening())
                    : -TM_ENOPROTOOPT;
            case SO_KEEPALIVE ->
                socket instanceof StreamSocket stream
                    ? flag(stream.keepAlive().on())
                    : -TM_ENOPROTOOPT;
            case SO_OOBINLINE ->
                socket instanceof StreamSocket stream
                    ? flag(stream.urgentInLine())
                    : -TM_ENOPROTOOPT;
            default -> -TM_ENOPROTOOPT;
          };
      case IP_PROTOTCP ->
          socket instanceof StreamSocket stream ? getTcp(stream, optionName) : -TM_ENOPROTOOPT;
      case IP_PROTOIP -> IpOptions.get(socket, optionName);
      default -> -TM_ENOPROTOOPT;
    };
  }

  private static int getTcp(StreamSocket stream, int optionName) {
    return switch (optionName) {
      case TCP_NODELAY -> flag(stream.noDelay());
      case TCP_MAXSEG -> stream.maxSegmentBytes();
      case TCP_KEEPALIVE -> seconds(stream.keepAlive().idleNanos());
      case TCP_KEEPALIVE_CNT -> stream.keepAlive().probes();
      case TCP_KEEPALIVE_INTV -> seconds(stream.keepAlive().intervalNanos());
      default -> -TM_ENOPROTOOPT;
    };
  }

  /** 0, or the negative of an error code. */
  public static int set(Socket socket, int protocolLevel, int optionName, int value) {
    if (socket.isClosing()) {
      return -TM_ESHUTDOWN;
    }
    return switch (protocolLevel) {
      case SOL_SOCKET ->
          switch (optionName) {
            case SO_SNDBUF -> value <= 0 ? -TM_EINVAL : socket.sendBufferBytes(value);
            case SO_RCVBUF -> value <= 0 ? -TM_EINVAL : socket.receiveBufferBytes(value);
            case SO_NONBLOCK -> {
              socket.blocking(value == 0);
              yield TM_ENOERROR;
            }
            case SO_REUSEADDR, SO_BROADCAST ->
                socket instanceof DatagramSocket datagrams
                    ? setSharing(datagrams, optionName, value != 0)
                    : -TM_ENOPROTOOPT;
            case SO_KEEPALIVE ->
                socket instanceof StreamSocket stream
                    ? stream.keepAlive(stream.keepAlive().withOn(value != 0))
                    : -TM_ENOPROTOOPT;
            case SO_OOBINLINE ->
                socket instanceof StreamSocket stream
                    ? stream.urgentInLine(value != 0)
                    : -TM_ENOPROTOOPT;
            default -> -TM_ENOPROTOOPT;
          };
      case IP_PROTOTCP ->
          socket instanceof StreamSocket stream
              ? setTcp(stream, optionName, value)
              : -TM_ENOPROTOOPT;
      case IP_PROTOIP -> IpOptions.set(socket, optionName, value);
      default -> -TM_ENOPROTOOPT;
    };
  }

  private static int setSharing(DatagramSocket datagrams, int optionName, boolean on) {
    if (optionName == SO_REUSEADDR) {
      datagrams.reuseAddress(on);
    } else {
      datagrams.mayBroadcast(on);
    }
    return TM_ENOERROR;
  }

  private static int setTcp(StreamSocket stream, int optionName, int value) {
    if (optionName == TCP_NODELAY) {
      return stream.noDelay(value != 0);
    }
    KeepAlive before = stream.keepAlive();
    return switch (optionName) {
      case TCP_KEEPALIVE ->
          value <= 0
              ? -TM_EINVAL
              : stream.keepAlive(before.withIdleNanos(value * NANOS_PER_SECOND));
      case TCP_KEEPALIVE_CNT ->
          value <= 0 ? -TM_EINVAL : stream.keepAlive(before.withProbes(value));
      case TCP_KEEPALIVE_INTV ->
          value <= 0
              ? -TM_EINVAL
              : stream.keepAlive(before.withIntervalNanos(value * NANOS_PER_SECOND));
      default -> -TM_ENOPROTOOPT;
    };
  }

  private static int seconds(long nanos) {
    return (int) (nanos / NANOS_PER_SECOND);
  }

  private static int flag(boolean set) {
    return set ? 1 : 0;
  }
}
