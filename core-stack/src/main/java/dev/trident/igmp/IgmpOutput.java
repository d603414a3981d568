package dev.trident.igmp;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.link.EthernetFraming;
import dev.trident.link.NetInterface;
import dev.trident.link.NetworkDevice;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.EthernetHeader;
import dev.trident.wire.IgmpMessage;
import dev.trident.wire.Ipv4Header;
import dev.trident.wire.MacAddress;
import dev.trident.wire.RouterAlert;
import org.jspecify.annotations.Nullable;

/**
 * Sends IGMP messages: with TTL 1, precedence of network control and Router Alert (RFC 3376 section
 * 4), from our address on the interface. What a full device refuses is lost: it is said again.
 */
final class IgmpOutput {
  /** 224.0.0.2, where leaves go. */
  static final int ALL_ROUTERS = 0xe000_0002;

  private static final int TTL = 1;
  private static final int TOS = 0xc0;

  private final PacketPool pool;
  private final Counters counters;

  IgmpOutput(PacketPool pool, Counters counters) {
    this.pool = pool;
    this.counters = counters;
  }

  /** Memory for a message, or null, which is counted. */
  @Nullable Packet allocate() {
    Packet message = pool.allocateReserved();
    if (message == null) {
      counters.drop(DropReason.NO_MEMORY);
    }
    return message;
  }

  /** Sends a report of version 1 or 2, or a leave: a message of a type and a group. */
  void send(NetInterface out, int type, int group, int destination) {
    Packet message = allocate();
    if (message == null) {
      return;
    }
    message.setRange(message.offset(), IgmpMessage.BYTES);
    IgmpMessage.write(message.slab(), message.offset(), type, group);
    send(out, message, destination);
    counters.increment(
        type == IgmpMessage.LEAVE ? Counter.IGMP_LEAVES_SENT : Counter.IGMP_REPORTS_SENT);
  }

  /** Sends the whole head of {@code message}; takes over the reference. */
  void send(NetInterface out, Packet message, int destination) {
    int totalLength = message.length() + RouterAlert.HEADER_BYTES;
    int ethernetBytes = EthernetFraming.headerBytes(out);
    int frame = message.push(RouterAlert.HEADER_BYTES + ethernetBytes);
    RouterAlert.write(
        message.slab(),
        frame + ethernetBytes,
        TOS,
        totalLength,
        TTL,
        Ipv4Header.PROTOCOL_IGMP,
        out.sourceFor(destination),
        destination);
    EthernetFraming.write(
        message.slab(), frame, out, MacAddress.ofMulticast(destination), EthernetHeader.TYPE_IPV4);
    EthernetFraming.pad(message);
    if (out.device().transmit(message, NetworkDevice.DEFAULT_QUEUE)) {
      counters.increment(Counter.IP_SENT);
      counters.increment(Counter.FRAMES_SENT);
    } else {
      counters.increment(Counter.DEVICE_BUSY);
    }
    message.release();
  }
}
