package dev.trident.hw.nic;

/** What a wire did with a frame. */
public enum Carried {
  /**
   * The frame was read; the sender's completion may be reported at its next poll, unless older
   * frames are still {@link #HELD}: completions keep the order of the frames.
   */
  READ,
  /**
   * The frame counts as posted until the wire calls {@link VirtualInterface#onTransmitted}, once
   * for each frame that it holds and in their order. A wire that works in cells reads it until
   * then; others have read it into memory of their own.
   */
  HELD,
  /** The wire takes nothing at present; the frame was not read. */
  REFUSED
}
