package dev.trident.hw.sim;

import dev.trident.hw.host.Condition;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.time.EventHeap;
import dev.trident.hw.time.VirtualClock;
import dev.trident.time.Deadline;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides who runs: events before programs, then the program with the least time. All state here
 * belongs to the holder of the baton; a scheduling point is a plain method call that returns when
 * it is the caller's turn again.
 */
final class Scheduler {
  private final EventHeap heap;
  private final VirtualClock clock;
  private final History history;
  private final List<SimApp> apps = new ArrayList<>();
  private final List<SimApp> waiting = new ArrayList<>();
  private final PriorityQueue<SimApp> runnable =
      new PriorityQueue<>(
          Comparator.<SimApp>comparingLong(app -> app.timeNanos).thenComparingLong(a -> a.order));

  /** Who holds the baton; null before the first use. */
  private @Nullable SimApp running;

  /** The thread outside that uses the simulation. */
  private @Nullable SimApp outside;

  /** Who ends the programs, one after the other; null otherwise. */
  private @Nullable SimApp unwinder;

  /** Set while an event happens or conditions are looked at: calls then belong to no program. */
  private boolean inEvent;

  private Runnable beforeChoice = () -> {};
  private long orders;
  private long steps;
  private long maxNanos = Deadline.NEVER;
  private long maxSteps = Long.MAX_VALUE;

  Scheduler(EventHeap heap, VirtualClock clock, History history) {
    this.heap = heap;
    this.clock = clock;
    this.history = history;
  }

  void limits(long nanos, long stepCount) {
    maxNanos = nanos;
    maxSteps = stepCount;
  }

  /** Run before each choice: wakes programs whose condition has come to hold. */
  void beforeChoice(Runnable check) {
    beforeChoice = check;
  }

  boolean inEvent() {
    return inEvent;
  }

  long steps() {
    return steps;
  }

  /** Parked programs; for the mode, which knows what wakes them. */
  List<SimApp> waiting() {
    return waiting;
  }

  // ---- programs -----------------------------------------------------------------------------

  void add(Host host, String name, boolean daemon, ThrowingRunnable body) {
    int number = apps.size() + 1;
    SimApp[] self = new SimApp[1];
    Thread thread =
        Thread.ofVirtual().name(host.name() + "/" + name).unstarted(() -> live(self[0], body));
    SimApp app = new SimApp(number, name, host, thread, false, daemon, this);
    self[0] = app;
    app.timeNanos = clock.nanoTime();
    apps.add(app);
    makeRunnable(app);
  }

  private void live(SimApp app, ThrowingRunnable body) {
    app.baton.await();
    Host.running(app.host);
    Throwable failure = null;
    try {
      body.run();
    } catch (Unwound e) {
      // The simulation has ended, and so has this program.
    } catch (Throwable e) {
      failure = e;
    }
    end(app, failure);
  }

  private void end(SimApp app, @Nullable Throwable failure) {
    app.done = true;
    SimApp ending = unwinder;
    if (ending != null) {
      running = ending;
      ending.baton.pass();
      return;
    }
    SimApp waiter = outside;
    if (failure != null && waiter != null) {
      alert(waiter, failure);
    } else if (waiter != null
        && waiter.waiting == SimApp.Waiting.PROGRAMS
        && !hasUnfinishedProgram()) {
      wake(waiter);
    }
    passOn(app);
  }

  boolean hasUnfinishedProgram() {
    for (SimApp app : apps) {
      if (!app.daemon && !app.done) {
        return true;
      }
    }
    return false;
  }

  /**
   * The program that calls. A thread from outside becomes one while no other runs.
   *
   * @throws IllegalStateException if it is not that thread's turn
   */
  SimApp current() {
    Thread caller = Thread.currentThread();
    SimApp holder = running;
    if (holder != null && holder.thread.equals(caller)) {
      return holder;
    }
    if (holder != null && (!holder.equals(outside) || holder.depth != 0)) {
      throw new IllegalStateException(
          "simulation used by " + caller + " while " + holder.name + " runs");
    }
    SimApp adopted = new SimApp(0, caller.getName(), null, caller, true, true, this);
    adopted.timeNanos = clock.nanoTime();
    outside = adopted;
    running = adopted;
    return adopted;
  }

