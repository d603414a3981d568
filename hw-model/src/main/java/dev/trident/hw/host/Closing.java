package dev.trident.hw.host;

import org.jspecify.annotations.Nullable;

/** Closes several things, each of them even if others cannot be closed as they should. */
final class Closing {
  private @Nullable RuntimeException failure;

  /** Does one part; what it throws is kept for {@link #end}. */
  Closing also(Runnable part) {
    try {
      part.run();
    } catch (RuntimeException e) {
      if (failure == null) {
        failure = e;
      } else {
        failure.addSuppressed(e);
      }
    }
    return this;
  }

  /** Throws what was thrown first, with what came after it. */
  void end() {
    if (failure != null) {
      throw failure;
    }
  }
}
