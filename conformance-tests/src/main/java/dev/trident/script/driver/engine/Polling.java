package dev.trident.script.driver.engine;

import dev.trident.script.driver.ApiDriver.Outcome;
import dev.trident.script.driver.Call;
import dev.trident.script.driver.Call.Events;
import dev.trident.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** A poll(2): waits for events, or for its time to be over. */
final class Polling implements Operation {
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** Told whether asked for or not. */
  private static final int UNASKED = Events.ERR | Events.HUP | Events.NVAL;

  private final Call.Poll call;
  private final ToIntFunction<Call.PollRequest> eventsOf;
  private final LongSupplier clock;
  private final long endNanos;

  /**
   * @param eventsOf all events of a descriptor at present
   */
  Polling(Call.Poll call, ToIntFunction<Call.PollRequest> eventsOf, LongSupplier clock) {
    this.call = call;
    this.eventsOf = eventsOf;
    this.clock = clock;
    endNanos =
        call.timeoutMillis() < 0
            ? Deadline.NEVER
            : Deadline.after(clock.getAsLong(), call.timeoutMillis() * NANOS_PER_MILLI);
  }

  @Override
  public @Nullable Outcome attempt() {
    Outcome outcome = look();
    boolean timeIsUp = endNanos != Deadline.NEVER && clock.getAsLong() >= endNanos;
    return outcome.value() > 0 || timeIsUp ? outcome : null;
  }

  private Outcome look() {
    List<Long> events = new ArrayList<>();
    long ready = 0;
    for (Call.PollRequest request : call.requests()) {
      int holding = eventsOf.applyAsInt(request) & (request.events() | UNASKED);
      events.add((long) holding);
      ready += holding == 0 ? 0 : 1;
    }
    return Outcome.of(ready, events);
  }

  @Override
  public Outcome wouldBlock() {
    return look();
  }

  @Override
  public long wakeNanos() {
    return endNanos;
  }
}
