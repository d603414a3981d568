package dev.trident.udp;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketCopy;
import dev.trident.buffer.PacketPool;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import org.jspecify.annotations.Nullable;

/**
 * A received datagram a second time, for a second socket: a user may write into what he receives,
 * so that memory is never shared between two.
 */
final class ReceivedCopy {
  private ReceivedCopy() {}

  /** A copy with its headers in front as the original has them; null if memory is short. */
  static @Nullable Packet of(Packet original, PacketPool pool, Counters counters) {
    int start = original.networkOffset;
    Packet copy = PacketCopy.of(original, start, pool);
    if (copy == null) {
      return null;
    }
    int moved = copy.offset() - start;
    counters.add(Counter.BYTES_COPIED_WITHIN, copy.totalBytes());
    copy.networkOffset = copy.offset();
    copy.trimFront(original.offset() - start);
    copy.sequence = original.sequence;
    copy.control = original.control;
    copy.payloadOffset = original.payloadOffset + moved;
    copy.payloadBytes = original.payloadBytes;
    copy.interfaceIndex = original.interfaceIndex;
    copy.stampNanos = original.stampNanos;
    copy.wireNanos = original.wireNanos;
    return copy;
  }
}
