package dev.trident.link;

import dev.trident.buffer.Packet;
import dev.trident.trace.DropReason;
import org.jspecify.annotations.Nullable;

/** Frames that wait for one neighbour, oldest first. Owns a reference to each. */
final class WaitingFrames {
  /** Frames that wait for one neighbour; the oldest goes when one more comes. */
  static final int MAX_WAITING = 16;

  private final @Nullable Packet[] frames = new Packet[MAX_WAITING];
  private final int[] offsets = new int[MAX_WAITING];
  private final int[] lengths = new int[MAX_WAITING];
  private final int[] cells = new int[MAX_WAITING];
  private int count;
  private int totalCells;

  int count() {
    return count;
  }

  /** Cells that waiting frames hold at most. */
  int cells() {
    return totalCells;
  }

  /**
   * Keeps a frame with a reference of its own. The range is noted, as the holder may change it; a
   * frame that waits already (a retransmission) is not kept twice.
   *
   * @return NONE, or ARP_QUEUE_FULL if the oldest frame was dropped for it
   */
  DropReason add(Packet frame) {
    for (int i = 0; i < count; i++) {
      if (frames[i] == frame) {
        offsets[i] = frame.offset();
        lengths[i] = frame.length();
        return DropReason.NONE;
      }
    }
    DropReason reason = DropReason.NONE;
    if (count == MAX_WAITING) {
      Packet oldest = removeFirst();
      oldest.release();
      reason = DropReason.ARP_QUEUE_FULL;
    }
    frame.retain();
    frames[count] = frame;
    offsets[count] = frame.offset();
    lengths[count] = frame.length();
    cells[count] = frame.cellsHeld();
    totalCells += cells[count];
    count++;
    return reason;
  }

  /** Slab offset of the oldest frame that waits. */
  int firstOffset() {
    return offsets[0];
  }

  /** Bytes of the oldest frame that waits, fragments not counted. */
  int firstLength() {
    return lengths[0];
  }

  /** Takes the oldest frame out; its reference is the caller's then. */
  Packet removeFirst() {
    Packet first = frames[0];
    if (first == null) {
      throw new IllegalStateException("nothing waits");
    }
    count--;
    totalCells -= cells[0];
    System.arraycopy(frames, 1, frames, 0, count);
    System.arraycopy(offsets, 1, offsets, 0, count);
    System.arraycopy(lengths, 1, lengths, 0, count);
    System.arraycopy(cells, 1, cells, 0, count);
    frames[count] = null;
    return first;
  }
}
