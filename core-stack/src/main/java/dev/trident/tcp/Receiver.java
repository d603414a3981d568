package dev.trident.tcp;

import dev.trident.buffer.Packet;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.TcpInfo;
import dev.trident.endpoint.TcpProfile;
import dev.trident.time.Deadline;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.SequenceNumber;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a connection: what is done with the data of segments, and when an
 * acknowledgment is owed. It counts in {@link ReceiveWindow}.
 */
final class Receiver extends ReceiveWindow {
  private static final int SEGMENTS_PER_ACK = 2;

  /** Cells beyond those of a window of full segments that a queue may hold. */
  private static final int SPARE_PACKETS = 8;

  private final Connection connection;

  /** Null while nothing lies beyond a gap. */
  private @Nullable Reassembly reassembly;

  /** Last.ACK.sent (RFC 7323 section 4.3). */
  private int lastAckSent;

  /** Null until there is data, and where the buffer has its size for good. */
  private @Nullable ReceiveSizing sizing;

  /** Both sides do SACK. */
  private boolean reportsSack;

  /** What we say of data beyond a gap; null while there is nothing to say. */
  private @Nullable SackReport sackReport;

  /** Null until an urgent pointer arrives. */
  private @Nullable ReceiveUrgent urgent;

  /** Urgent octets stay in the stream. */
  private boolean urgentInLine = true;

  /** Sequence number of the peer's FIN; meaningful if {@link #finKnown}. */
  private int finSequence;

  private boolean finKnown;
  private boolean finReceived;

  /** An acknowledgment goes out at the next flush, unless data takes it along before. */
  private boolean promptAck;

  /** Segments with data since the last acknowledgment. */
  private int unackedSegments;

  /** Segments that are still acknowledged at once, at the start of a connection. */
  private int quickAcks;

  Receiver(Connection connection, TcpProfile profile) {
    super(profile);
    this.connection = connection;
  }

  /** Prepares a connection whose segments are at most {@code maxSegmentBytes} long. */
  void open(int maxSegmentBytes, int windowShift) {
    begin(maxSegmentBytes, windowShift);
    finKnown = false;
    finReceived = false;
    promptAck = false;
    unackedSegments = 0;
    quickAcks = connection.layer().profile().acknowledgement().quickAcks();
    urgent = null;
    sizing = null;
    dropReassembly();
    reportsSack = false;
    releaseSackReport();
  }

  /** The peer's SYN has come: everything is relative to its number. */
  void onSyn(int peerIss) {
    begin(peerIss);
    lastAckSent = rcvNxt;
  }

  /** Both sides have agreed on SACK. */
  void useSack() {
    reportsSack = true;
  }

  private SackReport sackReport() {
    SackReport present = sackReport;
    if (present == null) {
      present = connection.layer().sackReports().take();
      sackReport = present;
    }
    return present;
  }

  private void releaseSackReport() {
    SackReport present = sackReport;
    if (present != null) {
      sackReport = null;
      present.clear();
      connection.layer().sackReports().give(present);
    }
  }

  /** Whether there are SACK blocks to send. */
  boolean hasSack() {
    return sackReport != null;
  }

  /** Adds SACK blocks to a segment that leaves {@code spareBytes} for options. */
  void addSack(SegmentOptions options, int spareBytes) {
    SackReport report = sackReport();
    report.addTo(options, spareBytes);
    if (report.isEmpty()) {
      releaseSackReport();
    }
  }

  int lastAckSent() {
    return lastAckSent;
  }

  /** A segment outside the window; one that lies below is a duplicate to report. */
  void onUnacceptable(Segment segment) {
    int end = segment.seq() + segment.payloadBytes();
    if (SequenceNumber.lessOrEqual(end, rcvNxt)) {
      onDuplicate(segment.seq(), end);
    }
  }

  /** Octets have come that were here before (RFC 2883). */
  private void onDuplicate(int left, int right) {
    if (reportsSack && SequenceNumber.lessThan(left, right)) {
      sackReport().onDuplicate(left, right);
    }
  }

  /** Whether the FIN has come and all data before it. */
  boolean isFinReceived() {
    return finReceived;
  }

  // ---- arrival ----------------------------------------------------------------------------

  /** Cuts off what lies outside the window; what is left begins at RCV.NXT or after. */
  void trim(Segment segment) {
    int before = rcvNxt - segment.seq();
    if (before > 0) {
      onDuplicate(
          segment.seq(), SequenceNumber.earlier(rcvNxt, segment.seq() + segment.payloadBytes()));
      segment.trimFront(before);
    }
    int room = rcvAdv - segment.seq();
    if (segment.payloadBytes() > room && !isTakenWhole(room)) {
      segment.trimData(room);
    }
  }

