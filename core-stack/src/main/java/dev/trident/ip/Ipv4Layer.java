package dev.trident.ip;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.buffer.Slab;
import dev.trident.endpoint.ReassemblyLimits;
import dev.trident.endpoint.StackError;
import dev.trident.link.EthernetFraming;
import dev.trident.link.Neighbor;
import dev.trident.link.NeighborCache;
import dev.trident.link.NeighborResolver;
import dev.trident.link.NetInterface;
import dev.trident.link.NetworkDevice;
import dev.trident.time.Now;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.EthernetHeader;
import dev.trident.wire.IcmpMessage;
import dev.trident.wire.InternetChecksum;
import dev.trident.wire.Ipv4Address;
import dev.trident.wire.Ipv4Header;
import dev.trident.wire.MacAddress;
import org.jspecify.annotations.Nullable;

/**
 * IPv4 output: both headers in front of a segment in a few wide stores, then the device, or the
 * queue of a neighbour that is still being asked for.
 */
public final class Ipv4Layer implements Ipv4Output {
  private static final int WOULD_BLOCK = StackError.WOULD_BLOCK.code;
  private static final int HOST_UNREACHABLE = StackError.HOST_UNREACHABLE.code;
  private static final int MESSAGE_TOO_LONG = StackError.MESSAGE_TOO_LONG.code;

  private static final int MAX_DATAGRAM_BYTES = ReassemblyLimits.MAX_DATAGRAM_BYTES;

  /** RFC 1191 section 6.3 recommends twice the least time of 5 minutes. */
  private static final long PATH_MTU_LIFETIME_NANOS = 600_000_000_000L;

  /** As other hosts have it; no link of today carries less. */
  private static final int LEAST_PATH_MTU_BYTES = 552;

  private final Slab slab;
  private final Counters counters;
  private final Routing routing;
  private final @Nullable NeighborCache cache;
  private final NeighborResolver resolver;
  private final Identification identification;
  private final Fragmenter fragmenter;
  private final PathMtuCache pathMtus;
  private final Now now;
  private @Nullable Ipv4Errors errors;

  /**
   * @param cache the stack's own neighbours, or null
   * @param resolver the host's neighbours, asked if the stack has none of its own
   */
  public Ipv4Layer(
      PacketPool pool,
      Counters counters,
      Now now,
      Routing routing,
      @Nullable NeighborCache cache,
      NeighborResolver resolver,
      long seed) {
    slab = pool.slab();
    this.now = now;
    this.counters = counters;
    this.routing = routing;
    this.cache = cache;
    this.resolver = resolver;
    identification = new Identification(seed);
    fragmenter = new Fragmenter(pool, counters);
    pathMtus = new PathMtuCache(PATH_MTU_LIFETIME_NANOS, seed);
    if (cache != null) {
      cache.oversizeOutput(fragmenter);
    }
  }

  /** Set-up: who sends unreachable messages. */
  public void errors(Ipv4Errors errorSender) {
    errors = errorSender;
  }

  /** The addresses and routes of this stack. */
  public Routing routing() {
    return routing;
  }

  @Override
  public @Nullable Path route(int source, int destination) {
    Path path = routing.route(source, destination);
    if (path == null) {
      counters.increment(Counter.IP_NO_ROUTE);
    }
    return path;
  }

  @Override
  public boolean isLocalAddress(int address) {
    return routing.isLocal(address);
  }

  /**
   * Asks for the next hop towards {@code destination}, which is resolved if need be.
   *
   * @return 0 if it is known or none is needed, WOULD_BLOCK, or NETWORK_UNREACHABLE
   */
  public int resolve(int destination) {
    Path path = route(Ipv4Address.ANY, destination);
    if (path == null) {
      return StackError.NETWORK_UNREACHABLE.code;
    }
    Neighbor neighbor = path.nextHop();
    if (neighbor == null || neighbor.mac() != Neighbor.UNRESOLVED) {
      return 0;
    }
    long mac = resolver.neighbor(path.out().name(), neighbor.address()).mac();
    return mac == Neighbor.UNRESOLVED ? WOULD_BLOCK : 0;
  }

  @Override
  public void onSilence(Path path) {
    Neighbor neighbor = path.nextHop();
    if (cache != null && neighbor != null) {
      cache.suspect(neighbor);
    }
  }

  @Override
  public int maxSegmentBytes(Path path) {
    return path.out().mtuBytes() - Ipv4Header.BYTES;
  }

  /**
   * Largest message (header and data of the transport) that may be sent by {@code path}: MMS_S of
   * RFC 1122 section 3.3.3.
   *
   * @param dontFragment whether it may not be fragmented
   */
  public int maxMessageBytes(Path path, boolean dontFragment) {
    int mtu = mtuBytes(path);
    return dontFragment
        ? mtu - Ipv4Header.BYTES
        : Math.min(MAX_DATAGRAM_BYTES - Ipv4Header.BYTES, Fragmenter.maxDataBytes(path.out(), mtu));
  }

  /** The largest datagram that {@code path} is believed to take in one piece. */
  public int mtuBytes(Path path) {
    int link = path.out().mtuBytes();
    return pathMtus.isEmpty() ? link : pathMtus.mtuBytes(path.destination(), link, now.nanos());
  }

