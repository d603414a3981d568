package dev.trident.hw.nic;

import dev.trident.buffer.Packet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Transmit queues that hold frames back until they are released or flushed. All queues share a
 * budget of buffers; a held frame takes one per {@link #BUFFER_BYTES} begun.
 */
public final class TransmitAlternatives {
  /** Size of a buffer of the adapter's packet memory. */
  public static final int BUFFER_BYTES = 32 * 16;

  private record Held(Packet packet, int offset, int length, int buffers) {}

  private final int buffers;
  private int buffersUsed;
  private final List<ArrayDeque<Held>> queues = new ArrayList<>();

  TransmitAlternatives(int buffers) {
    this.buffers = buffers;
  }

  /** Buffers in all, 0 if the adapter has no alternatives. */
  public int buffers() {
    return buffers;
  }

  /** Buffers not taken by held frames. */
  public int freeBuffers() {
    return buffers - buffersUsed;
  }

  /** Frames that {@code queue} holds. */
  public int held(int queue) {
    return queue <= queues.size() ? queues.get(queue - 1).size() : 0;
  }

  boolean isHeld(int queue) {
    return held(queue) != 0;
  }

  boolean hold(Packet packet, int queue) {
    int needed = (packet.totalBytes() + BUFFER_BYTES - 1) / BUFFER_BYTES;
    if (needed > freeBuffers()) {
      return false;
    }
    while (queues.size() < queue) {
      queues.add(new ArrayDeque<>());
    }
    packet.holdForDevice();
    buffersUsed += needed;
    queues.get(queue - 1).addLast(new Held(packet, packet.offset(), packet.length(), needed));
    return true;
  }

  Packet first(int queue) {
    return queues.get(queue - 1).getFirst().packet;
  }

  int firstOffset(int queue) {
    return queues.get(queue - 1).getFirst().offset;
  }

  int firstLength(int queue) {
    return queues.get(queue - 1).getFirst().length;
  }

  /** Takes the oldest frame of {@code queue} out and ends its hold. */
  void dropFirst(int queue) {
    Held held = queues.get(queue - 1).removeFirst();
    buffersUsed -= held.buffers;
    held.packet.completeByDevice();
  }

  void flush(int queue) {
    while (isHeld(queue)) {
      dropFirst(queue);
    }
  }

  void flushAll() {
    for (int queue = 1; queue <= queues.size(); queue++) {
      flush(queue);
    }
  }
}
