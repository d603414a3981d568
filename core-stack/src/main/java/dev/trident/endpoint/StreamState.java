package dev.trident.endpoint;

/**
 * The state of a connection, as RFC 9293 section 3.3.2 names them; an API maps it to its numbers.
 */
public enum StreamState {
  CLOSED,
  LISTEN,
  SYN_SENT,
  SYN_RECEIVED,
  ESTABLISHED,
  FIN_WAIT_1,
  FIN_WAIT_2,
  CLOSE_WAIT,
  CLOSING,
  LAST_ACK,
  TIME_WAIT
}
