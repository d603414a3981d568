package dev.trident.endpoint;

/**
 * What can go wrong for a caller. Calls return {@link #code}, which is negative; {@link #of} finds
 * the constant again. Each API translates these in one class, by a switch without default.
 */
public enum StackError {
  /** Nothing to read, or no room to write, at present. */
  WOULD_BLOCK,
  /** A connection attempt is under way; its outcome shows in the readiness. */
  IN_PROGRESS,
  /** The endpoint has no connection, or no peer address. */
  NOT_CONNECTED,
  /** The endpoint is connected, connecting or listening already. */
  ALREADY_CONNECTED,
  /** The peer answered a SYN by RST, or a datagram by port unreachable. */
  CONNECTION_REFUSED,
  /** The peer reset the connection. */
  CONNECTION_RESET,
  /** The peer reset the connection after it had closed its own side. */
  BROKEN_PIPE,
  /** The connection was aborted on this side. */
  CONNECTION_ABORTED,
  /** Retransmissions, keep-alives or the user timeout were exhausted. */
  TIMED_OUT,
  /** No neighbour answered for the next hop, or an ICMP said so. */
  HOST_UNREACHABLE,
  /** No route leads to the destination. */
  NETWORK_UNREACHABLE,
  /** The local address and port, or the 4-tuple, is taken. */
  ADDRESS_IN_USE,
  /** The address is not one of this host's. */
  ADDRESS_NOT_AVAILABLE,
  /** The address or port cannot be used for this call. */
  INVALID_ADDRESS,
  /** An argument is out of its range. */
  INVALID_ARGUMENT,
  /** The call does not fit the state of the endpoint. */
  INVALID_STATE,
  /** This side has been shut down for sending. */
  SHUT_DOWN,
  /** The message can never fit: larger than the protocol or the send buffer allows. */
  MESSAGE_TOO_LONG,
  /** Packet memory or loans are out at present. */
  NO_BUFFERS,
  /** The configured number of endpoints exists already. */
  ENDPOINT_LIMIT,
  /** The buffer is read-only, released, or shorter than the length given. */
  BAD_BUFFER,
  /** The destination is a broadcast address, which this endpoint has no permission for. */
  ACCESS_DENIED;

  private static final StackError[] ALL = values();

  /** The negative number that stands for this error in return values. */
  public final int code = -1 - ordinal();

  /** The constant whose {@link #code} is {@code code}. */
  public static StackError of(int code) {
    return ALL[-1 - code];
  }
}
