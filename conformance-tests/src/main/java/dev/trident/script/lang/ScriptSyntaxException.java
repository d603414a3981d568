package dev.trident.script.lang;

/** A script that cannot be read. The message begins with the place and says what was expected. */
public final class ScriptSyntaxException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Position position;

  public ScriptSyntaxException(Position position, String message) {
    super(position + ": " + message);
    this.position = position;
  }

  public Position position() {
    return position;
  }
}
