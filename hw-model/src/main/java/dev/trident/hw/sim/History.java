package dev.trident.hw.sim;

import dev.trident.hw.nic.Frame;
import dev.trident.hw.nic.FrameTap;

/**
 * A running hash over all that happens: events, turns of programs, and every frame with its bytes.
 * Equal histories have equal hashes.
 */
final class History {
  private static final long PRIME = 0x9e3779b97f4a7c15L;

  private long hash = PRIME;

  private void mix(long value) {
    hash = (hash ^ value) * PRIME;
    hash ^= hash >>> 29;
  }

  void onEvent(long timeNanos) {
    mix(timeNanos);
  }

  void onSwitch(int app, long timeNanos) {
    mix(app);
    mix(timeNanos);
  }

  /** Watches one adapter, whose place in the order of adding is {@code number}. */
  FrameTap watch(int number) {
    return (place, outbound, frame, now) -> onFrame(number, outbound, frame, now);
  }

  private void onFrame(int number, boolean outbound, Frame frame, long nowNanos) {
    mix(nowNanos);
    mix(outbound ? number : -number);
    mix(frame.totalBytes());
    int end = frame.offset() + frame.headBytes();
    for (int at = frame.offset(); at < end; at++) {
      mix(frame.slab().getByte(at));
    }
  }

  long hash() {
    return hash;
  }
}
