package dev.trident.hw.nic;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;

/**
 * Receive descriptors and, as the device fills them in order, the receive half of the event queue.
 *
 * <pre>
 *        read            filled             posted          read + size
 *          |   received    |   empty cells    |    no cell      |
 * </pre>
 *
 * Positions only grow, and wrap as {@code int} does.
 */
final class RxRing {
  /** Cells are posted so many at a time, as one write of a doorbell register would. */
  static final int REFILL_BATCH = 16;

  private final Packet[] cells;
  private final int[] hints;
  private final int mask;
  private int read;
  private int filled;
  private int posted;

  /** Cells that this ring has asked its pool to keep for it: a batch, or none. */
  private int asked;

  /**
   * An empty ring.
   *
   * @param size a power of two, at least {@link #REFILL_BATCH}; 0 for a ring that receives nothing
   */
  RxRing(int size) {
    if (size != 0 && (size < REFILL_BATCH || Integer.bitCount(size) != 1)) {
      throw new IllegalArgumentException("receive ring of " + size + ": must be a power of two");
    }
    cells = new Packet[size];
    hints = new int[size];
    mask = size - 1;
  }

  /** Cells in this ring, with or without a frame. */
  int cells() {
    return posted - read;
  }

  boolean hasPosted() {
    return filled != posted;
  }

  /** The cell that the next frame goes to; only if {@link #hasPosted}. */
  Packet nextPosted() {
    return cells[filled & mask];
  }

  /** The cell of {@link #nextPosted} holds a frame; its range says where. */
  void fill(int flowHint) {
    hints[filled & mask] = flowHint;
    filled++;
  }

  boolean hasFrame() {
    return read != filled;
  }

  /** Hint of the frame that {@link #take} will return. */
  int nextHint() {
    return hints[read & mask];
  }

  /** The oldest frame, with its reference; only if {@link #hasFrame}. */
  Packet take() {
    return cells[read++ & mask];
  }

  /**
   * Posts batches of fresh cells while there is room for a whole one and memory. A ring that runs
   * dry asks for the next cells that become free.
   */
  void refill(PacketPool pool) {
    post(pool);
    int wanted = mask >= 0 && posted - filled < REFILL_BATCH ? REFILL_BATCH : 0;
    if (wanted != asked) {
      pool.needToReceive(wanted - asked);
      asked = wanted;
    }
  }

  private void post(PacketPool pool) {
    while (posted - read <= mask + 1 - REFILL_BATCH) {
      for (int i = 0; i < REFILL_BATCH; i++) {
        Packet cell = pool.allocateForReceive();
        if (cell == null) {
          return;
        }
        cells[posted++ & mask] = cell;
      }
    }
  }

  /** Whether a refill would help a ring that is running dry. */
  boolean canRecover(PacketPool pool) {
    return asked != 0 && pool.hasCellToReceive();
  }

  /** Gives every cell back, received frames included. */
  void releaseAll() {
    while (read != posted) {
      cells[read++ & mask].release();
    }
    filled = posted;
  }
}
