package dev.trident.hw.sim;

import java.util.concurrent.locks.LockSupport;

/**
 * One thread's claim to run. Passing it publishes everything the passer wrote. An interrupt that
 * comes while the thread is parked is noted and shown to the program when it runs again, as the
 * park would otherwise spin.
 */
final class Baton {
  private final Thread thread;
  private boolean started;
  private volatile boolean mine;
  private volatile boolean interrupted;

  Baton(Thread thread, boolean started) {
    this.thread = thread;
    this.started = started;
  }

  /** Lets the thread run; the caller must not run until it gets the baton itself. */
  void pass() {
    mine = true;
    if (started) {
      LockSupport.unpark(thread);
    } else {
      started = true;
      thread.start();
    }
  }

  /** Parks the calling thread, whose baton this is, until it is passed here. */
  void await() {
    while (!mine) {
      LockSupport.park(this);
      if (thread.isInterrupted() && !mine) {
        interrupted = true;
        Thread.interrupted();
      }
    }
    mine = false;
    if (interrupted) {
      interrupted = false;
      thread.interrupt();
    }
  }

  /** Whether the thread has been interrupted while parked. */
  boolean isInterrupted() {
    return interrupted || thread.isInterrupted();
  }

  boolean isStarted() {
    return started;
  }
}
