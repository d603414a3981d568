package dev.trident.stack;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.Completions;
import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.buffer.Run;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.Diagnostics;
import dev.trident.endpoint.EchoEndpoint;
import dev.trident.endpoint.PortSpace;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.Transport;
import dev.trident.icmp.EchoClients;
import dev.trident.icmp.IcmpErrors;
import dev.trident.icmp.IcmpLayer;
import dev.trident.igmp.GroupKeeper;
import dev.trident.igmp.IgmpLayer;
import dev.trident.igmp.Memberships;
import dev.trident.ip.Ipv4Input;
import dev.trident.ip.Ipv4Layer;
import dev.trident.ip.Path;
import dev.trident.ip.Routing;
import dev.trident.link.ArpLayer;
import dev.trident.link.EthernetLayer;
import dev.trident.link.Neighbor;
import dev.trident.link.NeighborCache;
import dev.trident.link.NeighborResolver;
import dev.trident.link.NetInterface;
import dev.trident.tcp.TcpLayer;
import dev.trident.time.Now;
import dev.trident.time.TimerWheel;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.trace.Mib;
import dev.trident.udp.UdpLayer;
import org.jspecify.annotations.Nullable;

/**
 * One protocol stack: no thread, no clock, no input or output of its own. Its host feeds it frames
 * and time and asks when to come again; one caller at a time, overlapping calls throw {@link
 * IllegalStateException} where they are noticed.
 */
public final class NetworkStack implements Transport, AutoCloseable {
  /** Largest UDP payload over IPv4, and so the largest message. */
  private static final int MAX_MESSAGE_BYTES = 65_507;

  private static final int MAX_MESSAGE_IN_CELL_BYTES =
      Packet.CELL_BYTES - Packet.TRANSMIT_HEADROOM_BYTES;

  private final StackConfig config;
  private final PacketPool pool;
  private final Counters counters = new Counters();
  private final TimerWheel wheel;
  private final Now now;
  private final @Nullable ArpLayer arp;
  private final Routing routing;
  private final Ipv4Input input;
  private final Ipv4Layer ip;
  private final EthernetLayer ethernet;
  private final EchoClients echoes;
  private final IcmpLayer icmp;
  private final Memberships memberships;
  private final @Nullable IgmpLayer igmp;
  private final UdpLayer udp;
  private final TcpLayer tcp;

  /** Set while a call is inside: a second one means that two callers overlap. */
  private boolean inCall;

  private boolean closed;

  /**
   * @param resolver where next hops come from; null for a stack with a neighbour cache of its own,
   *     which answers ARP
   */
  public NetworkStack(
      StackConfig config, PortSpace ports, @Nullable NeighborResolver resolver, long nowNanos) {
    this.config = config;
    pool = new PacketPool(config.cells(), config.runCells(), config.loans());
    wheel = new TimerWheel(nowNanos);
    now = new Now(nowNanos);
    ArpLayer ownArp = null;
    NeighborCache cache = null;
    NeighborResolver hops = resolver;
    if (hops == null) {
      ownArp = new ArpLayer(pool, wheel, now, counters, config.maxNeighbors(), config.seed());
      cache = ownArp.neighbors();
      hops = cache;
    }
    arp = ownArp;
    routing = new Routing(cache, hops);
    input =
        new Ipv4Input(
            pool, counters, wheel, config.reassembly(), routing, config.answersUnknownPorts());
    ip = new Ipv4Layer(pool, counters, now, routing, cache, hops, config.seed());
    ethernet = new EthernetLayer(pool.slab(), counters, ownArp, input);
    int ttl = config.profile().ttl();
    IcmpErrors errors = new IcmpErrors(pool, counters, ip, ttl, nowNanos);
    echoes = new EchoClients(pool, counters, ip, wheel, now, ttl, config.seed());
    icmp = new IcmpLayer(pool, counters, ip, input, echoes, ttl);
    memberships = new Memberships(routing.interfaces());
    igmp =
        cache == null
            ? null
            : new IgmpLayer(pool, counters, wheel, now, memberships, config.seed());
    udp = new UdpLayer(pool, counters, config, ip, ports, memberships, now);
    tcp = new TcpLayer(config, pool, counters, ip, wheel, ports, now);
    input.handlers(icmp, tcp, udp, igmp, errors);
    ip.errors(errors);
    if (ownArp != null) {
      ownArp.neighbors().listener(new NeighborEvents(input));
      ownArp.addressUser(this::addAddress);
    }
  }

  /** What becomes of neighbours goes to those who sent by way of them. */
  private final class NeighborEvents implements NeighborCache.Listener {
    private final Ipv4Input input;

    NeighborEvents(Ipv4Input input) {
      this.input = input;
    }

    @Override
    public void onUndeliverable(Packet frame, int slabOffset, long nowNanos) {
      input.onUndeliverable(frame, slabOffset, nowNanos);
    }

    @Override
    public void onGatewayChanged(Neighbor gateway, long nowNanos) {
      routing.onGatewayChanged();
    }
  }

  /** This stack's neighbours, for the other stacks of its host; null if it uses another's. */
  public @Nullable NeighborCache neighbors() {
    return arp == null ? null : arp.neighbors();
  }

  /** How this stack claims and defends its addresses; null if it leaves ARP to another. */
  public @Nullable ArpLayer arp() {
    return arp;
  }

  /** Joins groups for another stack of the host, which has no neighbours of its own. */
  public GroupKeeper newGroupKeeper() {
    return memberships.newKeeper();
  }

  /** Set-up of a stack that uses the neighbours of another: where its groups are joined. */
  public void groupKeeper(GroupKeeper keeper) {
    memberships.keeper(keeper);
  }

