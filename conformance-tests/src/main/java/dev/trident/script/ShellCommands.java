package dev.trident.script;

import dev.trident.endpoint.TcpProfile;
import dev.trident.script.driver.ApiDriver;
import dev.trident.script.lang.Position;
import dev.trident.script.lang.UnsupportedFeatureException;

/** The shell commands of foreign suites that mean something here; there is no shell. */
final class ShellCommands {
  private final ApiDriver driver;
  private TcpProfile profile;

  ShellCommands(ApiDriver driver, TcpProfile profile) {
    this.driver = driver;
    this.profile = profile;
  }

  void run(Position position, String text) throws UnsupportedFeatureException, MismatchException {
    throw new UnsupportedFeatureException(position, "shell command " + text.strip());
  }
}
