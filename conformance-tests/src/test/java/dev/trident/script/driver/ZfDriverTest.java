package dev.trident.script.driver;

/** The contract through Zf. */
final class ZfDriverTest extends DriverContract {
  @Override
  ApiDriver newDriver(Setup setup) {
    return new ZfDriver(setup);
  }
}