  /**
   * Adds an interface with its addresses; set-up only. Connected routes follow from the addresses.
   *
   * @throws IllegalArgumentException if an address is none that a host can have
   */
  public void addInterface(NetInterface netInterface) {
    routing.addInterface(netInterface);
    if (igmp != null) {
      igmp.addInterface(netInterface);
    }
    tcp.addInterface(netInterface);
    if (arp != null) {
      arp.addInterface(netInterface);
    }
  }

  /** Adds an address, and the route that follows from it, to an interface of this stack. */
  public void addAddress(NetInterface netInterface, NetInterface.Address address) {
    netInterface.addAddress(address.address(), address.prefixBits());
    routing.addAddress(netInterface, address);
  }

  /** Adds a route; {@code gateway} 0 means directly connected. A longer prefix wins. */
  public void addRoute(int network, int prefixBits, int gateway, NetInterface out) {
    routing.addRoute(network, prefixBits, gateway, out);
  }

  /** Set-up, as {@link IcmpLayer#answerTimestamps}; a stack does not unless told to. */
  public void answerTimestamps(long utcOffsetNanos) {
    icmp.answerTimestamps(utcOffsetNanos);
  }

  // ---- driven by the host -----------------------------------------------------------------------

  private void enter(long nowNanos) {
    if (inCall) {
      throw new IllegalStateException("stack " + config.name() + ": overlapping calls");
    }
    if (closed) {
      throw new IllegalStateException("stack " + config.name() + " is closed");
    }
    inCall = true;
    now.nanos(nowNanos);
  }

  /** A frame has arrived by {@code in}; takes over the reference. */
  public void receive(Packet frame, NetInterface in, int flowHint, long nowNanos) {
    enter(nowNanos);
    try {
      ethernet.receive(frame, in, flowHint, nowNanos);
    } finally {
      inCall = false;
    }
  }

  /**
   * Ends a batch of {@link #receive}: runs due timers, sends pending acknowledgements and held
   * output.
   *
   * @return how much was done; 0 for nothing
   */
  public int poll(long nowNanos) {
    enter(nowNanos);
    try {
      return wheel.advance(nowNanos) + tcp.flush(nowNanos);
    } finally {
      inCall = false;
    }
  }

  /** When to call {@link #poll} at the latest, or {@code Deadline.NEVER}; may be early. */
  public long nextDeadlineNanos() {
    return tcp.hasPendingOutput() ? now.nanos() : wheel.nextDeadlineNanos();
  }

  /**
   * Whether time matters at present: a timer is armed, or a segment that arrives may arm one. If
   * not, the host may poll with an old time and save itself a look at the clock.
   */
  public boolean needsTime() {
    return wheel.armed() != 0 || tcp.isInUse();
  }

  /** The device has room again after it refused a frame. */
  public void onDeviceDrained(long nowNanos) {
    enter(nowNanos);
    try {
      udp.onDeviceDrained();
      tcp.onDeviceDrained(nowNanos);
    } finally {
      inCall = false;
    }
  }

  /** The time that calls on endpoints use until the next receive or poll. */
  public void setNow(long nowNanos) {
    now.nanos(nowNanos);
  }

  // ---- offered to the APIs
  // ------------------------------------------------------------------------

  @Override
  public @Nullable StreamEndpoint newStream() {
    return tcp.newStream();
  }

  @Override
  public @Nullable StreamListener newListener() {
    return tcp.newListener();
  }

  @Override
  public @Nullable DatagramEndpoint newDatagram() {
    return udp.newSocket();
  }

  @Override
  public @Nullable EchoEndpoint newEcho() {
    return echoes.open();
  }

  @Override
  public @Nullable CellBuf allocateMessage(int bytes) {
    if (bytes < 1 || bytes > MAX_MESSAGE_BYTES) {
      return null;
    }
    if (bytes > MAX_MESSAGE_IN_CELL_BYTES) {
      Run run = pool.allocateRun(bytes + Packet.TRANSMIT_HEADROOM_BYTES);
      if (run == null) {
        return null;
      }
      counters.increment(Counter.BUFFERS_TO_USER);
      return pool.handles().issue(run, run.base() + Packet.TRANSMIT_HEADROOM_BYTES, bytes);
    }
    Packet packet = pool.allocate();
    if (packet == null) {
      return null;
    }
    counters.increment(Counter.BUFFERS_TO_USER);
    return pool.handles().issue(packet, packet.offset(), bytes);
  }

  @Override
  public boolean isLocalAddress(int address) {
    return routing.isLocal(address);
  }

  @Override
  public boolean isDirectlyConnected(int destination) {
    return routing.isDirectlyConnected(destination);
  }

  @Override
  public int sourceAddressFor(int destination) {
    Path path = routing.route(0, destination);
    return path == null ? 0 : path.source();
  }

  @Override
  public int resolve(int destination) {
    return ip.resolve(destination);
  }

  @Override
  public int openConnections(boolean countTimeWait) {
    return tcp.openConnections(countTimeWait);
  }

  @Override
  public Diagnostics diagnostics() {
    return tcp.diagnostics();
  }

  @Override
  public Completions completions() {
    return pool.completions();
  }

  @Override
  public PacketPool pool() {
    return pool;
  }

  @Override
  public Counters counters() {
    return counters;
  }

  @Override
  public Mib mib() {
    Diagnostics connections = tcp.diagnostics();
    return new Mib(
        counters,
        () ->
            connections.count(StreamState.ESTABLISHED) + connections.count(StreamState.CLOSE_WAIT));
  }

  @Override
  public StackConfig config() {
    return config;
  }

  /** Aborts every connection, gives back every loan, and frees the packet memory. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    tcp.close();
    udp.close();
    echoes.close();
    input.close();
    if (arp != null) {
      arp.close();
    }
    pool.close();
  }
}
