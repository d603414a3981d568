package dev.trident.hw.host;

import dev.trident.buffer.Completions;
import dev.trident.c.Clock;
import dev.trident.hw.port.Port;
import dev.trident.hw.time.RealClock;
import dev.trident.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One host with a driver thread. API calls of any thread on the default stack, and the batches of
 * the driver, take turns through one gate; callbacks run and waits happen outside of it. TCPDirect
 * stacks stay outside the gate: each belongs to its user's thread.
 *
 * <p>Of two calls that end at the same time one may run the callbacks of both.
 */
final class DrivenMode extends HostMode {
  /** Empty polls of a TCPDirect stack's wait before its thread sleeps, if that is as usual. */
  private static final int SPINS = 200;

  /** Longest sleep of such a wait: its condition may depend on other threads. */
  private static final long DIRECT_NAP_NANOS = 1_000_000;

  /** A thread that waits for a condition, queued under the gate. Pooled. */
  private static final class Waiter {
    @Nullable Thread thread;
    @Nullable Condition condition;
    volatile boolean signalled;
  }

  private final Gate gate = new Gate();
  private final List<Waiter> waiters = new ArrayList<>();
  private final List<Waiter> spareWaiters = new ArrayList<>();
  private @Nullable Driver driver;

  // ---- gate ---------------------------------------------------------------------------------

  @Override
  protected boolean isConcurrent() {
    return true;
  }

  @Override
  protected Clock clockOf(Host host) {
    return RealClock.INSTANCE;
  }

  @Override
  protected void lock(Host host) {
    enter(host.defaultStack());
  }

  @Override
  protected void unlock(Host host) {
    exit(host.defaultStack());
  }

  @Override
  protected void enter(HostStack stack) {
    if (stack.isDirect()) {
      deepen(stack);
      return;
    }
    if (!gate.isMine()) {
      gate.enter();
      stack.host().returns().drain();
      setNow(stack, RealClock.INSTANCE.nanoTime());
    }
    deepen(stack);
  }

  @Override
  protected void exit(HostStack stack) {
    if (rise(stack) > 0) {
      return;
    }
    if (stack.isDirect()) {
      drain(stack);
      stack.announce();
      return;
    }
    finishBatch(stack, true);
    gate.leave();
  }

  /**
   * Ends a batch of work under the gate: completions, waiters whose condition has come to hold,
   * what the engine owes its user, and frames for sleeping neighbours.
   */
  private void finishBatch(HostStack stack, boolean changed) {
    if (stack.isClosed()) {
      return;
    }
    stack.reapCompletions();
    if (changed) {
      signalWaiters();
    }
    runCompletions(stack.transport().completions());
    stack.announce();
    Driver driving = driver;
    if (driving != null && driving.sleepsBeyond(nextDeadlineNanos(stack))) {
      driving.wake();
    }
  }

  private void runCompletions(Completions completions) {
    for (Completions.Entry entry = completions.take(); entry != null; entry = completions.take()) {
      gate.leave();
      try {
        completions.run(entry);
      } finally {
        gate.enter();
      }
      completions.recycle(entry);
    }
  }

  // ---- waiting ------------------------------------------------------------------------------

  private void signalWaiters() {
    for (int i = 0; i < waiters.size(); i++) {
      Waiter waiter = waiters.get(i);
      if (!waiter.signalled && Objects.requireNonNull(waiter.condition).holds()) {
        signal(waiter);
      }
    }
  }

  private static void signal(Waiter waiter) {
    waiter.signalled = true;
    LockSupport.unpark(waiter.thread);
  }

  @Override
  protected AwaitResult await(HostStack stack, Condition condition, long timeoutNanos) {
    long now = RealClock.INSTANCE.nanoTime();
    long deadline =
        timeoutNanos == Deadline.NEVER ? Deadline.NEVER : Deadline.after(now, timeoutNanos);
    return stack.isDirect()
        ? awaitDirect(stack, condition, deadline)
        : awaitShared(stack, condition, deadline);
  }

