package dev.trident.buffer;

/**
 * A counted piece of the slab. Starts at one reference, owned by whoever allocated it; the memory
 * goes back to the pool when the count reaches zero, and its generation moves on, so that handles
 * of an earlier use are recognised.
 */
public abstract class Storage {
  private final PacketPool pool;
  private final int base;
  private int references;
  private int generation;

  Storage(PacketPool pool, int base) {
    this.pool = pool;
    this.base = base;
  }

  /** Slab offset of the first byte of this piece. */
  public final int base() {
    return base;
  }

  /** Size of this piece in bytes. */
  public abstract int capacityBytes();

  public final Slab slab() {
    return pool.slab();
  }

  public final PacketPool pool() {
    return pool;
  }

  /** Holders at the moment; zero while the piece lies in its pool. */
  public final int references() {
    return references;
  }

  /** Counts the uses of this piece: moves on each time it returns to the pool. */
  public final int generation() {
    return generation;
  }

  /** Adds a holder. Throws {@link IllegalStateException} if the piece is free. */
  public final void retain() {
    if (references <= 0) {
      throw new IllegalStateException("retain of free " + this);
    }
    references++;
  }

  /** Removes a holder. Throws {@link IllegalStateException} if there is none: a double release. */
  public final void release() {
    if (references <= 0) {
      throw new IllegalStateException("release of free " + this);
    }
    if (--references == 0) {
      generation++;
      onFree();
    }
  }

  final void onAllocated() {
    assert references == 0 : this + " allocated twice";
    references = 1;
  }

  /** Gives back what this piece refers to, and itself to the pool. */
  abstract void onFree();
}