  /** Of a segment that begins {@code room} octets before the right edge and ends behind it. */
  private boolean isTakenWhole(int room) {
    return room > 0 && connection.layer().profile().segmentRules().dataBeyondWindow();
  }

  /** Sixth: the user is told of an urgent mark, and again when it moves on (MUST-32). */
  void onUrgent(Segment segment) {
    ReceiveUrgent mark = urgent;
    if (mark == null) {
      mark = new ReceiveUrgent();
      urgent = mark;
    }
    if (mark.onPointer(segment.urgentEnd(), rcvNxt, queue.bytes())) {
      connection.readiness().raise(Readiness.URGENT);
    }
  }

  /** The urgent mark, or null if there has never been one. */
  @Nullable ReceiveUrgent urgent() {
    return urgent;
  }

  boolean urgentInLine() {
    return urgentInLine;
  }

  void urgentInLine(boolean inLine) {
    urgentInLine = inLine;
    takeUrgentOut();
  }

  private void takeUrgentOut() {
    if (!urgentInLine && urgent != null) {
      urgent.takeOutOf(queue);
    }
  }

  /**
   * Seventh and eighth: takes the data of a trimmed segment and notes a FIN.
   *
   * @return whether the peer's FIN is now next in order; it has been passed then
   */
  boolean onText(Segment segment, long nowNanos) {
    if (segment.fin() && !finKnown) {
      finKnown = true;
      finSequence = segment.seq() + segment.payloadBytes();
    } else if (finKnown) {
      segment.trimData(Math.max(finSequence - segment.seq(), 0));
    }
    if (segment.seq() != rcvNxt) {
      onOutOfOrder(segment);
      return false;
    }
    if (segment.payloadBytes() > 0) {
      onInOrder(segment, nowNanos);
    }
    if (finKnown && !finReceived && rcvNxt == finSequence) {
      rcvNxt++;
      rcvAdv = SequenceNumber.later(rcvAdv, rcvNxt);
      finReceived = true;
      dropReassembly();
      if (urgent != null && urgent.onEnd(queue.bytes())) {
        connection.readiness().clear(Readiness.URGENT);
      }
      owePromptAck();
      return true;
    }
    return false;
  }

  private void onInOrder(Segment segment, long nowNanos) {
    int count = segment.payloadBytes();
    if (!take(segment)) {
      connection.layer().counters().drop(DropReason.TCP_RECEIVE_QUEUE_FULL);
      owePromptAck();
      return;
    }
    connection.statistics().onReceived(count);
    rcvNxt += count;
    Reassembly ahead = reassembly;
    if (ahead == null) {
      oweAck(nowNanos);
    } else {
      for (Packet next = ahead.takeNext(rcvNxt); next != null; next = ahead.takeNext(rcvNxt)) {
        rcvNxt += next.payloadBytes;
        connection.statistics().onReceived(next.payloadBytes);
        queue.append(next);
      }
      if (ahead.isEmpty()) {
        dropReassembly();
      }
      if (sackReport != null) {
        sackReport.onAdvanced(rcvNxt);
        if (sackReport.isEmpty()) {
          releaseSackReport();
        }
      }
      owePromptAck();
    }
    rcvAdv = SequenceNumber.later(rcvAdv, rcvNxt);
    takeUrgentOut();
    if (mayGrow()) {
      size(nowNanos);
    }
    if (queue.bytes() > 0) {
      connection.readiness().raise(Readiness.READABLE);
    }
  }

  private void size(long nowNanos) {
    ReceiveSizing present = sizing;
    if (present == null) {
      sizing = new ReceiveSizing(rmss, rcvNxt, rcvWnd(), nowNanos);
      return;
    }
    long echoed = connection.echoedRoundTripNanos(nowNanos);
    int wanted = present.onData(rcvNxt, rcvWnd(), echoed, nowNanos);
    if (wanted != 0 && !connection.layer().pool().isShort()) {
      grow(wanted);
    }
  }

  private boolean take(Segment segment) {
    int count = segment.payloadBytes();
    if (queue.bytes() + count - bufferBytes() > rmss) {
      return false;
    }
    if (queue.packets() >= maxPackets()) {
      Counters counters = connection.layer().counters();
      queue.compact(counters);
      if (queue.packets() >= maxPackets()) {
        return queue.appendToTail(segment.payloadOffset(), count, counters);
      }
    }
    Packet packet = segment.takePacket();
    packet.payloadOffset = segment.payloadOffset();
    packet.payloadBytes = count;
    queue.append(packet);
    return true;
  }

