package dev.trident.link;

import dev.trident.wire.MacAddress;

/** The IPv4 groups a stack listens to, with the number of listeners of each; bounded. */
public final class MulticastGroups {
  private static final int MAX_GROUPS = 64;

  private final int[] groups = new int[MAX_GROUPS];
  private final int[] listeners = new int[MAX_GROUPS];
  private int count;

  /** Adds a listener; false if the table is full. */
  public boolean join(int group) {
    int index = find(group);
    if (index < 0) {
      if (count == MAX_GROUPS) {
        return false;
      }
      index = count++;
      groups[index] = group;
    }
    listeners[index]++;
    return true;
  }

  /** Removes a listener that {@link #join} added. */
  public void leave(int group) {
    int index = find(group);
    if (index < 0) {
      throw new IllegalStateException("group " + Integer.toHexString(group) + " was not joined");
    }
    if (--listeners[index] == 0) {
      count--;
      groups[index] = groups[count];
      listeners[index] = listeners[count];
      listeners[count] = 0;
    }
  }

  public boolean contains(int group) {
    return find(group) >= 0;
  }

  /** Whether some joined group maps to the Ethernet address {@code mac}; 32 groups share one. */
  boolean accepts(long mac) {
    for (int i = 0; i < count; i++) {
      if (MacAddress.ofMulticast(groups[i]) == mac) {
        return true;
      }
    }
    return false;
  }

  private int find(int group) {
    for (int i = 0; i < count; i++) {
      if (groups[i] == group) {
        return i;
      }
    }
    return -1;
  }
}
