package dev.trident.hw.nic;

import dev.trident.buffer.Packet;
import dev.trident.c.Clock;
import dev.trident.hw.nic.NicTiming.Way;
import dev.trident.hw.time.EventHeap;
import org.jspecify.annotations.Nullable;

/**
 * The time that a virtual interface takes: frames on their way from the stack to the wire, which
 * the adapter reads when they are due, and received ones whose event is on its way. Both keep their
 * order.
 */
final class Delays {
  /** How soon a frame is offered again to a wire that took nothing. */
  private static final long RETRY_NANOS = 1_000;

  private final VirtualInterface owner;
  private final NicTiming timing;
  private final EventHeap heap;
  private final Clock clock;
  private final int firstBytes;
  private final EventHeap.Event departure = this::depart;
  private final EventHeap.Event arrival = this::arrive;

  // A queue of as many as the transmit ring has, with the heads as they were when posted.
  private final @Nullable Packet[] packets;
  private final int[] offsets;
  private final int[] lengths;
  private final long[] dues;
  private int first;
  private int count;
  private long lastDueNanos = Long.MIN_VALUE;

  /**
   * Of an interface.
   *
   * @param descriptors of its transmit ring
   * @param firstBytes bytes of a frame that cuts through before it begins
   */
  Delays(
      VirtualInterface owner,
      NicTiming timing,
      EventHeap heap,
      Clock clock,
      int descriptors,
      int firstBytes) {
    this.owner = owner;
    this.timing = timing;
    this.heap = heap;
    this.clock = clock;
    this.firstBytes = firstBytes;
    packets = new Packet[descriptors];
    offsets = new int[descriptors];
    lengths = new int[descriptors];
    dues = new long[descriptors];
  }

  // ---- transmit -----------------------------------------------------------------------------

  /** When a frame that is handed over by {@code way} could be on the wire. */
  long readyNanos(Way way, int bytes) {
    return clock.nanoTime() + timing.sendNanos(way, bytes, firstBytes);
  }

  /** The adapter has been told of a frame; only if the transmit ring has room. */
  void send(Packet packet, int offset, int length, long readyNanos) {
    lastDueNanos = Math.max(lastDueNanos, readyNanos);
    int slot = (first + count++) & (packets.length - 1);
    packets[slot] = packet;
    offsets[slot] = offset;
    lengths[slot] = length;
    dues[slot] = lastDueNanos;
    heap.add(lastDueNanos, departure, 0);
  }

  /** There is an event for each frame in the queue, whichever that turns out to be. */
  private void depart(int argument, long now) {
    Packet packet = packets[first];
    if (owner.isClosed() || packet == null) {
      return;
    }
    if (dues[first] - now > 0 || !owner.depart(packet, offsets[first], lengths[first])) {
      heap.add(now + RETRY_NANOS, departure, 0);
      return;
    }
    packets[first] = null;
    first = (first + 1) & (packets.length - 1);
    count--;
  }

  // ---- receive ------------------------------------------------------------------------------

  /** A frame lies in a posted cell, and the stack will see it later. */
  void received() {
    long later = timing.receiveNanos() + timing.eventNanos();
    heap.add(clock.nanoTime() + later, arrival, 0);
  }

  private void arrive(int argument, long now) {
    if (!owner.isClosed()) {
      owner.arrive();
    }
  }
}
