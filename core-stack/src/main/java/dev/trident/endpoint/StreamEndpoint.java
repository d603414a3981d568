package dev.trident.endpoint;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.UserFree;
import io.netty.buffer.ByteBuf;

/**
 * One end of a TCP connection.
 *
 * <p>Sending is allowed in ESTABLISHED and CLOSE_WAIT; in SYN_SENT and SYN_RECEIVED data is queued
 * until then, unless the connection was accepted in SYN_RECEIVED ({@link StreamListener#fastOpen}).
 * Otherwise the answer is NOT_CONNECTED (before), SHUT_DOWN (after {@link #shutdownSend}) or the
 * error that ended the connection. Received data is readable until it has all been read, whatever
 * happened to the connection since; then comes the end of the stream (0, again and again) or the
 * error (again and again).
 */
public interface StreamEndpoint extends Endpoint {
  /** More data follows: a last segment that is not full may wait for it. */
  int SEND_MORE = 1;

  /**
   * Everything up to the last byte of this call is urgent: it goes out at once, and the peer is
   * told where it ends as soon as the engine has taken the whole call. New programs should not use
   * it: middleboxes and receivers disagree about it (RFC 6093 section 3, RFC 9293 SHLD-13).
   */
  int SEND_URGENT = 1 << 1;

  /**
   * Starts an active open and returns at once: CONNECTED or ERROR in the readiness tells how it
   * ended.
   *
   * @return 0, or NETWORK_UNREACHABLE, ADDRESS_IN_USE (4-tuple taken or no port free),
   *     INVALID_ADDRESS (no unicast address or port 0), ALREADY_CONNECTED, ENDPOINT_LIMIT,
   *     NO_BUFFERS
   */
  int connect(int address, int port);

  /**
   * As {@link #connect}, with data in the SYN if the profile allows it and the peer is known to
   * take it (TCP fast open, RFC 7413). Otherwise the SYN asks for what is needed the next time. The
   * peer may see the data twice, should the network duplicate the SYN: not for every program.
   *
   * @param length 0 or more; 0 asks for a cookie, or shows the one there is
   * @return bytes taken, which go with the SYN and whatever becomes of it are sent once connected;
   *     what is left, often everything, is to be given to {@link #send}. Or the errors of {@link
   *     #connect}, or BAD_BUFFER
   */
  int connectWithData(int address, int port, ByteBuf buffer, int index, int length);

  /** Whether {@link #connectWithData} to that address would take data at present. */
  boolean canConnectWithData(int address);

  StreamState state();

  int remoteAddress();

  int remotePort();

  // ---- sending ----------------------------------------------------------------------------

  /**
   * Copies up to {@code length} bytes into the send queue, as many as fit.
   *
   * @param flags {@link #SEND_MORE}, {@link #SEND_URGENT} or 0
   * @return bytes taken, which is at least 1 unless {@code length} is 0; or WOULD_BLOCK when
   *     nothing fits, NO_BUFFERS, NOT_CONNECTED, SHUT_DOWN, BAD_BUFFER, or the error that ended the
   *     connection
   */
  int send(ByteBuf buffer, int index, int length, int flags);

  /**
   * Queues a user's buffer without copying, all of it or nothing. On success the buffer is
   * retained, and {@code free} is called once with {@code token} when it is acknowledged and no
   * device reads it, or the connection is gone. On any error nothing was retained and {@code free}
   * is not called: what the API's manual promises then is the API's business.
   *
   * @param length 1 or more
   * @return {@code length}, or WOULD_BLOCK when it does not fit now, MESSAGE_TOO_LONG when it is
   *     larger than the send buffer or has more segments than the stack has cells, and the errors
   *     of {@link #send}
   */
  int sendLoan(ByteBuf buffer, int index, int length, Object token, UserFree free, int flags);

  /**
   * Queues the first {@code length} bytes of a message from {@link Transport#allocateMessage} or of
   * a received handle, all or nothing, without copying. On success the handle's reference passes to
   * the engine and the handle is dead; on error it stays the caller's. A handle of another stack,
   * or one that is also retained elsewhere, is copied, then released.
   *
   * @return as {@link #sendLoan}
   */
  int sendMessage(CellBuf message, int length, int flags);

  /**
   * As {@link #sendLoan} and {@link #sendMessage} with a length larger than the send buffer:
   * accepted whole once the send queue is empty. Set before such a call by an API that promises it.
   */
  void acceptOversizeWhenEmpty(boolean accept);

  /** Bytes that {@link #send} would take now; 0 outside ESTABLISHED and CLOSE_WAIT. */
  int sendSpace();

  /** Bytes sent or queued that the peer has not acknowledged. */
  int unacknowledgedBytes();

  /** Bytes queued that have not been sent even once. */
  int unsentBytes();

  /** Bytes of one full segment at present, options not counted. */
  int mss();

  // ---- receiving --------------------------------------------------------------------------

  /**
   * Copies up to {@code length} bytes out of the receive queue, and does not read past {@link
   * #urgentOffset} unless it begins there.
   *
   * @return bytes copied; 0 at the end of the stream (or when {@code length} is 0); WOULD_BLOCK,
   *     NOT_CONNECTED before the first connection, BAD_BUFFER, or the error that ended the
   *     connection
   */
  int receive(ByteBuf buffer, int index, int length);