  /**
   * A router says that the path to {@code destination} takes no more than {@code bytes}. Less than
   * {@value #LEAST_PATH_MTU_BYTES} is not believed: nearly anybody can forge such a message about a
   * datagram, and routers may cut our fragments further.
   */
  public void lowerPathMtu(int source, int destination, int bytes, long nowNanos) {
    Path path = route(source, destination);
    if (path != null) {
      pathMtus.lower(
          destination, Math.max(bytes, LEAST_PATH_MTU_BYTES), path.out().mtuBytes(), nowNanos);
    }
  }

  @Override
  public int send(Packet segment, Path path, int protocol, int ttl, int tos, boolean dontFragment) {
    NetInterface out = path.out();
    int ethernetBytes = EthernetFraming.headerBytes(out);
    int totalLength = segment.totalBytes() + Ipv4Header.BYTES;
    // TCP follows what it has learnt of its paths itself.
    int mtu = protocol == Ipv4Header.PROTOCOL_TCP ? out.mtuBytes() : mtuBytes(path);
    boolean isTooLong = totalLength > mtu;
    if (isTooLong) {
      completeChecksum(segment);
    }
    int frame = segment.push(ethernetBytes + Ipv4Header.BYTES);
    if (isTooLong && (dontFragment || totalLength > MAX_DATAGRAM_BYTES)) {
      counters.increment(Counter.IP_FRAGMENTATION_FAILED);
      return MESSAGE_TOO_LONG;
    }
    Ipv4Header.write(
        slab,
        frame + ethernetBytes,
        tos,
        totalLength,
        dontFragment ? 0 : identification.next(path.source(), path.destination(), protocol),
        dontFragment ? Ipv4Header.DONT_FRAGMENT : 0,
        ttl,
        protocol,
        path.source(),
        path.destination());
    Neighbor neighbor = path.nextHop();
    long mac = neighbor != null ? neighbor.mac() : macWithoutNeighbor(path);
    EthernetFraming.write(slab, frame, out, mac, EthernetHeader.TYPE_IPV4);
    EthernetFraming.pad(segment);
    if (neighbor != null) {
      if (mac == Neighbor.UNRESOLVED) {
        return sendUnresolved(segment, neighbor, out);
      }
      neighbor.touch();
    }
    return isTooLong ? transmitInFragments(segment, out, mtu) : transmit(segment, out);
  }

  /**
   * Sums what a device was to sum: it sees one fragment at a time, and the first one carries the
   * sum of all. Here the engine does read bytes that it was lent.
   */
  private void completeChecksum(Packet segment) {
    if (segment.needsChecksum()) {
      assert segment.checksumStart() == segment.offset() : "sum does not begin with the segment";
      int field = segment.checksumField();
      long sum = InternetChecksum.sum(segment, segment.totalBytes());
      slab.putShort(field, InternetChecksum.complementForUdp(sum));
      segment.requestChecksum(0, 0);
    }
  }

  private int transmitInFragments(Packet frame, NetInterface out, int mtu) {
    int result = fragmenter.send(frame, out, mtu);
    if (result == 0) {
      counters.increment(Counter.IP_SENT);
    }
    return result;
  }

  private int transmit(Packet frame, NetInterface out) {
    if (!out.device().transmit(frame, NetworkDevice.DEFAULT_QUEUE)) {
      counters.increment(Counter.DEVICE_BUSY);
      return WOULD_BLOCK;
    }
    counters.increment(Counter.IP_SENT);
    counters.increment(Counter.FRAMES_SENT);
    return 0;
  }

  private static long macWithoutNeighbor(Path path) {
    if (path.out().isLoopback()) {
      return path.out().mac();
    }
    return Ipv4Address.isMulticast(path.destination())
        ? MacAddress.ofMulticast(path.destination())
        : MacAddress.BROADCAST;
  }

  private int sendUnresolved(Packet frame, Neighbor neighbor, NetInterface out) {
    NeighborCache own = cache;
    if (own != null) {
      if (!own.sendWhenResolved(frame, neighbor, out)) {
        return HOST_UNREACHABLE;
      }
      counters.increment(Counter.IP_SENT);
      return 0;
    }
    long mac = resolver.neighbor(out.name(), neighbor.address()).mac();
    if (mac == Neighbor.UNRESOLVED) {
      counters.drop(DropReason.ARP_UNRESOLVED);
      return HOST_UNREACHABLE;
    }
    EthernetFraming.write(slab, frame.offset(), out, mac, EthernetHeader.TYPE_IPV4);
    boolean isTooLong = frame.totalBytes() - EthernetFraming.headerBytes(out) > out.mtuBytes();
    return isTooLong ? transmitInFragments(frame, out, out.mtuBytes()) : transmit(frame, out);
  }

  @Override
  public void sendUnreachable(Packet refused, int code, long nowNanos) {
    Ipv4Errors sender = errors;
    if (sender != null) {
      sender.send(refused, IcmpMessage.UNREACHABLE, code, 0, nowNanos);
    }
  }
}
