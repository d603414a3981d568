package dev.trident.endpoint;

/**
 * Asks a host whether it is there, by ICMP echo requests (RFC 792), and measures how long the
 * answers take. READABLE has an edge with each reply, ERROR with each ICMP error about a request.
 *
 * <p>A reply counts if it comes from the host asked, answers one of the last {@value #REMEMBERED}
 * requests, and is the first to do so; what its data should be is known, and compared.
 *
 * <p>It has no port, and the route chooses its address: {@link #bind} is INVALID_STATE.
 */
public interface EchoEndpoint extends Endpoint {
  /** Requests whose replies are recognised. */
  int REMEMBERED = 64;

  /** Most data of a request: what a datagram carries behind both headers. */
  int MAX_DATA_BYTES = 65_507;

  /**
   * Sends one request.
   *
   * @param dataBytes 0 or more
   * @return its sequence number, 0..65535; or WOULD_BLOCK (device ring full), NO_BUFFERS,
   *     MESSAGE_TOO_LONG, NETWORK_UNREACHABLE, HOST_UNREACHABLE, INVALID_ADDRESS (no single host)
   */
  int send(int address, int dataBytes);

  /**
   * Sends a request at once and one after each interval from then on, until {@link #stop}. What
   * cannot be sent when its time has come is left out; {@link #pendingError} says why.
   *
   * @param intervalNanos 1 ms or more
   * @return as {@link #send} of the first, and nothing has begun if that fails but by WOULD_BLOCK
   *     or NO_BUFFERS
   */
  int start(int address, int dataBytes, long intervalNanos);

  /** Ends what {@link #start} began; nothing if that is not under way. */
  void stop();

  /** Stops, and gives the identifier back. */
  void close();

  /** The identifier of the requests, 0..65535, which no other endpoint of the stack has. */
  int identifier();

  /** TTL of the requests, 1..255. */
  void ttl(int ttl);

  /** Requests sent. */
  long sent();

  /** Replies that count. */
  long received();

  /** Replies to a request that has been answered before. */
  long duplicates();

  /** Replies whose data was not what was sent; they count as received, too. */
  long damaged();

  /** ICMP errors about requests. */
  long errors();

  /** Round-trip time of the latest reply; -1 if there was none. */
  long lastRoundTripNanos();

  /** The shortest; -1 if there was none. */
  long shortestRoundTripNanos();

  /** The longest; -1 if there was none. */
  long longestRoundTripNanos();

  /** The mean; -1 if there was none. */
  long meanRoundTripNanos();

  /** Sequence number of the latest reply; -1 if there was none. */
  int lastSequence();

  /** Data of the latest reply in bytes. */
  int lastDataBytes();

  /** TTL that the latest reply arrived with. */
  int lastTtl();

  /** Type of the latest ICMP error about a request: 3, 11 or 12; -1 if there was none. */
  int lastErrorType();

  /** Code of that error. */
  int lastErrorCode();
}
