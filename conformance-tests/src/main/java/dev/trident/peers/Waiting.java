package dev.trident.peers;

import dev.trident.endpoint.StackError;
import dev.trident.hw.host.AwaitResult;
import dev.trident.hw.host.Condition;
import dev.trident.hw.host.HostStack;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits that poll the host, and end when the peer has died or the experiment takes too long. */
final class Waiting {
  /** How often the peer's process is looked at. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** What a peer that has ended may still have on the wire. */
  private static final long LAST_WORDS_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final HostStack stack;
  private final BooleanSupplier peerIsAlive;
  private final long deadlineNanos;
  private final long limitNanos;

  /**
   * Starts the clock.
   *
   * @param limitNanos for the whole experiment
   */
  Waiting(HostStack stack, BooleanSupplier peerIsAlive, long limitNanos) {
    this.stack = stack;
    this.peerIsAlive = peerIsAlive;
    this.limitNanos = limitNanos;
    deadlineNanos = stack.nowNanos() + limitNanos;
  }

  /** Waits until {@code condition} holds; {@code what} that is, in words. */
  void until(String what, Condition condition) throws ExperimentFailure {
    while (stack.await(condition, LOOK_NANOS) != AwaitResult.HOLDS) {
      if (stack.nowNanos() - deadlineNanos >= 0) {
        throw new ExperimentFailure(
            "waited %d s in all, last for %s"
                .formatted(TimeUnit.NANOSECONDS.toSeconds(limitNanos), what));
      }
      if (!peerIsAlive.getAsBoolean()
          && stack.await(condition, LAST_WORDS_NANOS) != AwaitResult.HOLDS) {
        throw new ExperimentFailure("the peer has ended before " + what);
      }
    }
  }

  /** As {@link #until} for at most {@code nanos}, after the peer's end too; whether it came. */
  boolean until(Condition condition, long nanos) {
    return stack.await(condition, nanos) == AwaitResult.HOLDS;
  }

  /** Lets the network go on for a moment, as memory is out. */
  void moment() {
    stack.await(() -> false, TimeUnit.MILLISECONDS.toNanos(1));
  }

  /** Passes a count on, and an error code as a failure of {@code what}. */
  static int check(int result, String what) throws ExperimentFailure {
    if (result < 0) {
      throw new ExperimentFailure(what + ": " + StackError.of(result));
    }
    return result;
  }
}
