package dev.trident.hw.sim;

import dev.trident.c.Clock;
import dev.trident.hw.host.AwaitResult;
import dev.trident.hw.host.Condition;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostMode;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.nic.VirtualInterface;
import dev.trident.hw.time.EventHeap;
import dev.trident.hw.time.VirtualClock;
import dev.trident.time.Deadline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Hosts in virtual time: each outermost call is a scheduling point, default stacks are polled by
 * events, and programs are parked instead of waiting.
 */
final class SimulatedMode extends HostMode {
  /** What the simulation knows about a host. */
  private final class HostState {
    final HostStack stack;
    final EventHeap.Event pollEvent = this::poll;

    /** When the default stack is polled next; {@code NEVER} if that is not planned. */
    long nextPollNanos = Deadline.NEVER;

    /** The processor is busy with earlier frames until then. */
    long busyUntilNanos;

    /** Conditions on this host may have changed since they were looked at. */
    boolean changed;

    /** Something came from outside, not from a call: fruitless callers may try again. */
    boolean event;

    HostState(Host host) {
      stack = host.defaultStack();
      busyUntilNanos = clock.nanoTime();
    }

    void plan(long timeNanos) {
      if (timeNanos == Deadline.NEVER) {
        return;
      }
      long now = clock.nanoTime();
      long time = timeNanos - now > 0 ? timeNanos : now;
      if (time - busyUntilNanos < 0) {
        time = busyUntilNanos;
      }
      if (nextPollNanos == Deadline.NEVER || time - nextPollNanos < 0) {
        nextPollNanos = time;
        heap.add(time, pollEvent, 0);
      }
    }

    /** Polls the default stack, unless the plan has changed since this event was added. */
    private void poll(int argument, long now) {
      if (now != nextPollNanos || closed.contains(stack.host())) {
        return;
      }
      nextPollNanos = Deadline.NEVER;
      int done = HostMode.poll(stack, now, POLL_BUDGET);
      busyUntilNanos = now + done * frameCostNanos;
      drain(stack);
      if (done != 0) {
        change(this, true);
      }
      if (hasEvent(stack)) {
        plan(now);
      }
      plan(nextDeadlineNanos(stack));
    }
  }

  private final Scheduler scheduler;
  private final EventHeap heap;
  private final VirtualClock clock;
  private final Map<Host, HostState> states = new HashMap<>();
  private final List<HostState> changed = new ArrayList<>();
  private final List<Host> closed = new ArrayList<>();
  private long callCostNanos = 50;
  private long frameCostNanos;
  private long idleQuantumNanos = 1_000_000;

  SimulatedMode(Scheduler scheduler, EventHeap heap, VirtualClock clock) {
    this.scheduler = scheduler;
    this.heap = heap;
    this.clock = clock;
    scheduler.beforeChoice(this::wakePrograms);
  }

  void callCost(long nanos) {
    callCostNanos = nanos;
  }

  void frameCost(long nanos) {
    frameCostNanos = nanos;
  }

  void idleQuantum(long nanos) {
    idleQuantumNanos = nanos;
  }

  private HostState state(Host host) {
    return states.computeIfAbsent(host, HostState::new);
  }

  // ---- set-up -------------------------------------------------------------------------------

  @Override
  protected boolean isConcurrent() {
    return false;
  }

  @Override
  protected Clock clockOf(Host host) {
    return new ProgramClock();
  }

  @Override
  protected void lock(Host host) {}

  @Override
  protected void unlock(Host host) {}

  @Override
  protected void onOpened(HostStack stack, VirtualInterface opened) {
    long wakeNanos = opened.nic().timing().interruptNanos();
    opened.onInterrupt(() -> onInterrupt(stack, wakeNanos));
  }

  /** A TCPDirect stack is spun on; others sleep until the interrupt wakes their host. */
  private void onInterrupt(HostStack stack, long wakeNanos) {
    HostState state = state(stack.host());
    if (stack.isDirect()) {
      change(state, true);
    } else {
      state.plan(clock.nanoTime() + wakeNanos);
    }
  }

  // ---- calls --------------------------------------------------------------------------------

  @Override
  protected void enter(HostStack stack) {
    if (!scheduler.inEvent()) {
      SimApp app = scheduler.current();
      if (depth(stack) == 0) {
        scheduler.pause(app, callCostNanos);
        checkOpen(stack);
      }
      app.depth++;
    }
    if (deepen(stack) == 0) {
      setNow(stack, clock.nanoTime());
      if (stack.isDirect()) {
        // Its next hops are resolved by the default stack.
        setNow(state(stack.host()).stack, clock.nanoTime());
      }
    }
  }

  @Override
  protected void exit(HostStack stack) {
    if (!scheduler.inEvent()) {
      scheduler.current().depth--;
    }
    if (rise(stack) == 0) {
      finish(stack);
    }
  }

  /**
   * What follows from a call: completions, callbacks, timers to be looked after. A call on a
   * TCPDirect stack may have started a timer of the default stack, which resolves its next hops.
   */
  private void finish(HostStack stack) {
    reapCompletions(stack);
    drain(stack);
    HostState state = state(stack.host());
    change(state, false);
    if (!closed.contains(stack.host())) {
      state.plan(nextDeadlineNanos(state.stack));
    }
  }

