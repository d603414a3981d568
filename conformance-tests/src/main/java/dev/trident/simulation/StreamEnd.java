package dev.trident.simulation;

import io.netty.buffer.ByteBuf;

/**
 * A listener, or one end of a stream, as a blocking program of one API has it. What may pass, such
 * as a refusal or a lack of memory, is tried again; everything else is a {@link
 * CallFailedException}.
 */
interface StreamEnd {
  /** What {@link #receive} returns once the peer has closed and everything has been read. */
  int END = -1;

  /** How long a program waits before it tries again. */
  long RETRY_NANOS = 50_000_000L;

  /** Connects, trying again while nobody listens. */
  void connect();

  /** Listens. */
  void listen();

  /** Waits for a connection to this listener. */
  StreamEnd accept();

  /**
   * Sends bytes of {@code source}, which do not change any more; which of the API's ways is taken
   * depends on {@code choice}.
   *
   * @return bytes taken, 1 or more
   */
  int send(ByteBuf source, int index, int length, int choice);

  /** Nothing more will be sent. */
  void halfClose();

  /** Receives up to {@code max} bytes, or as many as it likes, to 0 of {@code target}; or END. */
  int receive(ByteBuf target, int max, int choice);

  /** Gives the listener, or in good order the connection, up. */
  void close();

  /** Gives the connection up at once. */
  void abort();

  /** Called by another program: what the owner is blocked in fails from now on. */
  void stop();
}
