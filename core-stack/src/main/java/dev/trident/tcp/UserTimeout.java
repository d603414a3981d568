package dev.trident.tcp;

import dev.trident.endpoint.StreamState;
import dev.trident.time.Deadline;
import dev.trident.time.TimerNode;

/**
 * The user timeout of one connection (RFC 9293 sections 3.8.3 and 3.10.8): how long something that
 * the user has given to TCP may wait for an acknowledgment without any progress, be it sent or held
 * back by a closed window. Exists only where the user has set it, and is R2 then instead of a count
 * of retransmissions (MUST-21).
 */
final class UserTimeout extends TimerNode {
  /** From here on, more than a century, it is for ever: such deadlines cannot be compared. */
  private static final long INFINITE = 1L << 62;

  private final Connection connection;
  private long limitNanos;

  /** Since when there has been no progress; meaningful while {@link #waiting}. */
  private long sinceNanos;

  private boolean waiting;

  UserTimeout(Connection connection) {
    this.connection = connection;
  }

  long limitNanos() {
    return limitNanos;
  }

  /** Time that has passed without progress counts, as far as it was observed. */
  void change(long newLimitNanos, long nowNanos) {
    limitNanos = newLimitNanos;
    if (waiting) {
      arm();
    } else {
      update(true, nowNanos);
    }
  }

  /** Something was queued, or, with {@code progress}, acknowledged. */
  void update(boolean progress, long nowNanos) {
    boolean was = waiting;
    waiting =
        connection.state() != StreamState.CLOSED && connection.sender().isAnythingUnacknowledged();
    if (waiting && (progress || !was)) {
      sinceNanos = nowNanos;
      arm();
    }
  }

  private void arm() {
    if (limitNanos < INFINITE) {
      connection.layer().wheel().armBy(this, Deadline.after(sinceNanos, limitNanos));
    }
  }

  /** The connection is CLOSED. */
  void stop() {
    waiting = false;
    connection.layer().wheel().disarm(this);
  }

  @Override
  protected void onTimer(long nowNanos) {
    if (!waiting || limitNanos >= INFINITE) {
      return;
    }
    if (Deadline.isDue(Deadline.after(sinceNanos, limitNanos), nowNanos)) {
      connection.onGivenUp();
    } else {
      arm();
    }
  }
}
