package dev.trident.udp;

import org.jspecify.annotations.Nullable;

/**
 * Bindings by their addresses and ports: open addressing with linear probing over a power of two,
 * at most half full. Deleting moves later entries up, so there are no tombstones.
 */
final class UdpPortTable {
  private static final int FIRST_SIZE = 64;
  private static final long HASH = 0x9e3779b97f4a7c15L;

  private @Nullable UdpBinding[] slots = new UdpBinding[FIRST_SIZE];
  private int count;

  /** Bindings to any local address but one remote: looked for only if there are some. */
  private int wildcardsWithRemote;

  int size() {
    return count;
  }

  /**
   * Adds a binding; false if its four are taken, and not to be shared. Control path: the table may
   * grow.
   */
  boolean add(UdpBinding binding) {
    int equal = slotOfEqual(binding);
    UdpBinding older = slots[equal];
    if (older != null) {
      if (!binding.reused || !older.reused) {
        return false;
      }
      binding.nextEqual = older;
      slots[equal] = binding;
      count++;
      return true;
    }
    if (2 * (count + 1) > slots.length) {
      grow();
    }
    place(binding);
    count++;
    if (isWildcardWithRemote(binding)) {
      wildcardsWithRemote++;
    }
    return true;
  }

  /** Where the newest binding of the same four stands, or the hole where it would stand. */
  private int slotOfEqual(UdpBinding binding) {
    int slot = slotOf(binding);
    for (UdpBinding at = slots[slot]; at != null; at = slots[slot]) {
      if (at.is(
          binding.localAddress, binding.localPort, binding.remoteAddress, binding.remotePort)) {
        return slot;
      }
      slot = slot + 1 & slots.length - 1;
    }
    return slot;
  }

  private static boolean isWildcardWithRemote(UdpBinding binding) {
    return binding.localAddress == 0 && binding.remotePort != 0;
  }

  private void grow() {
    @Nullable UdpBinding[] old = slots;
    slots = new UdpBinding[old.length * 2];
    for (UdpBinding binding : old) {
      if (binding != null) {
        place(binding);
      }
    }
  }

  private void place(UdpBinding binding) {
    int slot = slotOf(binding);
    while (slots[slot] != null) {
      slot = slot + 1 & slots.length - 1;
    }
    slots[slot] = binding;
  }

  /** Removes a binding that {@link #add} accepted. */
  void remove(UdpBinding binding) {
    int mask = slots.length - 1;
    int hole = slotOfEqual(binding);
    UdpBinding newest = unlink(slots[hole], binding);
    count--;
    slots[hole] = newest;
    if (newest != null) {
      return;
    }
    if (isWildcardWithRemote(binding)) {
      wildcardsWithRemote--;
    }
    for (int i = hole + 1 & mask; ; i = i + 1 & mask) {
      UdpBinding later = slots[i];
      if (later == null) {
        return;
      }
      int distanceFromHome = i - slotOf(later) & mask;
      if (distanceFromHome >= (i - hole & mask)) {
        slots[hole] = later;
        slots[i] = null;
        hole = i;
      }
    }
  }

  /** Takes {@code binding} out of a chain of equal ones; what is left of the chain. */
  private static @Nullable UdpBinding unlink(@Nullable UdpBinding newest, UdpBinding binding) {
    UdpBinding newer = null;
    UdpBinding at = newest;
    while (at != binding) {
      if (at == null) {
        throw new IllegalStateException("binding of port " + binding.localPort + " is not here");
      }
      newer = at;
      at = at.nextEqual;
    }
    UdpBinding older = binding.nextEqual;
    binding.nextEqual = null;
    if (newer == null) {
      return older;
    }
    newer.nextEqual = older;
    return newest;
  }

  /**
   * The socket for a datagram to one of our addresses: of the full 4-tuple, else of the local
   * address and port, else of the port alone. Of several that share all this, the one that was
   * bound last.
   */
  @Nullable UdpSocket lookup(int localAddress, int localPort, int remoteAddress, int remotePort) {
    UdpBinding found = first(localAddress, localPort, remoteAddress, remotePort);
    if (found == null) {
      found = first(localAddress, localPort, 0, 0);
    }
    if (found == null && wildcardsWithRemote != 0) {
      found = first(0, localPort, remoteAddress, remotePort);
    }
    if (found == null) {
      found = first(0, localPort, 0, 0);
    }
    return found == null ? null : found.socket;
  }

  /** The newest binding of exactly these four; older ones follow it. */
  @Nullable UdpBinding first(int localAddress, int localPort, int remoteAddress, int remotePort) {
    int slot = slot(localAddress, localPort, remoteAddress, remotePort);
    for (UdpBinding at = slots[slot]; at != null; at = slots[slot]) {
      if (at.is(localAddress, localPort, remoteAddress, remotePort)) {
        return at;
      }
      slot = slot + 1 & slots.length - 1;
    }
    return null;
  }

  private int slotOf(UdpBinding binding) {
    return slot(binding.localAddress, binding.localPort, binding.remoteAddress, binding.remotePort);
  }

  private int slot(int localAddress, int localPort, int remoteAddress, int remotePort) {
    long local = (long) localAddress << 16 ^ localPort;
    long remote = (long) remoteAddress << 16 ^ remotePort;
    long hash = (local * HASH ^ remote) * HASH;
    return (int) (hash >>> 32) & slots.length - 1;
  }
}
