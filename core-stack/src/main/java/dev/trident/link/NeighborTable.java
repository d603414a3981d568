package dev.trident.link;

import dev.trident.link.NeighborEntry.State;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a neighbour cache: bounded, a few hundred at most, hence searched one by one and
 * off the data path only, where a {@link Neighbor} is at hand.
 */
final class NeighborTable {
  private final @Nullable NeighborEntry[] entries;
  private int count;

  /**
   * @param maxEntries at least 1
   */
  NeighborTable(int maxEntries) {
    entries = new NeighborEntry[maxEntries];
  }

  int size() {
    return count;
  }

  boolean isFull() {
    return count == entries.length;
  }

  /** The entry at {@code index}, 0 or more, less than {@link #size}; the order is of no meaning. */
  NeighborEntry get(int index) {
    return Objects.requireNonNull(entries[index]);
  }

  @Nullable NeighborEntry find(NetInterface out, int address) {
    for (int i = 0; i < count; i++) {
      NeighborEntry entry = get(i);
      if (entry.neighbor.address() == address && entry.out == out) {
        return entry;
      }
    }
    return null;
  }

  /** Adds an entry; the table must not be full. */
  void add(NeighborEntry entry) {
    entry.index = count;
    entries[count++] = entry;
    entry.neighbor.entry = entry;
  }

  void remove(NeighborEntry entry) {
    entry.neighbor.entry = null;
    NeighborEntry last = get(--count);
    entries[entry.index] = last;
    last.index = entry.index;
    entries[count] = null;
  }

  /**
   * The entry that makes room for another: the one confirmed longest ago that has no traffic or, as
   * the second choice, that nobody has answered for. Null if all are in use.
   */
  @Nullable NeighborEntry leastNeeded() {
    NeighborEntry oldest = leastRecentlyConfirmed(/* unresolved= */ false);
    return oldest != null ? oldest : leastRecentlyConfirmed(/* unresolved= */ true);
  }

  private @Nullable NeighborEntry leastRecentlyConfirmed(boolean unresolved) {
    NeighborEntry oldest = null;
    for (int i = 0; i < count; i++) {
      NeighborEntry entry = get(i);
      boolean fits = unresolved ? entry.state == State.INCOMPLETE : isIdle(entry);
      if (fits && (oldest == null || entry.confirmedNanos - oldest.confirmedNanos < 0)) {
        oldest = entry;
      }
    }
    return oldest;
  }

  private static boolean isIdle(NeighborEntry entry) {
    return entry.state == State.IDLE
        || entry.state == State.UNREACHABLE
        || (entry.state == State.REACHABLE && !entry.neighbor.isUsed());
  }
}
