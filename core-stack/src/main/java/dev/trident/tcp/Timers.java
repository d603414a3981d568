package dev.trident.tcp;

import dev.trident.time.Deadline;
import dev.trident.time.TimerNode;
import dev.trident.time.TimerWheel;

/**
 * All deadlines of one connection behind one node of the wheel. Starting a timer is a field write,
 * and a word to the wheel only if it comes before what the wheel knows of; stopping one is a field
 * write. So the wheel may wake a connection early, which then asks for its true time.
 *
 * <p>Three timers share a deadline, since no two of them can run at a time: something is in flight,
 * or something unsent waits for the window with nothing in flight, or the connection lingers with
 * everything acknowledged.
 */
final class Timers extends TimerNode {
  private enum Shared {
    /** None of the three. */
    NONE,
    /** RFC 6298; also repeats SYN and FIN. */
    RETRANSMIT,
    /** The next zero-window probe, or the end of a small segment's wait (RFC 9293 3.8.6.2.1). */
    PERSIST,
    /** End of TIME-WAIT, or of FIN-WAIT-2 when nobody has the endpoint any more. */
    LINGER
  }

  private final Connection connection;

  private Shared shared = Shared.NONE;

  /** Of the timer that {@link #shared} names. */
  private long sharedNanos = Deadline.NEVER;

  /** RACK's waiting time, or the tail loss probe (RFC 8985). */
  private long lossNanos = Deadline.NEVER;

  private long delayedAckNanos = Deadline.NEVER;

  Timers(Connection connection) {
    this.connection = connection;
  }

  private TimerWheel wheel() {
    return connection.layer().wheel();
  }

  private void share(Shared timer, long deadlineNanos) {
    shared = timer;
    sharedNanos = deadlineNanos;
    wheel().armBy(this, deadlineNanos);
  }

  private void stop(Shared timer) {
    if (shared == timer) {
      shared = Shared.NONE;
      sharedNanos = Deadline.NEVER;
    }
  }

  void retransmitAt(long deadlineNanos) {
    share(Shared.RETRANSMIT, deadlineNanos);
  }

  void stopRetransmit() {
    stop(Shared.RETRANSMIT);
  }

  boolean isRetransmitRunning() {
    return shared == Shared.RETRANSMIT;
  }

  /** When the retransmission timer expires, or {@code Deadline.NEVER}. */
  long retransmitNanos() {
    return shared == Shared.RETRANSMIT ? sharedNanos : Deadline.NEVER;
  }

  void persistAt(long deadlineNanos) {
    share(Shared.PERSIST, deadlineNanos);
  }

  void stopPersist() {
    stop(Shared.PERSIST);
  }

  boolean isPersistRunning() {
    return shared == Shared.PERSIST;
  }

  void lingerUntil(long deadlineNanos) {
    share(Shared.LINGER, deadlineNanos);
  }

  void lossAt(long deadlineNanos) {
    lossNanos = deadlineNanos;
    wheel().armBy(this, deadlineNanos);
  }

  void stopLoss() {
    lossNanos = Deadline.NEVER;
  }

  void delayedAckAt(long deadlineNanos) {
    delayedAckNanos = deadlineNanos;
    wheel().armBy(this, deadlineNanos);
  }

  void stopDelayedAck() {
    delayedAckNanos = Deadline.NEVER;
  }

  boolean isDelayedAckRunning() {
    return delayedAckNanos != Deadline.NEVER;
  }

  /** Stops all: the connection is CLOSED. */
  void stop() {
    stop(shared);
    lossNanos = Deadline.NEVER;
    delayedAckNanos = Deadline.NEVER;
    wheel().disarm(this);
  }

  @Override
  protected void onTimer(long nowNanos) {
    if (shared == Shared.LINGER && Deadline.isDue(sharedNanos, nowNanos)) {
      connection.onLingerExpired();
      return;
    }
    if (Deadline.isDue(delayedAckNanos, nowNanos)) {
      delayedAckNanos = Deadline.NEVER;
      connection.receiver().owePromptAck();
    }
    // Before the retransmission timer, which a probe starts again.
    if (Deadline.isDue(lossNanos, nowNanos)) {
      lossNanos = Deadline.NEVER;
      connection.sender().recovery().onLossTimer(nowNanos);
    }
    if (Deadline.isDue(sharedNanos, nowNanos)) {
      onSharedTimer(nowNanos);
    }
    long next = Deadline.earlier(Deadline.earlier(sharedNanos, lossNanos), delayedAckNanos);
    if (next != Deadline.NEVER) {
      wheel().armBy(this, next);
    }
  }

  private void onSharedTimer(long nowNanos) {
    Shared timer = shared;
    stop(timer);
    switch (timer) {
      case RETRANSMIT -> connection.sender().retransmission().onTimeout(nowNanos);
      case PERSIST -> connection.sender().onPersistExpired(nowNanos);
      case LINGER -> connection.onLingerExpired();
      case NONE -> throw new AssertionError("a timer expired that nobody started");
    }
  }
}
