package dev.trident.apps.compare;

import io.netty.buffer.ByteBuf;

/**
 * The workload as a program: open, send and receive in the order of one's role, close. A blocking
 * {@link Peer} runs it through in one go; for others {@link #step} is called until it is done.
 */
final class Exchange implements AutoCloseable {
  /** What is done at the moment. */
  private enum Phase {
    OPENING,
    SENDING,
    RECEIVING,
    FINISHING,
    DONE
  }

  /** Which comes first. */
  enum Role {
    CLIENT,
    SERVER
  }

  /** What one call offers to send: several full segments. */
  private static final int PIECE_BYTES = 16 << 10;

  private final Role role;
  private final Peer peer;
  private final ByteBuf source;
  private Phase phase = Phase.OPENING;
  private int sent;
  private int received;

  /** Sends all readable bytes of {@code source}; a server sends when its peer has half-closed. */
  Exchange(Role role, Peer peer, ByteBuf source) {
    this.role = role;
    this.peer = peer;
    this.source = source;
  }

  boolean isDone() {
    return phase == Phase.DONE;
  }

  /** Whether the connection is open. */
  boolean isOpen() {
    return phase != Phase.OPENING;
  }

  /** Whether everything has been sent and received. */
  boolean isTransferred() {
    return phase == Phase.FINISHING || phase == Phase.DONE;
  }

  /** Bytes received. */
  int received() {
    return received;
  }

  /** Runs a blocking peer to the end. */
  void run() {
    while (!isDone()) {
      step();
    }
  }

  /** One call of the API, at most; true if it brought something. */
  boolean step() {
    return switch (phase) {
      case OPENING -> open();
      case SENDING -> send();
      case RECEIVING -> receive();
      case FINISHING -> finish();
      case DONE -> false;
    };
  }

  private boolean open() {
    if (!peer.open()) {
      return false;
    }
    phase = role == Role.CLIENT ? Phase.SENDING : Phase.RECEIVING;
    return true;
  }

  private boolean send() {
    int left = source.readableBytes() - sent;
    if (left == 0) {
      if (role == Role.CLIENT) {
        peer.halfClose();
        phase = Phase.RECEIVING;
      } else {
        phase = Phase.FINISHING;
      }
      return true;
    }
    int count = peer.send(sent, Math.min(left, PIECE_BYTES));
    sent += count;
    return count > 0;
  }

  private boolean receive() {
    int count = peer.receive();
    if (count == Peer.END) {
      phase = role == Role.CLIENT ? Phase.FINISHING : Phase.SENDING;
      return true;
    }
    received += count;
    return count > 0;
  }

  private boolean finish() {
    if (!peer.finish()) {
      return false;
    }
    phase = Phase.DONE;
    return true;
  }

  @Override
  public void close() {
    peer.close();
  }
}
