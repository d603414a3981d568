package dev.trident.tcp;

import dev.trident.endpoint.KeepAlive;
import dev.trident.endpoint.StreamState;
import dev.trident.time.Deadline;
import dev.trident.time.TimerNode;
import dev.trident.trace.Counter;

/**
 * Keep-alive of one connection (RFC 9293 section 3.8.4): exists only where its user has asked for
 * it. A segment of the peer costs a field write; the timer finds out when it expires whether there
 * was one.
 */
final class KeepAliveTimer extends TimerNode {
  private final Connection connection;
  private KeepAlive settings;

  /** When the peer was last heard of, or keep-alive was switched on. */
  private long heardNanos;

  /** Probes since then. */
  private int unanswered;

  KeepAliveTimer(Connection connection, KeepAlive settings) {
    this.connection = connection;
    this.settings = settings;
  }

  KeepAlive settings() {
    return settings;
  }

  /** The user has changed its mind; idle time counts on. */
  void change(KeepAlive changed, long nowNanos) {
    boolean begins = changed.on() && !settings.on();
    settings = changed;
    if (begins) {
      begin(nowNanos);
    } else if (!changed.on()) {
      stop();
    } else {
      armUnlessClosed(Deadline.after(heardNanos, changed.idleNanos()));
    }
  }

  /** Idle time counts from here: the connection is established, or keep-alive is switched on. */
  void begin(long nowNanos) {
    heardNanos = nowNanos;
    unanswered = 0;
    if (settings.on()) {
      armUnlessClosed(Deadline.after(nowNanos, settings.idleNanos()));
    }
  }

  private void armUnlessClosed(long deadlineNanos) {
    switch (connection.state()) {
      case ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK ->
          connection.layer().wheel().armBy(this, deadlineNanos);
      case CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, TIME_WAIT -> {
        // begin() follows when there is a peer; after its FIN and ours nobody waits for it.
      }
    }
  }

  /** An acceptable segment has come. */
  void onHeard(long nowNanos) {
    heardNanos = nowNanos;
    unanswered = 0;
  }

  /** The connection is CLOSED. */
  void stop() {
    connection.layer().wheel().disarm(this);
  }

  @Override
  protected void onTimer(long nowNanos) {
    if (connection.state() == StreamState.TIME_WAIT) {
      return;
    }
    long due = Deadline.after(heardNanos, settings.idleNanos());
    if (!Deadline.isDue(due, nowNanos)) {
      armUnlessClosed(due);
    } else if (connection.sender().isAnythingUnacknowledged()) {
      // Retransmission or the persist timer asks already (MUST-26).
      armUnlessClosed(Deadline.after(nowNanos, settings.idleNanos()));
    } else if (unanswered >= settings.probes()) {
      connection.onGivenUp();
    } else {
      unanswered++;
      connection.layer().counters().increment(Counter.TCP_KEEP_ALIVES);
      connection.layer().transmitter().sendKeepAlive(connection, settings.garbage());
      armUnlessClosed(Deadline.after(nowNanos, settings.intervalNanos()));
    }
  }
}
