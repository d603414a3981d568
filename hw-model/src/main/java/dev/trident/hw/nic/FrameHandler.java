package dev.trident.hw.nic;

import dev.trident.buffer.Packet;

/** The stack behind a virtual interface, as its event queue sees it. */
public interface FrameHandler {
  /** A frame was received; takes over the reference. */
  void onFrame(Packet frame, int flowHint, long nowNanos);

  /** The transmit ring has room again after it refused a frame. */
  void onDrained(long nowNanos);
}
