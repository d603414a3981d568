package dev.trident.apps.net;

import java.io.IOException;

/**
 * Ends a child process with its parent, however that ended: standard input is a pipe from the
 * parent, which sends nothing, so that its end is the parent's.
 */
public final class ParentWatch {
  private ParentWatch() {}

  /** Starts to watch; when standard input ends, this JVM exits, and its shutdown hooks run. */
  public static void start() {
    Thread.ofPlatform().daemon().name("parent watch").start(ParentWatch::exitWithParent);
  }

  private static void exitWithParent() {
    try {
      while (System.in.read() >= 0) {
        // The parent sends nothing; only the end counts.
      }
    } catch (IOException parentIsGone) {
      // The same as the end.
    }
    System.exit(0);
  }
}
