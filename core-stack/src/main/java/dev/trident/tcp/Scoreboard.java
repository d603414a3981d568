package dev.trident.tcp;

import dev.trident.buffer.Packet;
import dev.trident.wire.SequenceNumber;
import org.jspecify.annotations.Nullable;

/**
 * What is known of each segment in flight (RFC 6675 section 3, RFC 8985 section 5): marks in {@link
 * Packet#control} of the send buffer's packets, and their sums.
 *
 * <pre>
 *    SND.UNA                                            SND.NXT
 *      |-- LOST --|-- SACKED --|-- LOST+RESENT --|--------|
 *    in flight:                 the copy           counted
 * </pre>
 *
 * <p>A packet is SACKED only if a block covers it wholly: half a segment is sent again anyway. The
 * memory is that of the segments, so a peer cannot make it grow. The sums exist only while a
 * segment is marked: see {@link SackRecovery}.
 */
final class Scoreboard {
  /** The peer has it. */
  static final int SACKED = 1;

  /** Given up for lost. */
  static final int LOST = 1 << 1;

  /** Sent again after it was lost, and not yet lost again. */
  static final int RESENT = 1 << 2;

  private int sackedBytes;
  private int sackedSegments;

  /** LOST, a copy in flight or not. */
  private int lostBytes;

  private int resentBytes;
  private int lostSegments;
  private int resentSegments;

  /** What may be sent meanwhile: a recovery needs all three, and an idle connection none. */
  private final ProportionalRate rate = new ProportionalRate();

  private final Reduction reduction = new Reduction();

  /** Marked last: blocks that grow are found again without a walk from the beginning. */
  private @Nullable Packet hint;

  /** No segment before it is lost without a copy under way; null if that is not known of any. */
  private @Nullable Packet due;

  /** What tells whether the recovery was needed. */
  Reduction reduction() {
    return reduction;
  }

  ProportionalRate rate() {
    return rate;
  }

  /** Whether no segment is marked. */
  boolean isEmpty() {
    return sackedSegments == 0 && lostSegments == 0;
  }

  /** Starts anew, for a buffer without marks. */
  void clear() {
    sackedBytes = 0;
    sackedSegments = 0;
    lostBytes = 0;
    resentBytes = 0;
    lostSegments = 0;
    resentSegments = 0;
    hint = null;
    reduction.clear();
    due = null;
  }

  /** RFC 6675's pipe, with {@code flightSizeBytes} between SND.UNA and SND.NXT. */
  int pipeBytes(int flightSizeBytes) {
    return flightSizeBytes - sackedBytes - lostBytes + resentBytes;
  }

  int sackedSegments() {
    return sackedSegments;
  }

  int lostSegments() {
    return lostSegments;
  }

  int resentSegments() {
    return resentSegments;
  }

  /** Whether something is lost of which no copy is under way. */
  boolean hasLost() {
    return lostSegments != resentSegments;
  }

  static boolean isSacked(Packet packet) {
    return (packet.control & SACKED) != 0;
  }

  /** Lost, and no copy is under way. */
  static boolean isDue(Packet packet) {
    return (packet.control & (LOST | RESENT)) == LOST;
  }

  /** Not held by the peer, and not known to be lost: it, or its copy, is under way. */
  static boolean isUnderWay(Packet packet) {
    return (packet.control & SACKED) == 0 && (packet.control & (LOST | RESENT)) != LOST;
  }

  /** The packet leaves the send buffer. */
  void forget(Packet packet) {
    unmarkLost(packet);
    if (isSacked(packet)) {
      sackedBytes -= packet.payloadBytes;
      sackedSegments--;
    }
    packet.control = 0;
    if (packet == hint) {
      hint = null;
    }
    if (packet == due) {
      due = null;
    }
  }

  void markLost(Packet packet) {
    if (due != null && SequenceNumber.lessThan(packet.sequence, due.sequence)) {
      due = packet;
    }
    if ((packet.control & RESENT) != 0) {
      packet.control &= ~RESENT;
      resentBytes -= packet.payloadBytes;
      resentSegments--;
    } else {
      packet.control |= LOST;
      lostBytes += packet.payloadBytes;
      lostSegments++;
    }
  }

  void markResent(Packet packet) {
    packet.control |= RESENT;
    resentBytes += packet.payloadBytes;
    resentSegments++;
  }

  /** A packet that the peer does not have was cut in two, of which {@code rest} is the second. */
  void onSplit(Packet rest) {
    due = null;
    lostSegments += (rest.control & LOST) == 0 ? 0 : 1;
    resentSegments += (rest.control & RESENT) == 0 ? 0 : 1;
  }

  /**
   * The first segment that is lost and has no copy under way, or null. A recovery asks once for
   * each acknowledgment, so it does not walk again over all that has been sent again.
   */
  @Nullable Packet firstDue(SendBuffer buffer) {
    Packet packet = due == null ? buffer.firstSent() : due;
    while (packet != null && !isDue(packet)) {
      packet = buffer.nextSent(packet);
    }
    due = packet;
    return packet;
  }

  private void unmarkLost(Packet packet) {
    if ((packet.control & LOST) != 0) {
      lostBytes -= packet.payloadBytes;
      lostSegments--;
    }
    if ((packet.control & RESENT) != 0) {
      resentBytes -= packet.payloadBytes;
      resentSegments--;
    }
    packet.control &= ~(LOST | RESENT);
  }

  /** Takes back every LOST that no copy was sent for: the loss was a mistake. */
  void unmarkAllLost(SendBuffer buffer) {
    for (Packet packet = buffer.firstSent(); packet != null; packet = buffer.nextSent(packet)) {
      if (isDue(packet)) {
        unmarkLost(packet);
      }
    }
  }

  /** Believes no SACK any more: the peer has thrown away what it held (RFC 2018 section 8). */
  void unmarkAllSacked(SendBuffer buffer) {
    for (Packet packet = buffer.firstSent(); packet != null; packet = buffer.nextSent(packet)) {
      packet.control &= ~SACKED;
    }
    sackedBytes = 0;
    sackedSegments = 0;
    hint = null;
  }

  /**
   * Marks what a block covers, and tells {@code recovery} of each segment that was not known.
   *
   * @param left first number the peer has
   * @param right the number behind the last
   */
  void sack(SendBuffer buffer, int left, int right, SackRecovery recovery, long nowNanos) {
    Packet from = hint;
    if (from == null || !SequenceNumber.lessOrEqual(from.sequence, left)) {
      from = buffer.firstSent();
    }
    for (Packet packet = from;
        packet != null && SequenceNumber.lessThan(packet.sequence, right);
        packet = buffer.nextSent(packet)) {
      if (isSacked(packet)
          || !SequenceNumber.lessOrEqual(left, packet.sequence)
          || !SequenceNumber.lessOrEqual(packet.sequence + packet.payloadBytes, right)) {
        continue;
      }
      recovery.onDelivered(packet, nowNanos);
      unmarkLost(packet);
      packet.control |= SACKED;
      sackedBytes += packet.payloadBytes;
      sackedSegments++;
      hint = packet;
    }
  }
}
