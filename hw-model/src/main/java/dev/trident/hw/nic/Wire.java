package dev.trident.hw.nic;

/** What an adapter's, or a switch's, socket is plugged into. */
public interface Wire {
  /** Takes a frame from the end {@code from}; the receiver is never run from here. */
  Carried carry(WireEnd from, Frame frame);

  /** A sender's batch has ended: what {@link #carry} has only put down must leave now. */
  default void flush() {}
}
