package dev.trident.ip;

import dev.trident.buffer.Packet;
import dev.trident.buffer.Slab;
import dev.trident.endpoint.StackError;
import dev.trident.link.EthernetFraming;
import dev.trident.link.Neighbor;
import dev.trident.link.NeighborCache;
import dev.trident.link.NeighborResolver;
import dev.trident.link.NetInterface;
import dev.trident.link.NetworkDevice;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.EthernetHeader;
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

  private final Slab slab;
  private final Counters counters;
  private final Routing routing;
  private final @Nullable NeighborCache cache;
  private final NeighborResolver resolver;
  private final Identification identification;
  private @Nullable Ipv4Errors errors;

  /**
   * @param cache the stack's own neighbours, or null
   * @param resolver the host's neighbours, asked if the stack has none of its own
   */
  public Ipv4Layer(
      Slab slab,
      Counters counters,
      Routing routing,
      @Nullable NeighborCache cache,
      NeighborResolver resolver,
      long seed) {
    this.slab = slab;
    this.counters = counters;
    this.routing = routing;
    this.cache = cache;
    this.resolver = resolver;
    identification = new Identification(seed);
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

  @Override
  public int send(Packet segment, Path path, int protocol, int ttl, int tos, boolean dontFragment) {
    NetInterface out = path.out();
    int ethernetBytes = EthernetFraming.headerBytes(out);
    int totalLength = segment.totalBytes() + Ipv4Header.BYTES;
    int frame = segment.push(ethernetBytes + Ipv4Header.BYTES);
    if (totalLength > out.mtuBytes()) {
      return MESSAGE_TOO_LONG;
    }
    Ipv4Header.write(
        slab,
        frame + ethernetBytes,
        tos,
        totalLength,
        dontFragment ? 0 : identification.next(),
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
    return transmit(segment, out);
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
    return transmit(frame, out);
  }

  @Override
  public void sendUnreachable(Packet refused, int code, long nowNanos) {
    Ipv4Errors sender = errors;
    if (sender != null) {
      sender.sendUnreachable(refused, code, nowNanos);
    }
  }
}
