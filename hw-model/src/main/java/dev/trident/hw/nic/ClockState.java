package dev.trident.hw.nic;

/** How good an adapter's clock is, by which frames are stamped. */
public enum ClockState {
  /** The stack has not heard of the clock: stamps mean nothing yet. */
  UNKNOWN,
  /** It was set once. */
  SET,
  /** It follows a reference. */
  IN_SYNC,
  /** The stack has lost track of it. */
  LOST
}