  /**
   * Bytes to be read before the last urgent octet, some of which may not have come yet; 0 when that
   * octet, or the place it was taken from, is next; -1 when there is none, or it has been passed.
   * Urgent data remains to be read as long as this is not -1 (RFC 9293 MUST-33).
   */
  int urgentOffset();

  /**
   * The last urgent octet, which {@link #urgentInLine} keeps out of the stream.
   *
   * @param keep whether it can be had once more
   * @return 0..255; WOULD_BLOCK when it has been announced and not come yet; INVALID_ARGUMENT when
   *     there is none, or it was had before, or it is in the stream
   */
  int receiveUrgent(boolean keep);

  /**
   * Whether urgent octets are received as any others, as at first and as RFC 6093 section 6
   * recommends. Otherwise the last one is kept apart, until another takes its place.
   */
  void urgentInLine(boolean inLine);

  boolean urgentInLine();

  /** Bytes queued in order and not yet read. */
  int receivableBytes();

  /** Packets in the receive queue; each is shown as one handle. */
  int receivablePackets();

  /** Whether the peer's FIN has come and everything before it has been read. */
  boolean atEndOfStream();

  /**
   * Fills {@code into} with handles of the first packets of the receive queue, which stay queued.
   * Each handle is a reference of its own: the caller releases it. Calling again shows the same
   * packets.
   *
   * @param into {@code max} places from index 0
   * @return handles stored, 0 if the queue is empty: {@link #receive} with length 0 apart, ask
   *     {@link #atEndOfStream} and {@link #pendingError} why
   */
  int peek(CellBuf[] into, int max);

  /**
   * Takes {@code bytes} off the front of the receive queue: read by {@link #peek}. Opens the
   * window.
   *
   * @throws IllegalArgumentException if fewer bytes are queued; nothing was taken
   */
  void consume(int bytes);

  // ---- trouble ----------------------------------------------------------------------------

  /**
   * What troubles the connection without ending it, once (RFC 9293 section 3.9.1.8): {@link
   * Readiness#SOFT_ERROR} announces it, and who does not want to know does not ask. Progress makes
   * it void.
   *
   * @return 0; or HOST_UNREACHABLE, NETWORK_UNREACHABLE (an ICMP error that quotes what is in
   *     flight, or no neighbour answers), TIMED_OUT (retransmitted a number of times in vain)
   */
  int takeSoftError();

  // ---- end --------------------------------------------------------------------------------

  /**
   * Sends FIN after the queued data. Receiving goes on.
   *
   * @return 0, or NOT_CONNECTED, SHUT_DOWN if done before; in SYN_SENT the connection ends at once
   */
  int shutdownSend();

  /**
   * Gives the endpoint up. With unread data, or when more data arrives, the peer gets RST (RFC 9293
   * section 3.6.1); otherwise FIN, and the connection ends in the background, unless too many do so
   * already: then the peer gets RST at once. The endpoint must not be used afterwards except for
   * its state, addresses and error.
   */
  void close();

  /** Gives the endpoint up at once: RST to the peer, queued data dropped, loans returned. */
  void abort();

  // ---- settings ---------------------------------------------------------------------------

  /** Limit of the send queue in bytes, acknowledgements pending included; at least one segment. */
  void sendBufferBytes(int bytes);

  int sendBufferBytes();

  /**
   * WRITABLE ends with a send that leaves less room than {@code bytes}, and begins again with the
   * acknowledgment that brings it back. 0, as at first: it ends when a send finds no room, and
   * begins with room for some segments.
   */
  void sendLowWaterBytes(int bytes);

  /** Limit of the receive queue, and so of the window offered; takes full effect before the SYN. */
  void receiveBufferBytes(int bytes);

  int receiveBufferBytes();

  /** Switches Nagle's algorithm off, or on again. */
  void noDelay(boolean off);

  boolean noDelay();

  /**
   * Sets the differentiated services code point of what is sent from now on, 0 at first (RFC 2474,
   * RFC 9293 section 3.9.2.1). Choose it before the connection is opened and leave it: when it
   * changes midway, segments may travel in queues of different length and overtake each other,
   * which looks like loss.
   *
   * @param codePoint 0..63
   */
  void dscp(int codePoint);

  int dscp();

  /**
   * Says whether and how the peer is asked if it is there when the connection is idle. Without it
   * the answer is the profile's, which is no. When all probes have gone unanswered the connection
   * ends with TIMED_OUT. Takes effect at once.
   */
  void keepAlive(KeepAlive settings);

  KeepAlive keepAlive();

  /**
   * How long what was sent or queued may wait for an acknowledgment, without any progress, before
   * the connection ends with TIMED_OUT: R2 of RFC 9293 section 3.8.3 as a time. A SYN may be given
   * up earlier, as the profile says. Long.MAX_VALUE waits for ever; 0, as at first, leaves it to
   * the number of retransmissions of the profile.
   */
  void userTimeoutNanos(long nanos);

  long userTimeoutNanos();

  /** Describes the connection as it is, for tools; of a CLOSED one what it was in the end. */
  void info(TcpInfo into);

  /** The API's object for this endpoint; kept for it, never touched by the engine. */
  void attach(Object owner);

  @org.jspecify.annotations.Nullable
  Object attachment();
}
