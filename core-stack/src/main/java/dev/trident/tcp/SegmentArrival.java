package dev.trident.tcp;

import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamState;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.SequenceNumber;
import dev.trident.wire.TcpOptions;

/**
 * SEGMENT ARRIVES, step by step in the order of RFC 9293 section 3.10.7. LISTEN is in {@link
 * Listener}, CLOSED in {@link TcpLayer}.
 */
final class SegmentArrival {
  private final ResetPolicy resetPolicy;
  private final Counters counters;

  SegmentArrival(ResetPolicy resetPolicy, Counters counters) {
    this.resetPolicy = resetPolicy;
    this.counters = counters;
  }

  void onSegment(Connection connection, Segment segment, long nowNanos) {
    connection.statistics().onSegmentReceived(segment, nowNanos);
    switch (connection.state()) {
      case ESTABLISHED,
          SYN_RECEIVED,
          FIN_WAIT_1,
          FIN_WAIT_2,
          CLOSE_WAIT,
          CLOSING,
          LAST_ACK,
          TIME_WAIT ->
          onOtherStates(connection, segment, nowNanos);
      case SYN_SENT -> onSynSent(connection, segment, nowNanos);
      case CLOSED, LISTEN ->
          throw new AssertionError("segment for a connection in " + connection.state());
    }
  }

  /** Section 3.10.7.3. */
  private void onSynSent(Connection connection, Segment segment, long nowNanos) {
    Sender sender = connection.sender();
    if (segment.ack() && !isOfOurSyn(segment, sender)) {
      counters.drop(DropReason.TCP_BAD_ACK);
      resetPolicy.refuseOldConnection(connection, segment, nowNanos);
      return;
    }
    if (segment.rst()) {
      counters.increment(Counter.TCP_RESETS_RECEIVED);
      if (segment.ack() && sender.declineEcn()) {
        sender.repeatSyn(nowNanos); // perhaps it was the offer (RFC 3168 section 6.1.1.1)
      } else if (segment.ack()) {
        connection.fail(StackError.CONNECTION_REFUSED);
      } else {
        counters.drop(DropReason.TCP_BAD_RESET);
      }
      return;
    }
    if (!segment.syn() || segment.fin()) {
      counters.drop(DropReason.TCP_BAD_FLAGS);
      return;
    }
    connection.onPeerSyn(segment.seq(), segment.options());
    sender.onPeerEcn(segment, false);
    if (!segment.ack()) {
      connection.enter(StreamState.SYN_RECEIVED);
      sender.repeatSyn(nowNanos);
      return;
    }
    connection.receiver().windowFieldOfSyn(); // our SYN has offered that, and more may follow this
    sender.onSynAcknowledged(segment, nowNanos);
    connection.onEstablished(nowNanos);
    segment.trimFront(1);
    connection.receiver().owePromptAck();
    onText(connection, segment, nowNanos);
  }

  /** Whether what is acknowledged is our SYN, alone or with data that went with it. */
  private static boolean isOfOurSyn(Segment segment, Sender sender) {
    int ack = segment.ackNumber();
    return SequenceNumber.lessThan(sender.sndUna(), ack)
        && SequenceNumber.lessOrEqual(ack, sender.sndNxt());
  }

  /** Section 3.10.7.4. */
  private void onOtherStates(Connection connection, Segment segment, long nowNanos) {
    if (segment.syn() && onSyn(connection, segment, nowNanos)) {
      return;
    }
    // First: sequence number; a RST has a test of its own (RFC 5961 section 3.2).
    Receiver receiver = connection.receiver();
    if (segment.rst()) {
      resetPolicy.onReset(connection, segment, nowNanos);
      return;
    }
    Timestamps timestamps = connection.timestamps;
    if (timestamps != null && !onTimestamps(connection, timestamps, segment, nowNanos)) {
      return;
    }
    if (!receiver.isAcceptable(segment) && !onUnacceptable(connection, segment, nowNanos)) {
      return;
    }
    if (timestamps != null
        && segment.options().hasTimestamps()
        && SequenceNumber.lessOrEqual(segment.seq(), receiver.lastAckSent())) {
      timestamps.tsRecent(segment.options().tsVal(), nowNanos);
    }
    // Fifth: acknowledgment.
    if (!segment.ack()) {
      counters.drop(DropReason.TCP_BAD_FLAGS);
      return;
    }
    if (!onAck(connection, segment, nowNanos)) {
      return;
    }
    connection.onHeard(nowNanos);
    // Sixth: URG.
    if (segment.urg()) {
      onUrgent(connection, segment);
    }
    // Seventh and eighth: data and FIN.
    if (segment.len() != 0) {
      if (segment.payloadBytes() > 0) {
        connection.sender().onDataMarks(segment);
      }
      receiver.trim(segment);
      onText(connection, segment, nowNanos);
    }
  }

