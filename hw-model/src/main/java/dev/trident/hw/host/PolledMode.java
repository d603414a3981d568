package dev.trident.hw.host;

import dev.trident.c.Clock;
import dev.trident.hw.port.Port;
import dev.trident.hw.port.PortEnd;
import dev.trident.hw.port.Sleeper;
import dev.trident.hw.time.EventHeap;
import dev.trident.hw.time.RealClock;
import dev.trident.hw.time.VirtualClock;
import dev.trident.time.Deadline;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * No background activity: the network goes on inside calls only. The whole fabric is confined to
 * one thread.
 */
final class PolledMode extends HostMode {
  private static final VarHandle OWNER;

  static {
    try {
      OWNER = MethodHandles.lookup().findVarHandle(PolledMode.class, "owner", Thread.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Virtual time that a fruitless call takes if nothing is due before. */
  private static final long IDLE_QUANTUM_NANOS = 1_000_000;

  /** Empty rounds of a wait before the thread sleeps, if the policy is the usual one. */
  private static final int SPINS = 1_000;

  /** Longest sleep in ports, which does not see an interrupt. */
  private static final long INTERRUPT_LOOK_NANOS = 20_000_000;

  private final Clock clock;
  private final EventHeap heap;
  private @Nullable Fabric fabric;

  /** Sleeps in the ports of all hosts; null without ports. */
  private @Nullable Sleeper sleeper;

  /**
   * The thread this fabric is confined to; null until one uses it. Read plainly: nobody but a
   * thread itself writes its name here, so a stale value never equals the reader.
   */
  private @Nullable Thread owner;

  PolledMode(Clock clock, EventHeap heap) {
    this.clock = clock;
    this.heap = heap;
  }

  void fabric(Fabric made) {
    fabric = made;
  }

  private Fabric network() {
    return Objects.requireNonNull(fabric);
  }

  private List<Host> hosts() {
    return network().hosts();
  }

  // ---- confinement --------------------------------------------------------------------------

  @SuppressWarnings("ReferenceEquality") // a thread is itself
  private void checkThread() {
    if (Thread.currentThread() != owner) {
      claim();
    }
  }

  private void claim() {
    Thread caller = Thread.currentThread();
    Thread other = (Thread) OWNER.compareAndExchange(this, (Thread) null, caller);
    if (other != null && !other.equals(caller)) {
      throw new IllegalStateException(
          "this fabric is confined to "
              + other
              + " and was used by "
              + caller
              + "; handOver() moves it");
    }
  }

  void handOver() {
    checkThread();
    OWNER.setRelease(this, (Thread) null);
  }

  // ---- calls --------------------------------------------------------------------------------

  @Override
  protected boolean isConcurrent() {
    return false;
  }

  @Override
  protected Clock clockOf(Host host) {
    return new PolledClock(host);
  }

  @Override
  protected void lock(Host host) {
    checkThread();
  }

  @Override
  protected void unlock(Host host) {}

  @Override
  protected void enter(HostStack stack) {
    checkThread();
    if (deepen(stack) == 0 && !stack.isDirect()) {
      setNow(stack, clock.nanoTime());
    }
  }

  @Override
  protected void exit(HostStack stack) {
    if (rise(stack) == 0) {
      drain(stack);
      announce(stack);
    }
  }

  // ---- polling ------------------------------------------------------------------------------

  /** Polls every default stack and outlet, and runs what is due on links. */
  int pollAll() {
    checkThread();
    return pollAll(clock.nanoTime());
  }

  private int pollAll(long now) {
    int done = heap.size() == 0 ? 0 : heap.happenUntil(now);
    List<PortEnd> outlets = network().outlets();
    for (int i = 0; i < outlets.size(); i++) {
      done += outlets.get(i).poll();
    }
    List<Host> hosts = hosts();
    for (int i = 0; i < hosts.size(); i++) {
      HostStack stack = hosts.get(i).defaultStack();
      done += poll(stack, now, POLL_BUDGET);
      if (depth(stack) == 0) {
        drain(stack);
      }
      announce(stack);
    }
    return done;
  }

  @Override
  protected void foundNothing(HostStack stack) {
    if (clock instanceof VirtualClock virtual) {
      if (pollAll(virtual.nanoTime()) == 0 && !stack.hasEvent()) {
        virtual.advanceTo(
            Deadline.earlier(
                nextDeadlineFor(stack), Deadline.after(virtual.nanoTime(), IDLE_QUANTUM_NANOS)));
      }
    } else if (!stack.isDirect()) {
      pollAll(stack.stackNowNanos());
    }
  }

  @Override
  protected void onEmptyPolls(HostStack stack, long nowNanos) {
    pollAll(nowNanos);
  }

  @Override
  protected AwaitResult await(HostStack stack, Condition condition, long timeoutNanos) {
    long start = clock.nanoTime();
    long deadline =
        timeoutNanos == Deadline.NEVER ? Deadline.NEVER : Deadline.after(start, timeoutNanos);
    int idle = 0;
    int depth = depth(stack);
    depth(stack, 0);
    try {
      while (true) {
        long now = clock.nanoTime();
        int done = pollAll(now);
        if (stack.isDirect()) {
          done += poll(stack, now, POLL_BUDGET);
          drain(stack);
          announce(stack);
        }
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
        idle = done == 0 ? idle + 1 : 0;
        if (idle > 0) {
          idle(Deadline.earlier(deadline, nextDeadlineFor(stack)), now, idle);
        }
      }
    } finally {
      depth(stack, depth);
    }
  }

  /** Nothing is to be done before {@code deadline}, unless a frame comes in by a port. */
  private void idle(long deadline, long now, int rounds) {
    if (clock instanceof VirtualClock virtual) {
      if (deadline == Deadline.NEVER) {
        throw new IllegalStateException(
            "a wait without end: nothing is on its way and no timer is armed");
      }
      virtual.advanceTo(deadline);
      return;
    }
    if (network().pollPolicy().goesOn(rounds, SPINS) || !(clock instanceof RealClock)) {
      Thread.onSpinWait();
      return;
    }
    long nanos = deadline == Deadline.NEVER ? Long.MAX_VALUE : deadline - now;
    if (nanos > 0) {
      sleep(nanos);
    }
  }

  private void sleep(long nanos) {
    if (sleeper == null) {
      LockSupport.parkNanos(nanos);
    } else {
      sleeper.sleep(Math.min(nanos, INTERRUPT_LOOK_NANOS));
    }
  }

  @Override
  protected void onPort(Host host, Port port) {
    onPort(port);
  }

  /** Frames may come by {@code port} from now on. */
  void onPort(Port port) {
    if (sleeper == null) {
      sleeper = new Sleeper();
    }
    sleeper.add(port);
  }

  @Override
  protected void onGone(Host host, Port port) {
    onGone(port);
  }

  /** No frame will come by {@code port} again, so that it must not end sleeps. */
  void onGone(Port port) {
    if (sleeper != null) {
      sleeper.remove(port);
    }
  }

  void close() {
    if (sleeper != null) {
      sleeper.close();
    }
  }

  /**
   * The earliest deadline that polling on behalf of {@code stack} would serve. Other TCPDirect
   * stacks do not count: their users poll them, and what they are late for must not hold up time.
   */
  private long nextDeadlineFor(HostStack stack) {
    long earliest = stack.isDirect() ? nextDeadlineNanos(stack) : Deadline.NEVER;
    earliest = Deadline.earlier(earliest, heap.nextNanos());
    List<Host> hosts = hosts();
    for (int i = 0; i < hosts.size(); i++) {
      earliest = Deadline.earlier(earliest, nextDeadlineNanos(hosts.get(i).defaultStack()));
    }
    return earliest;
  }

  /** The network goes on while a program sleeps. */
  private final class PolledClock implements Clock {
    private final Host host;

    PolledClock(Host host) {
      this.host = host;
    }

    @Override
    public long nanoTime() {
      return clock.nanoTime();
    }

    @Override
    public void sleep(long nanos) {
      HostStack stack = host.defaultStack();
      boolean interrupted = Thread.currentThread().isInterrupted();
      if (nanos <= 0 || interrupted) {
        return;
      }
      stack.enter();
      try {
        if (stack.await(() -> false, nanos) == AwaitResult.INTERRUPTED) {
          Thread.currentThread().interrupt();
        }
      } finally {
        stack.exit();
      }
    }
  }
}
