package dev.trident.script.driver;

import dev.trident.script.driver.engine.EngineDriver;

/** The contract through the engine's own endpoints. */
final class EngineDriverTest extends DriverContract {
  @Override
  ApiDriver newDriver(Setup setup) {
    return new EngineDriver(setup);
  }
}
