package dev.trident.hw.nic;

/**
 * How frames are written to the adapter so that they leave without passing through its memory for
 * packets (CTPIO).
 *
 * @param maxFrameBytes longest frame that is sent so; 0 for none
 * @param thresholdBytes bytes written before the frame starts on the wire; {@link #WHOLE_FRAME} to
 *     write all of it first ("store and forward")
 */
public record CutThrough(int maxFrameBytes, int thresholdBytes) {
  /** A threshold that no frame reaches. */
  public static final int WHOLE_FRAME = Integer.MAX_VALUE;

  /** Frames go other ways. */
  public static final CutThrough NONE = new CutThrough(0, WHOLE_FRAME);
}
