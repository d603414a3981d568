package dev.trident.script;

import dev.trident.script.lang.Position;
import dev.trident.script.lang.UnsupportedFeatureException;

/** The shell commands of foreign suites. There is no shell: none is run. */
final class ShellCommands {
  private ShellCommands() {}

  static UnsupportedFeatureException unsupported(Position position, String text) {
    return new UnsupportedFeatureException(position, "shell command " + text.strip());
  }
}
