package dev.trident.hw.sim;

/** Thrown in a parked program when the simulation ends, so that its thread ends too. */
final class Unwound extends Error {
  private static final long serialVersionUID = 1L;

  Unwound() {
    super("the simulation has ended", null, false, false);
  }
}
