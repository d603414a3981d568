package dev.trident.simulation;

import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;

/** A program that does nothing for a while, in the time of its host. */
final class Pause {
  private Pause() {}

  static void on(Host host, long nanos) {
    HostStack stack = host.defaultStack();
    stack.enter();
    try {
      stack.await(() -> false, nanos);
    } finally {
      stack.exit();
    }
  }
}