  /**
   * RFC 7323 section 5.3, R1: protection against wrapped sequence numbers.
   *
   * @return false if the segment goes no further
   */
  private boolean onTimestamps(
      Connection connection, Timestamps timestamps, Segment segment, long nowNanos) {
    TcpOptions options = segment.options();
    if (!options.hasTimestamps()) {
      if (connection.state() == StreamState.SYN_RECEIVED) {
        timestamps.onEcho(false, 0);
        return true; // some peers leave it out of the last segment of the handshake only
      }
      counters.drop(DropReason.TCP_NO_TIMESTAMPS);
      return false;
    }
    timestamps.onEcho(segment.ack(), options.tsEcr());
    if (timestamps.isOld(options.tsVal(), nowNanos)) {
      counters.drop(DropReason.TCP_PAWS);
      connection.sender().sendAck();
      return false;
    }
    return true;
  }

  /**
   * Fourth, but before anything else, as RFC 5961 section 4.2 has it whatever the sequence number.
   *
   * @return false if the rest of the segment is to be processed
   */
  private boolean onSyn(Connection connection, Segment segment, long nowNanos) {
    StreamState state = connection.state();
    if (segment.rst()) {
      return false;
    }
    if (connection.sender().isSynUnacknowledged() && segment.seq() == connection.receiver().irs()) {
      if (segment.ack()) {
        // Both sides have opened: this is the answer to our SYN (section 3.5, figure 8).
        segment.trimFront(1);
        return false;
      }
      connection.sender().onPeerEcn(segment, false);
      connection.sender().repeatSyn(nowNanos);
      return true;
    }
    if (state == StreamState.TIME_WAIT
        && !connection.layer().profile().segmentRules().reopensTimeWait()) {
      counters.drop(DropReason.TCP_BLIND_SYN);
      resetPolicy.refuse(segment);
      return true;
    }
    if (state == StreamState.TIME_WAIT && !segment.ack() && isNewIncarnation(connection, segment)) {
      connection.layer().reopen(connection, segment, nowNanos);
      return true;
    }
    counters.drop(DropReason.TCP_BLIND_SYN);
    if (state == StreamState.SYN_RECEIVED
        && connection.listener() != null
        && !connection.isEarly()
        && connection.receiver().isInWindow(segment.seq())) {
      connection.onRefused(); // back to LISTEN: the peer has begun anew, and will repeat its SYN
      return true;
    }
    resetPolicy.onBlindSyn(connection, segment, nowNanos);
    return true;
  }

  /**
   * Whether a SYN in TIME-WAIT is none of the old connection's, by its timestamp or else by its
   * sequence number (RFC 6191 section 2).
   */
  private static boolean isNewIncarnation(Connection connection, Segment syn) {
    boolean higher = SequenceNumber.lessThan(connection.receiver().rcvNxt(), syn.seq());
    TcpOptions options = syn.options();
    if (!options.hasTimestamps()) {
      return higher;
    }
    Timestamps old = connection.timestamps;
    if (old == null) {
      return higher || connection.layer().profile().options().timestamps();
    }
    int newer = options.tsVal() - old.tsRecent();
    return newer > 0 || (newer == 0 && higher);
  }

