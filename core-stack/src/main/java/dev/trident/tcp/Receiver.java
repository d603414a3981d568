package dev.trident.tcp;

import dev.trident.buffer.Packet;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.TcpInfo;
import dev.trident.endpoint.TcpProfile;
import dev.trident.endpoint.TcpProfile.WindowRule;
import dev.trident.time.Deadline;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.SequenceNumber;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a connection: RCV.* of RFC 9293 section 3.3.1, what is acceptable, what the
 * window is, and when an acknowledgment is owed.
 *
 * <pre>
 *           read by user       queue                  window
 *     ... ----------------|--------------|-------------------------|----
 *                                     rcvNxt                     rcvAdv
 * </pre>
 *
 * <p>{@code rcvAdv}, the right edge last advertised, never moves to the left (SHLD-14); RCV.WND is
 * {@code rcvAdv - rcvNxt}.
 */
final class Receiver {
  static final int MAX_WINDOW_FIELD = 0xffff;
  private static final int SEGMENTS_PER_ACK = 2;

  /** Cells beyond those of a window of full segments that a queue may hold. */
  private static final int SPARE_PACKETS = 8;

  private final Connection connection;
  private final ReceiveQueue queue = new ReceiveQueue();
  private final Reassembly reassembly = new Reassembly();

  private int irs;
  private int rcvNxt;
  private int rcvAdv;

  /** Last.ACK.sent (RFC 7323 section 4.3). */
  private int lastAckSent;

  /** Rcv.Wind.Shift. */
  private int rcvWindShift;

  /** The largest segment we receive: what our MSS option said. */
  private int rmss;

  private int bufferBytes;

