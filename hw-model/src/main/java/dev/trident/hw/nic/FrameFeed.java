package dev.trident.hw.nic;

import dev.trident.buffer.Slab;

/** A wire that must be asked for its frames: a port to the world outside. */
@FunctionalInterface
public interface FrameFeed {
  /**
   * Takes one frame from the wire.
   *
   * @return its length, which may exceed {@code capacityBytes}: then it is lost; 0 if there is
   *     none; negative if there will never be one again
   */
  int receive(Slab slab, int offset, int capacityBytes);
}
