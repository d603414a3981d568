package dev.trident.endpoint;

/**
 * Which parts of TCP are on and with which constants. A profile chooses among strategies; it is
 * read when a connection is made. Times are nanoseconds.
 *
 * @param ttl of every segment, 1..255
 * @param windowRule how the receive buffer becomes the window offered
 * @param validation what is asked of a segment that would end a connection
 * @param nagle whether connections start with Nagle's algorithm on
 */
public record TcpProfile(
    String name,
    int ttl,
    Retransmission retransmission,
    Acknowledgement acknowledgement,
    Closing closing,
    InitialWindow initialWindow,
    Congestion congestion,
    Buffers buffers,
    Options options,
    PathMtu pathMtu,
    WindowRule windowRule,
    Validation validation,
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

  /** How the congestion window grows and falls. */
  public enum Congestion {
    /** RFC 5681. */
    RENO,
    /** RFC 9438. */
    CUBIC
  }

  /** Buffer limits of a new connection in bytes; the receive buffer may grow to its maximum. */
  public record Buffers(int sendBytes, int receiveBytes, int maxReceiveBytes) {}

  /**
   * Options offered besides MSS.
   *
   * @param windowScale shift of the window offered, 0..14, or {@link #NO_WINDOW_SCALE}
   * @param order of the options in a SYN
   */
  public record Options(
      int windowScale, boolean timestamps, boolean selectiveAck, OptionOrder order) {}

  /** In which order, and aligned how, a SYN or SYN,ACK carries its options. */
  public enum OptionOrder {
    /** MSS; SACK-permitted, before timestamps if there are any; window scale last. */
    LINUX,
    /** MSS, window scale, SACK-permitted, timestamps; filled up behind the end of the list. */
    FREEBSD
  }

  /**
   * Path MTU discovery (RFC 1191); it is always on.
   *
   * @param minBytes no path is believed to take less, 68 or more; what is no larger goes without DF
   *     once it has come to that
   * @param lifetimeNanos after which the MTU of the link is tried again, 5 minutes or more
   * @param blackHoleTimeouts of a full segment in a row after which smaller ones are tried, and as
   *     many again before the smallest; 0 to trust that routers speak
   */
  public record PathMtu(int minBytes, long lifetimeNanos, int blackHoleTimeouts) {}

  /** How the receive buffer becomes the window offered. */
  public enum WindowRule {
    /** The right edge moves when that is worth while (RFC 9293 section 3.8.6.2.2). */
    WORTHWHILE_STEPS,
    /**
     * All free space, with every segment; the buffer counts in whole segments, rounded up once
     * their size is known.
     */
    FREE_SPACE
  }

  /**
   * Defences of RFC 5961; without them RFC 793 holds.
   *
   * @param exactReset whether a RST must have exactly the next sequence number, and one elsewhere
   *     in the window is challenged (section 3); otherwise one in the window is believed
   * @param challengedSyn whether a SYN on a connection is challenged (section 4); otherwise one in
   *     the window ends it with a RST
   */
  public record Validation(boolean exactReset, boolean challengedSyn) {}

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

  private static final PathMtu PATH_MTU = new PathMtu(552, 600 * SECONDS, 3);
  private static final PathMtu TRUSTED_PATH_MTU = new PathMtu(552, 600 * SECONDS, 0);

  /** What a host uses unless told otherwise: the modern RFCs. */
  public static final TcpProfile STANDARD =
      new TcpProfile(
          "standard",
          64,
          new Retransmission(SECONDS, 200 * MILLIS, 60 * SECONDS, 7, 7, 15),
          new Acknowledgement(true, 40 * MILLIS, 16),
          new Closing(60 * SECONDS, 60 * SECONDS),
          new InitialWindow(10, 0),
          Congestion.CUBIC,
          new Buffers(256 << 10, 256 << 10, 4 << 20),
          new Options(7, true, true, OptionOrder.LINUX),
          PATH_MTU,
          WindowRule.WORTHWHILE_STEPS,
          new Validation(true, true),
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
          Congestion.RENO,
          new Buffers(64 * 1_460, 65_535, 65_535),
          new Options(NO_WINDOW_SCALE, false, false, OptionOrder.LINUX),
          TRUSTED_PATH_MTU,
          WindowRule.WORTHWHILE_STEPS,
          new Validation(true, true),
          false,
          new Ports(49_152, 65_535));

  /** A host of Linux 5 or later, as its own script suite sets it up. */
  public static final TcpProfile LINUX =
      new TcpProfile(
          "linux",
          64,
          new Retransmission(SECONDS, 200 * MILLIS, 120 * SECONDS, 5, 5, 15),
          new Acknowledgement(true, 40 * MILLIS, 16),
          new Closing(60 * SECONDS, 60 * SECONDS),
          new InitialWindow(10, 0),
          Congestion.CUBIC,
          new Buffers(256 << 10, 540_000, 15 << 20),
          new Options(8, true, true, OptionOrder.LINUX),
          TRUSTED_PATH_MTU,
          WindowRule.WORTHWHILE_STEPS,
          new Validation(true, true),
          true,
          new Ports(32_768, 60_999));

  /** A host of FreeBSD 13 or later; its least RTO includes the slop of 200 ms it always adds. */
  public static final TcpProfile FREEBSD =
      new TcpProfile(
          "freebsd",
          64,
          new Retransmission(SECONDS, 230 * MILLIS, 64 * SECONDS, 12, 3, 12),
          new Acknowledgement(true, 40 * MILLIS, 0),
          new Closing(60 * SECONDS, 60 * SECONDS),
          new InitialWindow(10, 0),
          Congestion.CUBIC,
          new Buffers(32 << 10, 64 << 10, 2 << 20),
          new Options(6, true, true, OptionOrder.FREEBSD),
          new PathMtu(256, 3_600 * SECONDS, 0),
          WindowRule.FREE_SPACE,
          new Validation(true, true),
          true,
          new Ports(49_152, 65_535));

  public TcpProfile withRetransmission(Retransmission changed) {
    return new TcpProfile(
        name,
        ttl,
        changed,
        acknowledgement,
        closing,
        initialWindow,
        congestion,
        buffers,
        options,
        pathMtu,
        windowRule,
        validation,
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
        congestion,
        buffers,
        options,
        pathMtu,
        windowRule,
        validation,
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
        congestion,
        buffers,
        options,
        pathMtu,
        windowRule,
        validation,
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
        congestion,
        buffers,
        options,
        pathMtu,
        windowRule,
        validation,
        nagle,
        ephemeralPorts);
  }

  public TcpProfile withCongestion(Congestion changed) {
    return new TcpProfile(
        name,
        ttl,
        retransmission,
        acknowledgement,
        closing,
        initialWindow,
        changed,
        buffers,
        options,
        pathMtu,
        windowRule,
        validation,
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
        congestion,
        changed,
        options,
        pathMtu,
        windowRule,
        validation,
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
        congestion,
        buffers,
        options,
        pathMtu,
        windowRule,
        validation,
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
        congestion,
        buffers,
        options,
        pathMtu,
        windowRule,
        validation,
        nagle,
        changed);
  }

  public TcpProfile withOptions(Options changed) {
    return new TcpProfile(
        name,
        ttl,
        retransmission,
        acknowledgement,
        closing,
        initialWindow,
        congestion,
        buffers,
        changed,
        pathMtu,
        windowRule,
        validation,
        nagle,
        ephemeralPorts);
  }

  public TcpProfile withPathMtu(PathMtu changed) {
    return new TcpProfile(
        name,
        ttl,
        retransmission,
        acknowledgement,
        closing,
        initialWindow,
        congestion,
        buffers,
        options,
        changed,
        windowRule,
        validation,
        nagle,
        ephemeralPorts);
  }

  public TcpProfile withValidation(Validation changed) {
    return new TcpProfile(
        name,
        ttl,
        retransmission,
        acknowledgement,
        closing,
        initialWindow,
        congestion,
        buffers,
        options,
        pathMtu,
        windowRule,
        changed,
        nagle,
        ephemeralPorts);
  }
}
