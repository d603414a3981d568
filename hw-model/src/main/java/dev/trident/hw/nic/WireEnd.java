package dev.trident.hw.nic;

/** Where a wire ends: an adapter, or a socket of a switch. */
public interface WireEnd {
  /** A frame comes out of the wire; the view is valid during this call. */
  void deliver(Frame frame);

  /** A frame comes out of the wire whose FCS is wrong: it is dropped, and counted if need be. */
  default void deliverCorrupted() {}

  /**
   * Plugs in a wire; set-up only.
   *
   * @throws IllegalStateException if there is one already
   */
  void plug(Wire wire);
}
