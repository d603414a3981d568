package dev.trident.tcp;

import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamState;
import dev.trident.ip.Ipv4Output;
import dev.trident.ip.Path;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.TcpHeader;

/**
 * Resets and challenges: which RST is believed (RFC 5961 section 3, unless the profile is older),
 * what is answered by a challenge ACK, and how segments that belong to nobody are reset (RFC 9293
 * section 3.5.2).
 */
final class ResetPolicy {
  /** Challenge ACKs of one connection in one interval; per connection, so nobody can probe it. */
  private static final int CHALLENGES_PER_INTERVAL = 10;

  /** Intervals of 2^30 ns: a little more than a second. */
  private static final int INTERVAL_SHIFT = 30;

  private final Ipv4Output ip;
  private final SegmentOutput out;
  private final Counters counters;

  ResetPolicy(Ipv4Output ip, SegmentOutput out, Counters counters) {
    this.ip = ip;
    this.out = out;
    this.counters = counters;
  }

  /** A RST for a connection that is not in SYN-SENT. */
  void onReset(Connection connection, Segment segment, long nowNanos) {
    counters.increment(Counter.TCP_RESETS_RECEIVED);
    Receiver receiver = connection.receiver();
    boolean exact = connection.layer().profile().validation().exactReset();
    boolean inWindow = receiver.isInWindow(segment.seq());
    if (exact ? segment.seq() != receiver.rcvNxt() : !inWindow) {
      counters.drop(DropReason.TCP_BAD_RESET);
      if (inWindow) {
        challenge(connection, nowNanos);
      }
      return;
    }
    switch (connection.state()) {
      case SYN_RECEIVED -> connection.onRefused();
      case ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2 -> connection.fail(StackError.CONNECTION_RESET);
      case CLOSE_WAIT, CLOSING, LAST_ACK -> connection.fail(StackError.BROKEN_PIPE);
      // Deviates from RFC 9293 as RFC 1337 asks: a RST does not cut TIME-WAIT short.
      case TIME_WAIT -> counters.drop(DropReason.TCP_BAD_RESET);
      case CLOSED, LISTEN, SYN_SENT -> throw new AssertionError("RST in " + connection.state());
    }
  }

  /** A SYN in the window of a connection (RFC 9293 section 3.10.7.4, fourth). */
  void onBlindSyn(Connection connection, Segment segment, long nowNanos) {
    boolean challenged = connection.layer().profile().validation().challengedSyn();
    if (challenged
        || connection.state() == StreamState.TIME_WAIT
        || !connection.receiver().isInWindow(segment.seq())) {
      challenge(connection, nowNanos);
    } else {
      connection.layer().transmitter().sendReset(connection);
      if (connection.listener() != null) {
        connection.onRefused();
      } else {
        connection.fail(StackError.CONNECTION_RESET);
      }
    }
  }

  /** Answers by an acknowledgment that a true peer will react to; limited in number. */
  void challenge(Connection connection, long nowNanos) {
    if (mayChallenge(connection, nowNanos)) {
      connection.sender().sendAck();
    }
  }

  private static boolean mayChallenge(Connection connection, long nowNanos) {
    return connection.mayChallenge((int) (nowNanos >>> INTERVAL_SHIFT), CHALLENGES_PER_INTERVAL);
  }

  /**
   * Answers an acknowledgment in SYN-SENT that is not of our SYN. The peer may hold a connection
   * that we have lost (RFC 9293 section 3.5.1, figure 9): the RST ends it, and our SYN comes right
   * behind, or the user would wait for the retransmission timer. Limited in number, so that a
   * stranger cannot make us send SYNs as fast as it likes.
   */
  void refuseOldConnection(Connection connection, Segment segment, long nowNanos) {
    refuse(segment);
    if (!segment.rst() && mayChallenge(connection, nowNanos)) {
      connection.sender().repeatSyn(nowNanos);
    }
  }

  /** Answers a segment that no connection can have sent; a RST is never answered. */
  void refuse(Segment segment) {
    if (segment.rst()) {
      return;
    }
    int self = segment.destination();
    int peer = segment.source();
    Path path = ip.route(self, peer);
    if (path == null) {
      return;
    }
    counters.increment(Counter.TCP_RESETS_SENT);
    out.options().clear();
    int ports = segment.destinationPort() << 16 | segment.sourcePort();
    if (segment.ack()) {
      out.sendControl(path, ports, segment.ackNumber(), 0, TcpHeader.RST, 0);
    } else {
      int ack = segment.seq() + segment.len();
      out.sendControl(path, ports, 0, ack, TcpHeader.RST | TcpHeader.ACK, 0);
    }
  }
}
