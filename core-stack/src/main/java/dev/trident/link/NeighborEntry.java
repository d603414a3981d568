package dev.trident.link;

import dev.trident.buffer.Packet;
import dev.trident.time.TimerNode;
import dev.trident.trace.DropReason;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One line of the neighbour cache: the state of a neighbour and the frames that wait for it. */
final class NeighborEntry extends TimerNode {
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

  /** Requests sent since the state was entered. */
  int requests;

  /** Periods in a row in which the address was known and nobody used it. */
  int unusedPeriods;

  long confirmedNanos;

  /** The entries confirmed before and after this one; the table's. */
  @Nullable NeighborEntry older;

  @Nullable NeighborEntry newer;

  /** Made when the first frame has to wait: most neighbours ask us, and are never waited for. */
  private @Nullable WaitingFrames waiting;

  NeighborEntry(NeighborCache cache, Neighbor neighbor, NetInterface out) {
    this.cache = cache;
    this.neighbor = neighbor;
    this.out = out;
  }

  int waitingCount() {
    return waiting == null ? 0 : waiting.count();
  }

  /** Cells that waiting frames hold at most. */
  int waitingCells() {
    return waiting == null ? 0 : waiting.cells();
  }

  /** As {@link WaitingFrames#add}. */
  DropReason enqueue(Packet frame) {
    WaitingFrames frames = waiting;
    if (frames == null) {
      frames = new WaitingFrames();
      waiting = frames;
    }
    return frames.add(frame);
  }

  /** What waits; only if {@link #waitingCount} is not 0. */
  WaitingFrames waiting() {
    return Objects.requireNonNull(waiting, "nothing waits");
  }

  @Override
  protected void onTimer(long nowNanos) {
    cache.onTimer(this, nowNanos);
  }
}
