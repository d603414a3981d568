package dev.trident.apps.compare;

/**
 * One end of the workload's connection, written with the calls of one API. The same code serves a
 * blocking program, where no call says {@link #NOT_NOW}, and a non-blocking one.
 *
 * <p>A failing call throws {@link ApiFailure} naming the call and the API's error.
 */
interface Peer extends AutoCloseable {
  /** Nothing could be done: try again. */
  int NOT_NOW = 0;

  /** The other end has closed, and everything was received. */
  int END = -1;

  /** Connects, or accepts; false: try again. */
  boolean open();

  /**
   * Sends a piece of the source.
   *
   * @return bytes accepted, or {@link #NOT_NOW}
   */
  int send(int from, int length);

  /** Says that no more will be sent. */
  void halfClose();

  /**
   * Receives what has come, behind what was received before.
   *
   * @return bytes stored, {@link #NOT_NOW} or {@link #END}
   */
  int receive();

  /** Gives the connection up; true once nothing is left to wait for. */
  boolean finish();

  /** Frees what the program made, whatever state it is in. */
  @Override
  void close();

  /** A call that failed in a way the workload does not expect. */
  final class ApiFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    ApiFailure(String call, String error) {
      super(call + ": " + error);
    }
  }
}
