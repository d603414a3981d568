package dev.trident.ip;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.endpoint.ReassemblyLimits;
import dev.trident.link.DatagramInput;
import dev.trident.link.NetInterface;
import dev.trident.time.TimerWheel;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.IcmpMessage;
import dev.trident.wire.Ipv4Address;
import dev.trident.wire.Ipv4Header;
import org.jspecify.annotations.Nullable;

/**
 * IPv4 input: one ladder of checks for every datagram (RFC 791, RFC 1122 section 3.2.1), then the
 * transport. Tunnels are never opened, source routes refused.
 */
public final class Ipv4Input implements DatagramInput {
  private final Counters counters;
  private final Routing routing;
  private final Ipv4Header header;
  private final Reassembly reassembly;
  private final boolean answersUnknown;
  private @Nullable ProtocolHandler icmp;
  private @Nullable ProtocolHandler tcp;
  private @Nullable ProtocolHandler udp;
  private @Nullable ProtocolHandler igmp;
  private @Nullable Ipv4Errors errors;

  /**
   * @param answersUnknown whether a datagram that is not wanted is answered by an ICMP error
   */
  public Ipv4Input(
      PacketPool pool,
      Counters counters,
      TimerWheel wheel,
      ReassemblyLimits limits,
      Routing routing,
      boolean answersUnknown) {
    this.counters = counters;
    this.routing = routing;
    this.answersUnknown = answersUnknown;
    header = new Ipv4Header(pool.slab());
    reassembly = new Reassembly(pool, counters, wheel, limits);
  }

  /** Set-up: the transports; those that are null are unknown protocols. */
  public void handlers(
      @Nullable ProtocolHandler icmpHandler,
      @Nullable ProtocolHandler tcpHandler,
      @Nullable ProtocolHandler udpHandler,
      @Nullable ProtocolHandler igmpHandler,
      Ipv4Errors errorSender) {
    icmp = icmpHandler;
    tcp = tcpHandler;
    udp = udpHandler;
    igmp = igmpHandler;
    if (answersUnknown) {
      errors = errorSender;
      reassembly.errors(errorSender);
    }
  }

  /** The transport for {@code protocol}, or null. */
  public @Nullable ProtocolHandler handler(int protocol) {
    return switch (protocol) {
      case Ipv4Header.PROTOCOL_ICMP -> icmp;
      case Ipv4Header.PROTOCOL_TCP -> tcp;
      case Ipv4Header.PROTOCOL_UDP -> udp;
      case Ipv4Header.PROTOCOL_IGMP -> igmp;
      default -> null;
    };
  }

  @Override
  public void onDatagram(
      Packet packet, NetInterface in, boolean toGroup, int flowHint, long nowNanos) {
    counters.increment(Counter.IP_RECEIVED);
    Ipv4Header view = header.wrap(packet.slab(), packet.offset());
    DropReason reason = check(view, packet.length(), in, toGroup);
    packet.networkOffset = packet.offset();
    if (reason != DropReason.NONE) {
      drop(packet, view, reason, nowNanos);
      return;
    }
    packet.trimTo(view.totalLength());
    packet.trimFront(view.headerBytes());
    ProtocolHandler transport = handler(view.protocol());
    if (transport == null) {
      refuse(packet, view.protocol(), nowNanos);
    } else if (view.isFragment()) {
      onFragment(packet, view, transport, nowNanos);
    } else {
      transport.onDatagram(packet, view.source(), view.destination(), flowHint, nowNanos);
    }
  }

  private void onFragment(
      Packet fragment, Ipv4Header view, ProtocolHandler transport, long nowNanos) {
    Packet whole = reassembly.add(fragment, view, nowNanos);
    if (whole != null) {
      transport.onDatagram(whole, view.source(), view.destination(), /* flowHint= */ 0, nowNanos);
    }
  }

