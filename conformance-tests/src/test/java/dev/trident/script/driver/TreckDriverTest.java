package dev.trident.script.driver;

/** The contract through Treck. */
final class TreckDriverTest extends DriverContract {
  @Override
  ApiDriver newDriver(Setup setup) {
    return new TreckDriver(setup);
  }
}
