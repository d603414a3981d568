package dev.trident.tcp;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.endpoint.Diagnostics;
import dev.trident.endpoint.PortSpace;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpProfile;
import dev.trident.ip.Ipv4Output;
import dev.trident.ip.Path;
import dev.trident.ip.ProtocolHandler;
import dev.trident.link.NetInterface;
import dev.trident.time.Now;
import dev.trident.time.TimerWheel;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.Ipv4Address;
import dev.trident.wire.SeedMixer;
import dev.trident.wire.SequenceNumber;
import dev.trident.wire.TcpHeader;
import dev.trident.wire.TcpOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * TCP of one stack: finds the connection of a segment, makes endpoints, and at the end of a batch
 * of segments sends what they have brought about.
 */
public final class TcpLayer implements ProtocolHandler {
  /** The MSS of a peer that does not say (RFC 9293 section 3.7.1). */
  static final int DEFAULT_MSS = 536;

  /** Between the numbers of a connection in TIME-WAIT and those of the one in its place. */
  private static final int REOPEN_DISTANCE = 1 << 16;

  /** Spare objects of each kind: for this many, or for one connection in so many. */
  private static final int MIN_SPARES = 64;

  private static final int CONNECTIONS_PER_SPARE = 16;

  private final StackConfig config;
  private final PacketPool pool;
  private final Ipv4Output ip;
  private final TimerWheel wheel;
  private final Counters counters;

  private final SegmentOutput out;
  private final Transmitter transmitter;
  private final Packetizer packetizer;
  private final ResetPolicy resetPolicy;
  private final SegmentArrival arrival;
  private final Segment segment;
  private final SynOptions synOptions = new SynOptions();
  private final Spares<SackReport> sackReports;
  private final Spares<Scoreboard> scoreboards;
  private final Spares<TailLossProbe> probes;
  private final Spares<Reassembly> reassemblies;
  private final InitialSequence initialSequence;
  private final InitialSequence timestampOffsets;

  /** A SYN has ended a connection in TIME-WAIT, which has used numbers up to that. */
  private boolean isReopening;

  private int lastNumberUsed;

  private final SynCookies synCookies;
  private final FastOpenServer fastOpenServer;
  private final FastOpenClient fastOpenClient;
  private final LocalPorts ports;
  private final PathMtuDiscovery pathMtu;
  private final IcmpErrors icmpErrors;
  private final List<NetInterface> interfaces = new ArrayList<>();

  private final Lingering lingering;
  private final DueOutput dueOutput = new DueOutput();
  private final ConnectionSlots slots;
  private final ConnectionTable table;
  private final ListenerTable listeners;

  private int liveStreams;

  /** Connections in SYN-RECEIVED that came through listeners. */
  private int halfOpen;

  private final Now now;

  private final long startNanos;

  /** Read when a connection is made, and where it waits or gives up. */
  private TcpProfile profile;

  private Timeouts timeouts;

