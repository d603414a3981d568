package dev.trident.apps;

/**
 * A command cannot do what it was asked for. The message is one line for the person at the
 * terminal: the cause and the remedy.
 */
public final class Failure extends Exception {
  private static final long serialVersionUID = 1;

  public Failure(String message) {
    super(message);
  }
}
