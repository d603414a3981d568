package dev.trident.udp;

import dev.trident.buffer.Packet;
import org.jspecify.annotations.Nullable;

/**
 * Received datagrams of one socket, oldest first, linked through {@link Packet#next}. Owns a
 * reference to each; bounded in payload bytes and, as every datagram holds a cell, in number.
 */
final class DatagramQueue {
  private final int maxDatagrams;
  private int maxBytes;
  private @Nullable Packet first;
  private @Nullable Packet last;
  private int count;
  private int bytes;

  DatagramQueue(int maxDatagrams, int maxBytes) {
    this.maxDatagrams = maxDatagrams;
    this.maxBytes = maxBytes;
  }

  int maxBytes() {
    return maxBytes;
  }

  void maxBytes(int limit) {
    maxBytes = limit;
  }

  int count() {
    return count;
  }

  /** The oldest datagram, which stays; null if there is none. */
  @Nullable Packet first() {
    return first;
  }

  /** Takes over the reference; false, and nothing is taken, if a bound would be passed. */
  boolean add(Packet packet) {
    if (count >= maxDatagrams || (count != 0 && bytes + packet.payloadBytes > maxBytes)) {
      return false;
    }
    packet.next = null;
    Packet tail = last;
    if (tail == null) {
      first = packet;
    } else {
      tail.next = packet;
    }
    last = packet;
    count++;
    bytes += packet.payloadBytes;
    return true;
  }

  /** Takes the oldest datagram out; its reference is the caller's then. */
  void removeFirst() {
    Packet head = first;
    if (head == null) {
      throw new IllegalStateException("no datagram is queued");
    }
    first = head.next;
    head.next = null;
    if (first == null) {
      last = null;
    }
    count--;
    bytes -= head.payloadBytes;
  }

  /** Releases all. */
  void clear() {
    for (Packet head = first; head != null; head = first) {
      removeFirst();
      head.release();
    }
  }
}