  /** A layer that sends through {@code ip}; all its timers are in {@code wheel}. */
  public TcpLayer(
      StackConfig config,
      PacketPool pool,
      Counters counters,
      Ipv4Output ip,
      TimerWheel wheel,
      PortSpace portSpace,
      Now now) {
    this.config = config;
    this.pool = pool;
    this.counters = counters;
    this.ip = ip;
    this.wheel = wheel;
    this.now = now;
    startNanos = now.nanos();
    profile = config.profile();
    timeouts = Timeouts.of(profile);
    long seed = config.seed();
    out = new SegmentOutput(pool, ip, counters, profile.ttl());
    transmitter = new Transmitter(this, out);
    packetizer = new Packetizer(pool, counters);
    resetPolicy = new ResetPolicy(ip, out, counters);
    arrival = new SegmentArrival(resetPolicy, counters);
    segment = new Segment(pool.slab());
    initialSequence = new InitialSequence(secret(seed, 0), secret(seed, 1));
    var ephemeral =
        new EphemeralPorts(portSpace, profile.ephemeralPorts(), secret(seed, 2), secret(seed, 3));
    ports = new LocalPorts(ip, portSpace, ephemeral);
    table = new ConnectionTable(secret(seed, 4));
    timestampOffsets = new InitialSequence(secret(seed, 5), secret(seed, 6));
    synCookies = new SynCookies(this, secret(seed, 7), secret(seed, 8));
    pathMtu = new PathMtuDiscovery(this, secret(seed, 9), counters);
    icmpErrors = new IcmpErrors(table, pathMtu, pool.slab(), counters);
    fastOpenServer = new FastOpenServer(this, counters, secret(seed, 10), secret(seed, 11));
    fastOpenClient = new FastOpenClient(this, counters);
    listeners = new ListenerTable(config.maxListeners());
    int spares = Math.max(MIN_SPARES, config.maxStreams() / CONNECTIONS_PER_SPARE);
    sackReports = new Spares<>(SackReport::new, spares);
    scoreboards = new Spares<>(Scoreboard::new, spares);
    probes = new Spares<>(TailLossProbe::new, spares);
    boolean counted = profile().segmentRules().maxAhead() != TcpProfile.AS_BUFFERS_HOLD;
    reassemblies = new Spares<>(counted ? () -> new Reassembly(0) : Reassembly::new, spares);
    slots = new ConnectionSlots(config.maxStreams());
    lingering = new Lingering(this, config.maxStreams());
  }

  /** Words of the seed that nothing else of the stack uses. */
  private static long secret(long seed, int index) {
    return SeedMixer.mix(seed, 0x7463_7000L + index);
  }

  /** Tells of an interface whose device is to be steered; set-up only. */
  public void addInterface(NetInterface netInterface) {
    interfaces.add(netInterface);
  }

  /** A new unbound stream, or null at the configured limit. */
  public @Nullable StreamEndpoint newStream() {
    if (liveStreams >= slots.count()) {
      return null;
    }
    liveStreams++;
    return new Stream(this);
  }

  /** A new unbound listener, or null at the configured limit. */
  public @Nullable StreamListener newListener() {
    Listener listener = new Listener(this);
    return listeners.register(listener) ? listener : null;
  }

  /** What tools ask. */
  public Diagnostics diagnostics() {
    return new TcpDiagnostics(this);
  }

  /** Streams that somebody holds or that are not CLOSED. */
  public int liveStreams() {
    return liveStreams;
  }

  /** Connections between CLOSED and CLOSED; those in TIME-WAIT only if asked for. */
  public int openConnections(boolean countTimeWait) {
    int open = slots.used();
    return countTimeWait ? open : open - lingering.timeWaits();
  }

  /** Whether there is a stream or a listener. */
  public boolean isInUse() {
    return liveStreams != 0 || !listeners.isEmpty();
  }

  // ---- time and output --------------------------------------------------------------------

  /** Ends a batch of segments or timers: sends what is due. Returns how many connections sent. */
  public int flush(long nowNanos) {
    return dueOutput.flush(nowNanos);
  }

  /** Whether {@link #flush} has something to do: the stack is to be polled at once. */
  public boolean hasPendingOutput() {
    return !dueOutput.isEmpty();
  }

  /** A device that was full has room again. */
  public void onDeviceDrained(long nowNanos) {
    dueOutput.unblock();
    flush(nowNanos);
  }

  /** Has {@link Sender#output} called at the next flush. */
  void schedule(Connection connection) {
    dueOutput.add(connection);
  }

  /** Has {@link Sender#output} called when the device has room. */
  void onDeviceFull(Connection connection) {
    dueOutput.addBlocked(connection);
  }

  // ---- input ------------------------------------------------------------------------------