  @Override
  protected AwaitResult await(HostStack stack, Condition condition, long timeoutNanos) {
    SimApp app = programThatMayWait();
    long deadline =
        timeoutNanos == Deadline.NEVER
            ? Deadline.NEVER
            : Deadline.after(clock.nanoTime(), timeoutNanos);
    int depth = depth(stack);
    int appDepth = app.depth;
    depth(stack, 0);
    app.depth = 0;
    try {
      while (true) {
        if (stack.isDirect()) {
          app.depth = 1; // whoever looks at the clock in the middle of this is in a call
          poll(stack, clock.nanoTime(), POLL_BUDGET);
          app.depth = 0;
        }
        finish(stack);
        if (condition.holds()) {
          return AwaitResult.HOLDS;
        }
        if (Thread.interrupted()) {
          return AwaitResult.INTERRUPTED;
        }
        if (Deadline.isDue(deadline, clock.nanoTime())) {
          return AwaitResult.TIMED_OUT;
        }
        long wake =
            stack.isDirect() ? Deadline.earlier(deadline, nextDeadlineNanos(stack)) : deadline;
        scheduler.park(app, SimApp.Waiting.CONDITION, stack, condition, wake);
        checkOpen(stack);
        setNow(stack, clock.nanoTime());
      }
    } finally {
      depth(stack, depth);
      app.depth = appDepth;
    }
  }

  @Override
  protected void foundNothing(HostStack stack) {
    if (scheduler.inEvent()) {
      return;
    }
    SimApp app = scheduler.current();
    int depth = depth(stack);
    int appDepth = app.depth;
    depth(stack, 0);
    app.depth = 0;
    try {
      finish(stack);
      if (stack.isDirect() && hasEvent(stack)) {
        return;
      }
      long wake = Deadline.after(clock.nanoTime(), idleQuantumNanos);
      if (stack.isDirect()) {
        wake = Deadline.earlier(wake, nextDeadlineNanos(stack));
      }
      scheduler.park(app, SimApp.Waiting.EVENT, stack, null, wake);
      checkOpen(stack);
      setNow(stack, clock.nanoTime());
    } finally {
      depth(stack, depth);
      app.depth = appDepth;
    }
  }

  private SimApp programThatMayWait() {
    if (scheduler.inEvent()) {
      throw new IllegalStateException("a callback must not block: it runs between two events");
    }
    return scheduler.current();
  }

  // ---- waking -------------------------------------------------------------------------------

  private void change(HostState state, boolean event) {
    state.event |= event;
    if (!state.changed) {
      state.changed = true;
      changed.add(state);
    }
  }

  private void wakePrograms() {
    for (int i = 0; i < changed.size(); i++) {
      HostState state = changed.get(i);
      List<SimApp> waiting = scheduler.waiting();
      for (int j = 0; j < waiting.size(); j++) {
        SimApp app = waiting.get(j);
        if (app.stack != null && app.stack.host().equals(state.stack.host()) && runs(app, state)) {
          scheduler.wake(app);
          j--;
        }
      }
      state.changed = false;
      state.event = false;
    }
    changed.clear();
  }

  private boolean runs(SimApp app, HostState state) {
    HostStack stack = Objects.requireNonNull(app.stack);
    if (closed.contains(stack.host()) || isClosed(stack)) {
      return true;
    }
    return switch (app.waiting) {
      case CONDITION ->
          Objects.requireNonNull(app.condition).holds()
              || (stack.isDirect() && (hasEvent(stack) || wakesTooLate(app, stack)));
      case EVENT -> state.event || (stack.isDirect() && wakesTooLate(app, stack));
      case NOTHING, TIME, PROGRAMS, QUIET -> false;
    };
  }

  /**
   * Whether a program that polls {@code stack} is parked beyond a timer which another program has
   * armed there since; nobody else would run it.
   */
  private static boolean wakesTooLate(SimApp app, HostStack stack) {
    long deadline = nextDeadlineNanos(stack);
    return deadline != Deadline.NEVER
        && (app.wakeNanos == Deadline.NEVER || deadline - app.wakeNanos < 0);
  }

  @Override
  protected void close(Host host) {
    HostState state = state(host);
    closed.add(host);
    super.close(host);
    change(state, true);
  }

  /** The simulation's time. Looking at it outside of a call takes time, so that loops end. */
  private final class ProgramClock implements Clock {
    @Override
    public long nanoTime() {
      SimApp app = scheduler.running();
      if (app != null && app.number != 0 && app.depth == 0 && !scheduler.inEvent()) {
        scheduler.pause(app, callCostNanos);
      }
      return clock.nanoTime();
    }

    @Override
    public void sleep(long nanos) {
      SimApp app = programThatMayWait();
      if (nanos > 0 && !Thread.currentThread().isInterrupted()) {
        scheduler.park(
            app, SimApp.Waiting.TIME, null, null, Deadline.after(clock.nanoTime(), nanos));
      }
    }
  }
}
