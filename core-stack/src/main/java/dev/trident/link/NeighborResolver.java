package dev.trident.link;

/** Where a stack without a neighbour cache of its own gets its next hops: from its host. */
public interface NeighborResolver {
  /**
   * The entry for {@code address} on the interface called {@code interfaceName}; starts to resolve
   * it if it is not resolved. Control path only.
   */
  Neighbor neighbor(String interfaceName, int address);
}
