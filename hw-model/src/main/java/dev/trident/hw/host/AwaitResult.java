package dev.trident.hw.host;

/** How a wait ended. */
public enum AwaitResult {
  /** The condition holds. */
  HOLDS,
  /** The deadline came first. */
  TIMED_OUT,
  /** The thread was interrupted; its flag is cleared (EINTR). */
  INTERRUPTED
}