  /** The program that runs, without making one of an outside thread. */
  @Nullable SimApp running() {
    SimApp holder = running;
    return holder != null && holder.thread.equals(Thread.currentThread()) ? holder : null;
  }

  // ---- scheduling points --------------------------------------------------------------------

  /** Charges {@code costNanos} to the calling program, and lets others run that are behind it. */
  void pause(SimApp app, long costNanos) {
    checkUnwinding(app);
    app.timeNanos += costNanos;
    makeRunnable(app);
    passOn(app);
  }

  /**
   * Parks the calling program until it is woken, or until {@code wakeNanos}.
   *
   * @param stack whose host's events matter, null for none
   */
  void park(
      SimApp app,
      SimApp.Waiting why,
      @Nullable HostStack stack,
      @Nullable Condition condition,
      long wakeNanos) {
    checkUnwinding(app);
    app.waiting = why;
    app.stack = stack;
    app.condition = condition;
    app.wakeNanos = wakeNanos;
    app.waits++;
    waiting.add(app);
    if (wakeNanos != Deadline.NEVER) {
      long now = clock.nanoTime();
      heap.add(wakeNanos - now > 0 ? wakeNanos : now, app.alarm, app.waits);
    }
    passOn(app);
  }

  /**
   * Parks the thread outside until {@code condition} holds and nothing more is due at that time, at
   * the latest until everything due until {@code limitNanos} has been done. That time it is then.
   */
  void awaitQuiet(SimApp app, Condition condition, long limitNanos) {
    checkUnwinding(app);
    app.waiting = SimApp.Waiting.QUIET;
    app.condition = condition;
    app.wakeNanos = limitNanos;
    app.waits++;
    waiting.add(app);
    passOn(app);
  }

  private static void checkUnwinding(SimApp app) {
    if (app.unwinding) {
      throw new Unwound();
    }
  }

  void onAlarm(SimApp app, int wait) {
    if (app.waiting != SimApp.Waiting.NOTHING && app.waits == wait) {
      wake(app);
    }
  }

  /** Makes a parked program runnable, at the present time if it is behind that. */
  void wake(SimApp app) {
    app.waiting = SimApp.Waiting.NOTHING;
    app.stack = null;
    app.condition = null;
    waiting.remove(app);
    if (app.timeNanos - clock.nanoTime() < 0) {
      app.timeNanos = clock.nanoTime();
    }
    makeRunnable(app);
  }

  private void makeRunnable(SimApp app) {
    app.order = orders++;
    runnable.add(app);
  }

  /** Throws {@code failure} in the wait of {@code app} as soon as it gets to run: at once. */
  private void alert(SimApp app, Throwable failure) {
    if (app.pending == null) {
      app.pending = failure;
    }
    if (app.waiting != SimApp.Waiting.NOTHING) {
      wake(app);
    }
  }

  /** Chooses who is next and passes the baton there; returns when {@code app} has it again. */
  private void passOn(SimApp app) {
    SimApp next = choose();
    running = next;
    history.onSwitch(next.number, clock.nanoTime());
    if (!next.equals(app)) {
      next.baton.pass();
      if (app.done) {
        return;
      }
      app.baton.await();
    }
    checkUnwinding(app);
    Throwable failure = app.pending;
    if (failure != null) {
      app.pending = null;
      throw asUnchecked(failure);
    }
  }

  private static RuntimeException asUnchecked(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return failure instanceof RuntimeException unchecked
        ? unchecked
        : new ProgramFailedException(failure);
  }

