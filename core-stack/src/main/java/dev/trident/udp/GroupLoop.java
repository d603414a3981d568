package dev.trident.udp;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketCopy;
import dev.trident.buffer.PacketPool;
import dev.trident.buffer.Slab;
import dev.trident.ip.Path;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.InternetChecksum;
import dev.trident.wire.Ipv4Header;
import org.jspecify.annotations.Nullable;

/**
 * Copies of our own datagrams to groups and broadcast addresses, for our own sockets (RFC 1112
 * section 7.1). A stack behind hardware filters makes none: its adapter does not loop back, and its
 * manual says so.
 */
final class GroupLoop {
  private final UdpLayer layer;
  private final PacketPool pool;
  private final Counters counters;
  private final boolean enabled;

  GroupLoop(UdpLayer layer, PacketPool pool, Counters counters, boolean enabled) {
    this.layer = layer;
    this.pool = pool;
    this.counters = counters;
    this.enabled = enabled;
  }

  /**
   * A copy of a UDP datagram with an IPv4 header in front, as if received; null if no socket here
   * wants one, or memory is short.
   */
  @Nullable Packet copy(Packet segment, Path path, int ttl, int tos) {
    if (!enabled || !layer.wantsOwn(segment, path)) {
      return null;
    }
    Packet copy = PacketCopy.of(segment, segment.offset(), pool);
    if (copy == null) {
      counters.drop(DropReason.NO_MEMORY);
      return null;
    }
    Slab slab = pool.slab();
    int udp = copy.offset();
    int bytes = copy.totalBytes();
    if (segment.needsChecksum()) {
      int field = udp + segment.checksumField() - segment.offset();
      slab.putShort(field, InternetChecksum.complementForUdp(InternetChecksum.sum(copy, bytes)));
    }
    copy.networkOffset = udp - Ipv4Header.BYTES;
    Ipv4Header.write(
        slab,
        copy.networkOffset,
        tos,
        Ipv4Header.BYTES + bytes,
        0,
        Ipv4Header.DONT_FRAGMENT,
        ttl,
        Ipv4Header.PROTOCOL_UDP,
        path.source(),
        path.destination());
    copy.interfaceIndex = path.out().index();
    counters.add(Counter.BYTES_COPIED_WITHIN, bytes);
    return copy;
  }

  /** Delivers what {@link #copy} made; takes over the reference. */
  void deliver(Packet copy, Path path) {
    counters.increment(Counter.UDP_LOOPED_BACK);
    layer.deliverOwn(copy, path);
  }
}
