package dev.trident.endpoint;

import org.jspecify.annotations.Nullable;

/** A TCP endpoint in LISTEN. READABLE in its readiness means a connection can be accepted. */
public interface StreamListener extends Endpoint {
  /**
   * Starts listening on the bound address and port; unbound, a port is chosen.
   *
   * @param backlog connections that may wait to be accepted, at least 1
   * @return 0, or ADDRESS_IN_USE if another listener has the address, INVALID_STATE if listening
   */
  int listen(int backlog);

  /**
   * Limits of the send and receive queues of connections that begin from now on, so that not even
   * their SYN,ACK offers a larger window. Unless called, they are the profile's.
   */
  void acceptedBufferBytes(int sendBytes, int receiveBytes);

  /**
   * Takes data in the SYNs of peers that show a cookie (RFC 7413), where the profile lets listeners
   * that ask do so. A program that does not mind if a request comes twice may ask: {@link #accept}
   * then also returns connections in SYN_RECEIVED, which can be read from and written to.
   *
   * @param maxPending such connections whose handshake is not over, at a time: beyond it the
   *     handshake comes first, as ever; 0 for none, as at first
   * @throws IllegalArgumentException if it is negative
   */
  void fastOpen(int maxPending);

  /** The oldest connection that is ready, or null if none is. It may have died meanwhile. */
  @Nullable StreamEndpoint accept();

  /** Connections ready to be accepted. */
  int acceptable();

  /** The oldest connection ready that has died before being accepted, taken out; null if none. */
  @Nullable StreamEndpoint takeDead();

  /** Stops listening: half-open connections are dropped, waiting ones reset. */
  void close();
}
