package dev.trident.tcp;

import dev.trident.buffer.Packet;
import dev.trident.wire.SequenceNumber;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Data that arrived ahead of a gap: packets by ascending sequence, none overlapping another. Owns
 * one reference to each.
 *
 * <pre>
 *    kept       |---- a ----|              |-- b --|   |---- c ----|
 *    arrives             |---------------------------------|
 *    kept       |---- a ----|--------- arrived --------|---- c ----|
 * </pre>
 *
 * <p>Octets that are kept already win over those that arrive, except that a segment which arrives
 * replaces all that it covers wholly. An honest sender repeats the same octets, so only the cost
 * differs; a dishonest one gains nothing that it could not have sent at first.
 */
final class Reassembly {
  /** What became of a segment. */
  enum Kept {
    /** At least a part of it was new, and is kept. */
    NEW,
    /** All of it was here before. */
    DUPLICATE,
    /** It, or one that follows it, was dropped for want of room. */
    DROPPED
  }

  private @Nullable Packet head;
  private int packets;

  boolean isEmpty() {
    return head == null;
  }

  /** Packets kept. */
  int packets() {
    return packets;
  }

  /** The first packet kept; others follow by {@link Packet#next}. */
  @Nullable Packet head() {
    return head;
  }

  /**
   * Keeps the data of a segment that begins behind RCV.NXT, as far as it is new.
   *
   * @param maxPackets when so many are kept, the one with the highest sequence number goes
   */
  Kept insert(Segment segment, int maxPackets) {
    Packet before = null;
    Packet after = head;
    while (after != null && SequenceNumber.lessOrEqual(after.sequence, segment.seq())) {
      before = after;
      after = after.next;
    }
    if (before != null) {
      int covered = before.sequence + before.payloadBytes - segment.seq();
      if (covered >= segment.payloadBytes()) {
        return Kept.DUPLICATE;
      }
      if (covered > 0) {
        segment.trimFront(covered);
      }
    }
    int end = segment.seq() + segment.payloadBytes();
    while (after != null && SequenceNumber.lessOrEqual(after.sequence + after.payloadBytes, end)) {
      Packet following = after.next;
      unlinkAfter(before, after);
      after = following;
    }
    if (after != null && SequenceNumber.lessThan(after.sequence, end)) {
      segment.trimData(after.sequence - segment.seq());
    }
    if (after == null && packets >= maxPackets) {
      return Kept.DROPPED;
    }
    linkAfter(before, segment);
    if (packets > maxPackets) {
      dropLast();
      return Kept.DROPPED;
    }
    return Kept.NEW;
  }

  private void linkAfter(@Nullable Packet before, Segment segment) {
    Packet packet = segment.takePacket();
    packet.sequence = segment.seq();
    packet.payloadOffset = segment.payloadOffset();
    packet.payloadBytes = segment.payloadBytes();
    if (before == null) {
      packet.next = head;
      head = packet;
    } else {
      packet.next = before.next;
      before.next = packet;
    }
    packets++;
  }

  private void unlinkAfter(@Nullable Packet before, Packet packet) {
    if (before == null) {
      head = packet.next;
    } else {
      before.next = packet.next;
    }
    packet.next = null;
    packets--;
    packet.release();
  }

  /** The number behind the last octet kept; only if there is one. */
  int end() {
    Packet last = Objects.requireNonNull(head);
    while (last.next != null) {
      last = last.next;
    }
    return last.sequence + last.payloadBytes;
  }

  private void dropLast() {
    Packet before = null;
    Packet last = Objects.requireNonNull(head);
    while (last.next != null) {
      before = last;
      last = last.next;
    }
    unlinkAfter(before, last);
  }

  /**
   * Takes the first packet out if nothing is missing before it, cut to what lies at {@code rcvNxt}
   * and after; packets that lie wholly before are dropped. Null if there is none.
   */
  @Nullable Packet takeNext(int rcvNxt) {
    for (Packet first = head; first != null; first = head) {
      int behind = rcvNxt - first.sequence;
      if (behind < 0) {
        return null;
      }
      if (behind >= first.payloadBytes) {
        unlinkAfter(null, first);
        continue;
      }
      head = first.next;
      first.next = null;
      packets--;
      first.sequence = rcvNxt;
      first.payloadOffset += behind;
      first.payloadBytes -= behind;
      return first;
    }
    return null;
  }

  void clear() {
    for (Packet first = head; first != null; first = head) {
      unlinkAfter(null, first);
    }
  }
}