  /**
   * Data beyond a gap is kept, and a duplicate acknowledgment goes out at once (RFC 5681 4.2). It
   * is dropped when memory is short: what fills the gap must find a cell to arrive in.
   */
  private void onOutOfOrder(Segment segment) {
    connection.statistics().onOutOfOrder();
    if (segment.payloadBytes() > 0 && connection.layer().pool().isShort()) {
      connection.layer().counters().drop(DropReason.TCP_REASSEMBLY_FULL);
    } else if (segment.payloadBytes() > 0) {
      keep(segment);
    }
    connection.sender().sendAck();
  }

  private void keep(Segment segment) {
    Reassembly ahead = reassembly;
    if (ahead == null) {
      ahead = connection.layer().reassemblies().take();
      reassembly = ahead;
    }
    int left = segment.seq();
    int right = left + segment.payloadBytes();
    Reassembly.Kept kept = ahead.insert(segment, maxAhead(), connection.layer().counters());
    if (kept == Reassembly.Kept.DROPPED) {
      connection.layer().counters().drop(DropReason.TCP_REASSEMBLY_FULL);
    }
    if (!reportsSack) {
      return;
    }
    SackReport report = sackReport();
    switch (kept) {
      case NEW -> report.onStored(left, right);
      case DUPLICATE -> {
        report.onDuplicate(left, right);
        report.onStored(left, right);
      }
      case DROPPED -> report.onDropped(ahead.end());
    }
  }

  private void dropReassembly() {
    Reassembly dropped = reassembly;
    if (dropped != null) {
      reassembly = null;
      dropped.clear();
      connection.layer().reassemblies().give(dropped);
    }
  }

  private int maxAhead() {
    int limit = connection.layer().profile().segmentRules().maxAhead();
    return limit == TcpProfile.AS_BUFFERS_HOLD ? maxPackets() : limit;
  }

  private int maxPackets() {
    return 2 * (bufferBytes() / rmss) + SPARE_PACKETS;
  }

  // ---- acknowledgments --------------------------------------------------------------------

  /** Data has come in order: every second segment is acknowledged, a single one after a while. */
  private void oweAck(long nowNanos) {
    unackedSegments++;
    if (unackedSegments >= SEGMENTS_PER_ACK || quickAcks > 0) {
      owePromptAck();
      return;
    }
    if (!connection.timers().isDelayedAckRunning()) {
      var profile = connection.layer().profile().acknowledgement();
      if (profile.delayed()) {
        connection.timers().delayedAckAt(Deadline.after(nowNanos, profile.delayNanos()));
      } else {
        owePromptAck();
      }
    }
  }

  /** An acknowledgment goes out at the end of this batch of segments. */
  void owePromptAck() {
    promptAck = true;
    connection.layer().schedule(connection);
  }

  boolean isPromptAckOwed() {
    return promptAck;
  }

  /**
   * An acknowledgment is on its way.
   *
   * @param withData it went with data: the peers talk in turns, so there is no need to hurry
   */
  void onAckSent(boolean withData) {
    promptAck = false;
    lastAckSent = rcvNxt;
    if (unackedSegments != 0) {
      unackedSegments = 0;
      connection.timers().stopDelayedAck();
      quickAcks = withData ? 0 : Math.max(quickAcks - 1, 0);
    }
  }

  /** The user has read. */
  void onConsumed(int bytes) {
    if (sizing != null) {
      sizing.onRead(bytes);
    }
    if (queue.packets() == 0 && !finReceived) {
      connection.readiness().clear(Readiness.READABLE);
    }
    if (connection.isEarly()) {
      return; // the window goes with the first acknowledgment after the handshake
    }
    if (isUpdateWorthwhile()) {
      owePromptAck();
    }
  }

  void info(TcpInfo into) {
    into.rcvWnd = rcvWnd();
    into.rcvWindShift = rcvWindShift();
    into.unreadBytes = queue.bytes();
    into.atoNanos = connection.layer().profile().acknowledgement().delayNanos();
    into.receiveBufferBytes = bufferBytes();
    into.receiverRttNanos = Statistics.NEVER;
    into.receiveSpaceBytes = 0;
    if (sizing != null) {
      sizing.info(into);
    }
  }

  /** Drops what is out of order; what the user has not read stays. */
  void close() {
    dropReassembly();
    releaseSackReport();
    promptAck = false;
  }
}
