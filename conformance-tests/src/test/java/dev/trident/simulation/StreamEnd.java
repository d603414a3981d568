package dev.trident.simulation;

import io.netty.buffer.ByteBuf;

/** One end of a stream, as a blocking program of one API has it. */
interface StreamEnd {
  /** What {@link #receive} returns once the peer has closed and everything has been read. */
  int END = -1;

  /** Connects, trying again while nobody listens. */
  void connect();

  /** Listens, and stops listening once a connection has come. */
  void accept();

  /**
   * Sends bytes of {@code source}; which of the API's ways is taken depends on {@code choice}.
   *
   * @return bytes taken, 1 or more
   */
  int send(ByteBuf source, int index, int length, int choice);

  /** Nothing more will be sent. */
  void halfClose();

  /** Receives up to {@code max} bytes to {@code index} of {@code target}; or {@link #END}. */
  int receive(ByteBuf target, int index, int max, int choice);

  /** Gives the connection up in good order. */
  void close();

  /** Gives the connection up at once. */
  void abort();

  /** Called by another program: what the owner is blocked in fails from now on. */
  void stop();

  /** The connection has failed: what every call says from then on. */
  final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1;

    Broken(String call, int error) {
      super(call + ": error " + error);
    }
  }
}
