package dev.trident.tcp;

import dev.trident.buffer.Fragment;
import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.wire.SequenceNumber;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bytes between SND.UNA and the end of what the user queued, as a list of packets, each a
 * segment's payload. Owns one reference to each.
 *
 * <pre>
 *    head ---------------- unsent ---------------- tail
 *     |  transmitted, not   |   not transmitted      |
 *     |  all acknowledged   |                        |
 * </pre>
 *
 * <p>Uses of a packet's scratch fields: {@code sequence} and {@code payloadBytes} of the segment,
 * {@code payloadOffset} where its payload begins in the cell (or where headers end, if the payload
 * lies in fragments), {@code stampNanos} and {@code transmissions}. SYN and FIN are not here: they
 * are made again when needed.
 */
final class SendBuffer {
  /** {@link #acknowledge} found no segment to measure the round trip by. */
  static final long NO_SAMPLE = -1;

  private @Nullable Packet head;
  private @Nullable Packet tail;
  private @Nullable Packet unsent;

  /** The oldest segment that is not wholly acknowledged, sent or not. */
  @Nullable Packet head() {
    return head;
  }

  /** The first segment that was never transmitted. */
  @Nullable Packet unsent() {
    return unsent;
  }

  /** The last segment, if it was never transmitted: bytes may be appended to it. */
  @Nullable Packet unsentTail() {
    return unsent == null ? null : tail;
  }

  /** The oldest segment that was transmitted and is not wholly acknowledged. */
  @Nullable Packet firstSent() {
    return head == unsent ? null : head;
  }

  /** The transmitted segment after {@code packet}, or null. */
  @Nullable Packet nextSent(Packet packet) {
    Packet following = packet.next;
    return following == unsent ? null : following;
  }

  /** The newest segment that was transmitted and is not wholly acknowledged. */
  @Nullable Packet lastSent() {
    Packet last = null;
    for (Packet packet = firstSent(); packet != null; packet = nextSent(packet)) {
      last = packet;
    }
    return last;
  }

  /** Queues a segment behind the others; the reference passes to the buffer. */
  void append(Packet packet) {
    packet.next = null;
    Packet last = tail;
    if (last == null) {
      head = packet;
    } else {
      last.next = packet;
    }
    tail = packet;
    if (unsent == null) {
      unsent = packet;
    }
  }

  /** The first unsent segment has been transmitted. */
  void onTransmitted(Packet packet, long nowNanos) {
    assert packet == unsent : "transmitted out of order";
    packet.stampNanos = nowNanos;
    packet.transmissions = 1;
    unsent = packet.next;
  }

  /**
   * Drops every segment that ends at or before {@code una}, and tells {@code recovery} of each.
   *
   * @return the round-trip time of the newest of them, or {@link #NO_SAMPLE} if any was transmitted
   *     more than once: it is not known then what is acknowledged (Karn's rule)
   */
  long acknowledge(int una, LossRecovery recovery, long nowNanos) {
    long sample = NO_SAMPLE;
    boolean ambiguous = false;
    Packet packet = head;
    while (packet != null
        && packet != unsent
        && SequenceNumber.lessOrEqual(packet.sequence + packet.payloadBytes, una)) {
      ambiguous |= packet.transmissions != 1;
      sample = nowNanos - packet.stampNanos;
      recovery.onAcknowledged(packet, nowNanos);
      Packet following = packet.next;
      packet.next = null;
      packet.release();
      packet = following;
    }
    head = packet;
    if (packet == null) {
      tail = null;
    }
    return ambiguous ? NO_SAMPLE : sample;
  }

  /**
   * Cuts the first unsent segment in two, the first part {@code bytes} long, because the peer's
   * window is smaller than the segment. The second part gets a cell of its own.
   *
   * <p>With nothing in flight no acknowledgment will ever give a cell back. If the memory is full
   * of what waits to be sent, the reserve must help; it gets its cell back with the first part's.
   *
   * @return the first part, or null if memory is out: nothing has changed
   */
  @Nullable Packet splitUnsent(int bytes, PacketPool pool, Counters counters) {
    return split(Objects.requireNonNull(unsent), bytes, pool, counters);
  }

  /**
   * Cuts a segment that has been transmitted in two, as {@link #splitUnsent} does; what is known of
   * it holds for both parts.
   */
  @Nullable Packet splitSent(Packet whole, int bytes, PacketPool pool, Counters counters) {
    int control = whole.control;
    int transmissions = whole.transmissions;
    long stampNanos = whole.stampNanos;
    Packet first = split(whole, bytes, pool, counters);
    if (first != null) {
      Packet rest = Objects.requireNonNull(first.next);
      first.control = control;
      first.transmissions = transmissions;
      first.stampNanos = stampNanos;
      rest.control = control;
      rest.transmissions = transmissions;
      rest.stampNanos = stampNanos;
    }
    return first;
  }

  private @Nullable Packet split(Packet whole, int bytes, PacketPool pool, Counters counters) {
    boolean urgent = firstSent() == null;
    return whole.fragments() == null
        ? splitCopied(whole, bytes, urgent, pool, counters)
        : splitFragment(whole, bytes, urgent, pool);
  }

  private static @Nullable Packet allocate(PacketPool pool, boolean urgent) {
    Packet packet = pool.allocate();
    return packet == null && urgent ? pool.allocateReserved() : packet;
  }

