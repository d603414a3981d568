package dev.trident.script.driver;

import dev.trident.script.driver.api.XtiDriver;

/** The contract through XTI. */
final class XtiDriverTest extends DriverContract {
  @Override
  ApiDriver newDriver(Setup setup) {
    return new XtiDriver(setup);
  }
}
