package dev.trident.xti.endpoint;

import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connect indications that t_listen has shown and that await an answer. On TCP they are
 * connections which exist already; one whose peer gave up stays here until t_rcvdis takes it.
 */
final class Indications {
  private record Indication(int sequence, StreamEndpoint stream) {
    boolean isDead() {
      return stream.state() == StreamState.CLOSED;
    }
  }

  private final List<Indication> outstanding = new ArrayList<>();
  private int lastSequence;

  /** Adds a connection: the sequence number that names it. Never 0 or negative. */
  int add(StreamEndpoint stream) {
    lastSequence = lastSequence == Integer.MAX_VALUE ? 1 : lastSequence + 1;
    outstanding.add(new Indication(lastSequence, stream));
    return lastSequence;
  }

  /** The connection of that name, or null. */
  @Nullable StreamEndpoint find(int sequence) {
    for (Indication indication : outstanding) {
      if (indication.sequence == sequence) {
        return indication.stream;
      }
    }
    return null;
  }

  /** The name of the oldest indication that was withdrawn, or -1. */
  int withdrawn() {
    for (Indication indication : outstanding) {
      if (indication.isDead()) {
        return indication.sequence;
      }
    }
    return -1;
  }

  void remove(int sequence) {
    outstanding.removeIf(indication -> indication.sequence == sequence);
  }

  /** Resets every connection that was not answered. */
  void abortAll() {
    for (Indication indication : outstanding) {
      indication.stream.abort();
    }
    outstanding.clear();
  }
}
