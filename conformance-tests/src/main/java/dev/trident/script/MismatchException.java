package dev.trident.script;

import java.util.List;

/** Something is not as the script demands. */
final class MismatchException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<String> sideBySide;

  MismatchException(String message) {
    this(message, List.of());
  }

  /**
   * @param sideBySide expected and live, a line each
   */
  MismatchException(String message, List<String> sideBySide) {
    super(message);
    this.sideBySide = List.copyOf(sideBySide);
  }

  List<String> sideBySide() {
    return sideBySide;
  }
}
