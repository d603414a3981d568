package dev.trident.script.driver.engine;

import dev.trident.script.driver.ApiDriver.Outcome;
import dev.trident.time.Deadline;
import org.jspecify.annotations.Nullable;

/** A call that may have to wait. It is tried until it has an outcome. */
interface Operation {
  /** What the call returns, or null if it has to wait. What was done before is kept. */
  @Nullable Outcome attempt();

  /** What it returns instead of waiting; may be told after an attempt without outcome. */
  Outcome wouldBlock();

  /** When it is to be tried again although nothing has happened. */
  default long wakeNanos() {
    return Deadline.NEVER;
  }

  /** A call that is done at once. */
  static Operation done(Outcome outcome) {
    return new Operation() {
      @Override
      public Outcome attempt() {
        return outcome;
      }

      @Override
      public Outcome wouldBlock() {
        return outcome;
      }
    };
  }
}
