package dev.trident.time;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A hierarchical timer wheel over 64-bit nanoseconds: {@value #LEVELS} levels of 64 slots, a slot
 * of level 0 spanning 65,536 ns and of each further level 64 times that. Arming, disarming and
 * finding the next deadline cost a few operations, however many timers there are.
 *
 * <p>A node stands at the level where its time first differs from the wheel's, and comes down a
 * level each time the wheel reaches its slot. In level 0 each slot remembers a lower bound of its
 * times, so {@link #nextDeadlineNanos()} is exact for nodes that have come down, early for others,
 * never late.
 *
 * <p>Time is kept relative to the start of the wheel, so any origin will do, near a wrap of the
 * clock too. Times in the past are due at the next {@link #advance}.
 */
public final class TimerWheel {
  private static final int TICK_SHIFT = 16;
  private static final int SLOT_BITS = 6;
  private static final int SLOTS = 1 << SLOT_BITS;
  private static final int LEVELS = 8;

  /** The list of nodes taken out as due and not yet woken: any of them may still be moved. */
  private static final int DUE = LEVELS * SLOTS;

  private final long originNanos;
  private final @Nullable TimerNode[] heads = new TimerNode[LEVELS * SLOTS + 1];
  private final long[] occupied = new long[LEVELS];

  /** Lower bounds of the wake times in the slots of level 0, relative to the origin. */
  private final long[] lowerBounds = new long[SLOTS];

  /** Ticks that have begun; every armed node stands at this tick or later. */
  private long currentTick;

  private int armed;

  /** A wheel whose clock stands at {@code nowNanos}. */
  public TimerWheel(long nowNanos) {
    originNanos = nowNanos;
    Arrays.fill(lowerBounds, Long.MAX_VALUE);
  }

  /** Nodes armed at the moment. */
  public int armed() {
    return armed;
  }

  /** Arms {@code node} for {@code wakeNanos}, or moves it there if it is armed. */
  public void arm(TimerNode node, long wakeNanos) {
    if (node.slot >= 0) {
      unlink(node);
    }
    node.wakeNanos = wakeNanos;
    link(node);
  }

  /** Arms {@code node} unless it is armed for that time or an earlier one already. */
  public void armBy(TimerNode node, long wakeNanos) {
    if (node.slot < 0 || wakeNanos - node.wakeNanos < 0) {
      arm(node, wakeNanos);
    }
  }

  /** Takes {@code node} out; does nothing if it is not armed. */
  public void disarm(TimerNode node) {
    if (node.slot >= 0) {
      unlink(node);
    }
  }

  private void link(TimerNode node) {
    long relative = Math.max(0, node.wakeNanos - originNanos);
    long tick = Math.max(relative >>> TICK_SHIFT, currentTick);
    long differing = tick ^ currentTick;
    int level = differing == 0 ? 0 : (63 - Long.numberOfLeadingZeros(differing)) / SLOT_BITS;
    int position = (int) (tick >>> (level * SLOT_BITS)) & (SLOTS - 1);
    prepend(node, level * SLOTS + position);
    occupied[level] |= 1L << position;
    if (level == 0 && relative < lowerBounds[position]) {
      lowerBounds[position] = relative;
    }
  }

  private void prepend(TimerNode node, int slot) {
    TimerNode head = heads[slot];
    node.previous = null;
    node.following = head;
    if (head != null) {
      head.previous = node;
    }
    heads[slot] = node;
    node.slot = slot;
    armed++;
  }

  private void unlink(TimerNode node) {
    int slot = node.slot;
    TimerNode before = node.previous;
    TimerNode after = node.following;
    if (after != null) {
      after.previous = before;
    }
    if (before != null) {
      before.following = after;
    } else {
      heads[slot] = after;
      if (after == null && slot != DUE) {
        emptied(slot);
      }
    }
    node.previous = null;
    node.following = null;
    node.slot = -1;
    armed--;
  }

  private void emptied(int slot) {
    int position = slot & (SLOTS - 1);
    occupied[slot >>> SLOT_BITS] &= ~(1L << position);
    if (slot < SLOTS) {
      lowerBounds[position] = Long.MAX_VALUE;
    }
  }

  /** When to call {@link #advance} next, or {@link Deadline#NEVER}: may be early, is never late. */
  public long nextDeadlineNanos() {
    if (armed == 0) {
      return Deadline.NEVER;
    }
    TimerNode due = heads[DUE];
    if (due != null) {
      return due.wakeNanos;
    }
    int level = lowestOccupiedLevel();
    int position = Long.numberOfTrailingZeros(occupied[level]);
    long relative =
        level == 0 ? lowerBounds[position] : slotStartTick(level, position) << TICK_SHIFT;
    long deadline = originNanos + relative;
    return deadline == Deadline.NEVER ? deadline - 1 : deadline;
  }

  /**
   * The first occupied slot is the first of the lowest occupied level: each level lies wholly
   * before the next, and positions before the current one are empty.
   */
  private int lowestOccupiedLevel() {
    int level = 0;
    while (occupied[level] == 0) {
      level++;
    }
    return level;
  }

  private long slotStartTick(int level, int position) {
    int shift = level * SLOT_BITS;
    long above = currentTick >>> (shift + SLOT_BITS) << (shift + SLOT_BITS);
    return above | (long) position << shift;
  }

  /** Wakes every node whose time has come at {@code nowNanos} and returns how many. */
  public int advance(long nowNanos) {
    // A time before the origin is a caller's slip; counted from zero it wakes nobody too early.
    long now = Math.max(0, nowNanos - originNanos);
    long nowTick = now >>> TICK_SHIFT;
    int woken = 0;
    while (armed > 0) {
      int level = lowestOccupiedLevel();
      int position = Long.numberOfTrailingZeros(occupied[level]);
      long startTick = slotStartTick(level, position);
      if (startTick > nowTick) {
        break;
      }
      if (level > 0) {
        currentTick = startTick;
        bringDown(level * SLOTS + position);
      } else {
        currentTick = Math.max(currentTick, startTick);
        woken += wakeDue(position, now, nowNanos);
        if (startTick == nowTick) {
          return woken;
        }
      }
    }
    currentTick = Math.max(currentTick, nowTick);
    return woken;
  }

  private void bringDown(int slot) {
    TimerNode node = heads[slot];
    while (node != null) {
      TimerNode after = node.following;
      unlink(node);
      link(node);
      node = after;
    }
  }

  /** Wakes the due nodes of one slot of level 0; nodes armed meanwhile are seen by the caller. */
  private int wakeDue(int position, long now, long nowNanos) {
    if (lowerBounds[position] > now) {
      return 0;
    }
    long bound = Long.MAX_VALUE;
    TimerNode node = heads[position];
    while (node != null) {
      TimerNode after = node.following;
      long relative = Math.max(0, node.wakeNanos - originNanos);
      if (relative <= now) {
        unlink(node);
        prepend(node, DUE);
      } else {
        bound = Math.min(bound, relative);
      }
      node = after;
    }
    lowerBounds[position] = bound;
    int woken = 0;
    for (TimerNode due = heads[DUE]; due != null; due = heads[DUE]) {
      unlink(due);
      due.onTimer(nowNanos);
      woken++;
    }
    return woken;
  }
}
