package dev.trident.script.driver;

import dev.trident.script.driver.api.TreckDriver;

/** The contract through Treck. */
final class TreckDriverTest extends DriverContract {
  @Override
  ApiDriver newDriver(Setup setup) {
    return new TreckDriver(setup);
  }
}
