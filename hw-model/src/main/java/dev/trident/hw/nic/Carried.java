package dev.trident.hw.nic;

/** What a wire did with a frame. */
public enum Carried {
  /** The frame was read; the sender's completion may be reported at its next poll. */
  READ,
  /**
   * The frame was read into the wire's own memory, but counts as posted until the wire calls {@link
   * VirtualInterface#onTransmitted}, once for this frame and in order.
   */
  HELD,
  /** The wire takes nothing at present; the frame was not read. */
  REFUSED
}
