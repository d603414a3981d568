package dev.trident.tcpdirect.tcp;

import dev.trident.endpoint.StreamState;

/** The numbers of TCP's states, which are those of Linux, and the classes the rules speak of. */
public final class TcpStates {
  public static final int ESTABLISHED = 1;
  public static final int SYN_SENT = 2;
  public static final int SYN_RECV = 3;
  public static final int FIN_WAIT1 = 4;
  public static final int FIN_WAIT2 = 5;
  public static final int TIME_WAIT = 6;
  public static final int CLOSE = 7;
  public static final int CLOSE_WAIT = 8;
  public static final int LAST_ACK = 9;
  public static final int LISTEN = 10;
  public static final int CLOSING = 11;

  private TcpStates() {}

  static int number(StreamState state) {
    return switch (state) {
      case CLOSED -> CLOSE;
      case LISTEN -> LISTEN;
      case SYN_SENT -> SYN_SENT;
      case SYN_RECEIVED -> SYN_RECV;
      case ESTABLISHED -> ESTABLISHED;
      case FIN_WAIT_1 -> FIN_WAIT1;
      case FIN_WAIT_2 -> FIN_WAIT2;
      case CLOSE_WAIT -> CLOSE_WAIT;
      case CLOSING -> CLOSING;
      case LAST_ACK -> LAST_ACK;
      case TIME_WAIT -> TIME_WAIT;
    };
  }

  /** Whether data can be sent. */
  static boolean isSending(StreamState state) {
    return state == StreamState.ESTABLISHED || state == StreamState.CLOSE_WAIT;
  }
}
