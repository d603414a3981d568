package dev.trident.script.driver;

import dev.trident.script.driver.api.ZfDriver;

/** The contract through TCPDirect. */
final class ZfDriverTest extends DriverContract {
  @Override
  ApiDriver newDriver(Setup setup) {
    return new ZfDriver(setup);
  }
}
