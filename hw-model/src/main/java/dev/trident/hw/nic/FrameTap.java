package dev.trident.hw.nic;

/** Sees each frame that crosses an adapter or a link: captures and histories. */
public interface FrameTap {
  /**
   * A frame crosses {@code place}; the view is valid during this call.
   *
   * @param outbound whether {@code place} sends it
   */
  void onFrame(String place, boolean outbound, Frame frame, long nowNanos);
}
