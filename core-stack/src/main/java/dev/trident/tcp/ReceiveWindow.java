package dev.trident.tcp;

import dev.trident.endpoint.TcpProfile;
import dev.trident.endpoint.TcpProfile.WindowRule;
import dev.trident.wire.SequenceNumber;

/**
 * The receive sequence variables of RFC 9293 section 3.3.1, what they make acceptable, and the
 * window that is offered. What is done with segments is in {@link Receiver}, the one subclass: two
 * thoughts in one object, since there are many connections.
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
abstract sealed class ReceiveWindow permits Receiver {
  static final int MAX_WINDOW_FIELD = 0xffff;

  final ReceiveQueue queue = new ReceiveQueue();

  private int irs;
  int rcvNxt;
  int rcvAdv;

  /** Rcv.Wind.Shift. */
  private int rcvWindShift;

  /** The largest segment we receive: what our MSS option said. */
  int rmss;

  private int bufferBytes;

  /** What the buffer may grow to; no more than it has where the user has set it. */
  private int maxBufferBytes;

  /** {@link WindowRule#FREE_SPACE}. */
  private final boolean offersFreeSpace;

  /** {@link WindowRule#TOLD_BY_EIGHTHS}. */
  private final boolean tellsByEighths;

  ReceiveWindow(TcpProfile profile) {
    bufferBytes = profile.buffers().receiveBytes();
    maxBufferBytes = profile.buffers().maxReceiveBytes();
    offersFreeSpace = profile.windowRule() == WindowRule.FREE_SPACE;
    tellsByEighths = profile.windowRule() == WindowRule.TOLD_BY_EIGHTHS;
  }

  /** Prepares a connection whose segments are at most {@code maxSegmentBytes} long. */
  final void begin(int maxSegmentBytes, int windowShift) {
    rmss = maxSegmentBytes;
    rcvWindShift = Math.max(windowShift, 0);
    queue.clear();
  }

  /** The peer's SYN has come: everything is relative to its number. */
  final void begin(int peerIss) {
    irs = peerIss;
    rcvNxt = peerIss + 1;
    rcvAdv = rcvNxt;
  }

  /** The size of a full segment is known: under some rules the buffer holds a whole number. */
  final void onSegmentSize(int bytes) {
    if (offersFreeSpace && bufferBytes > bytes) {
      bufferBytes = (bufferBytes + bytes - 1) / bytes * bytes;
    }
  }

  /** The peer does not scale windows, so neither do we (RFC 7323 section 2.2). */
  final void doNotScale() {
    rcvWindShift = 0;
  }

  final int irs() {
    return irs;
  }

  final int rcvNxt() {
    return rcvNxt;
  }

  /** RCV.WND. */
  final int rcvWnd() {
    return rcvAdv - rcvNxt;
  }

  final int rcvWindShift() {
    return rcvWindShift;
  }

  final ReceiveQueue queue() {
    return queue;
  }

  final int bufferBytes() {
    return bufferBytes;
  }

  /** The user wants the buffer to have this size, and to keep it. */
  final void bufferBytes(int bytes) {
    bufferBytes = bytes;
    maxBufferBytes = bytes;
  }

  /** Whether the buffer is smaller than it may become. */
  final boolean mayGrow() {
    return bufferBytes < maxBufferBytes;
  }

  /** The buffer becomes as large as {@code bytes}, as far as it may. */
  final void grow(int bytes) {
    bufferBytes = Math.max(bufferBytes, Math.min(bytes, maxBufferBytes));
  }

  // ---- what is acceptable -------------------------------------------------------------------

  /**
   * The test of RFC 9293 section 3.10.7.4. Deviates from RFC 9293: a segment without data or FIN is
   * acceptable at the right edge too, because a peer that has filled the window sends its
   * acknowledgments from there.
   */
  final boolean isAcceptable(Segment segment) {
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
  final boolean isInWindow(int seq) {
    return seq == rcvNxt || SequenceNumber.inRange(seq, rcvNxt, rcvAdv - rcvNxt);
  }

  // ---- what is offered ----------------------------------------------------------------------

  /**
   * The window field of a segment about to go out. The right edge advances only by steps worth
   * while (SWS avoidance, MUST-39). With a scale the edge is rounded up where rounding down would
   * move it to the left.
   */
  final int windowField() {
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
  final int windowFieldOfSyn() {
    int field = Math.clamp(bufferBytes - queue.bytes(), 0, MAX_WINDOW_FIELD);
    rcvAdv = rcvNxt + field;
    return field;
  }

  /**
   * Whether the user has read so much that the peer is to be told: when the window can open a good
   * deal, or was so small that the peer may be waiting. Not with every read, since acknowledgments
   * of new data tell it too.
   */
  final boolean isUpdateWorthwhile() {
    int maxField = MAX_WINDOW_FIELD << rcvWindShift;
    int capacity = capacityBytes();
    int room = Math.min(Math.max(capacity - queue.bytes(), 0), maxField);
    int window = rcvAdv - rcvNxt;
    int opening = room - window;
    if (offersFreeSpace) {
      boolean much = opening >= capacity / 4 || room <= capacity / 8;
      return opening >= 2 * rmss && (much || capacity <= 8 * rmss);
    }
    if (tellsByEighths) {
      return opening >= Math.max(capacity / 8, 1);
    }
    boolean starved = window < Math.min(capacity / 2, 2 * rmss);
    return opening >= (starved ? Math.min(capacity / 2, rmss) : capacity / 4);
  }
}
