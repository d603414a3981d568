package dev.trident.link;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.buffer.Slab;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.ArpPacket;
import dev.trident.wire.EthernetHeader;
import dev.trident.wire.Ipv4Address;
import dev.trident.wire.MacAddress;

/** The ARP packets that this host sends (RFC 826, RFC 5227), each in a frame of its own. */
final class ArpOutput {
  private static final long UNKNOWN_MAC = 0;

  private final PacketPool pool;
  private final Slab slab;
  private final Counters counters;
  private final ArpPacket view;

  ArpOutput(PacketPool pool, Counters counters) {
    this.pool = pool;
    this.counters = counters;
    slab = pool.slab();
    view = new ArpPacket(slab);
  }

  /**
   * Asks who has {@code target}.
   *
   * @param destination the broadcast address, or where the answer is expected from
   */
  void request(NetInterface out, long destination, int target) {
    send(out, destination, ArpPacket.REQUEST, out.sourceFor(target), UNKNOWN_MAC, target);
    counters.increment(Counter.ARP_REQUESTS_SENT);
  }

  /** Asks who has {@code target} without telling who asks: it may become our own address. */
  void probe(NetInterface out, int target) {
    send(out, MacAddress.BROADCAST, ArpPacket.REQUEST, Ipv4Address.ANY, UNKNOWN_MAC, target);
    counters.increment(Counter.ARP_PROBES_SENT);
  }

  /** Tells everybody that {@code address} is ours. */
  void announce(NetInterface out, int address) {
    send(out, MacAddress.BROADCAST, ArpPacket.REQUEST, address, UNKNOWN_MAC, address);
    counters.increment(Counter.ARP_ANNOUNCEMENTS_SENT);
  }

  /** Answers a request of {@code asker} for {@code address}. */
  void reply(NetInterface out, int address, long askerMac, int asker) {
    send(out, askerMac, ArpPacket.REPLY, address, askerMac, asker);
    counters.increment(Counter.ARP_REPLIES_SENT);
  }

  private void send(
      NetInterface out, long destination, int operation, int source, long targetMac, int target) {
    Packet frame = pool.allocateReserved();
    if (frame == null) {
      counters.drop(DropReason.NO_MEMORY);
      return;
    }
    int arp = frame.offset();
    frame.setRange(arp, ArpPacket.BYTES);
    view.wrap(slab, arp).operation(operation).sender(out.mac(), source).target(targetMac, target);
    int start = frame.push(EthernetFraming.headerBytes(out));
    EthernetFraming.write(slab, start, out, destination, EthernetHeader.TYPE_ARP);
    EthernetFraming.pad(frame);
    transmit(frame, out);
    frame.release();
  }

  /** Hands a whole frame to the device; what its ring does not take is dropped. */
  void transmit(Packet frame, NetInterface out) {
    if (out.device().transmit(frame, NetworkDevice.DEFAULT_QUEUE)) {
      counters.increment(Counter.FRAMES_SENT);
    } else {
      counters.drop(DropReason.DEVICE_RING_FULL);
    }
  }
}