  @Override
  public void onDatagram(Packet packet, int source, int destination, int flowHint, long nowNanos) {
    counters.increment(Counter.TCP_SEGMENTS_RECEIVED);
    if (packet.fragments() != null) {
      counters.drop(DropReason.TCP_TOO_LONG);
      packet.release();
      return;
    }
    DropReason reason = segment.read(packet, source, destination);
    if (reason != DropReason.NONE) {
      counters.drop(reason);
    } else {
      if (!segment.hasWellFormedOptions()) {
        counters.increment(Counter.TCP_MALFORMED_OPTIONS);
      }
      Connection connection = find(source, destination, flowHint);
      if (connection != null) {
        arrival.onSegment(connection, segment, nowNanos);
      } else {
        onNoConnection(nowNanos);
      }
    }
    segment.release();
  }

  private @Nullable Connection find(int source, int destination, int flowHint) {
    int sourcePort = segment.sourcePort();
    int destinationPort = segment.destinationPort();
    Connection hinted = slots.at(flowHint - 1);
    if (hinted != null && hinted.isTuple(destination, destinationPort, source, sourcePort)) {
      return hinted;
    }
    return table.find(destination, destinationPort, source, sourcePort);
  }

  private void onNoConnection(long nowNanos) {
    if (!isUnicast(segment.source()) || !ip.isLocalAddress(segment.destination())) {
      counters.drop(DropReason.TCP_NOT_UNICAST);
      return;
    }
    Listener listener = listeners.find(segment.destination(), segment.destinationPort());
    if (listener != null) {
      listener.onSegment(segment, resetPolicy, nowNanos);
      return;
    }
    counters.drop(DropReason.TCP_NO_ENDPOINT);
    if (config.answersUnknownPorts()) {
      resetPolicy.refuse(segment);
    }
  }

  /** A SYN begins a new connection where an old one is in TIME-WAIT (RFC 9293 section 3.6.1). */
  void reopen(Connection old, Segment syn, long nowNanos) {
    assert syn == segment : "not the segment being processed";
    lastNumberUsed = old.sender().sndNxt();
    isReopening = true;
    old.onLingerExpired();
    onNoConnection(nowNanos);
    isReopening = false;
  }

  @Override
  public void onIcmpError(
      Packet packet,
      int slabOffset,
      int type,
      int code,
      int source,
      int destination,
      int nextHopMtu,
      long nowNanos) {
    icmpErrors.onError(slabOffset, type, code, source, destination, nextHopMtu, nowNanos);
  }

  @Override
  public void onUnreachable(int destination, long nowNanos) {
    for (Connection connection : slots.to(destination)) {
      if (!connection.leaveDeadGateway(nowNanos)) {
        IcmpErrors.onUnreachable(connection);
      }
    }
  }

  /** Aborts every connection and closes every listener. */
  public void close() {
    for (Listener listener : listeners.all()) {
      listener.close();
    }
    for (Connection connection : slots.all()) {
      connection.abort();
    }
  }

  // ---- for connections and listeners ------------------------------------------------------

  PathMtuDiscovery pathMtu() {
    return pathMtu;
  }

  /** The connections towards {@code destination}; a copy. */
  List<Connection> connectionsTo(int destination) {
    return slots.to(destination);
  }

  PacketPool pool() {
    return pool;
  }

  TimerWheel wheel() {
    return wheel;
  }

  Counters counters() {
    return counters;
  }

  TcpProfile profile() {
    return profile;
  }

  void profile(TcpProfile changed) {
    profile = changed;
    timeouts = Timeouts.of(changed);
  }

  /** How long new connections wait for answers. */
  Timeouts timeouts() {
    return timeouts;
  }

  /** The connections from SYN on, until CLOSED; a copy. */
  List<Connection> connections() {
    return slots.all();
  }

  /** Listeners in LISTEN. */
  int listening() {
    return listeners.listening();
  }

  @Nullable Connection connectionAt(int slot) {
    return slots.at(slot);
  }

  /** Connections that exist for their peers' sake. */
  Lingering lingering() {
    return lingering;
  }

  /** How segments of connections leave. */
  Transmitter transmitter() {
    return transmitter;
  }

  /** How segments without a connection leave. */
  SegmentOutput out() {
    return out;
  }

