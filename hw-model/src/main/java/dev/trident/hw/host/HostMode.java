package dev.trident.hw.host;

import dev.trident.c.Clock;
import dev.trident.hw.nic.VirtualInterface;
import dev.trident.hw.port.Port;

/**
 * Who polls a host and what a wait is: polled, driven by a thread, or simulated. The methods mirror
 * those of {@link HostStack}, which says what they mean to an API.
 */
public abstract class HostMode {
  /** Received frames that one poll of a default stack takes per interface. */
  protected static final int POLL_BUDGET = 64;

  /** For the modes. */
  protected HostMode() {}

  /** Whether hosts of this mode are run by several threads, so that rings lie between them. */
  protected abstract boolean isConcurrent();

  /** Time and sleep for programs on {@code host}. */
  protected abstract Clock clockOf(Host host);

  /** Takes {@code host} to itself while it is set up, changed or closed. */
  protected abstract void lock(Host host);

  /** Undoes {@link #lock}. */
  protected abstract void unlock(Host host);

  /** Begins a call; see {@link HostStack#enter}. */
  protected abstract void enter(HostStack stack);

  /** Ends a call; see {@link HostStack#exit}. */
  protected abstract void exit(HostStack stack);

  /** Waits; see {@link HostStack#await}. */
  protected abstract AwaitResult await(HostStack stack, Condition condition, long timeoutNanos);

  /** A call was fruitless; see {@link HostStack#foundNothing}. */
  protected abstract void foundNothing(HostStack stack);

  /** A spinning reactor has found nothing for a while: others may need to run. */
  protected void onEmptyPolls(HostStack stack, long nowNanos) {}

  /** A host has got an interface; called with the host locked. */
  protected void onSetUp(Host host) {}

  /** A host has got a port; called with the host locked. */
  protected void onPort(Host host, Port port) {}

  /** No frame will come by a port again; called by who polls the host. */
  protected void onGone(Host host, Port port) {}

  /** A stack has got a virtual interface. */
  protected void onOpened(HostStack stack, VirtualInterface opened) {}

  /** Ends what runs a host and closes its stacks; called once, with the host not locked. */
  protected void close(Host host) {
    lock(host);
    try {
      host.closeStacks();
    } finally {
      unlock(host);
    }
  }

  // ---- what modes may do to stacks ------------------------------------------------------------

  /** Polls devices and engine at {@code nowNanos}; returns how much was done. */
  protected static int poll(HostStack stack, long nowNanos, int budget) {
    return stack.poll(nowNanos, budget);
  }

  /** When {@link #poll} must be called at the latest. */
  protected static long nextDeadlineNanos(HostStack stack) {
    return stack.nextDeadlineNanos();
  }

  /** Sets the time that calls use. */
  protected static void setNow(HostStack stack, long nowNanos) {
    stack.setNow(nowNanos);
  }

  /** Whether a device of {@code stack} has something for a poll. */
  protected static boolean hasEvent(HostStack stack) {
    return stack.hasEvent();
  }

  /** Processes the completions of sent frames alone. */
  protected static void reapCompletions(HostStack stack) {
    stack.reapCompletions();
  }

  /** Ends a batch of frames of {@code stack}: wires send what they have only put down. */
  protected static void announce(HostStack stack) {
    stack.announce();
  }

  /** Whether {@code stack} has been closed. */
  protected static boolean isClosed(HostStack stack) {
    return stack.isClosed();
  }

  /**
   * Makes sure that a stack was not closed while its caller was waiting.
   *
   * @throws IllegalStateException if it was
   */
  protected static void checkOpen(HostStack stack) {
    stack.checkOpen();
  }

  /** Calls that have begun and not ended. */
  protected static int depth(HostStack stack) {
    return stack.depth;
  }

  /** Begins or ends a call as far as the counts go; returns the depth before. */
  protected static int deepen(HostStack stack) {
    int before = stack.depth++;
    if (before == 0) {
      stack.countApiCall();
    }
    return before;
  }

  /** Ends a call as far as the counts go; returns the depth left. */
  protected static int rise(HostStack stack) {
    if (stack.depth <= 0) {
      throw new IllegalStateException("exit of " + stack + " without enter");
    }
    return --stack.depth;
  }

  /** Sets the depth, for a wait in the middle of a call during which other calls are outermost. */
  protected static void depth(HostStack stack, int depth) {
    stack.depth = depth;
  }

  /** Runs what the engine owes its user, with the stack not in a call. */
  protected static void drain(HostStack stack) {
    stack.drain();
  }
}
