package dev.trident.link;

import dev.trident.buffer.Packet;
import dev.trident.time.TimerNode;
import dev.trident.trace.DropReason;
import org.jspecify.annotations.Nullable;

/** One line of the neighbour cache: the state of a neighbour and the frames that wait for it. */
final class NeighborEntry extends TimerNode {
  /** Frames that wait for one neighbour; the oldest goes when one more comes. */
  static final int MAX_WAITING = 16;

  enum State {
    /** Known by name only: nobody has sent that way yet, or not lately. */
    IDLE,
    /** No hardware address; requests are on their way. */
    INCOMPLETE,
    /** Confirmed not long ago. */
    REACHABLE,
    /** Expired while in use: asked again by unicast, used meanwhile. */
    PROBE,
    /** A gateway that did not answer: passed over by routes, asked now and then. */
    UNREACHABLE,
    /** Set by hand: never asked for, never changed by a packet. */
    STATIC
  }

  final Neighbor neighbor;
  final NetInterface out;
  private final NeighborCache cache;
  State state = State.IDLE;

  /** Place in the cache's table. */
  int index;

  /** Requests sent since the state was entered. */
  int requests;

  /** Periods in a row in which the address was known and nobody used it. */
  int unusedPeriods;

  long confirmedNanos;

  private final @Nullable Packet[] waiting = new Packet[MAX_WAITING];
  private final int[] offsets = new int[MAX_WAITING];
  private final int[] lengths = new int[MAX_WAITING];
  private final int[] cells = new int[MAX_WAITING];
  private int waitingCount;
  private int waitingCells;

  NeighborEntry(NeighborCache cache, Neighbor neighbor, NetInterface out) {
    this.cache = cache;
    this.neighbor = neighbor;
    this.out = out;
  }

  int waitingCount() {
    return waitingCount;
  }

  /** Cells that waiting frames hold at most. */
  int waitingCells() {
    return waitingCells;
  }

  /**
   * Keeps a frame with a reference of its own. The range is noted, as the holder may change it; a
   * frame that waits already (a retransmission) is not kept twice.
   *
   * @return NONE, or ARP_QUEUE_FULL if the oldest frame was dropped for it
   */
  DropReason enqueue(Packet frame) {
    for (int i = 0; i < waitingCount; i++) {
      if (waiting[i] == frame) {
        offsets[i] = frame.offset();
        lengths[i] = frame.length();
        return DropReason.NONE;
      }
    }
    DropReason reason = DropReason.NONE;
    if (waitingCount == MAX_WAITING) {
      Packet oldest = removeFirst();
      oldest.release();
      reason = DropReason.ARP_QUEUE_FULL;
    }
    frame.retain();
    waiting[waitingCount] = frame;
    offsets[waitingCount] = frame.offset();
    lengths[waitingCount] = frame.length();
    cells[waitingCount] = frame.cellsHeld();
    waitingCells += cells[waitingCount];
    waitingCount++;
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
    Packet first = waiting[0];
    if (first == null) {
      throw new IllegalStateException("nothing waits for " + neighbor.address());
    }
    waitingCount--;
    waitingCells -= cells[0];
    System.arraycopy(waiting, 1, waiting, 0, waitingCount);
    System.arraycopy(offsets, 1, offsets, 0, waitingCount);
    System.arraycopy(lengths, 1, lengths, 0, waitingCount);
    System.arraycopy(cells, 1, cells, 0, waitingCount);
    waiting[waitingCount] = null;
    return first;
  }

  @Override
  protected void onTimer(long nowNanos) {
    cache.onTimer(this, nowNanos);
  }
}