  /**
   * Fills the first unsent segment from those behind it, up to {@code limitBytes}: what was cut for
   * a small window is a full segment again when the window has grown (RFC 9293 section 3.8.6.2,
   * SHLD-28). Only payload in cells that nobody else sees is moved; fragments stay as they are.
   */
  void fillUnsent(int limitBytes, PacketPool pool, Counters counters) {
    fill(Objects.requireNonNull(unsent), limitBytes, pool, counters);
  }

  /** The same for a segment that has been transmitted, from those that were so behind it. */
  void fillSent(Packet first, int limitBytes, PacketPool pool, Counters counters) {
    fill(first, limitBytes, pool, counters);
  }

  private void fill(Packet first, int limitBytes, PacketPool pool, Counters counters) {
    boolean sent = first != unsent;
    while (true) {
      Packet next = sent ? nextSent(first) : first.next;
      if (next == null || !isMovable(first) || !isMovable(next)) {
        return;
      }
      int end = first.payloadOffset + first.payloadBytes;
      int room =
          Math.min(limitBytes - first.payloadBytes, first.base() + first.capacityBytes() - end);
      int count = Math.min(room, next.payloadBytes);
      if (count <= 0) {
        return;
      }
      pool.slab().copy(next.payloadOffset, end, count);
      counters.add(Counter.BYTES_COPIED_WITHIN, count);
      first.payloadBytes += count;
      if (count < next.payloadBytes) {
        cutFront(next, count, pool, counters);
        return;
      }
      removeAfter(first, next);
      next.release();
    }
  }

  /** The rest moves to the front of the cell, so that there is room to fill it up in its turn. */
  private static void cutFront(Packet packet, int bytes, PacketPool pool, Counters counters) {
    int rest = packet.payloadBytes - bytes;
    pool.slab().copy(packet.payloadOffset + bytes, packet.payloadOffset, rest);
    counters.add(Counter.BYTES_COPIED_WITHIN, rest);
    packet.payloadBytes = rest;
    packet.sequence += bytes;
  }

  private static boolean isMovable(Packet packet) {
    return packet.fragments() == null && packet.references() == 1;
  }

  private void removeAfter(Packet before, Packet removed) {
    before.next = removed.next;
    removed.next = null;
    if (tail == removed) {
      tail = before;
    }
  }

  private @Nullable Packet splitCopied(
      Packet whole, int bytes, boolean urgent, PacketPool pool, Counters counters) {
    Packet rest = allocate(pool, urgent);
    if (rest == null) {
      return null;
    }
    int restBytes = whole.payloadBytes - bytes;
    pool.slab().copy(whole.payloadOffset + bytes, rest.offset(), restBytes);
    counters.add(Counter.BYTES_COPIED_WITHIN, restBytes);
    rest.payloadOffset = rest.offset();
    rest.payloadBytes = restBytes;
    rest.sequence = whole.sequence + bytes;
    whole.payloadBytes = bytes;
    insertAfter(whole, rest);
    return whole;
  }

  /** Two new header cells share the fragment's memory; the old cell goes with its fragment. */
  private @Nullable Packet splitFragment(Packet whole, int bytes, boolean urgent, PacketPool pool) {
    Fragment fragment = Objects.requireNonNull(whole.fragments());
    Packet first = allocate(pool, urgent);
    if (first == null) {
      return null;
    }
    Packet rest = allocate(pool, urgent);
    if (rest == null) {
      first.release();
      return null;
    }
    fill(first, fragment, 0, bytes, whole.sequence);
    fill(rest, fragment, bytes, whole.payloadBytes - bytes, whole.sequence + bytes);
    replace(whole, first);
    insertAfter(first, rest);
    whole.release();
    return first;
  }

  private static void fill(Packet packet, Fragment fragment, int skip, int bytes, int sequence) {
    packet.append(Objects.requireNonNull(fragment.part(skip, bytes)));
    packet.payloadOffset = packet.offset();
    packet.payloadBytes = bytes;
    packet.sequence = sequence;
  }

  private void insertAfter(Packet before, Packet added) {
    added.next = before.next;
    before.next = added;
    if (tail == before) {
      tail = added;
    }
  }

  private void replace(Packet old, Packet by) {
    by.next = old.next;
    old.next = null;
    if (head == old) {
      head = by;
    } else {
      Packet before = Objects.requireNonNull(head);
      while (before.next != old) {
        before = Objects.requireNonNull(before.next);
      }
      before.next = by;
    }
    if (tail == old) {
      tail = by;
    }
    if (unsent == old) {
      unsent = by;
    }
  }

  /**
   * Data that went with our SYN: what lies before {@code una} has arrived, and the rest counts as
   * never transmitted, for the peer has said that it has not taken it. Nobody else sees the memory.
   */
  void takeBack(int una) {
    Packet packet = head;
    while (packet != null
        && packet != unsent
        && SequenceNumber.lessOrEqual(packet.sequence + packet.payloadBytes, una)) {
      Packet following = packet.next;
      packet.next = null;
      packet.release();
      packet = following;
    }
    head = packet;
    if (packet == null) {
      tail = null;
    } else if (packet != unsent) {
      int taken = Math.max(una - packet.sequence, 0);
      packet.sequence += taken;
      packet.payloadOffset += taken;
      packet.payloadBytes -= taken;
    }
    unsent = packet;
  }

  /** Drops everything: the connection is gone. What a device holds is freed when it completes. */
  void clear() {
    Packet packet = head;
    head = null;
    tail = null;
    unsent = null;
    while (packet != null) {
      Packet following = packet.next;
      packet.next = null;
      packet.release();
      packet = following;
    }
  }
}
