package dev.trident.hw.nic;

import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * The rings by which a virtual interface passes frames to receivers on other threads, one for each
 * receiver. Used by the sender's thread alone.
 */
final class Outlets {
  /** Slots of a ring. */
  private static final int SLOTS = 512;

  private static final Outlet[] NONE = {};

  /** A ring towards one receiver, as its producer sees it. */
  private record Outlet(VirtualInterface target, FrameRing ring) {}

  private Outlet[] outlets = NONE;

  /** Frames lie in rings whose receivers have not been told. */
  private boolean unannounced;

  private long overruns;

  /** Copies a frame into the ring towards {@code target}; drops and counts it if that is full. */
  void pass(VirtualInterface target, Frame passing, int flowHint) {
    if (ringTo(target).offer(passing, flowHint)) {
      unannounced = true;
    } else {
      overruns++;
    }
  }

  private FrameRing ringTo(VirtualInterface target) {
    for (Outlet outlet : outlets) {
      if (outlet.target == target) {
        return outlet.ring;
      }
    }
    FrameRing ring = new FrameRing(SLOTS);
    Stream<Outlet> open = Arrays.stream(outlets).filter(outlet -> !outlet.target.isClosed());
    outlets = Stream.concat(open, Stream.of(new Outlet(target, ring))).toArray(Outlet[]::new);
    target.addSource(ring);
    return ring;
  }

  /** Wakes receivers that sleep, once for all frames passed since the last time. */
  void announce() {
    if (unannounced) {
      unannounced = false;
      VarHandle.fullFence();
      for (Outlet outlet : outlets) {
        outlet.target.doorbell().ring();
      }
    }
  }

  /** Frames dropped so far because a ring was full. */
  long overruns() {
    return overruns;
  }

  /** Nothing will be passed any more. */
  void close() {
    for (Outlet outlet : outlets) {
      outlet.ring.close();
    }
    outlets = NONE;
  }
}
