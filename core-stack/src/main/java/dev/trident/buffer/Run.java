package dev.trident.buffer;

/**
 * One to 33 adjacent cells: a contiguous message of up to 64 KiB with room for headers in front.
 */
public final class Run extends Storage {
  private int cells;

  Run(PacketPool pool, int base) {
    super(pool, base);
  }

  /** Adjacent cells in this run; set at each allocation. */
  int cells() {
    return cells;
  }

  void cells(int count) {
    cells = count;
  }

  @Override
  public int capacityBytes() {
    return cells * Packet.CELL_BYTES;
  }

  @Override
  void onFree() {
    pool().free(this);
  }

  @Override
  public String toString() {
    return "run of " + cells + " cells at " + base();
  }
}
