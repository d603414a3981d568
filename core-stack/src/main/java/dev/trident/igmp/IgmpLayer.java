package dev.trident.igmp;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.ip.ProtocolHandler;
import dev.trident.link.NetInterface;
import dev.trident.time.Now;
import dev.trident.time.TimerWheel;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.IgmpMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * IGMP input, and the way from the memberships of a stack to the interface that tells of them.
 * Nothing received is stored beyond a bounded list of sources per joined group.
 */
public final class IgmpLayer implements ProtocolHandler {
  private final TimerWheel wheel;
  private final Now now;
  private final Counters counters;
  private final Delays delays;
  private final IgmpOutput output;
  private final IgmpMessage message;

  /** By the place of the interface; null for a loopback interface, which has no routers. */
  private final List<@Nullable IgmpInterface> interfaces = new ArrayList<>();

  /**
   * @param memberships whose changes are told
   * @param seed where the delays come from
   */
  public IgmpLayer(
      PacketPool pool,
      Counters counters,
      TimerWheel wheel,
      Now now,
      Memberships memberships,
      long seed) {
    this.wheel = wheel;
    this.now = now;
    this.counters = counters;
    delays = new Delays(seed ^ 0x4947_4d50L);
    output = new IgmpOutput(pool, counters);
    message = new IgmpMessage(pool.slab());
    memberships.listener(this::onReception);
  }

  /** Set-up: an interface, after its stack has given it its place. */
  public void addInterface(NetInterface added) {
    while (interfaces.size() <= added.index()) {
      interfaces.add(null);
    }
    if (!added.isLoopback()) {
      interfaces.set(added.index(), new IgmpInterface(added, wheel, delays, output, counters));
    }
  }

  private void onReception(NetInterface net, int group, SourceFilter wanted) {
    IgmpInterface here = interfaces.get(net.index());
    if (here != null) {
      here.onReception(group, wanted, now.nanos());
    }
  }

  @Override
  public void onDatagram(Packet packet, int source, int destination, int flowHint, long nowNanos) {
    counters.increment(Counter.IGMP_RECEIVED);
    DropReason reason = receive(packet, nowNanos);
    if (reason != DropReason.NONE) {
      counters.drop(reason);
    }
    packet.release();
  }

  private DropReason receive(Packet packet, long nowNanos) {
    if (packet.fragments() != null) {
      return DropReason.IGMP_TOO_LONG;
    }
    IgmpMessage view = message.wrap(packet.slab(), packet.offset());
    DropReason reason = view.check(packet.length());
    IgmpInterface here = interfaces.get(packet.interfaceIndex);
    if (reason != DropReason.NONE || here == null) {
      return reason;
    }
    return switch (view.type()) {
      case IgmpMessage.QUERY -> {
        counters.increment(Counter.IGMP_QUERIES_RECEIVED);
        yield here.onQuery(view, packet.length(), nowNanos);
      }
      case IgmpMessage.REPORT_V1, IgmpMessage.REPORT_V2 -> {
        counters.increment(Counter.IGMP_REPORTS_RECEIVED);
        here.onReport(view.group(), nowNanos);
        yield DropReason.NONE;
      }
      case IgmpMessage.LEAVE, IgmpMessage.REPORT_V3 -> DropReason.IGMP_FOR_ROUTERS;
      default -> DropReason.IGMP_UNKNOWN_TYPE;
    };
  }

  /** No error about a datagram to a group is ever due. */
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
    counters.drop(DropReason.ICMP_NO_ENDPOINT);
  }

  /** Groups have no neighbour that could fail to answer. */
  @Override
  public void onUnreachable(int destination, long nowNanos) {}
}
