package dev.trident.endpoint;

/**
 * What tools ask of a stack and no program needs: conformance runs and dumps. Walks the
 * connections; not for data paths.
 */
public interface Diagnostics {
  /** Connections in {@code state}, half-open ones included; of LISTEN, listeners. */
  int count(StreamState state);

  /** Ends all connections in {@code state} without a segment, as by an administrator. */
  void drop(StreamState state);

  /**
   * Describes the connection between two ends.
   *
   * @return false if there is none; {@code into} is unchanged then
   */
  boolean info(int localAddress, int localPort, int remoteAddress, int remotePort, TcpInfo into);

  /** Constants for what is made from now on; connections that exist keep some and see others. */
  void profile(TcpProfile profile);

  TcpProfile profile();
}
