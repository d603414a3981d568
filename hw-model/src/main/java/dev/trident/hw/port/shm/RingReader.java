package dev.trident.hw.port.shm;

import static dev.trident.hw.port.shm.Layout.INT;
import static dev.trident.hw.port.shm.Layout.LONG;

import dev.trident.buffer.Slab;
import java.lang.foreign.MemorySegment;

/**
 * The receiving end of a ring. The other process owns the marks, the tail and the frames: each is
 * read once and checked, so that a peer gone mad can make frames be lost, and never memory be read
 * or written that is not this ring's.
 */
final class RingReader {
  /** Slots passed over in a call at most: a peer gone mad fills them as fast as they are read. */
  private static final int MOST_BAD_LENGTHS = 32;

  private final Slab wire;
  private final MemorySegment shared;
  private final int ring;

  /** Frames taken out; the shared head follows. */
  private int head;

  private long badIndices;
  private long badLengths;

  /** Begins with the next frame: those in the ring were for the reader before this one. */
  RingReader(Slab wire, int ring) {
    this.wire = wire;
    this.ring = ring;
    shared = wire.segment();
    goTo((int) INT.getAcquire(shared, (long) Layout.tail(ring)));
  }

  private void goTo(int newHead) {
    head = newHead;
    INT.setRelease(shared, (long) Layout.head(ring), newHead);
  }

  /** Takes a frame out, as {@code Port.receive} does: its length, or 0 if there is none. */
  int receive(Slab into, int offset, int capacityBytes) {
    for (int passed = 0; passed < MOST_BAD_LENGTHS; passed++) {
      int slot = Layout.slot(ring, head);
      long mark = (long) LONG.getAcquire(shared, (long) slot);
      if (!Layout.isOf(mark, head)) {
        return 0;
      }
      int length = Layout.length(mark);
      boolean good = length >= Layout.MIN_FRAME_BYTES && length <= Layout.MAX_FRAME_BYTES;
      if (good && length <= capacityBytes) {
        wire.copyTo(slot + Layout.FRAME, into, offset, length);
      }
      goTo(head + 1);
      if (good) {
        return length;
      }
      badLengths++;
    }
    return 0;
  }

  /** Whether there is something to look at. */
  boolean hasFrame() {
    long mark = (long) LONG.getAcquire(shared, (long) Layout.slot(ring, head));
    return Layout.isOf(mark, head);
  }

  /**
   * Follows a writer that has gone mad, or has come after one; to be called now and then. A frame
   * is marked before the tail tells of it, so a tail beyond a slot without its mark makes no sense.
   */
  void checkTail() {
    int tail = (int) INT.getAcquire(shared, (long) Layout.tail(ring));
    boolean isJustMarked = tail == head - 1;
    if (tail != head && !isJustMarked && !hasFrame()) {
      badIndices++;
      goTo(tail);
    }
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