  private void drop(Packet packet, Ipv4Header view, DropReason reason, long nowNanos) {
    counters.drop(reason);
    if (reason == DropReason.IP_BAD_OPTIONS) {
      packet.trimTo(view.totalLength());
      int pointer = view.errorPointer() << IcmpMessage.POINTER_SHIFT;
      sendError(packet, IcmpMessage.PARAMETER_PROBLEM, 0, pointer, nowNanos);
    }
    packet.release();
  }

  private void sendError(Packet packet, int type, int code, int parameter, long nowNanos) {
    Ipv4Errors sender = errors;
    if (sender != null) {
      sender.send(packet, type, code, parameter, nowNanos);
    }
  }

  private DropReason check(Ipv4Header view, int available, NetInterface in, boolean toGroup) {
    DropReason reason = view.check(available);
    if (reason != DropReason.NONE) {
      return reason;
    }
    reason = checkAddresses(view, in, toGroup);
    if (reason != DropReason.NONE) {
      return reason;
    }
    if (view.headerBytes() > Ipv4Header.BYTES) {
      reason = view.checkOptions();
    }
    return reason;
  }

  private DropReason checkAddresses(Ipv4Header view, NetInterface in, boolean toGroup) {
    int source = view.source();
    int destination = view.destination();
    if (in.isLoopback()) {
      return routing.isLocal(source) && routing.isLocal(destination)
          ? DropReason.NONE
          : DropReason.IP_NOT_FOR_US;
    }
    if (!(Ipv4Address.isHostAddress(source) || isFromUnnumberedQuerier(view))
        || routing.isLocal(source)
        || routing.isBroadcast(source)) {
      return DropReason.IP_BAD_SOURCE;
    }
    if (Ipv4Address.isLoopback(destination)) {
      return DropReason.IP_BAD_DESTINATION; // ours, but never from outside (RFC 1122 3.2.1.3 g)
    }
    if (routing.isLocal(destination)) {
      // RFC 1122 section 3.3.6: what a link-layer broadcast carries must be for a group too.
      return toGroup ? DropReason.IP_BAD_DESTINATION : DropReason.NONE;
    }
    if (destination == Ipv4Address.BROADCAST
        || in.isBroadcast(destination)
        || in.groups().contains(destination)) {
      return DropReason.NONE;
    }
    return Ipv4Address.isHostAddress(destination) || Ipv4Address.isMulticast(destination)
        ? DropReason.IP_NOT_FOR_US
        : DropReason.IP_BAD_DESTINATION;
  }

  /** A switch that asks for the members of groups may have no address to ask from (RFC 4541). */
  private static boolean isFromUnnumberedQuerier(Ipv4Header view) {
    return view.source() == Ipv4Address.ANY && view.protocol() == Ipv4Header.PROTOCOL_IGMP;
  }

  private void refuse(Packet packet, int protocol, long nowNanos) {
    if (protocol == Ipv4Header.PROTOCOL_IPV4 || protocol == Ipv4Header.PROTOCOL_IPV6) {
      counters.drop(DropReason.IP_TUNNEL);
    } else {
      counters.drop(DropReason.IP_UNKNOWN_PROTOCOL);
      sendError(packet, IcmpMessage.UNREACHABLE, IcmpMessage.CODE_PROTOCOL, 0, nowNanos);
    }
    packet.release();
  }

  /**
   * A datagram of ours at {@code slabOffset} was dropped as its neighbour did not answer: the
   * transport that sent it is told.
   */
  public void onUndeliverable(Packet frame, int slabOffset, long nowNanos) {
    Ipv4Header view = header.read(frame.slab(), slabOffset);
    int destination = view.destination();
    ProtocolHandler transport = handler(view.protocol());
    if (transport != null) {
      transport.onUnreachable(destination, nowNanos);
    }
  }

  /** Gives back what waits for more fragments: the stack closes. */
  public void close() {
    reassembly.close();
  }
}
