package dev.trident.udp;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import org.jspecify.annotations.Nullable;

/**
 * A received datagram a second time, for a second socket: a user may write into what he receives,
 * so that memory is never shared between two.
 */
final class ReceivedCopy {
  /** Longest datagram, IPv4 header included, that fits in a cell. */
  static final int MAX_BYTES = Packet.CELL_BYTES - Packet.TRANSMIT_HEADROOM_BYTES;

  private ReceivedCopy() {}

  /** A copy with its headers in front as the original has them; null if memory is short. */
  static @Nullable Packet of(Packet original, PacketPool pool, Counters counters) {
    int start = original.networkOffset;
    int bytes = original.payloadOffset + original.payloadBytes - start;
    Packet copy = bytes <= MAX_BYTES ? pool.allocate() : null;
    if (copy == null) {
      return null;
    }
    int to = copy.offset();
    pool.slab().copy(start, to, bytes);
    copy.setRange(to, bytes);
    copy.sequence = original.sequence;
    copy.control = original.control;
    copy.payloadOffset = to + original.payloadOffset - start;
    copy.payloadBytes = original.payloadBytes;
    copy.networkOffset = to;
    copy.interfaceIndex = original.interfaceIndex;
    copy.stampNanos = original.stampNanos;
    counters.add(Counter.BYTES_COPIED_WITHIN, bytes);
    return copy;
  }
}
