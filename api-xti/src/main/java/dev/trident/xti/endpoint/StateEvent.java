package dev.trident.xti.endpoint;

/**
 * What moves the state of an endpoint: a call that succeeded, in the cases the table tells apart.
 */
public enum StateEvent {
  OPENED,
  BIND,
  OPTMGMT,
  UNBIND,
  CLOSED,
  SNDUDATA,
  RCVUDATA,
  RCVUDERR,
  /** A synchronous connect succeeded. */
  CONNECT1,
  /** A connect is under way, or was refused. */
  CONNECT2,
  RCVCONNECT,
  LISTEN,
  /** The last indication was accepted on the listening endpoint itself. */
  ACCEPT1,
  /** The last indication was accepted on another endpoint. */
  ACCEPT2,
  /** One of several indications was accepted. */
  ACCEPT3,
  /** This endpoint took a connection that another one accepted. */
  PASS_CONN,
  SND,
  RCV,
  /** A connection was aborted, or the last indication rejected. */
  SNDDIS1,
  /** One of several indications was rejected. */
  SNDDIS2,
  /** A connection was aborted by the peer. */
  RCVDIS1,
  /** The last indication was withdrawn. */
  RCVDIS2,
  /** One of several indications was withdrawn. */
  RCVDIS3,
  SNDREL,
  RCVREL
}
