package dev.trident.hw.host;

import dev.trident.endpoint.Transport;

/** One stack of a host, as the APIs use it. */
@SuppressWarnings("DoNotCallSuggester")
public final class HostStack implements AutoCloseable {
  public Host host() {
    throw new UnsupportedOperationException();
  }

  /** The endpoints; touched only between {@link #enter} and {@link #exit}. */
  public Transport transport() {
    throw new UnsupportedOperationException();
  }

  /**
   * Begins an API call. Polled: checks that the fabric's thread calls. Driven: takes the gate.
   * Simulated: a scheduling point that costs the configured time. May nest.
   *
   * @throws IllegalStateException if a confined fabric is used by another thread, or the stack is
   *     closed
   */
  public void enter() {
    throw new UnsupportedOperationException();
  }

  /** Ends an API call; the outermost one runs what the engine owes its user, without the gate. */
  public void exit() {
    throw new UnsupportedOperationException();
  }

  /**
   * Waits between {@link #enter} and {@link #exit} until {@code condition} holds: polled, it polls
   * every host of the fabric; driven, it waits for the driver; simulated, it parks the application.
   * It returns at once if the condition holds already.
   *
   * @param timeoutNanos from now, 0 to test once, {@code Deadline.NEVER} for no limit
   */
  public AwaitResult await(Condition condition, long timeoutNanos) {
    throw new UnsupportedOperationException();
  }

  /**
   * Says that the present call found nothing to do (would block). Simulated: the application is
   * parked until the next event of this host, so that spin loops advance time. Otherwise a polled
   * default stack polls the fabric once, so that non-blocking loops make progress.
   */
  public void foundNothing() {
    throw new UnsupportedOperationException();
  }

  /**
   * The reactor of a TCPDirect stack: looks at its event queue up to {@code spins} times, processes
   * the first batch found, and runs due timers.
   *
   * @return whether something happened that the user can see
   */
  public boolean perform(int spins) {
    throw new UnsupportedOperationException();
  }

  /** Whether {@link #perform} would find an event or a due timer. Any thread may ask. */
  public boolean hasPendingWork() {
    throw new UnsupportedOperationException();
  }

  /** The host's time, virtual or real. */
  public long nowNanos() {
    throw new UnsupportedOperationException();
  }

  /** The largest IPv4 datagram of the interface. */
  public int mtuBytes() {
    throw new UnsupportedOperationException();
  }

  /** Whether frames carry a VLAN tag, which makes headers 4 bytes longer. */
  public boolean hasVlan() {
    throw new UnsupportedOperationException();
  }

  /** Closes a stack that was opened by {@code openStack}; connections are aborted. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
