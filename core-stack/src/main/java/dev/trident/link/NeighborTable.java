package dev.trident.link;

import dev.trident.link.NeighborEntry.State;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a neighbour cache: bounded, found by a hash of their address, and in a list from
 * the one confirmed longest ago to the latest. So a storm of requests from made-up addresses costs
 * the same for each, whatever the bound.
 */
final class NeighborTable {
  private static final int HASH = 0x9e3779b1;

  private final int maxEntries;

  /** Open addressing with linear probing, at most half full. */
  private final @Nullable NeighborEntry[] slots;

  private final int shift;
  private int count;
  private @Nullable NeighborEntry oldest;
  private @Nullable NeighborEntry newest;

  /**
   * @param maxEntries at least 1
   */
  NeighborTable(int maxEntries) {
    this.maxEntries = maxEntries;
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(2 * maxEntries - 1);
    slots = new NeighborEntry[1 << bits];
    shift = Integer.SIZE - bits;
  }

  int size() {
    return count;
  }

  boolean isFull() {
    return count == maxEntries;
  }

  /** The entry confirmed longest ago, or null if there is none. */
  @Nullable NeighborEntry oldest() {
    return oldest;
  }

  @Nullable NeighborEntry find(NetInterface out, int address) {
    for (int i = slot(address); ; i = next(i)) {
      NeighborEntry entry = slots[i];
      if (entry == null || (entry.neighbor.address() == address && entry.out == out)) {
        return entry;
      }
    }
  }

  private int slot(int address) {
    return (address * HASH) >>> shift;
  }

  private int next(int slot) {
    return (slot + 1) & (slots.length - 1);
  }

  /** Adds an entry as the one confirmed last; the table must not be full. */
  void add(NeighborEntry entry) {
    int i = slot(entry.neighbor.address());
    while (slots[i] != null) {
      i = next(i);
    }
    slots[i] = entry;
    count++;
    link(entry);
    entry.neighbor.entry = entry;
  }

  /** An entry has been confirmed: none is later. */
  void renew(NeighborEntry entry) {
    if (entry != newest) {
      unlink(entry);
      link(entry);
    }
  }

  void remove(NeighborEntry entry) {
    entry.neighbor.entry = null;
    int hole = slot(entry.neighbor.address());
    while (slots[hole] != entry) {
      if (slots[hole] == null) {
        throw new IllegalStateException("neighbour " + entry.neighbor.address() + " is not here");
      }
      hole = next(hole);
    }
    slots[hole] = null;
    count--;
    unlink(entry);
    closeGap(hole);
  }

  /** Moves entries up that would not be found any more, so that there are no tombstones. */
  private void closeGap(int gap) {
    int hole = gap;
    int mask = slots.length - 1;
    for (int i = next(hole); ; i = next(i)) {
      NeighborEntry later = slots[i];
      if (later == null) {
        return;
      }
      int fromHome = (i - slot(later.neighbor.address())) & mask;
      if (fromHome >= ((i - hole) & mask)) {
        slots[hole] = later;
        slots[i] = null;
        hole = i;
      }
    }
  }

  private void link(NeighborEntry entry) {
    NeighborEntry last = newest;
    entry.older = last;
    entry.newer = null;
    if (last == null) {
      oldest = entry;
    } else {
      last.newer = entry;
    }
    newest = entry;
  }

  private void unlink(NeighborEntry entry) {
    NeighborEntry before = entry.older;
    NeighborEntry after = entry.newer;
    if (before == null) {
      oldest = after;
    } else {
      before.newer = after;
    }
    if (after == null) {
      newest = before;
    } else {
      after.older = before;
    }
    entry.older = null;
    entry.newer = null;
  }

  /**
   * The entry that makes room for another: the one confirmed longest ago that has no traffic or, as
   * the second choice, that nobody has answered for. Null if all are in use.
   */
  @Nullable NeighborEntry leastNeeded() {
    NeighborEntry unanswered = null;
    for (NeighborEntry entry = oldest; entry != null; entry = entry.newer) {
      if (isIdle(entry)) {
        return entry;
      }
      if (unanswered == null && entry.state == State.INCOMPLETE) {
        unanswered = entry;
      }
    }
    return unanswered;
  }

  private static boolean isIdle(NeighborEntry entry) {
    return entry.state == State.IDLE
        || entry.state == State.UNREACHABLE
        || (entry.state == State.REACHABLE && !entry.neighbor.isUsed());
  }
}
