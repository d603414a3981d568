package dev.trident.tcp;

import dev.trident.endpoint.StreamState;
import dev.trident.trace.Counter;
import org.jspecify.annotations.Nullable;

/**
 * Connections that nobody uses any more and that exist for the peer's sake: those in TIME-WAIT, and
 * orphans, which were given up before the peer was done. Of either a share of the stack's streams
 * is allowed, so that closing fast does not keep new connections out. At the bound the oldest
 * TIME-WAIT ends early, and what would become an orphan is aborted instead.
 */
final class Lingering {
  private static final int NONE = -1;

  private final TcpLayer layer;

  /** Neighbours of a connection in TIME-WAIT, by its slot, in the order of entering. */
  private final int[] older;

  private final int[] newer;
  private int oldest = NONE;
  private int newest = NONE;
  private int timeWaits;

  private int orphans;

  Lingering(TcpLayer layer, int maxStreams) {
    this.layer = layer;
    older = new int[maxStreams];
    newer = new int[maxStreams];
  }

  /** Connections in TIME-WAIT. */
  int timeWaits() {
    return timeWaits;
  }

  /** Connections given up that wait for the peer; TIME-WAIT does not count. */
  int orphans() {
    return orphans;
  }

  private int limit() {
    return Math.max(
        1, (int) (older.length * (long) layer.profile().closing().lingerPercent() / 100));
  }

  /** Whether one more connection may be given up before the peer is done. */
  boolean mayOrphan() {
    return orphans < limit();
  }

  /** A connection is about to change its state. */
  void onState(Connection connection, StreamState before, StreamState after) {
    if (connection.isOrphan()) {
      orphans += orphan(after) - orphan(before);
    }
    if (before != after) {
      if (before == StreamState.TIME_WAIT) {
        unlink(connection.slot);
      } else if (after == StreamState.TIME_WAIT) {
        append(connection.slot);
      }
    }
  }

  /** The user gives up a connection in {@code state}. */
  void onOrphan(StreamState state) {
    orphans += orphan(state);
  }

  private static int orphan(StreamState state) {
    return switch (state) {
      case FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK -> 1;
      case CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT, TIME_WAIT -> 0;
    };
  }

  private void append(int slot) {
    older[slot] = newest;
    newer[slot] = NONE;
    if (newest == NONE) {
      oldest = slot;
    } else {
      newer[newest] = slot;
    }
    newest = slot;
    timeWaits++;
  }

  private void unlink(int slot) {
    int before = older[slot];
    int after = newer[slot];
    if (before == NONE) {
      oldest = after;
    } else {
      newer[before] = after;
    }
    if (after == NONE) {
      newest = before;
    } else {
      older[after] = before;
    }
    timeWaits--;
  }

  /** Ends the TIME-WAIT that began first while there are too many. */
  void trim() {
    while (timeWaits > limit()) {
      @Nullable Connection first = layer.connectionAt(oldest);
      if (first == null) {
        throw new AssertionError("TIME-WAIT without a connection in slot " + oldest);
      }
      layer.counters().increment(Counter.TCP_TIME_WAITS_CUT);
      first.onLingerExpired();
    }
  }
}
