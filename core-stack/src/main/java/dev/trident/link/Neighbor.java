package dev.trident.link;

/**
 * A next hop on some link. The owner of the cache writes; other stacks of the host read {@link
 * #mac()} on their data path.
 */
public final class Neighbor {
  /** {@link #mac()} of a neighbour that has not been resolved. */
  public static final long UNRESOLVED = -1;

  private final int address;
  private volatile long mac = UNRESOLVED;

  Neighbor(int address) {
    this.address = address;
  }

  /** IPv4 address. */
  public int address() {
    return address;
  }

  /** Hardware address in the low 48 bits, or {@link #UNRESOLVED}. */
  public long mac() {
    return mac;
  }

  void mac(long resolved) {
    mac = resolved;
  }
}
