package dev.trident.tcp;

import dev.trident.time.Deadline;
import dev.trident.time.TimerNode;
import dev.trident.time.TimerWheel;

/**
 * All deadlines of one connection behind one node of the wheel. Starting a timer is a field write,
 * and a word to the wheel only if it comes before what the wheel knows of; stopping one is a field
 * write. So the wheel may wake a connection early, which then asks for its true time.
 */
final class Timers extends TimerNode {
  private final Connection connection;
  private final TimerWheel wheel;

  /** RFC 6298; also repeats SYN and FIN. */
  private long retransmitNanos = Deadline.NEVER;

  /** The next zero-window probe, or the end of a small segment's wait (RFC 9293 3.8.6.2.1). */
  private long persistNanos = Deadline.NEVER;

  /** RACK's waiting time, or the tail loss probe (RFC 8985). */
  private long lossNanos = Deadline.NEVER;

  private long delayedAckNanos = Deadline.NEVER;

  /** End of TIME-WAIT, or of FIN-WAIT-2 when nobody has the endpoint any more. */
  private long lingerNanos = Deadline.NEVER;

  Timers(Connection connection, TimerWheel wheel) {
    this.connection = connection;
    this.wheel = wheel;
  }

  void retransmitAt(long deadlineNanos) {
    retransmitNanos = deadlineNanos;
    wheel.armBy(this, deadlineNanos);
  }

  void stopRetransmit() {
    retransmitNanos = Deadline.NEVER;
  }

  boolean isRetransmitRunning() {
    return retransmitNanos != Deadline.NEVER;
  }

  void persistAt(long deadlineNanos) {
    persistNanos = deadlineNanos;
    wheel.armBy(this, deadlineNanos);
  }

  void stopPersist() {
    persistNanos = Deadline.NEVER;
  }

  boolean isPersistRunning() {
    return persistNanos != Deadline.NEVER;
  }

  long retransmitNanos() {
    return retransmitNanos;
  }

  void lossAt(long deadlineNanos) {
    lossNanos = deadlineNanos;
    wheel.armBy(this, deadlineNanos);
  }

  void stopLoss() {
    lossNanos = Deadline.NEVER;
  }

  void delayedAckAt(long deadlineNanos) {
    delayedAckNanos = deadlineNanos;
    wheel.armBy(this, deadlineNanos);
  }

  void stopDelayedAck() {
    delayedAckNanos = Deadline.NEVER;
  }

  boolean isDelayedAckRunning() {
    return delayedAckNanos != Deadline.NEVER;
  }

  void lingerUntil(long deadlineNanos) {
    lingerNanos = deadlineNanos;
    wheel.armBy(this, deadlineNanos);
  }

  /** Stops all: the connection is CLOSED. */
  void stop() {
    retransmitNanos = Deadline.NEVER;
    persistNanos = Deadline.NEVER;
    lossNanos = Deadline.NEVER;
    delayedAckNanos = Deadline.NEVER;
    lingerNanos = Deadline.NEVER;
    wheel.disarm(this);
  }

  @Override
  protected void onTimer(long nowNanos) {
    if (Deadline.isDue(lingerNanos, nowNanos)) {
      connection.onLingerExpired();
      return;
    }
    if (Deadline.isDue(delayedAckNanos, nowNanos)) {
      delayedAckNanos = Deadline.NEVER;
      connection.receiver().owePromptAck();
    }
    if (Deadline.isDue(persistNanos, nowNanos)) {
      persistNanos = Deadline.NEVER;
      connection.sender().onPersistExpired(nowNanos);
    }
    // Before the retransmission timer, which a probe starts again.
    if (Deadline.isDue(lossNanos, nowNanos)) {
      lossNanos = Deadline.NEVER;
      connection.sender().recovery().onLossTimer(nowNanos);
    }
    if (Deadline.isDue(retransmitNanos, nowNanos)) {
      retransmitNanos = Deadline.NEVER;
      connection.sender().retransmission().onTimeout(nowNanos);
    }
    long next =
        Deadline.earlier(
            Deadline.earlier(Deadline.earlier(retransmitNanos, persistNanos), lossNanos),
            Deadline.earlier(delayedAckNanos, lingerNanos));
    if (next != Deadline.NEVER) {
      wheel.armBy(this, next);
    }
  }
}
