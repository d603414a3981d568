package dev.trident.hw.host;

import dev.trident.hw.nic.Doorbell;
import dev.trident.hw.port.Port;
import dev.trident.hw.port.Sleeper;
import dev.trident.hw.time.RealClock;
import dev.trident.time.Deadline;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The thread of a driven host: polls the default stack batch by batch, and sleeps when there is
 * nothing to do, until its next deadline or until a sender, a port or an API call wakes it.
 */
final class Driver implements Runnable {
  /** Empty batches before the thread usually sleeps: waking it costs more than these. */
  private static final int IDLE_BATCHES = 50;

  private final DrivenMode mode;
  private final HostStack stack;
  private final Doorbell doorbell;
  private final Thread thread;

  /** Sleeps in the host's ports; null without ports. */
  private volatile @Nullable Sleeper sleeper;

  private volatile boolean stopping;

  /** Written under the gate on the way to sleep, so that every later call sees it. */
  private volatile boolean asleep;

  private long sleepUntilNanos;
  private int idleBatches;

  Driver(DrivenMode mode, Host host) {
    this.mode = mode;
    stack = host.defaultStack();
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
    Sleeper inPorts = sleeper;
    if (inPorts != null) {
      inPorts.close();
    }
  }

  /** An empty batch has ended, still under the gate: goes to sleep if there were enough of them. */
  void onIdle(long deadline) {
    if (!stack.host().pollPolicy().goesOn(++idleBatches, IDLE_BATCHES)) {
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
    Sleeper inPorts = sleeper;
    if (inPorts == null) {
      LockSupport.parkNanos(this, nanos);
    } else {
      inPorts.sleep(nanos);
    }
  }

  /** Frames may come by {@code port} from now on; called under the gate. */
  void add(Port port) {
    Sleeper inPorts = sleeper;
    if (inPorts == null) {
      inPorts = new Sleeper();
      sleeper = inPorts;
      doorbell.alarm(this::wake);
    }
    inPorts.add(port);
  }

  /** No frame will come by {@code port} again, so that it must not keep the thread awake. */
  void remove(Port port) {
    Sleeper inPorts = sleeper;
    if (inPorts != null) {
      inPorts.remove(port);
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
    Sleeper inPorts = sleeper;
    if (inPorts != null) {
      inPorts.wakeUp();
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
