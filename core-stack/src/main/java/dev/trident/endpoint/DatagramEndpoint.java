package dev.trident.endpoint;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.UserFree;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A UDP endpoint. Datagrams go out whole or not at all. An ICMP error about a datagram sent earlier
 * is pending until taken; {@link #lastErrorAddress} and {@link #lastErrorPort} say which
 * destination.
 */
public interface DatagramEndpoint extends Endpoint {
  /**
   * Sets the peer: datagrams of others are not received, and ICMP errors are reported. May be
   * repeated; address 0 dissolves it. Binds to an ephemeral port if unbound.
   *
   * @return 0, or NETWORK_UNREACHABLE, ADDRESS_IN_USE, INVALID_ADDRESS (port 0), INVALID_STATE if
   *     it only sends
   */
  int connect(int address, int port);

  /**
   * Makes an unbound endpoint one that only sends, from and to fixed addresses: no port is
   * reserved, nothing is received, and {@code localAddress} need not be the host's own.
   *
   * @param localAddress 0 lets the route decide
   * @param localPort 1..65535
   * @return 0, or NETWORK_UNREACHABLE, INVALID_ADDRESS (an address or port 0, or a local address
   *     that never appears on a link), INVALID_STATE
   */
  int transmitOnly(int localAddress, int localPort, int address, int port);

  int remoteAddress();

  int remotePort();

  /**
   * Also accepts datagrams to a further local address and port, optionally of one remote only.
   * Endpoints of one stack may share a port in this way, if no two accept the same; unlike {@link
   * #bind}, which has the port alone.
   *
   * <p>A multicast local address joins the group, on the interface that the route to it leads to,
   * for the remote only if there is one; remote port 0 then means any of its ports. Other stacks of
   * the host may do the same.
   *
   * @return 0, or ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE, INVALID_ADDRESS (local address or port 0),
   *     ENDPOINT_LIMIT (no filter left, or too many groups)
   */
  int addBinding(int localAddress, int localPort, int remoteAddress, int remotePort);

  /** Undoes {@link #addBinding} or {@link #bind}: 0, or INVALID_ADDRESS if there is none such. */
  int removeBinding(int localAddress, int localPort, int remoteAddress, int remotePort);

  /**
   * Sends one datagram, copied from {@code length} bytes at {@code index}.
   *
   * @param address destination, or 0 for the connected peer
   * @return {@code length}, or WOULD_BLOCK (device ring full), NO_BUFFERS, MESSAGE_TOO_LONG,
   *     NETWORK_UNREACHABLE, HOST_UNREACHABLE, NOT_CONNECTED (no peer and no address), BAD_BUFFER,
   *     ACCESS_DENIED (see {@link #mayBroadcast})
   */
  int send(ByteBuf buffer, int index, int length, int address, int port);

  /** As {@link #send} from {@code count} pieces, given as parallel arrays from index 0. */
  int sendGather(ByteBuf[] buffers, int[] indexes, int[] lengths, int count, int address, int port);

  /**
   * As {@link #send} without copying: on success {@code free} is called once with {@code token}
   * when the device has read the datagram, or it was given up. On error {@code free} is not called.
   */
  int sendLoan(
      ByteBuf buffer, int index, int length, Object token, UserFree free, int address, int port);

  /** As {@link #send} of a message, whose reference passes to the engine on success only. */
  int sendMessage(CellBuf message, int length, int address, int port);

  /**
   * As {@link #sendMessage} of a message that lies in {@code count} pieces, as {@link
   * #receivePieces} has given them. The references pass to the engine on success only, all of them.
   *
   * @param length bytes to send from the front, up to all
   */
  int sendPieces(CellBuf[] pieces, int count, int length, int address, int port);

  /** Largest payload of one datagram to the present route without fragments. */
  int maxPayloadBytes();

  /**
   * Largest payload of one datagram to the present route, in fragments unless {@link
   * #dontFragment()}; the limit of {@link #sendBufferBytes()} comes on top of it.
   */
  int maxMessageBytes();

  /** Largest payload of one datagram that can be received, put together of fragments. */
  int maxReceivedMessageBytes();

  /**
   * Copies the oldest datagram out, cut to {@code length}, and drops it. {@link #sourceAddress},
   * {@link #sourcePort} and {@link #datagramBytes} then tell of it.
   *
   * @return bytes copied, which may be 0; WOULD_BLOCK if none is queued; BAD_BUFFER (it stays
   *     queued)
   */
  int receive(ByteBuf buffer, int index, int length);

  /** Payload bytes of the oldest datagram, or WOULD_BLOCK. */
  int nextBytes();

  /**
   * Most pieces that a datagram may lie in: its head; 63 fragments of 1,024 bytes and more; and the
   * smaller ones between them, 64 runs of bytes that the ends of cells cut 31 times.
   */
  int MAX_PIECES = 1 + 63 + 64 + 31;

  /**
   * Takes the oldest datagram as a handle over its payload, the caller's to release. One that came
   * in fragments is copied into one piece of memory; {@link #receivePieces} takes it as it is.
   *
   * @return null if there is none, or, while {@link #nextBytes} tells of one, if there is no memory
   *     for it in one piece: it stays queued
   */
  @Nullable CellBuf receiveMessage();

  /**
   * Takes the oldest datagram as handles over the pieces in which it lies, nothing copied; each is
   * the caller's to release.
   *
   * @param pieces room for {@link #MAX_PIECES} handles is always enough
   * @return how many there are, one at least; WOULD_BLOCK if none is queued; BAD_BUFFER if there is
   *     no room for all (it stays queued)
   */
  int receivePieces(CellBuf[] pieces);

  /** As {@link #receiveMessage} of the oldest datagram, which stays queued. */
  @Nullable CellBuf peekMessage();

  /** Datagrams queued. */
  int receivableDatagrams();

  /** Of the datagram received, taken or peeked last. */
  int sourceAddress();

  int sourcePort();

  /** Where the datagram received, taken or peeked last was sent to: an own address or a group. */
  int destinationAddress();

  /** The TOS octet that the datagram received, taken or peeked last came with: DSCP and ECN. */
  int receivedTos();

  /** The TTL that the datagram received, taken or peeked last came with. */
  int receivedTtl();

  /** Whole payload of the datagram received last, however much was copied. */
  int datagramBytes();

  /** Destination of the datagram that the pending error is about. */
  int lastErrorAddress();

  int lastErrorPort();

  /** Datagrams dropped because the queue was full. */
  long queueDrops();

  void close();

  /** Limit of the receive queue in bytes of payload; the number of datagrams is bounded too. */
  void receiveBufferBytes(int bytes);

  int receiveBufferBytes();

  /** Limit of a datagram to be sent, as an API's SO_SNDBUF wants it. */
  void sendBufferBytes(int bytes);

  int sendBufferBytes();

  /** TTL of datagrams sent to single hosts and broadcast addresses, 1..255. */
  void ttl(int ttl);

  int ttl();

  /** TOS octet of datagrams sent: DSCP and ECN, 0..255. */
  void tos(int tos);

  int tos();

  /**
   * Whether datagrams sent from now on carry the don't-fragment bit; one that is too long for the
   * route is then MESSAGE_TOO_LONG.
   */
  void dontFragment(boolean df);

  boolean dontFragment();

  /** Membership of groups, and how datagrams to them are sent. */
  GroupOptions groups();

  /**
   * Whether a later {@link #bind} may share its port with others that said the same. A datagram to
   * a group or a broadcast reaches all of them, any other the one that was bound last.
   */
  void reuseAddress(boolean on);

  /**
   * Whether datagrams may be sent to broadcast addresses, as at first; otherwise sending there is
   * ACCESS_DENIED.
   */
  void mayBroadcast(boolean on);

  void attach(Object owner);

  @Nullable Object attachment();
}
