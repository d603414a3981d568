package dev.trident.hw.sim;

/** A program of a simulation ended by a checked exception, which is the cause. */
public final class ProgramFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ProgramFailedException(Throwable cause) {
    super(cause);
  }
}
