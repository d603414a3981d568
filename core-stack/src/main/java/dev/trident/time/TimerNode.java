package dev.trident.time;

import org.jspecify.annotations.Nullable;

/**
 * Something that a {@link TimerWheel} wakes. Intrusive: the node is the list element, so that
 * arming allocates nothing. A node with several deadlines arms the earliest, and when woken arms
 * the next.
 *
 * <p>Moving a deadline later needs no call: the wheel wakes the node early, and {@link #onTimer}
 * arms it again for the later time. Only an earlier deadline must be told to the wheel.
 */
public abstract class TimerNode {
  @Nullable TimerNode previous;
  @Nullable TimerNode following;

  /** Slot list this node stands in, or -1. */
  int slot = -1;

  /** When the wheel wakes this node; meaningful while it is armed. */
  long wakeNanos;

  /** Whether the wheel will wake this node. */
  public final boolean isArmed() {
    return slot >= 0;
  }

  /** When the wheel wakes this node; {@link Deadline#NEVER} if it is not armed. */
  public final long wakeNanos() {
    return slot >= 0 ? wakeNanos : Deadline.NEVER;
  }

  /** Called when the armed time has come. The node is no longer armed and may arm itself again. */
  protected abstract void onTimer(long nowNanos);
}
