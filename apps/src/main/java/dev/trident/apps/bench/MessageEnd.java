package dev.trident.apps.bench;

/** One end of a connection for messages of one size, polled and never blocking. */
interface MessageEnd extends AutoCloseable {
  /** Sends a message. */
  void send();

  /** Whether a whole message has come, and was taken. */
  boolean receive();

  /** Polls until a message has come. */
  default void awaitMessage() {
    while (!receive()) {
      Thread.onSpinWait();
    }
  }

  /** Does the answering end's part of {@code count} round trips. */
  default void answer(int count) {
    for (int i = 0; i < count; i++) {
      awaitMessage();
      send();
    }
  }

  /** Does the asking end's part, and stores how long each round trip took. */
  default void ask(long[] nanos) {
    long before = System.nanoTime();
    for (int i = 0; i < nanos.length; i++) {
      send();
      awaitMessage();
      long now = System.nanoTime();
      nanos[i] = now - before;
      before = now;
    }
  }

  @Override
  void close();
}
