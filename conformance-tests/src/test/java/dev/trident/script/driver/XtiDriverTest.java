package dev.trident.script.driver;

/** The contract through Xti. */
final class XtiDriverTest extends DriverContract {
  @Override
  ApiDriver newDriver(Setup setup) {
    return new XtiDriver(setup);
  }
}
