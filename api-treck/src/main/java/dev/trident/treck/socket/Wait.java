package dev.trident.treck.socket;

import dev.trident.hw.host.Condition;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one blocked call waits for. Taken from the table's spares, since several threads may be
 * blocked in one socket, each for an amount of its own.
 */
final class Wait implements Condition {
  /** What may happen to a socket. */
  enum Event {
    /** The active open has succeeded or failed. */
    CONNECT_ENDED,
    /** A connection can be accepted. */
    ACCEPTABLE,
    /** A receive would not block. */
    READABLE,
    /** The given number of bytes can be sent, or never again any. */
    ROOM,
    /** The close handshake is complete. */
    CLOSED
  }

  private @Nullable Socket socket;
  private Event event = Event.READABLE;
  private int bytes;
  @Nullable Wait nextSpare;

  void open(Socket waited, Event newEvent, int newBytes) {
    socket = waited;
    event = newEvent;
    bytes = newBytes;
  }

  void close() {
    socket = null;
  }

  /** Closing the socket ends every wait in it but the one for its end. */
  @Override
  public boolean holds() {
    Socket waited = Objects.requireNonNull(socket);
    return (event != Event.CLOSED && waited.isClosing()) || waited.happened(event, bytes);
  }

  @Override
  public String toString() {
    return "Treck " + socket + " waiting for " + event;
  }
}
