package dev.trident.peers;

/** An experiment did not come to its end; the message says what was waited for, or what came. */
final class ExperimentFailure extends Exception {
  private static final long serialVersionUID = 1;

  ExperimentFailure(String message) {
    super(message);
  }
}
