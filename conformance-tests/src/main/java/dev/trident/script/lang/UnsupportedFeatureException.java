package dev.trident.script.lang;

/**
 * Something the language has and this room does not read. The message begins with the place and
 * names the feature; whoever runs the script reports it as skipped for that reason.
 */
public final class UnsupportedFeatureException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Position position;
  private final String feature;

  public UnsupportedFeatureException(Position position, String feature) {
    super(position + ": " + feature + " is not supported");
    this.position = position;
    this.feature = feature;
  }

  public Position position() {
    return position;
  }

  /** Without the place. */
  public String feature() {
    return feature;
  }
}
