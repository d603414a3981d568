package dev.trident.endpoint;

/**
 * Which parts of TCP are on and with which constants. A profile chooses among strategies; it is
 * read when a connection is made. Times are nanoseconds.
 */
public record TcpProfile(
    String name,
    int ttl,
    long initialRtoNanos,
    long minRtoNanos,
    long maxRtoNanos,
    int synRetries,
    int synAckRetries,
    int dataRetries,
    long delayedAckNanos,
    boolean delayedAck,
    int quickAcks,
    long timeWaitNanos,
    long finWait2Nanos,
    int initialCwndSegments,
    int initialCwndBytes,
    int sendBufferBytes,
    int receiveBufferBytes,
    int maxReceiveBufferBytes,
    int windowScale,
    boolean timestamps,
    boolean selectiveAck,
    boolean nagle,
    int firstEphemeralPort,
    int lastEphemeralPort) {
  private static final long MILLIS = 1_000_000L;
  private static final long SECONDS = 1_000 * MILLIS;

  /** {@link #windowScale()} of a profile that does not offer the option. */
  public static final int NO_WINDOW_SCALE = -1;

  /** What a host uses unless told otherwise: the modern RFCs. */
  public static final TcpProfile STANDARD =
      new TcpProfile(
          "standard",
          64,
          SECONDS,
          200 * MILLIS,
          60 * SECONDS,
          7,
          7,
          15,
          40 * MILLIS,
          true,
          16,
          60 * SECONDS,
          60 * SECONDS,
          10,
          0,
          256 << 10,
          256 << 10,
          4 << 20,
          7,
          true,
          true,
          true,
          49_152,
          65_535);

  private static final long TCPDIRECT_TICK = 90 * MILLIS;

  /** What a TCPDirect stack shows on the wire: MSS option only, ticks of 90 ms, no Nagle. */
  public static final TcpProfile TCPDIRECT =
      new TcpProfile(
          "tcpdirect",
          128,
          11 * TCPDIRECT_TICK,
          3 * TCPDIRECT_TICK,
          64 * SECONDS,
          5,
          4,
          14,
          2 * TCPDIRECT_TICK,
          true,
          0,
          120 * SECONDS,
          120 * SECONDS,
          10,
          0,
          64 * 1_460,
          65_535,
          65_535,
          NO_WINDOW_SCALE,
          false,
          false,
          false,
          49_152,
          65_535);
}
