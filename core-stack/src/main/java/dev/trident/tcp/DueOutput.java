package dev.trident.tcp;

import dev.trident.endpoint.StreamState;
import org.jspecify.annotations.Nullable;

/**
 * The connections that have something to send: at the end of the present batch of segments or
 * timers, or once their device has room. A connection is in one of the two lists or in none.
 */
final class DueOutput {
  /** Due at the next flush, in the order in which they became so. */
  private @Nullable Connection first;

  private @Nullable Connection last;

  /** Found their device full; they wait until it has drained. */
  private @Nullable Connection firstBlocked;

  /** Whether {@link #flush} has something to do. */
  boolean isEmpty() {
    return first == null;
  }

  /** Has {@link Sender#output} called at the next flush. */
  void add(Connection connection) {
    if (connection.scheduled) {
      return;
    }
    connection.scheduled = true;
    Connection before = last;
    if (before == null) {
      first = connection;
    } else {
      before.nextScheduled = connection;
    }
    last = connection;
  }

  /** Has {@link Sender#output} called when the device has room. */
  void addBlocked(Connection connection) {
    if (!connection.scheduled) {
      connection.scheduled = true;
      connection.nextScheduled = firstBlocked;
      firstBlocked = connection;
    }
  }

  /** Sends what is due. Returns how many connections were asked. */
  int flush(long nowNanos) {
    int done = 0;
    for (Connection connection = first; connection != null; connection = first) {
      first = connection.nextScheduled;
      if (first == null) {
        last = null;
      }
      connection.nextScheduled = null;
      connection.scheduled = false;
      if (connection.state() != StreamState.CLOSED) {
        connection.sender().output(nowNanos);
        done++;
      }
    }
    return done;
  }

  /** A device has room again: all that waited are due. */
  void unblock() {
    Connection connection = firstBlocked;
    firstBlocked = null;
    while (connection != null) {
      Connection following = connection.nextScheduled;
      connection.nextScheduled = null;
      connection.scheduled = false;
      add(connection);
      connection = following;
    }
  }
}
