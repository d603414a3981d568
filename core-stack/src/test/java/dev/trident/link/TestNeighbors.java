package dev.trident.link;

/** Next hops for tests of the rooms above. */
public final class TestNeighbors {
  private TestNeighbors() {}

  /** A neighbour that is resolved. */
  public static Neighbor resolved(int address) {
    Neighbor neighbor = new Neighbor(address);
    neighbor.mac(0x02_00_00_00_00_01L);
    return neighbor;
  }
}