  private AwaitResult awaitShared(HostStack stack, Condition condition, long deadline) {
    int depth = depth(stack);
    Waiter waiter = spareWaiters.isEmpty() ? new Waiter() : spareWaiters.removeLast();
    waiter.thread = Thread.currentThread();
    waiter.condition = condition;
    waiters.add(waiter);
    try {
      while (true) {
        depth(stack, 0);
        waiter.signalled = false;
        finishBatch(stack, true);
        gate.leave();
        boolean inTime = park(waiter, deadline);
        gate.enter();
        depth(stack, depth);
        stack.checkOpen();
        stack.host().returns().drain();
        setNow(stack, RealClock.INSTANCE.nanoTime());
        if (condition.holds()) {
          return AwaitResult.HOLDS;
        }
        if (Thread.interrupted()) {
          return AwaitResult.INTERRUPTED;
        }
        if (!inTime) {
          return AwaitResult.TIMED_OUT;
        }
      }
    } finally {
      waiters.remove(waiter);
      waiter.condition = null;
      waiter.thread = null;
      spareWaiters.add(waiter);
    }
  }

  /** Sleeps until signalled or interrupted; false if the deadline came first. */
  private static boolean park(Waiter waiter, long deadline) {
    while (!waiter.signalled && !Thread.currentThread().isInterrupted()) {
      if (deadline == Deadline.NEVER) {
        LockSupport.park(waiter);
      } else {
        long left = deadline - RealClock.INSTANCE.nanoTime();
        if (left <= 0) {
          return false;
        }
        LockSupport.parkNanos(waiter, left);
      }
    }
    return true;
  }

  private AwaitResult awaitDirect(HostStack stack, Condition condition, long deadline) {
    int depth = depth(stack);
    depth(stack, 0);
    Thread caller = Thread.currentThread();
    try {
      for (int idle = 0; ; idle++) {
        long now = RealClock.INSTANCE.nanoTime();
        if (poll(stack, now, POLL_BUDGET) != 0) {
          idle = 0;
        }
        drain(stack);
        stack.announce();
        stack.checkOpen();
        if (condition.holds()) {
          return AwaitResult.HOLDS;
        }
        if (Thread.interrupted()) {
          return AwaitResult.INTERRUPTED;
        }
        if (Deadline.isDue(deadline, now)) {
          return AwaitResult.TIMED_OUT;
        }
        if (stack.host().pollPolicy().goesOn(idle, SPINS)) {
          Thread.onSpinWait();
        } else {
          sleepDirect(stack, caller, Deadline.earlier(deadline, nextDeadlineNanos(stack)), now);
        }
      }
    } finally {
      depth(stack, depth);
    }
  }

  private static void sleepDirect(HostStack stack, Thread caller, long deadline, long now) {
    long nanos = deadline == Deadline.NEVER ? DIRECT_NAP_NANOS : deadline - now;
    if (nanos <= 0) {
      return;
    }
    stack.doorbell().announce(caller);
    if (!stack.hasEvent()) {
      LockSupport.parkNanos(Math.min(nanos, DIRECT_NAP_NANOS));
    }
    stack.doorbell().awake();
  }

  /** The driver makes progress by itself. */
  @Override
  protected void foundNothing(HostStack stack) {}

  // ---- driver -------------------------------------------------------------------------------

  @Override
  protected void onSetUp(Host host) {
    if (driver == null) {
      driver = new Driver(this, host);
      driver.start();
    } else {
      driver.wake();
    }
  }

  @Override
  protected void onPort(Host host, Port port) {
    Objects.requireNonNull(driver, "a port comes after its interface").add(port);
  }

  @Override
  protected void onGone(Host host, Port port) {
    Objects.requireNonNull(driver, "who received has a driver").remove(port);
  }

  /** One batch of the driver; returns whether there was something to do. */
  @SuppressWarnings("ThreadPriorityCheck") // on one core a contender runs only if we let it
  boolean drive(HostStack stack, Driver driving) {
    boolean busy;
    gate.enter();
    try {
      if (stack.isClosed()) {
        return false;
      }
      stack.host().returns().drain();
      busy = poll(stack, RealClock.INSTANCE.nanoTime(), POLL_BUDGET) != 0;
      finishBatch(stack, busy);
      if (!busy && !stack.isClosed()) {
        driving.onIdle(nextDeadlineNanos(stack));
      }
    } finally {
      gate.leave();
    }
    if (gate.takeContended()) {
      Thread.yield();
    }
    return busy;
  }

  @Override
  protected void close(Host host) {
    Driver driving = driver;
    if (driving != null) {
      driving.stop();
    }
    lock(host);
    try {
      host.closeStacks();
      for (Waiter waiter : waiters) {
        signal(waiter);
      }
    } finally {
      gate.leave();
    }
  }
}
