package dev.trident.hw.port.shm;

import static dev.trident.hw.port.shm.Layout.INT;
import static dev.trident.hw.port.shm.Layout.LONG;

import dev.trident.buffer.Slab;
import java.lang.foreign.MemorySegment;

/**
 * The sending end of a ring. The other process owns the head: it is read once for each use, and one
 * that no reader could have written counts as a full ring.
 */
final class RingWriter {
  private final Slab wire;
  private final MemorySegment shared;
  private final int ring;

  /** Frames put in; the shared tail follows, for whoever comes to either end after this. */
  private int tail;

  /** Frames taken out, as last seen: at most {@link Layout#SLOTS} behind the tail. */
  private int seenHead;

  private long badIndices;

  /** Goes on where the writer before this one stopped, if the reader is still there. */
  RingWriter(Slab wire, int ring) {
    this.wire = wire;
    this.ring = ring;
    shared = wire.segment();
    tail = (int) INT.getAcquire(shared, (long) Layout.tail(ring));
    seenHead = (int) INT.getAcquire(shared, (long) Layout.head(ring));
    if (!isPossible(seenHead)) {
      tail = seenHead;
      INT.setRelease(shared, (long) Layout.tail(ring), tail);
    }
  }

  private boolean isPossible(int head) {
    return Integer.compareUnsigned(tail - head, Layout.SLOTS) <= 0;
  }

  /** Puts a frame in, of at most {@link Layout#MAX_FRAME_BYTES}; false if the ring is full. */
  boolean offer(Slab from, int offset, int lengthBytes) {
    if (tail - seenHead == Layout.SLOTS && !hasRoomAfterAll()) {
      return false;
    }
    int slot = Layout.slot(ring, tail);
    from.copyTo(offset, wire, slot + Layout.FRAME, lengthBytes);
    LONG.setRelease(shared, (long) slot, Layout.mark(tail, lengthBytes));
    INT.setRelease(shared, (long) Layout.tail(ring), ++tail);
    return true;
  }

  private boolean hasRoomAfterAll() {
    int head = (int) INT.getAcquire(shared, (long) Layout.head(ring));
    if (!isPossible(head)) {
      badIndices++;
      return false;
    }
    seenHead = head;
    return tail - head < Layout.SLOTS;
  }

  /** How often the reader's index made no sense. */
  long badIndices() {
    return badIndices;
  }
}
