package dev.trident.hw.nic;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;

/**
 * Receive descriptors and, as the device fills them in order, the receive half of the event queue.
 *
 * <pre>
 *        read       arrived         filled             posted          read + size
 *          |  events  | on their way  |   empty cells    |    no cell      |
 * </pre>
 *
 * Positions only grow, and wrap as {@code int} does.
 *
 * <p>Where nobody outside has been told an order, a frame goes to the cell that was posted last, as
 * its memory is the likeliest to be in the processor's caches: {@link #warmest} changes places with
 * the next one in order. An adapter of metal takes them in order; cells being all alike, the
 * difference shows in time only, and is about 20 ns a frame.
 */
final class RxRing {
  private final Packet[] cells;
  private final int[] hints;
  private final int mask;
  private final int batch;
  private final int batchesPerRefill;
  private int read;
  private int arrived;
  private int filled;
  private int posted;

  /** Up to here cells were posted last, and not taken out of turn since. */
  private int warmEnd;

  /** Cells that this ring has asked its pool to keep for it: a batch, or none. */
  private int asked;

  /** The device is stopped: nothing is posted any more. */
  private boolean stopped;

  /** The last refill ended because there was no cell. */
  private boolean starved;

  private long refillsWithoutMemory;

  /** An empty ring. */
  RxRing(RingOptions options) {
    int size = options.rxDescriptors();
    cells = new Packet[size];
    hints = new int[size];
    mask = size - 1;
    batch = Math.min(options.refillBatch(), size);
    batchesPerRefill = options.batchesPerRefill();
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

  /** The posted cell that was posted last, of those in their place; only if {@link #hasPosted}. */
  Packet warmest() {
    return cells[warmestPosition() & mask];
  }

  private int warmestPosition() {
    int last = warmEnd - 1;
    return last - filled > 0 ? last : filled;
  }

  /** Makes the cell of {@link #warmest} the one that the next frame goes to. */
  void takeWarmest() {
    swapWithNext(warmestPosition());
    warmEnd--;
  }

  /** The cell at a position between {@code filled} and {@code posted}. */
  Packet cellAt(int position) {
    return cells[position & mask];
  }

  /** Makes the cell at {@code position}, which is empty, the one that the next frame goes to. */
  void swapWithNext(int position) {
    Packet wanted = cells[position & mask];
    cells[position & mask] = cells[filled & mask];
    cells[filled & mask] = wanted;
  }

  /**
   * The cell of {@link #nextPosted} holds a frame, and its range says where; {@link #arrive}
   * follows.
   */
  void fill(int flowHint) {
    hints[filled & mask] = flowHint;
    filled++;
  }

  /** The next frame filled in has an event. */
  void arrive() {
    arrived++;
  }

  boolean hasFrame() {
    return read != arrived;
  }

  /** Hint of the frame that {@link #take} will return. */
  int nextHint() {
    return hints[read & mask];
  }

  /** The oldest frame, with its reference; only if {@link #hasFrame}. */
  Packet take() {
    return cells[read++ & mask];
  }

  /** Fills the ring to the brim, as far as there is memory: it is about to be used. */
  void fillUp(PacketPool pool) {
    post(pool, cells.length);
    askOrThank(pool);
  }

  /**
   * Posts batches of fresh cells while there is room for a whole one and memory. A ring that runs
   * dry asks for the next cells that become free.
   */
  void refill(PacketPool pool) {
    for (int batches = 0; batches < batchesPerRefill && hasRoomForBatch(); batches++) {
      if (!post(pool, batch)) {
        break;
      }
    }
    askOrThank(pool);
  }

  /** Whether a batch is missing that the last refill left out, though not for want of memory. */
  boolean lacksBatch() {
    return hasRoomForBatch() && !starved;
  }

  private boolean hasRoomForBatch() {
    return posted - read <= mask + 1 - batch && mask >= 0 && !stopped;
  }

  private boolean post(PacketPool pool, int count) {
    starved = false;
    for (int i = 0; i < count; i++) {
      Packet cell = pool.allocateForReceive();
      if (cell == null) {
        starved = true;
        refillsWithoutMemory++;
        warmEnd = posted;
        return false;
      }
      cells[posted++ & mask] = cell;
    }
    warmEnd = posted;
    return true;
  }

  private void askOrThank(PacketPool pool) {
    int wanted = mask >= 0 && posted - filled < batch ? batch : 0;
    if (wanted != asked) {
      pool.needToReceive(wanted - asked);
      asked = wanted;
    }
  }

  /**
   * Whether a refill is needed before its time: there is a cell by now for a ring that went without
   * when it was running dry, or for one that is dry.
   */
  boolean canRecover(PacketPool pool) {
    return ((starved && asked != 0) || (posted == read && mask >= 0))
        && !stopped
        && pool.hasCellToReceive();
  }

  int posted() {
    return posted;
  }

  int filled() {
    return filled;
  }

  int read() {
    return read;
  }

  long refillsWithoutMemory() {
    return refillsWithoutMemory;
  }

  /** Gives every cell back, received frames included: the device is stopped. */
  void releaseAll() {
    stopped = true;
    while (read != posted) {
      cells[read++ & mask].release();
    }
    filled = posted;
    arrived = posted;
  }
}
