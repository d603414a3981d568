package dev.trident.hw.filter;

/**
 * Open addressing over packed 4-tuples, with linear probing and backward-shift deletion, so that a
 * table in use for years probes no longer than a fresh one. A filter has an id that stays while its
 * slot moves.
 *
 * <p>A filter belongs to one VLAN, or to the frames without a tag. Order of precedence: full
 * 4-tuple, then local address and port, then local port on any address. Equal filters may coexist
 * (several members of a multicast group). A multicast belongs to all filters on its group that
 * match it, whatever their precedence: {@link #firstMember} and {@link #nextMember} walk them, each
 * owner once.
 */
public final class FilterTable {
  /** No filter. */
  public static final int NONE = -1;

  private final int mask;

  /** Local address in the high half, remote address in the low one. */
  private final long[] addresses;

  /** VLAN, protocol, local port, remote port in the low 52 bits; 0 marks an empty slot. */
  private final long[] ports;

  private final int[] owners;
  private final int[] hints;
  private final int[] ids;

  /** Slot of a filter by its id; for a free id the next free one. */
  private final int[] slots;

  private int freeId;
  private int size;
  private int localOnly;
  private int anyAddress;

  /**
   * An empty table.
   *
   * @param capacity filters at most, a power of two
   */
  public FilterTable(int capacity) {
    if (capacity <= 0 || Integer.bitCount(capacity) != 1) {
      throw new IllegalArgumentException("capacity " + capacity + ": must be a power of two");
    }
    int length = capacity * 2;
    mask = length - 1;
    addresses = new long[length];
    ports = new long[length];
    owners = new int[length];
    hints = new int[length];
    ids = new int[length];
    slots = new int[capacity];
    for (int id = 0; id < capacity; id++) {
      slots[id] = id + 1 < capacity ? id + 1 : NONE;
    }
  }

  private FilterTable(FilterTable other) {
    mask = other.mask;
    addresses = other.addresses.clone();
    ports = other.ports.clone();
    owners = other.owners.clone();
    hints = other.hints.clone();
    ids = other.ids.clone();
    slots = other.slots.clone();
    freeId = other.freeId;
    size = other.size;
    localOnly = other.localOnly;
    anyAddress = other.anyAddress;
  }

  /** A copy to be changed while others still read this one. */
  public FilterTable copy() {
    return new FilterTable(this);
  }

  /** Filters in use. */
  public int size() {
    return size;
  }

  /**
   * Adds a filter.
   *
   * @param owner number of the virtual interface
   * @param flowHint what it tells the receiving stack
   * @return its id, or {@link #NONE} if the table is full
   */
  public int add(FilterSpec spec, int owner, int flowHint) {
    if (freeId == NONE) {
      return NONE;
    }
    long address = packAddresses(spec.localAddress(), spec.remoteAddress());
    long port = packPorts(spec.vlan(), spec.protocol(), spec.localPort(), spec.remotePort());
    int slot = home(address, port);
    while (ports[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    int id = freeId;
    freeId = slots[id];
    addresses[slot] = address;
    ports[slot] = port;
    owners[slot] = owner;
    hints[slot] = flowHint;
    ids[slot] = id;
    slots[id] = slot;
    size++;
    count(address, port, 1);
    return id;
  }

  /** Removes the filter with this id, which {@link #add} returned and nobody removed since. */
  public void remove(int id) {
    int hole = slots[id];
    count(addresses[hole], ports[hole], -1);
    slots[id] = freeId;
    freeId = id;
    size--;
    for (int slot = (hole + 1) & mask; ports[slot] != 0; slot = (slot + 1) & mask) {
      int home = home(addresses[slot], ports[slot]);
      // An entry may fill the hole unless its home lies cyclically in (hole, slot].
      if (((slot - home) & mask) >= ((slot - hole) & mask)) {
        addresses[hole] = addresses[slot];
        ports[hole] = ports[slot];
        owners[hole] = owners[slot];
        hints[hole] = hints[slot];
        ids[hole] = ids[slot];
        slots[ids[hole]] = hole;
        hole = slot;
      }
    }
    ports[hole] = 0;
  }

  private void count(long address, long port, int difference) {
    if ((int) address == 0 && (port & 0xffff) == 0) {
      if (address >>> 32 == 0) {
        anyAddress += difference;
      } else {
        localOnly += difference;
      }
    }
  }

  /** The slot of the filter with the highest precedence that {@code key} matches, or NONE. */
  public int match(FlowKey key) {
    if (key.isFragment()) {
      return NONE;
    }
    int slot = findExact(key);
    if (slot == NONE && localOnly != 0) {
      slot = findLocal(key);
    }
    if (slot == NONE && anyAddress != 0) {
      slot = find(0, packPorts(key.vlan(), key.protocol(), key.localPort(), 0));
    }
    return slot;
  }

  private int find(long address, long port) {
    int slot = home(address, port);
    while (ports[slot] != 0) {
      if (ports[slot] == port && addresses[slot] == address) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
    return NONE;
  }

  /** The next slot with a filter equal to that in {@code slot}, or NONE. */
  int next(int slot) {
    for (int other = (slot + 1) & mask; ports[other] != 0; other = other + 1 & mask) {
      if (ports[other] == ports[slot] && addresses[other] == addresses[slot]) {
        return other;
      }
    }
    return NONE;
  }

  /** The first slot that a multicast matches, exactly or by its group and port alone, or NONE. */
  public int firstMember(FlowKey key) {
    if (key.isFragment()) {
      return NONE;
    }
    int slot = findExact(key);
    return slot != NONE ? slot : findLocal(key);
  }

  /** The next slot that a multicast matches and whose owner has none before it, or NONE. */
  public int nextMember(int slot, FlowKey key) {
    int candidate = following(slot, key);
    while (candidate != NONE && isServed(candidate, key)) {
      candidate = following(candidate, key);
    }
    return candidate;
  }

  private int following(int slot, FlowKey key) {
    int equal = next(slot);
    boolean isExact = (ports[slot] & 0xffff) != 0;
    return (equal == NONE && isExact) ? findLocal(key) : equal;
  }

  private boolean isServed(int candidate, FlowKey key) {
    for (int slot = firstMember(key); slot != candidate; slot = following(slot, key)) {
      if (owners[slot] == owners[candidate]) {
        return true;
      }
    }
    return false;
  }

  private int findExact(FlowKey key) {
    return find(
        packAddresses(key.localAddress(), key.remoteAddress()),
        packPorts(key.vlan(), key.protocol(), key.localPort(), key.remotePort()));
  }

  private int findLocal(FlowKey key) {
    return find(
        packAddresses(key.localAddress(), 0),
        packPorts(key.vlan(), key.protocol(), key.localPort(), 0));
  }

  /** Number of the virtual interface that the filter in {@code slot} directs to. */
  public int owner(int slot) {
    return owners[slot];
  }

  /** What the filter in {@code slot} tells the receiving stack. */
  public int hint(int slot) {
    return hints[slot];
  }

  private int home(long address, long port) {
    long mixed = (address ^ (port * 0x9e3779b97f4a7c15L)) * 0xbf58476d1ce4e5b9L;
    return (int) (mixed ^ (mixed >>> 32)) & mask;
  }

  private static long packAddresses(int localAddress, int remoteAddress) {
    return ((long) localAddress << 32) | (remoteAddress & 0xffffffffL);
  }

  private static long packPorts(int vlan, int protocol, int localPort, int remotePort) {
    return ((long) vlan << 40) | ((long) protocol << 32) | ((long) localPort << 16) | remotePort;
  }
}
