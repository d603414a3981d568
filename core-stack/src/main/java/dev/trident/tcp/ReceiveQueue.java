package dev.trident.tcp;

import dev.trident.buffer.Packet;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Data in order that the user has not read: packets, of which {@code payloadOffset} and {@code
 * payloadBytes} say what is left. Owns one reference to each; handles shown to the user have their
 * own.
 */
final class ReceiveQueue {
  private @Nullable Packet head;
  private @Nullable Packet tail;
  private int bytes;
  private int packets;

  /** Bytes not yet read. */
  int bytes() {
    return bytes;
  }

  int packets() {
    return packets;
  }

  /** The oldest packet; others follow by {@link Packet#next}. */
  @Nullable Packet head() {
    return head;
  }

  /** Queues a packet; the reference passes to the queue. */
  void append(Packet packet) {
    packet.next = null;
    Packet last = tail;
    if (last == null) {
      head = packet;
    } else {
      last.next = packet;
    }
    tail = packet;
    bytes += packet.payloadBytes;
    packets++;
  }

  /** Drops {@code count} bytes at the front, at most those queued. */
  void consume(int count) {
    int left = count;
    bytes -= count;
    while (left > 0) {
      Packet first = Objects.requireNonNull(head);
      if (left < first.payloadBytes) {
        first.payloadOffset += left;
        first.payloadBytes -= left;
        return;
      }
      left -= first.payloadBytes;
      head = first.next;
      if (head == null) {
        tail = null;
      }
      first.next = null;
      packets--;
      first.release();
    }
  }

  /**
   * Takes the octet at {@code index} out of the queue, which closes up. Nobody else sees its packet
   * yet: it has just arrived.
   *
   * @return the octet, 0..255
   */
  int pull(int index) {
    Packet before = null;
    Packet packet = Objects.requireNonNull(head);
    int left = index;
    while (left >= packet.payloadBytes) {
      left -= packet.payloadBytes;
      before = packet;
      packet = Objects.requireNonNull(packet.next);
    }
    int at = packet.payloadOffset + left;
    int octet = packet.slab().getUnsignedByte(at);
    packet.slab().copy(packet.payloadOffset, packet.payloadOffset + 1, left);
    packet.payloadOffset++;
    packet.payloadBytes--;
    bytes--;
    if (packet.payloadBytes == 0) {
      unlink(before, packet);
    }
    return octet;
  }

  private void unlink(@Nullable Packet before, Packet packet) {
    if (before == null) {
      head = packet.next;
    } else {
      before.next = packet.next;
    }
    if (tail == packet) {
      tail = before;
    }
    packet.next = null;
    packets--;
    packet.release();
  }

  /**
   * Moves the payloads of neighbours together where one cell holds both. Many small segments fill
   * cells long before they fill the window; afterwards two neighbours are larger than a cell, save
   * where a user holds the memory.
   */
  void compact(Counters counters) {
    Packet packet = head;
    while (packet != null) {
      Packet following = packet.next;
      if (following == null) {
        return;
      }
      if (!join(packet, following.payloadOffset, following.payloadBytes, counters)) {
        packet = following;
        continue;
      }
      packet.next = following.next;
      if (following == tail) {
        tail = packet;
      }
      following.next = null;
      packets--;
      following.release();
    }
  }

  /**
   * Appends bytes to the last packet.
   *
   * @return false if they do not fit, or somebody else sees that memory
   */
  boolean appendToTail(int slabOffset, int count, Counters counters) {
    Packet last = tail;
    if (last == null || !join(last, slabOffset, count, counters)) {
      return false;
    }
    bytes += count;
    return true;
  }

  static boolean join(Packet packet, int slabOffset, int count, Counters counters) {
    int end = packet.payloadOffset + packet.payloadBytes;
    if (packet.references() != 1 || end + count > packet.base() + packet.capacityBytes()) {
      return false;
    }
    packet.slab().copy(slabOffset, end, count);
    counters.add(Counter.BYTES_COPIED_WITHIN, count);
    packet.payloadBytes += count;
    return true;
  }

  void clear() {
    consume(bytes);
  }
}
