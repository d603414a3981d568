package dev.trident.hw.sim;

/**
 * A simulation does not get on: nobody can run and nothing is going to happen (deadlock), or a
 * limit was reached (livelock). The message lists who waits for what.
 */
public final class StuckException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StuckException(String message) {
    super(message);
  }
}