  /** For connections with data beyond a gap. */
  Spares<SackReport> sackReports() {
    return sackReports;
  }

  /** For connections that repair a loss, or suspect one. */
  Spares<Scoreboard> scoreboards() {
    return scoreboards;
  }

  /** For connections that wait for what a probe brings about. */
  Spares<TailLossProbe> probes() {
    return probes;
  }

  /** For connections with data beyond a gap. */
  Spares<Reassembly> reassemblies() {
    return reassemblies;
  }

  /** For one SYN at a time. */
  SynOptions synOptions() {
    return synOptions;
  }

  Packetizer packetizer() {
    return packetizer;
  }

  long nowNanos() {
    return now.nanos();
  }

  /**
   * Time as the clocks count it whose ticks peers see: since the start, so that the 64 bits of a
   * host's clock may go round without a jump in them.
   */
  long sinceStartNanos(long nanos) {
    return nanos - startNanos;
  }

  /**
   * Where a connection begins (RFC 6528); behind the numbers of the one whose place it takes, in
   * case that has sent faster than the clock ticks (RFC 6191 section 2).
   */
  int initialSequence(int localAddress, int localPort, int remoteAddress, int remotePort) {
    int iss =
        initialSequence.next(
            localAddress, localPort, remoteAddress, remotePort, sinceStartNanos(now.nanos()));
    return isReopening && !SequenceNumber.lessThan(lastNumberUsed, iss)
        ? lastNumberUsed + REOPEN_DISTANCE
        : iss;
  }

  /** What a connection adds to its timestamps: the same when the same ends connect again. */
  int timestampOffset(int localAddress, int localPort, int remoteAddress, int remotePort) {
    return timestampOffsets.next(localAddress, localPort, remoteAddress, remotePort, 0);
  }

  LocalPorts ports() {
    return ports;
  }

  /** An address that a peer of TCP can have. */
  static boolean isUnicast(int address) {
    return Ipv4Address.isHostAddress(address) || Ipv4Address.isLoopback(address);
  }

  @Nullable Path route(int source, int destination) {
    return ip.route(source, destination);
  }

  /** Nothing has been heard of a peer for some retransmissions: advice to IP. */
  void onSilence(Connection connection) {
    Path path = connection.path();
    if (path != null) {
      ip.onSilence(path);
    }
  }

  boolean isLocalAddress(int address) {
    return ip.isLocalAddress(address);
  }

  /** The largest segment on {@code path} without options: what our MSS option says. */
  int maxSegmentBytes(Path path) {
    return ip.maxSegmentBytes(path) - TcpHeader.BYTES;
  }

  /** Eff.snd.MSS (RFC 9293 section 3.7.1) for a peer's MSS option and the most the path takes. */
  int sendMss(int peerMss, int pathMss) {
    int least = profile.segmentRules().leastMss();
    int offered = peerMss == TcpOptions.ABSENT ? DEFAULT_MSS : Math.max(peerMss, least);
    return Math.min(offered, pathMss);
  }

  /**
   * Reserves for a listener, or shares the port of a connection that we are opening from it, and
   * nobody listens on (RFC 9293 section 3.9.1.1, MUST-42).
   *
   * @return as {@link LocalPorts#reserve}
   */
  @Nullable LocalPort reserveToListen(int address, int port) {
    LocalPort reserved = ports.reserve(address, port);
    if (reserved != null || listeners.findExactly(address, port) != null) {
      return reserved;
    }
    for (Connection connection : slots.all()) {
      LocalPort held = connection.port;
      if (connection.sender().isSynUnacknowledged()
          && held != null
          && held.port() == port
          && held.address() == address) {
        return held.retain();
      }
    }
    return null;
  }

