package dev.trident.hw.nic;

import java.util.Arrays;

/**
 * What one virtual interface fetches frames from: ports, and the rings of senders on other threads.
 * On a simulated wire of a single thread there is none.
 */
final class FrameSources {
  private static final FrameSource[] NONE = {};

  /** Written with {@code this} locked. */
  private volatile FrameSource[] sources = NONE;

  /** Fetches from {@code source}, too, from the next time on. Any thread may call. */
  synchronized void add(FrameSource source) {
    FrameSource[] longer = Arrays.copyOf(sources, sources.length + 1);
    longer[sources.length] = source;
    sources = longer;
  }

  private synchronized void remove(FrameSource source) {
    sources = Arrays.stream(sources).filter(s -> !s.equals(source)).toArray(FrameSource[]::new);
  }

  /** Moves frames into posted cells of {@code into}, the interface whose sources these are. */
  void pull(VirtualInterface into) {
    FrameSource[] feeding = sources;
    for (int i = 0; i < feeding.length; i++) {
      if (feeding[i].pull(into)) {
        remove(feeding[i]);
      }
    }
  }

  /** Whether there is a frame to fetch. Any thread may ask. */
  boolean hasFrame() {
    for (FrameSource source : sources) {
      if (source.hasFrame()) {
        return true;
      }
    }
    return false;
  }

  /** Nothing is fetched any more. */
  synchronized void stop() {
    for (FrameSource source : sources) {
      source.stop();
    }
    sources = NONE;
  }
}