  /**
   * Not in the window: answered, so that a peer that is wrong about the sequence numbers learns the
   * right ones. Without data it is answered a limited number of times, lest two stacks that
   * disagree talk forever.
   *
   * @return whether to go on with the acknowledgment all the same: the window is zero and the
   *     segment would be next (section 3.10.7.4: special allowance)
   */
  private boolean onUnacceptable(Connection connection, Segment segment, long nowNanos) {
    Receiver receiver = connection.receiver();
    if (segment.seq() == receiver.rcvNxt() && receiver.rcvWnd() == 0) {
      if (segment.payloadBytes() > 0) {
        counters.drop(DropReason.TCP_OUT_OF_WINDOW);
        segment.trimData(0);
        receiver.owePromptAck();
      }
      return true;
    }
    counters.drop(DropReason.TCP_OUT_OF_WINDOW);
    receiver.onUnacceptable(segment);
    if (segment.len() == 0) {
      resetPolicy.challenge(connection, nowNanos);
      return false;
    }
    connection.sender().sendAck();
    if (connection.state() == StreamState.TIME_WAIT && segment.fin()) {
      connection.startTimeWait(nowNanos);
    }
    return false;
  }

  /** Fifth: returns false if the segment goes no further. */
  private boolean onAck(Connection connection, Segment segment, long nowNanos) {
    Sender sender = connection.sender();
    StreamState state = connection.state();
    if (sender.isSynUnacknowledged()) {
      return onAckOfSyn(connection, segment, nowNanos);
    }
    if (!sender.isPlausible(segment.ackNumber())) {
      counters.drop(DropReason.TCP_BAD_ACK);
      resetPolicy.challenge(connection, nowNanos);
      return false;
    }
    sender.onAck(segment, nowNanos);
    if (state == StreamState.ESTABLISHED || state == StreamState.CLOSE_WAIT) {
      return true;
    }
    if (sender.isFinAcknowledged()) {
      connection.onFinAcknowledged(nowNanos);
    }
    return connection.state() != StreamState.CLOSED;
  }

  /** In SYN-RECEIVED, or after a CLOSE in it (section 3.10.4) in FIN-WAIT-1. */
  private boolean onAckOfSyn(Connection connection, Segment segment, long nowNanos) {
    Sender sender = connection.sender();
    if (!isOfOurSyn(segment, sender)) {
      counters.drop(DropReason.TCP_BAD_ACK);
      resetPolicy.refuse(segment);
      return false;
    }
    if (!connection.mayBecomeEstablished()) {
      counters.drop(DropReason.TCP_ACCEPT_QUEUE_FULL);
      return false;
    }
    sender.onSynAcknowledged(segment, nowNanos);
    connection.onEstablished(nowNanos);
    if (segment.ackNumber() != sender.sndUna()) {
      sender.onAck(segment, nowNanos); // what was sent before the handshake was over
      if (sender.isFinAcknowledged()) {
        connection.onFinAcknowledged(nowNanos);
      }
    }
    return true;
  }

  /** Sixth: the peer says where its urgent data ends; behind its FIN there is none. */
  private static void onUrgent(Connection connection, Segment segment) {
    if (!connection.layer().profile().segmentRules().urgentPointers()) {
      return;
    }
    switch (connection.state()) {
      case ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2 -> connection.receiver().onUrgent(segment);
      case CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT -> {
        // Ignored, as the RFC has it.
      }
    }
  }

  /** Seventh: segment text; eighth: FIN. */
  private void onText(Connection connection, Segment segment, long nowNanos) {
    switch (connection.state()) {
      case ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2 -> {
        if (segment.payloadBytes() > 0 && connection.isOrphan()) {
          counters.drop(DropReason.TCP_DATA_AFTER_CLOSE);
          connection.abort();
        } else if (connection.receiver().onText(segment, nowNanos)) {
          connection.onPeerFin(nowNanos);
        }
      }
      // The peer has sent its FIN: what it sends behind that is ignored.
      case CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT ->
          counters.drop(DropReason.TCP_DATA_AFTER_CLOSE);
      case CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED ->
          throw new AssertionError("data in " + connection.state());
    }
  }
}