  /**
   * Enters an active open into the tables and steers its flow here; all or nothing.
   *
   * @return 0, or ADDRESS_IN_USE (the tuple is taken), ENDPOINT_LIMIT, NO_BUFFERS (the device's
   *     filter table is full)
   */
  int install(Connection connection, Path path, LocalPort port, int address, int remotePort) {
    if (table.find(path.source(), port.port(), address, remotePort) != null) {
      return StackError.ADDRESS_IN_USE.code;
    }
    if (slots.isFull()) {
      return StackError.ENDPOINT_LIMIT.code;
    }
    int hint = slots.next() + 1;
    if (!port.steer(path.out().device(), path.source(), address, remotePort, hint)) {
      return StackError.NO_BUFFERS.code;
    }
    add(connection, path, port.port(), address, remotePort);
    return 0;
  }

  private void add(Connection connection, Path path, int port, int address, int remotePort) {
    connection.open(path, port, address, remotePort);
    slots.add(connection);
    table.add(connection);
  }

  int halfOpen() {
    return halfOpen;
  }

  void countHalfOpen(int more) {
    halfOpen += more;
  }

  SynCookies synCookies() {
    return synCookies;
  }

  FastOpenServer fastOpenServer() {
    return fastOpenServer;
  }

  FastOpenClient fastOpenClient() {
    return fastOpenClient;
  }

  /** Begins a connection from a SYN; false if it was dropped. */
  boolean openPassively(
      Listener listener, LocalPort port, Segment syn, @Nullable FastOpen fast, long nowNanos) {
    Connection connection = newPassive(listener, port, syn);
    if (connection == null) {
      return false;
    }
    connection.openPassively(listener, port.retain(), syn, fast, nowNanos);
    return true;
  }

  /** Begins a connection from an acknowledgment with a good cookie; false if it was dropped. */
  boolean openFromCookie(
      Listener listener, LocalPort port, Segment ack, TcpOptions options, long nowNanos) {
    Connection connection = newPassive(listener, port, ack);
    if (connection == null) {
      return false;
    }
    connection.openFromCookie(listener, port.retain(), ack, options);
    arrival.onSegment(connection, ack, nowNanos);
    return true;
  }

  private @Nullable Connection newPassive(Listener listener, LocalPort port, Segment first) {
    if (liveStreams >= slots.count() || slots.isFull()) {
      counters.drop(DropReason.TCP_CONNECTION_LIMIT);
      return null;
    }
    int self = first.destination();
    int peer = first.source();
    Path path = ip.route(self, peer);
    if (path == null) {
      counters.drop(DropReason.IP_NO_ROUTE);
      return null;
    }
    liveStreams++;
    counters.increment(Counter.TCP_PASSIVE_OPENS);
    Connection connection = new Stream(this);
    listener.prepare(connection);
    add(connection, path, port.port(), peer, first.sourcePort());
    return connection;
  }

  /** A connection is CLOSED. */
  void remove(Connection connection) {
    if (connection.slot >= 0) {
      table.remove(connection);
      slots.remove(connection);
    }
  }

  /** A connection is CLOSED and nobody holds it. */
  void onFreed() {
    liveStreams--;
  }

  /** Starts a listener: false if a device's filter table is full, or another listener is there. */
  boolean install(Listener listener, LocalPort port) {
    if (listeners.findExactly(port.address(), port.port()) != null) {
      return false;
    }
    int hint = slots.count() + 1 + listener.slot;
    for (NetInterface netInterface : interfaces) {
      for (NetInterface.Address own : netInterface.addresses()) {
        boolean wanted = port.address() == 0 || port.address() == own.address();
        if (wanted && !port.steer(netInterface.device(), own.address(), 0, 0, hint)) {
          port.unsteer(hint);
          return false;
        }
      }
    }
    listeners.add(listener);
    return true;
  }

  /** A listener is closed: its half-open connections are dropped. */
  void remove(Listener listener, boolean listening) {
    if (listening) {
      listeners.remove(listener);
      for (Connection connection : slots.all()) {
        if (connection.listener() == listener
            && connection.state() == StreamState.SYN_RECEIVED
            && !connection.isEarly()) {
          connection.onRefused();
        }
      }
    }
    listeners.unregister(listener);
  }
}