  /** {@link WindowRule#FREE_SPACE}. */
  private final boolean offersFreeSpace;

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
    this.connection = connection;
    bufferBytes = profile.buffers().receiveBytes();
    offersFreeSpace = profile.windowRule() == WindowRule.FREE_SPACE;
  }

  /** Prepares a connection whose segments are at most {@code maxSegmentBytes} long. */
  void open(int maxSegmentBytes, int windowShift) {
    rmss = maxSegmentBytes;
    rcvWindShift = Math.max(windowShift, 0);
    finKnown = false;
    finReceived = false;
    promptAck = false;
    unackedSegments = 0;
    quickAcks = connection.layer().profile().acknowledgement().quickAcks();
    urgent = null;
    queue.clear();
    reassembly.clear();
    reportsSack = false;
    releaseSackReport();
  }

  /** The peer's SYN has come: everything is relative to its number. */
  void onSyn(int peerIss) {
    irs = peerIss;
    rcvNxt = peerIss + 1;
    rcvAdv = rcvNxt;
    lastAckSent = rcvNxt;
  }

  /** The size of a full segment is known: under some rules the buffer holds a whole number. */
  void onSegmentSize(int bytes) {
    if (offersFreeSpace && bufferBytes > bytes) {
      bufferBytes = (bufferBytes + bytes - 1) / bytes * bytes;
    }
  }

  /** The peer does not scale windows, so neither do we (RFC 7323 section 2.2). */
  void doNotScale() {
    rcvWindShift = 0;
  }

  int irs() {
    return irs;
  }

  int rcvNxt() {
    return rcvNxt;
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

  /** Adds SACK blocks to a segment that leaves {@code spareBytes} for options. */
  void addSack(SegmentOptions options, int spareBytes) {
    if (sackReport != null) {
      sackReport.addTo(options, spareBytes);
      if (sackReport.isEmpty()) {
        releaseSackReport();
      }
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

  /** RCV.WND. */
  int rcvWnd() {
    return rcvAdv - rcvNxt;
  }

  ReceiveQueue queue() {
    return queue;
  }

  int bufferBytes() {
    return bufferBytes;
  }

  void bufferBytes(int bytes) {
    bufferBytes = bytes;
  }

  /** Whether the FIN has come and all data before it. */
  boolean isFinReceived() {
    return finReceived;
  }

  // ---- arrival ----------------------------------------------------------------------------

  /**
   * The test of RFC 9293 section 3.10.7.4. Deviates from RFC 9293: a segment without data or FIN is
   * acceptable at the right edge too, because a peer that has filled the window sends its
   * acknowledgments from there.
   */
  boolean isAcceptable(Segment segment) {
    int offset = segment.seq() - rcvNxt;
    int length = segment.len();
    int wnd = rcvAdv - rcvNxt;
    if (length == 0) {
      return Integer.compareUnsigned(offset, wnd) <= 0;
    }
    return wnd > 0
        && (Integer.compareUnsigned(offset, wnd) < 0
            || Integer.compareUnsigned(offset + length - 1, wnd) < 0
            || (offset < 0 && offset + length > wnd));
  }

  /** Whether {@code seq} lies in the window; RCV.NXT does even when the window is zero. */
  boolean isInWindow(int seq) {
    return seq == rcvNxt || SequenceNumber.inRange(seq, rcvNxt, rcvAdv - rcvNxt);
  }

  /** Cuts off what lies outside the window; what is left begins at RCV.NXT or after. */
  void trim(Segment segment) {
    int before = rcvNxt - segment.seq();
    if (before > 0) {
      onDuplicate(
          segment.seq(), SequenceNumber.earlier(rcvNxt, segment.seq() + segment.payloadBytes()));
      segment.trimFront(before);
    }
    segment.trimData(rcvAdv - segment.seq());
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
      reassembly.clear();
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
    rcvNxt += count;
    if (reassembly.isEmpty()) {
      oweAck(nowNanos);
    } else {
      for (Packet next = reassembly.takeNext(rcvNxt);
          next != null;
          next = reassembly.takeNext(rcvNxt)) {
        rcvNxt += next.payloadBytes;
        queue.append(next);
      }
      if (sackReport != null) {
        sackReport.onAdvanced(rcvNxt);
        if (sackReport.isEmpty()) {
          releaseSackReport();
        }
      }
      owePromptAck();
    }
    takeUrgentOut();
    if (queue.bytes() > 0) {
      connection.readiness().raise(Readiness.READABLE);
    }
  }

  private boolean take(Segment segment) {
    int count = segment.payloadBytes();
    if (queue.bytes() + count - bufferBytes > rmss) {
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
    int left = segment.seq();
    int right = left + segment.payloadBytes();
    if (left != right && connection.layer().pool().isShort()) {
      connection.layer().counters().drop(DropReason.TCP_REASSEMBLY_FULL);
    } else if (left != right) {
      report(reassembly.insert(segment, maxPackets()), left, right);
    }
    connection.sender().sendAck();
  }

  private void report(Reassembly.Kept kept, int left, int right) {
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
      case DROPPED -> report.onDropped(reassembly.end());
    }
  }

  private int maxPackets() {
    return 2 * (bufferBytes / rmss) + SPARE_PACKETS;
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

  /**
   * The window field of a segment about to go out. The right edge advances only by steps worth
   * while (SWS avoidance, MUST-39). With a scale the edge is rounded up where rounding down would
   * move it to the left.
   */
  int windowField() {
    if (offersFreeSpace) {
      return fieldOfFreeSpace();
    }
    int scale = rcvWindShift;
    int capacity = capacityBytes();
    int room = Math.max(capacity - queue.bytes(), 0);
    int field = Math.min(room >>> scale, MAX_WINDOW_FIELD);
    int edge = rcvNxt + (field << scale);
    if (edge - rcvAdv >= Math.min(capacity / 2, rmss)) {
      rcvAdv = edge;
      return field;
    }
    field = Math.min((rcvAdv - rcvNxt + (1 << scale) - 1) >>> scale, MAX_WINDOW_FIELD);
    rcvAdv = SequenceNumber.later(rcvAdv, rcvNxt + (field << scale));
    return field;
  }

  /** The buffer, but at least a unit of the scaled window: else no window would ever open. */
  private int capacityBytes() {
    return Math.max(bufferBytes, 1 << rcvWindShift);
  }

  /** All free space, but not a sliver that invites small segments (RFC 9293 section 3.8.6.2.2). */
  private int fieldOfFreeSpace() {
    int capacity = capacityBytes();
    int room = Math.max(capacity - queue.bytes(), 0);
    if (room < capacity / 4 && room < rmss) {
      room = 0;
    }
    room = Math.max(room, rcvAdv - rcvNxt);
    int field = Math.min(room >>> rcvWindShift, MAX_WINDOW_FIELD);
    rcvAdv = SequenceNumber.later(rcvAdv, rcvNxt + (field << rcvWindShift));
    return field;
  }

  /** The window field of a SYN, which is never scaled. */
  int windowFieldOfSyn() {
    int field = Math.clamp(bufferBytes - queue.bytes(), 0, MAX_WINDOW_FIELD);
    rcvAdv = rcvNxt + field;
    return field;
  }

  /**
   * The user has read. The peer is told when the window can open a good deal, or was so small that
   * the peer may be waiting: not with every read, since acknowledgments of new data tell it too.
   */
  void onConsumed() {
    if (queue.packets() == 0 && !finReceived) {
      connection.readiness().clear(Readiness.READABLE);
    }
    if (connection.isEarly()) {
      return; // the window goes with the first acknowledgment after the handshake
    }
    int maxField = MAX_WINDOW_FIELD << rcvWindShift;
    int capacity = capacityBytes();
    int room = Math.min(Math.max(capacity - queue.bytes(), 0), maxField);
    int window = rcvAdv - rcvNxt;
    int opening = room - window;
    if (offersFreeSpace) {
      boolean much = opening >= capacity / 4 || room <= capacity / 8;
      if (opening >= 2 * rmss && (much || capacity <= 8 * rmss)) {
        owePromptAck();
      }
      return;
    }
    boolean starved = window < Math.min(capacity / 2, 2 * rmss);
    if (opening >= (starved ? Math.min(capacity / 2, rmss) : capacity / 4)) {
      owePromptAck();
    }
  }

  void info(TcpInfo into) {
    into.rcvWnd = rcvWnd();
    into.rcvWindShift = rcvWindShift;
    into.unreadBytes = queue.bytes();
  }

  /** Drops what is out of order; what the user has not read stays. */
  void close() {
    reassembly.clear();
    releaseSackReport();
    promptAck = false;
  }
}
