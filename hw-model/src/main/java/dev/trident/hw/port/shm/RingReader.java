package dev.trident.hw.port.shm;

import static dev.trident.hw.port.shm.Layout.INT;

import dev.trident.buffer.Slab;
import java.lang.foreign.MemorySegment;

/**
 * The receiving end of a ring. The other process owns the tail, the lengths and the frames: each
 * index and length is read once and checked, so that a peer gone mad can make frames be lost, and
 * never memory be read or written that is not this ring's.
 */
final class RingReader {
  /** Slots passed over in a call at most: a peer gone mad fills them as fast as they are read. */
  private static final int MOST_BAD_LENGTHS = 32;

  private final Slab wire;
  private final MemorySegment shared;
  private final int ring;

  /** Frames taken out; the shared head follows. */
  private int head;

  /** Frames put in, as last seen: at most {@link Layout#SLOTS} ahead of the head. */
  private int seenTail;

  private long badIndices;
  private long badLengths;

  /** Begins with the next frame: those in the ring were for the reader before this one. */
  RingReader(Slab wire, int ring) {
    this.wire = wire;
    this.ring = ring;
    shared = wire.segment();
    head = (int) INT.getAcquire(shared, (long) Layout.tail(ring));
    seenTail = head;
    INT.setRelease(shared, (long) Layout.head(ring), head);
  }

  /** Takes a frame out, as {@code Port.receive} does: its length, or 0 if there is none. */
  int receive(Slab into, int offset, int capacityBytes) {
    int passed = 0;
    while (passed < MOST_BAD_LENGTHS && (head != seenTail || isFilledAgain())) {
      int slot = Layout.slot(ring, head);
      int length = wire.getInt(slot);
      boolean good = length >= Layout.MIN_FRAME_BYTES && length <= Layout.MAX_FRAME_BYTES;
      if (good && length <= capacityBytes) {
        wire.copyTo(slot + Layout.FRAME, into, offset, length);
      }
      INT.setRelease(shared, (long) Layout.head(ring), ++head);
      if (good) {
        return length;
      }
      badLengths++;
      passed++;
    }
    return 0;
  }

  private boolean isFilledAgain() {
    int tail = (int) INT.getAcquire(shared, (long) Layout.tail(ring));
    seenTail = tail;
    if (Integer.compareUnsigned(tail - head, Layout.SLOTS) <= 0) {
      return tail != head;
    }
    badIndices++;
    head = tail;
    INT.setRelease(shared, (long) Layout.head(ring), head);
    return false;
  }

  /** Whether there is something to look at. */
  boolean hasFrame() {
    return head != (int) INT.getAcquire(shared, (long) Layout.tail(ring));
  }

  /** How often the writer's index made no sense; what was in the ring then was lost. */
  long badIndices() {
    return badIndices;
  }

  /** Slots passed over because their length was no frame's. */
  long badLengths() {
    return badLengths;
  }
}
