package dev.trident.link;

import org.jspecify.annotations.Nullable;

/**
 * A next hop on some link. The owner of the cache writes; other stacks of the host read {@link
 * #mac()} on their data path.
 */
public final class Neighbor {
  /** {@link #mac()} of a neighbour that has not been resolved. */
  public static final long UNRESOLVED = -1;

  private final int address;
  private volatile long mac = UNRESOLVED;

  /** Written by whoever sends this way, cleared by the cache at each confirmation; a hint. */
  private boolean used;

  /** Whether routes lead by way of this neighbour: then the cache tells when it fails. */
  private boolean gateway;

  /** Written by the cache; other stacks of the host read it when they make a path. */
  private volatile boolean unreachable;

  /** What the cache knows besides; null while this neighbour is not in the cache. */
  @Nullable NeighborEntry entry;

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

  /** Says that a frame goes this way, so that the cache keeps the entry fresh. */
  public void touch() {
    if (!used) {
      used = true;
    }
  }

  /** Says that a route leads by way of this neighbour. */
  public void useAsGateway() {
    gateway = true;
  }

  /** Whether a route leads by way of this neighbour. */
  public boolean isGateway() {
    return gateway;
  }

  /** Whether this is a gateway that did not answer when it was asked last. */
  public boolean isUnreachable() {
    return unreachable;
  }

  void unreachable(boolean failed) {
    unreachable = failed;
  }

  boolean isUsed() {
    return used;
  }

  void clearUsed() {
    used = false;
  }
}
