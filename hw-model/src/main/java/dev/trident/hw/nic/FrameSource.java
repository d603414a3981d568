package dev.trident.hw.nic;

/** Where a virtual interface fetches frames from at the beginning of its poll. */
public interface FrameSource {
  /**
   * Moves frames into {@code into}'s posted cells, as long as there are both.
   *
   * @return whether this source may be forgotten: it is empty, and nothing will be put into it
   */
  boolean pull(VirtualInterface into);

  /** Whether {@link #pull} would find a frame; any thread may ask. */
  boolean hasFrame();

  /** The interface is closed: nothing of this source may touch its cells any more. */
  default void stop() {}
}
