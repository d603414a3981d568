package dev.trident.endpoint;

/** What streams, listeners and datagram endpoints have in common. */
public interface Endpoint {
  /**
   * Reserves a local address and port.
   *
   * @param address one of the host's addresses, or 0 for any
   * @param port 1..65535, or 0 to choose one
   * @return 0, or ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE, INVALID_STATE if bound already
   */
  int bind(int address, int port);

  /** The local address; 0 while unbound or bound to any. Usable after the end too. */
  int localAddress();

  /** The local port; 0 while unbound. Usable after the end too. */
  int localPort();

  Readiness readiness();

  /** The error that is pending, without clearing it: 0, or a {@link StackError} code. */
  int pendingError();

  /** Returns the pending error, 0 or a {@link StackError} code, and clears it (SO_ERROR). */
  int takeError();
}
