package dev.trident.hw.host;

import dev.trident.hw.nic.Doorbell;
import dev.trident.hw.port.Port;
import dev.trident.hw.time.RealClock;
import dev.trident.time.Deadline;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread of a driven host: polls the default stack batch by batch, and sleeps when there is
 * nothing to do, until its next deadline or until a sender, a port or an API call wakes it.
 */
final class Driver implements Runnable {
  /** Empty batches before the thread sleeps: waking it costs more than these. */
  private static final int IDLE_BATCHES = 50;

  /** With several ports the thread sleeps in one, and looks at the others so often. */
  private static final long PORT_LOOK_NANOS = 1_000_000;

  private final DrivenMode mode;
  private final HostStack stack;
  private final List<Port> ports;
  private final Doorbell doorbell;
  private final Thread thread;
  private volatile boolean stopping;

  /** Written under the gate on the way to sleep, so that every later call sees it. */
  private volatile boolean asleep;

  private long sleepUntilNanos;
  private int idleBatches;

  Driver(DrivenMode mode, Host host) {
    this.mode = mode;
    stack = host.defaultStack();
    ports = host.ports();
    doorbell = host.doorbell();
    thread = Thread.ofPlatform().name("trident-" + host.name()).daemon().unstarted(this);
  }

  void start() {
    thread.start();
  }

  @Override
  public void run() {
    while (!stopping) {
      if (mode.drive(stack, this)) {
        idleBatches = 0;
      } else if (asleep) {
        sleep();
      } else {
        Thread.onSpinWait();
      }
    }
  }

  /** An empty batch has ended, still under the gate: goes to sleep if it was not the first. */
  void onIdle(long deadline) {
    if (++idleBatches >= IDLE_BATCHES) {
      sleepUntilNanos = deadline;
      asleep = true;
      doorbell.announce(thread);
    }
  }

  private void sleep() {
    if (!stack.hasEvent() && !stopping) {
      long nanos =
          sleepUntilNanos == Deadline.NEVER
              ? Long.MAX_VALUE
              : sleepUntilNanos - RealClock.INSTANCE.nanoTime();
      if (nanos > 0) {
        sleep(nanos);
      }
    }
    asleep = false;
    doorbell.awake();
    idleBatches = 0;
  }

  private void sleep(long nanos) {
    if (ports.isEmpty()) {
      LockSupport.parkNanos(this, nanos);
    } else {
      ports.getFirst().waitReadable(ports.size() == 1 ? nanos : Math.min(nanos, PORT_LOOK_NANOS));
    }
  }

  /** Whether the thread sleeps and would miss {@code deadline}; asked under the gate. */
  boolean sleepsBeyond(long deadline) {
    return asleep
        && deadline != Deadline.NEVER
        && (sleepUntilNanos == Deadline.NEVER || deadline - sleepUntilNanos < 0);
  }

  void wake() {
    LockSupport.unpark(thread);
    if (!ports.isEmpty()) {
      ports.getFirst().wakeUp();
    }
  }

  /** Ends the thread and waits for that; a callback that closes its own host does not wait. */
  void stop() {
    stopping = true;
    wake();
    if (Thread.currentThread().equals(thread)) {
      return;
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
