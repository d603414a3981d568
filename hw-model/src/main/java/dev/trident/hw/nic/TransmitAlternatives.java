package dev.trident.hw.nic;

import dev.trident.buffer.Packet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Transmit queues that hold frames back until they are released or flushed, in packet memory of the
 * adapter. The buffer model is that of the 8000 series: buffers of 16 words of 32 bytes; each queue
 * always has one; a frame takes a word more than its bytes need; a queue takes a further buffer as
 * soon as less than 8 words are left in its last one; a buffer is given back when all of it has
 * been drained.
 *
 * <p>Queues are numbered from 1, as 0 is the ordinary transmit queue.
 */
final class TransmitAlternatives {
  static final int WORD_BYTES = 32;
  static final int BUFFER_WORDS = 16;

  /** Size of a buffer. */
  static final int BUFFER_BYTES = WORD_BYTES * BUFFER_WORDS;

  /** Words left in the last buffer below which a queue takes another. */
  private static final int MARGIN_WORDS = 8;

  /** A queue's frames in a ring of parallel arrays, and the words they take. */
  private static final class Queue {
    private @Nullable Packet[] packets = new Packet[64];
    private int[] offsets = new int[64];
    private int[] lengths = new int[64];
    private long[] readies = new long[64];
    private int first;
    private int count;

    /** Words written and drained so far; both only grow. */
    long written;

    long drained;

    /** End of the buffers taken so far, counted in buffers from the beginning of time. */
    long takenEnd = 1;

    long buffersHeld() {
      return takenEnd - drained / BUFFER_WORDS;
    }

    boolean isEmpty() {
      return count == 0;
    }

    void add(Packet packet, long readyNanos) {
      if (count == packets.length) {
        grow();
      }
      int at = (first + count++) & (packets.length - 1);
      packets[at] = packet;
      offsets[at] = packet.offset();
      lengths[at] = packet.length();
      readies[at] = readyNanos;
    }

    /** A queue keeps the size it once needed; the adapter's memory bounds it. */
    private void grow() {
      int mask = count - 1;
      @Nullable Packet[] morePackets = new Packet[2 * count];
      int[] moreOffsets = new int[2 * count];
      int[] moreLengths = new int[2 * count];
      long[] moreReadies = new long[2 * count];
      for (int i = 0; i < count; i++) {
        int from = (first + i) & mask;
        morePackets[i] = packets[from];
        moreOffsets[i] = offsets[from];
        moreLengths[i] = lengths[from];
        moreReadies[i] = readies[from];
      }
      packets = morePackets;
      offsets = moreOffsets;
      lengths = moreLengths;
      readies = moreReadies;
      first = 0;
    }

    Packet firstPacket() {
      return Objects.requireNonNull(packets[first]);
    }

    void removeFirst() {
      packets[first] = null;
      first = (first + 1) & (packets.length - 1);
      count--;
    }
  }

  private final Queue[] queues;
  private final int buffers;

  /**
   * Queues with memory of their own.
   *
   * @param count 0 for a stack without alternatives
   * @param bufferBytes memory beyond the two buffers that each queue brings along
   */
  TransmitAlternatives(int count, int bufferBytes) {
    queues = new Queue[count];
    for (int i = 0; i < count; i++) {
      queues[i] = new Queue();
    }
    buffers = buffersFor(count, bufferBytes);
  }

  /** Buffers that so many queues need. */
  static int buffersFor(int count, int bufferBytes) {
    return count == 0 ? 0 : bufferBytes / BUFFER_BYTES + 2 * count;
  }

  int buffers() {
    return buffers;
  }

  int count() {
    return queues.length;
  }

  private long unassigned() {
    long held = 0;
    for (Queue queue : queues) {
      held += queue.buffersHeld();
    }
    return buffers - held;
  }

  private long freeWords(Queue queue) {
    return (unassigned() + queue.takenEnd) * BUFFER_WORDS - queue.written;
  }

  /** Bytes of frames that {@code number} would take at present. */
  int freeBytes(int number) {
    return (int) (freeWords(queue(number)) - 1) * WORD_BYTES;
  }

  private Queue queue(int number) {
    if (number < 1 || number > queues.length) {
      throw new IllegalArgumentException(
          "transmit queue " + number + ": there are " + queues.length + " alternatives");
    }
    return queues[number - 1];
  }

  private static int words(Packet packet, int headBytes) {
    return (headBytes + packet.fragmentBytes() + WORD_BYTES - 1) / WORD_BYTES + 1;
  }

  boolean isHeld(int number) {
    return !queue(number).isEmpty();
  }

  /**
   * Takes a frame in; false if there is no room, and nothing was taken.
   *
   * @param readyNanos when the adapter will have it
   */
  boolean hold(Packet packet, int number, long readyNanos) {
    Queue queue = queue(number);
    int words = words(packet, packet.length());
    if (words > freeWords(queue)) {
      return false;
    }
    packet.holdForDevice();
    queue.add(packet, readyNanos);
    long spare = unassigned();
    long takenBefore = queue.takenEnd;
    queue.written += words;
    long wanted = (queue.written + MARGIN_WORDS - 1) / BUFFER_WORDS + 1;
    queue.takenEnd = Math.max(takenBefore, Math.min(wanted, takenBefore + spare));
    return true;
  }

  Packet first(int number) {
    return queue(number).firstPacket();
  }

  int firstOffset(int number) {
    Queue queue = queue(number);
    return queue.offsets[queue.first];
  }

  int firstLength(int number) {
    Queue queue = queue(number);
    return queue.lengths[queue.first];
  }

  long firstReadyNanos(int number) {
    Queue queue = queue(number);
    return queue.readies[queue.first];
  }

  /** Drains the oldest frame of {@code number} and ends its hold. */
  void dropFirst(int number) {
    Queue queue = queue(number);
    Packet packet = queue.firstPacket();
    queue.drained += words(packet, queue.lengths[queue.first]);
    queue.removeFirst();
    if (queue.drained / BUFFER_WORDS >= queue.takenEnd) {
      queue.takenEnd = queue.drained / BUFFER_WORDS + 1;
    }
    packet.completeByDevice();
  }

  void flush(int number) {
    while (isHeld(number)) {
      dropFirst(number);
    }
  }

  void flushAll() {
    for (int number = 1; number <= queues.length; number++) {
      flush(number);
    }
  }
}
