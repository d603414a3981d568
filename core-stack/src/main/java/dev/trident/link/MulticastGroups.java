package dev.trident.link;

import dev.trident.wire.Ipv4Address;
import dev.trident.wire.MacAddress;

/**
 * The IPv4 groups that one interface listens to; bounded. Every interface listens to 224.0.0.1 (RFC
 * 1112 section 4). Who wants which group, and from whom, is known to the room {@code igmp}.
 */
public final class MulticastGroups {
  /** Most groups beside 224.0.0.1. */
  public static final int MAX_GROUPS = 64;

  private final int[] groups = new int[MAX_GROUPS + 1];
  private int count;

  public MulticastGroups() {
    groups[count++] = Ipv4Address.ALL_HOSTS;
  }

  /** Listens to {@code group}, which need not be new; false if there are too many. */
  public boolean add(int group) {
    if (contains(group)) {
      return true;
    }
    if (count == groups.length) {
      return false;
    }
    groups[count++] = group;
    return true;
  }

  /** Listens to {@code group} no longer; 224.0.0.1 stays. */
  public void remove(int group) {
    for (int i = 1; i < count; i++) {
      if (groups[i] == group) {
        groups[i] = groups[--count];
        return;
      }
    }
  }

  public boolean contains(int group) {
    for (int i = 0; i < count; i++) {
      if (groups[i] == group) {
        return true;
      }
    }
    return false;
  }

  /** Whether some group here maps to the Ethernet address {@code mac}; 32 groups share one. */
  boolean accepts(long mac) {
    for (int i = 0; i < count; i++) {
      if (MacAddress.ofMulticast(groups[i]) == mac) {
        return true;
      }
    }
    return false;
  }
}
