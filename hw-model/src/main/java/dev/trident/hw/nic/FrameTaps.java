package dev.trident.hw.nic;

import java.util.Arrays;

/** Who watches the frames that pass somewhere. */
public final class FrameTaps {
  private static final FrameTap[] NONE = {};

  /** Written with {@code this} locked. */
  private volatile FrameTap[] taps = NONE;

  /** Nobody yet. */
  public FrameTaps() {}

  /** Lets {@code tap} see every frame from now on. Any thread may call. */
  public synchronized void add(FrameTap tap) {
    FrameTap[] longer = Arrays.copyOf(taps, taps.length + 1);
    longer[taps.length] = tap;
    taps = longer;
  }

  /** Ends {@link #add}. */
  public synchronized void remove(FrameTap tap) {
    taps = Arrays.stream(taps).filter(t -> !t.equals(tap)).toArray(FrameTap[]::new);
  }

  /** Whether nobody watches, so that there is no need for a time stamp. */
  public boolean isEmpty() {
    return taps.length == 0;
  }

  /** Shows a frame to all, as {@link FrameTap#onFrame}. */
  public void show(String place, boolean outbound, Frame frame, long nowNanos) {
    for (FrameTap tap : taps) {
      tap.onFrame(place, outbound, frame, nowNanos);
    }
  }
}
