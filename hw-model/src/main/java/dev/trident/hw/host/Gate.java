package dev.trident.hw.host;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread at a time use a host: a single compare-and-swap when nobody else is there. A
 * waiting thread spins, then yields, then sleeps in short slices; it is not woken, so leaving costs
 * one store.
 */
final class Gate {
  private static final VarHandle HOLDER;
  private static final int SPINS = 200;
  private static final int YIELDS = 50;
  private static final long NAP_NANOS = 20_000;

  static {
    try {
      HOLDER = MethodHandles.lookup().findVarHandle(Gate.class, "holder", Thread.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings("UnusedVariable") // accessed through HOLDER
  private @Nullable Thread holder;

  private volatile boolean contended;

  /** Whether the calling thread is in. */
  boolean isMine() {
    return Thread.currentThread().equals(HOLDER.getOpaque(this));
  }

  void enter() {
    Thread caller = Thread.currentThread();
    if (!HOLDER.compareAndSet(this, (Thread) null, caller)) {
      enterSlowly(caller);
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // on one core the holder runs only if we let it
  private void enterSlowly(Thread caller) {
    boolean interrupted = false;
    int tries = 0;
    while (!HOLDER.compareAndSet(this, (Thread) null, caller)) {
      contended = true;
      tries++;
      if (tries < SPINS) {
        Thread.onSpinWait();
      } else if (tries < SPINS + YIELDS) {
        Thread.yield();
      } else {
        // A nap ends at once while the interrupt flag is set.
        interrupted |= Thread.interrupted();
        LockSupport.parkNanos(this, NAP_NANOS);
      }
    }
    if (interrupted) {
      caller.interrupt();
    }
  }

  void leave() {
    HOLDER.setRelease(this, (Thread) null);
  }

  /** Whether somebody had to wait since the last call: whoever comes back often should pause. */
  boolean takeContended() {
    boolean seen = contended;
    if (seen) {
      contended = false;
    }
    return seen;
  }
}