  private SimApp choose() {
    while (true) {
      SimApp alerted = outside;
      if (alerted != null && alerted.pending != null) {
        runnable.remove(alerted);
        return alerted;
      }
      look();
      wakeInterrupted();
      SimApp first = runnable.peek();
      long event = heap.nextNanos();
      if (endQuiet(first == null ? event : Deadline.earlier(event, first.timeNanos))) {
        continue;
      }
      if (first == null && event == Deadline.NEVER) {
        stuck("deadlock: nothing is going to happen");
      } else if (event != Deadline.NEVER && (first == null || event - first.timeNanos <= 0)) {
        happen(event);
      } else if (first != null) {
        if (++steps > maxSteps && !first.equals(outside)) {
          endOfSteps();
          continue;
        }
        runnable.remove();
        clock.advanceTo(first.timeNanos);
        return first;
      }
    }
  }

  /** Looks at conditions; if they look at the clock, that is not a program's doing. */
  private void look() {
    inEvent = true;
    try {
      beforeChoice.run();
    } finally {
      inEvent = false;
    }
  }

  private boolean holds(Condition condition) {
    inEvent = true;
    try {
      return condition.holds();
    } finally {
      inEvent = false;
    }
  }

  /**
   * Wakes the thread outside if it waits for quiet and may go on.
   *
   * @param nextNanos when something happens next, or {@code NEVER}
   */
  private boolean endQuiet(long nextNanos) {
    SimApp app = outside;
    if (app == null
        || app.waiting != SimApp.Waiting.QUIET
        || Deadline.isDue(nextNanos, clock.nanoTime())) {
      return false;
    }
    if (holds(Objects.requireNonNull(app.condition))) {
      wake(app);
      return true;
    }
    if (nextNanos != Deadline.NEVER && nextNanos - app.wakeNanos <= 0) {
      return false;
    }
    clock.advanceTo(app.wakeNanos);
    wake(app);
    return true;
  }

  private void wakeInterrupted() {
    for (int i = 0; i < waiting.size(); i++) {
      SimApp app = waiting.get(i);
      if (app.baton.isInterrupted()) {
        wake(app);
        i--;
      }
    }
  }

  private void happen(long time) {
    if (++steps > maxSteps || (maxNanos != Deadline.NEVER && time - maxNanos > 0)) {
      endOfSteps();
      return;
    }
    clock.advanceTo(time);
    inEvent = true;
    try {
      heap.happenNext();
    } catch (RuntimeException | AssertionError e) {
      // A bug below is the whole simulation's, not that of the program that happens to run it.
      alertOutside(e);
    } finally {
      inEvent = false;
    }
    history.onEvent(time);
  }

  /** A limit is reached: told once. */
  private void endOfSteps() {
    maxSteps = Long.MAX_VALUE;
    maxNanos = Deadline.NEVER;
    stuck("livelock: limit reached after " + steps + " steps");
  }

  private void stuck(String why) {
    alertOutside(new StuckException(why + " at " + clock.nanoTime() + " ns" + waits()));
  }

  /** Who has not ended and waits for what, a line each. */
  String waits() {
    return apps.stream()
        .filter(app -> !app.done)
        .map(app -> "\n  " + app.describe())
        .collect(Collectors.joining());
  }

  private void alertOutside(Throwable failure) {
    SimApp waiter = outside;
    if (waiter == null) {
      throw new IllegalStateException("a simulation without a thread that runs it", failure);
    }
    alert(waiter, failure);
  }

  // ---- end ----------------------------------------------------------------------------------

  /** Ends every program that has not ended, by an error thrown where it is parked. */
  void unwindAll() {
    SimApp ending = current();
    unwinder = ending;
    try {
      for (SimApp app : apps) {
        if (!app.done) {
          app.unwinding = true;
          waiting.remove(app);
          runnable.remove(app);
          if (app.baton.isStarted()) {
            running = app;
            app.baton.pass();
            ending.baton.await();
          } else {
            app.done = true;
          }
        }
      }
    } finally {
      unwinder = null;
      running = ending;
    }
    apps.clear();
  }
}
