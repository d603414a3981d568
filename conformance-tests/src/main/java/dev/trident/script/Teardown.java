package dev.trident.script;

import dev.trident.endpoint.StreamState;
import dev.trident.script.driver.ApiDriver;
import dev.trident.script.driver.Call;
import dev.trident.script.driver.NotExpressibleException;

/** Ends whatever a script has left open, so that buffers still out are leaked ones. */
final class Teardown {
  /** Long enough for what an API does in the background after a close. */
  private static final long QUIET_NANOS = 1_000_000_000;

  private Teardown() {}

  static void run(ApiDriver driver, Descriptors descriptors) {
    for (StreamState state : StreamState.values()) {
      if (state != StreamState.LISTEN && state != StreamState.CLOSED) {
        driver.drop(state);
      }
    }
    for (Descriptors.Descriptor each : descriptors.all().values()) {
      if (each.watched == null) {
        close(driver, each.live);
      }
    }
    driver.runUntil(driver.nowNanos() + QUIET_NANOS);
    while (driver.takeOutbound() != null) {
      // Nobody asks for these.
    }
  }

  private static void close(ApiDriver driver, int descriptor) {
    try {
      driver.start(new Call.Close(descriptor));
    } catch (NotExpressibleException e) {
      throw new IllegalStateException("an API that cannot close", e);
    }
  }
}
