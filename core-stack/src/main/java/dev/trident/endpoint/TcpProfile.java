package dev.trident.endpoint;

/**
 * Which parts of TCP are on and with which constants. A profile chooses among strategies; it is
 * read when a connection is made. Times are nanoseconds.
 *
 * @param ttl of every segment, 1..255
 * @param repair how losses are repaired, where that is not by the RFCs
 * @param segmentRules which segments are sent, and what is made of those of the peer
 * @param probing how a silent peer is asked whether it is there
 * @param windowRule how the receive buffer becomes the window offered
 * @param validation what is asked of a segment that would end a connection
 * @param nagle whether connections start with Nagle's algorithm on
 * @param handshake what listeners and connections do before they are established
 * @param fastOpen data in SYNs (RFC 7413)
 */
public record TcpProfile(
    String name,
    int ttl,
    Retransmission retransmission,
    Probing probing,
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
    Ports ephemeralPorts,
    Handshake handshake,
    FastOpenRules fastOpen,
    Repair repair,
    SegmentRules segmentRules) {

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
   * How losses are repaired.
   *
   * @param tickNanos the unit in which round trips are measured and timeouts counted, a multiple of
   *     8; then the least and greatest timeout of {@link Retransmission} play no part. {@link
   *     #NO_TICKS} for RFC 6298.
   * @param slopNanos added to what RFC 6298 makes of round trips and back-off, against timeouts
   *     that come just too early
   * @param goBackN whether a loss has everything in flight sent again, small segments joined to
   *     full ones; otherwise by SACK where both sides do it, and by NewReno
   */
  public record Repair(long tickNanos, long slopNanos, boolean goBackN) {}

  /**
   * Which segments are sent, and what is made of those of the peer.
   *
   * @param leastMss what a smaller MSS option counts as
   * @param atMostHalfWindow whether segments are no longer than half of the largest window that the
   *     peer has offered
   * @param dataBeyondWindow whether a segment that begins in the window is taken whole; otherwise
   *     what lies beyond is cut off
   * @param urgentPointers whether they are heeded; otherwise their octets are like all others
   * @param reopensTimeWait whether a SYN can begin a new connection where an old one is in
   *     TIME-WAIT (RFC 9293 section 3.6.1); otherwise it is reset
   * @param maxAhead segments kept ahead of a gap, of which the highest goes when there is one more;
   *     {@link #AS_BUFFERS_HOLD} for as much as the receive buffer's memory
   */
  public record SegmentRules(
      int leastMss,
      boolean atMostHalfWindow,
      boolean dataBeyondWindow,
      boolean urgentPointers,
      boolean reopensTimeWait,
      int maxAhead) {}

  /**
   * How a silent peer is asked whether it is there.
   *
   * @param keepAlive of a connection whose user says no more than on; itself off (RFC 9293 section
   *     3.8.4, MUST-25)
   * @param windowProbesCarryData whether a closed window is probed by the next octet (RFC 9293
   *     section 3.8.6.1); otherwise by a segment without data just below the window
   */
  public record Probing(KeepAlive keepAlive, boolean windowProbesCarryData) {
    /** Checks that a connection starts without keep-alive. */
    public Probing {
      if (keepAlive.on()) {
        throw new IllegalArgumentException("keep-alive must be off until a user asks for it");
      }
    }
  }

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
   * @param lingerPercent of a stack's streams that may be in TIME-WAIT, and as many that may wait
   *     for their peers after they were given up, 1..100; 100 sets no bound but the streams there
   *     are, so that closed ones can keep new ones out
   */
  public record Closing(long timeWaitNanos, long finWait2Nanos, int lingerPercent) {}

  /**
   * The initial congestion window: {@code bytes}, but at least one segment, or if that is 0 {@code
   * segments} segments.
   */
  public record InitialWindow(int segments, int bytes) {}

  /** How the congestion window grows and falls. */
  public enum Congestion {
    /** RFC 5681. */
    RENO,
    /** As before RFC 3465 counted bytes: by acknowledgments, and within 16 bits. */
    RENO_PER_ACK,
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
    /** That, and the peer is told of what was read once it is an eighth of the buffer. */
    TOLD_BY_EIGHTHS,
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

  /**
   * How connections begin.
   *
   * @param maxHalfOpen connections in SYN-RECEIVED that a listener keeps at a time (RFC 4987)
   * @param maxHalfOpenOfStack those that all listeners of a stack keep together
   * @param synCookies what becomes of a SYN that may not be kept
   */
  public record Handshake(int maxHalfOpen, int maxHalfOpenOfStack, SynCookies synCookies, Ecn ecn) {
    public Handshake withMaxHalfOpen(int ofListener, int ofStack) {
      return new Handshake(ofListener, ofStack, synCookies, ecn);
    }

    public Handshake withSynCookies(SynCookies changed) {
      return new Handshake(maxHalfOpen, maxHalfOpenOfStack, changed, ecn);
    }

    public Handshake withEcn(Ecn changed) {
      return new Handshake(maxHalfOpen, maxHalfOpenOfStack, synCookies, changed);
    }
  }

  /** When a SYN is answered by a cookie, of which nothing is kept (RFC 4987 section 3.6). */
  public enum SynCookies {
    /** Never: what is too much is dropped. */
    OFF,
    /** While a listener has as many half-open connections as it may. */
    WHEN_FULL,
    ALWAYS
  }

  /** Explicit congestion notification (RFC 3168 section 6.1). */
  public enum Ecn {
    /** Never. */
    OFF,
    /** If the peer that connects asks for it. */
    ACCEPT,
    /** That, and connections of ours ask for it. */
    REQUEST
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

  private static final KeepAlive KEEP_ALIVE =
      new KeepAlive(false, 7_200 * SECONDS, 75 * SECONDS, 9, false);

  /** {@link Options#windowScale()} of a profile that does not offer the option. */
  public static final int NO_WINDOW_SCALE = -1;

  /** {@link Repair#tickNanos()} of a profile whose clock is fine. */
  public static final long NO_TICKS = 0;

  /** {@link SegmentRules#maxAhead()} of a profile that does not count segments. */
  public static final int AS_BUFFERS_HOLD = 0;

  private static final Repair BY_THE_RFCS = new Repair(NO_TICKS, 0, false);

  /**
   * A smaller MSS of a peer would cost more headers than it could need (CVE-2019-11479); 88 is what
   * other stacks take at least.
   */
  private static final SegmentRules SEGMENT_RULES =
      new SegmentRules(88, false, false, true, true, AS_BUFFERS_HOLD);

  private static final Handshake HANDSHAKE =
      new Handshake(1_024, 1 << 16, SynCookies.WHEN_FULL, Ecn.ACCEPT);

  /** Kernels let programs that connect use it, and want an administrator's word for listeners. */
  private static final FastOpenRules FAST_OPEN =
      FastOpenRules.OFF.withClient(FastOpenRules.Client.WITH_COOKIE);

  private static final PathMtu PATH_MTU = new PathMtu(552, 600 * SECONDS, 3);
  private static final PathMtu TRUSTED_PATH_MTU = new PathMtu(552, 600 * SECONDS, 0);

  /** What a host uses unless told otherwise: the modern RFCs. */
  public static final TcpProfile STANDARD =
      new TcpProfile(
          "standard",
          64,
          new Retransmission(SECONDS, 200 * MILLIS, 60 * SECONDS, 7, 7, 15),
          new Probing(KEEP_ALIVE, true),
          new Acknowledgement(true, 40 * MILLIS, 16),
          new Closing(60 * SECONDS, 60 * SECONDS, 50),
          new InitialWindow(10, 0),
          Congestion.CUBIC,
          new Buffers(256 << 10, 256 << 10, 4 << 20),
          new Options(7, true, true, OptionOrder.LINUX),
          PATH_MTU,
          WindowRule.WORTHWHILE_STEPS,
          new Validation(true, true),
          true,
          new Ports(49_152, 65_535),
          HANDSHAKE,
          FastOpenRules.OFF,
          BY_THE_RFCS,
          SEGMENT_RULES);

  private static final long TCPDIRECT_TICK = 90 * MILLIS;

  /** What a TCPDirect stack shows on the wire: MSS option only, ticks of 90 ms, no Nagle. */
  public static final TcpProfile TCPDIRECT =
      new TcpProfile(
          "tcpdirect",
          128,
          new Retransmission(11 * TCPDIRECT_TICK, 3 * TCPDIRECT_TICK, Long.MAX_VALUE, 5, 4, 14),
          new Probing(KEEP_ALIVE, false),
          new Acknowledgement(true, 2 * TCPDIRECT_TICK, 0),
          new Closing(1_333 * TCPDIRECT_TICK, 1_333 * TCPDIRECT_TICK, 100),
          new InitialWindow(10, 0),
          Congestion.RENO_PER_ACK,
          new Buffers(64 * 1_460, 65_535, 65_535),
          new Options(NO_WINDOW_SCALE, false, false, OptionOrder.LINUX),
          TRUSTED_PATH_MTU,
          WindowRule.TOLD_BY_EIGHTHS,
          new Validation(true, true),
          false,
          new Ports(49_152, 65_535),
          HANDSHAKE.withSynCookies(SynCookies.OFF).withEcn(Ecn.OFF),
          FastOpenRules.OFF,
          new Repair(TCPDIRECT_TICK, 0, true),
          new SegmentRules(536, true, true, false, false, 64));

  /** A host of Linux 5 or later, as its own script suite sets it up. */
  public static final TcpProfile LINUX =
      new TcpProfile(
          "linux",
          64,
          new Retransmission(SECONDS, 200 * MILLIS, 120 * SECONDS, 5, 5, 15),
          new Probing(KEEP_ALIVE, false),
          new Acknowledgement(true, 40 * MILLIS, 16),
          new Closing(60 * SECONDS, 60 * SECONDS, 50),
          new InitialWindow(10, 0),
          Congestion.CUBIC,
          new Buffers(256 << 10, 540_000, 15 << 20),
          new Options(8, true, true, OptionOrder.LINUX),
          TRUSTED_PATH_MTU,
          WindowRule.WORTHWHILE_STEPS,
          new Validation(true, true),
          true,
          new Ports(32_768, 60_999),
          HANDSHAKE,
          FAST_OPEN.withExperimental(true).withPause(2, 120 * SECONDS),
          BY_THE_RFCS,
          SEGMENT_RULES);

  /** A host of FreeBSD 13 or later. */
  public static final TcpProfile FREEBSD =
      new TcpProfile(
          "freebsd",
          64,
          new Retransmission(SECONDS, 30 * MILLIS, 64 * SECONDS, 12, 3, 12),
          new Probing(KEEP_ALIVE.withProbes(8), true),
          new Acknowledgement(true, 40 * MILLIS, 0),
          new Closing(60 * SECONDS, 60 * SECONDS, 50),
          new InitialWindow(10, 0),
          Congestion.CUBIC,
          new Buffers(32 << 10, 64 << 10, 2 << 20),
          new Options(6, true, true, OptionOrder.FREEBSD),
          new PathMtu(256, 3_600 * SECONDS, 0),
          WindowRule.FREE_SPACE,
          new Validation(true, true),
          true,
          new Ports(49_152, 65_535),
          HANDSHAKE,
          FAST_OPEN,
          new Repair(NO_TICKS, 200 * MILLIS, false),
          SEGMENT_RULES);

  /** With another time to live of all segments, 1..255. */
  public TcpProfile withTtl(int changed) {
    Parts parts = new Parts(this);
    parts.ttl = changed;
    return parts.whole();
  }

  public TcpProfile withRetransmission(Retransmission changed) {
    Parts parts = new Parts(this);
    parts.retransmission = changed;
    return parts.whole();
  }

  public TcpProfile withProbing(Probing changed) {
    Parts parts = new Parts(this);
    parts.probing = changed;
    return parts.whole();
  }

  public TcpProfile withAcknowledgement(Acknowledgement changed) {
    Parts parts = new Parts(this);
    parts.acknowledgement = changed;
    return parts.whole();
  }

  public TcpProfile withClosing(Closing changed) {
    Parts parts = new Parts(this);
    parts.closing = changed;
    return parts.whole();
  }

  public TcpProfile withInitialWindow(InitialWindow changed) {
    Parts parts = new Parts(this);
    parts.initialWindow = changed;
    return parts.whole();
  }

  public TcpProfile withCongestion(Congestion changed) {
    Parts parts = new Parts(this);
    parts.congestion = changed;
    return parts.whole();
  }

  public TcpProfile withBuffers(Buffers changed) {
    Parts parts = new Parts(this);
    parts.buffers = changed;
    return parts.whole();
  }

  public TcpProfile withOptions(Options changed) {
    Parts parts = new Parts(this);
    parts.options = changed;
    return parts.whole();
  }

  public TcpProfile withPathMtu(PathMtu changed) {
    Parts parts = new Parts(this);
    parts.pathMtu = changed;
    return parts.whole();
  }

  public TcpProfile withValidation(Validation changed) {
    Parts parts = new Parts(this);
    parts.validation = changed;
    return parts.whole();
  }

  public TcpProfile withNagle(boolean on) {
    Parts parts = new Parts(this);
    parts.nagle = on;
    return parts.whole();
  }

  public TcpProfile withEphemeralPorts(Ports changed) {
    Parts parts = new Parts(this);
    parts.ephemeralPorts = changed;
    return parts.whole();
  }

  public TcpProfile withHandshake(Handshake changed) {
    Parts parts = new Parts(this);
    parts.handshake = changed;
    return parts.whole();
  }

  public TcpProfile withFastOpen(FastOpenRules changed) {
    Parts parts = new Parts(this);
    parts.fastOpen = changed;
    return parts.whole();
  }

  public TcpProfile withRepair(Repair changed) {
    Parts parts = new Parts(this);
    parts.repair = changed;
    return parts.whole();
  }

  public TcpProfile withSegmentRules(SegmentRules changed) {
    Parts parts = new Parts(this);
    parts.segmentRules = changed;
    return parts.whole();
  }

  /** The components, to change one of them: a record has no such copy. */
  private static final class Parts {
    private final String name;
    private int ttl;
    private Retransmission retransmission;
    private Probing probing;
    private Acknowledgement acknowledgement;
    private Closing closing;
    private InitialWindow initialWindow;
    private Congestion congestion;
    private Buffers buffers;
    private Options options;
    private PathMtu pathMtu;
    private final WindowRule windowRule;
    private Validation validation;
    private boolean nagle;
    private Ports ephemeralPorts;
    private Handshake handshake;
    private FastOpenRules fastOpen;
    private Repair repair;
    private SegmentRules segmentRules;

    Parts(TcpProfile of) {
      name = of.name;
      ttl = of.ttl;
      retransmission = of.retransmission;
      probing = of.probing;
      acknowledgement = of.acknowledgement;
      closing = of.closing;
      initialWindow = of.initialWindow;
      congestion = of.congestion;
      buffers = of.buffers;
      options = of.options;
      pathMtu = of.pathMtu;
      windowRule = of.windowRule;
      validation = of.validation;
      nagle = of.nagle;
      ephemeralPorts = of.ephemeralPorts;
      handshake = of.handshake;
      fastOpen = of.fastOpen;
      repair = of.repair;
      segmentRules = of.segmentRules;
    }

    TcpProfile whole() {
      return new TcpProfile(
          name,
          ttl,
          retransmission,
          probing,
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
          ephemeralPorts,
          handshake,
          fastOpen,
          repair,
          segmentRules);
    }
  }
}
