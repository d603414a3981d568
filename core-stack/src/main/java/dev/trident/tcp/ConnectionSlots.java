package dev.trident.tcp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A fixed number of numbered places for connections: the number is what a device's filter says. */
final class ConnectionSlots {
  private final @Nullable Connection[] slots;
  private final int[] free;
  private int freeCount;

  ConnectionSlots(int count) {
    slots = new Connection[count];
    free = new int[count];
    for (int slot = count - 1; slot >= 0; slot--) {
      free[freeCount++] = slot;
    }
  }

  int count() {
    return slots.length;
  }

  int used() {
    return slots.length - freeCount;
  }

  boolean isFull() {
    return freeCount == 0;
  }

  /** The place that {@link #add} fills next; there must be one. */
  int next() {
    return free[freeCount - 1];
  }

  void add(Connection connection) {
    int slot = free[--freeCount];
    connection.slot = slot;
    slots[slot] = connection;
  }

  void remove(Connection connection) {
    slots[connection.slot] = null;
    free[freeCount++] = connection.slot;
    connection.slot = -1;
  }

  /** The connection in a place, or null; also for numbers that no place has. */
  @Nullable Connection at(int slot) {
    return slot >= 0 && slot < slots.length ? slots[slot] : null;
  }

  /** All, in the order of their places; a copy, so that they may go meanwhile. */
  List<Connection> all() {
    List<Connection> all = new ArrayList<>();
    for (Connection connection : slots) {
      if (connection != null) {
        all.add(connection);
      }
    }
    return all;
  }

  /** All towards {@code destination}; a copy. */
  List<Connection> to(int destination) {
    List<Connection> found = new ArrayList<>();
    for (Connection connection : slots) {
      if (connection != null && connection.remoteAddress() == destination) {
        found.add(connection);
      }
    }
    return found;
  }
}
