package dev.trident.endpoint;

/**
 * Which parts of TCP are on and with which constants. A profile chooses among strategies; it is
 * read when a connection is made. Times are nanoseconds.
 *
 * @param ttl of every segment, 1..255
 * @param nagle whether connections start with Nagle's algorithm on
 */
public record TcpProfile(
    String name,
    int ttl,
    Retransmission retransmission,
    Acknowledgement acknowledgement,
    Closing closing,
    InitialWindow initialWindow,
    Buffers buffers,
    Options options,
    boolean nagle,
    Ports ephemeralPorts) {

  /**
   * RFC 6298 and how often to try before giving up (R2).
   *
   * @param initialRtoNanos before the first measurement
   * @param synRetries repetitions of a SYN
   * @param synAckRetries repetitions of a SYN,ACK
   * @param dataRetries repetitions of anything else
   */
  public record Retransmission(
      long initialRtoNanos,
      long minRtoNanos,
      long maxRtoNanos,
      int synRetries,
      int synAckRetries,
      int dataRetries) {}

  /**
   * When received data is acknowledged.
   *
   * @param delayed whether every second segment is enough
   * @param delayNanos how long the acknowledgement of a single segment may wait, below 500 ms
   * @param quickAcks segments at the start of a connection that are acknowledged at once
   */
  public record Acknowledgement(boolean delayed, long delayNanos, int quickAcks) {}

  /**
   * How long closed connections linger.
   *
   * @param timeWaitNanos twice the maximum segment lifetime
   * @param finWait2Nanos limit of FIN-WAIT-2 once the endpoint has been given up
   */
  public record Closing(long timeWaitNanos, long finWait2Nanos) {}

  /**
   * The initial congestion window: {@code bytes}, but at least one segment, or if that is 0 {@code
   * segments} segments.
   */
  public record InitialWindow(int segments, int bytes) {}

  /** Buffer limits of a new connection in bytes; the receive buffer may grow to its maximum. */
  public record Buffers(int sendBytes, int receiveBytes, int maxReceiveBytes) {}

  /**
   * Options offered besides MSS.
   *
   * @param windowScale shift of the window offered, 0..14, or {@link #NO_WINDOW_SCALE}
   */
  public record Options(
      int windowScale, boolean timestamps, boolean selectiveAck, OptionOrder order) {}

  /** In which order the options of a SYN are written: that of a stack to be taken for. */
  public enum OptionOrder {
    /** MSS, SACK-permitted, timestamps, window scale. */
    LINUX,
    /** MSS, window scale, SACK-permitted, timestamps. */
    FREEBSD
  }

  /** A range of ports, both ends included. */
  public record Ports(int first, int last) {
    /** Ports in the range. */
    public int count() {
      return last - first + 1;
    }
  }

  private static final long MILLIS = 1_000_000L;
  private static final long SECONDS = 1_000 * MILLIS;

  /** {@link Options#windowScale()} of a profile that does not offer the option. */
  public static final int NO_WINDOW_SCALE = -1;

  /** What a host uses unless told otherwise: the modern RFCs. */
  public static final TcpProfile STANDARD =
      new TcpProfile(
          "standard",
          64,
          new Retransmission(SECONDS, 200 * MILLIS, 60 * SECONDS, 7, 7, 15),
          new Acknowledgement(true, 40 * MILLIS, 16),
          new Closing(60 * SECONDS, 60 * SECONDS),
          new InitialWindow(10, 0),
          new Buffers(256 << 10, 256 << 10, 4 << 20),
          new Options(7, true, true, OptionOrder.LINUX),
          true,
          new Ports(49_152, 65_535));

  private static final long TCPDIRECT_TICK = 90 * MILLIS;

  /** What a TCPDirect stack shows on the wire: MSS option only, ticks of 90 ms, no Nagle. */
  public static final TcpProfile TCPDIRECT =
      new TcpProfile(
          "tcpdirect",
          128,
          new Retransmission(11 * TCPDIRECT_TICK, 3 * TCPDIRECT_TICK, 64 * SECONDS, 5, 4, 14),
          new Acknowledgement(true, 2 * TCPDIRECT_TICK, 0),
          new Closing(120 * SECONDS, 120 * SECONDS),
          new InitialWindow(10, 0),
          new Buffers(64 * 1_460, 65_535, 65_535),
          new Options(NO_WINDOW_SCALE, false, false, OptionOrder.LINUX),
          false,
          new Ports(49_152, 65_535));

  public TcpProfile withRetransmission(Retransmission changed) {
    return new TcpProfile(
        name,
        ttl,
        changed,
        acknowledgement,
        closing,
        initialWindow,
        buffers,
        options,
        nagle,
        ephemeralPorts);
  }

  public TcpProfile withAcknowledgement(Acknowledgement changed) {
    return new TcpProfile(
        name,
        ttl,
        retransmission,
        changed,
        closing,
        initialWindow,
        buffers,
        options,
        nagle,
        ephemeralPorts);
  }

  public TcpProfile withClosing(Closing changed) {
    return new TcpProfile(
        name,
        ttl,
        retransmission,
        acknowledgement,
        changed,
        initialWindow,
        buffers,
        options,
        nagle,
        ephemeralPorts);
  }

  public TcpProfile withInitialWindow(InitialWindow changed) {
    return new TcpProfile(
        name,
        ttl,
        retransmission,
        acknowledgement,
        closing,
        changed,
        buffers,
        options,
        nagle,
        ephemeralPorts);
  }

  public TcpProfile withBuffers(Buffers changed) {
    return new TcpProfile(
        name,
        ttl,
        retransmission,
        acknowledgement,
        closing,
        initialWindow,
        changed,
        options,
        nagle,
        ephemeralPorts);
  }

  public TcpProfile withNagle(boolean on) {
    return new TcpProfile(
        name,
        ttl,
        retransmission,
        acknowledgement,
        closing,
        initialWindow,
        buffers,
        options,
        on,
        ephemeralPorts);
  }

  public TcpProfile withEphemeralPorts(Ports changed) {
    return new TcpProfile(
        name,
        ttl,
        retransmission,
        acknowledgement,
        closing,
        initialWindow,
        buffers,
        options,
        nagle,
        changed);
  }
}
