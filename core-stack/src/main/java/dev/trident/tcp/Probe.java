package dev.trident.tcp;

import dev.trident.buffer.Fragment;
import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import org.jspecify.annotations.Nullable;

/**
 * Segments of a single octet that ask a peer for a word: made when they are sent, and in no queue.
 */
final class Probe {
  private Probe() {}

  /** An octet without meaning, or null if memory is out. */
  static @Nullable Packet garbage(PacketPool pool) {
    Packet probe = oneOctet(pool);
    if (probe != null) {
      pool.slab().putByte(probe.payloadOffset, 0);
    }
    return probe;
  }

  /** A copy of the first octet of a segment in its place, or null if memory is out. */
  static @Nullable Packet firstOctet(Packet segment, PacketPool pool) {
    Fragment fragment = segment.fragments();
    Packet probe = fragment == null ? oneOctet(pool) : pool.allocate();
    if (probe == null) {
      return null;
    }
    if (fragment == null) {
      pool.slab().copy(segment.payloadOffset, probe.payloadOffset, 1);
    } else {
      Fragment part = fragment.part(0, 1);
      if (part == null) {
        probe.release();
        return null;
      }
      probe.append(part);
      probe.payloadOffset = probe.offset();
      probe.payloadBytes = 1;
    }
    probe.sequence = segment.sequence;
    return probe;
  }

  private static @Nullable Packet oneOctet(PacketPool pool) {
    Packet probe = pool.allocateReserved();
    if (probe != null) {
      probe.payloadOffset = probe.offset();
      probe.payloadBytes = 1;
    }
    return probe;
  }
}
