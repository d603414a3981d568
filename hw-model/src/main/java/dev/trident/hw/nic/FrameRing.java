package dev.trident.hw.nic;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.trident.buffer.Slab;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * A ring in native memory by which one thread passes frames to another: copied in by the sender,
 * copied out by the receiver, one release and one acquire per frame and no compare-and-swap.
 *
 * <pre>
 *   0    tail, written by the producer        slot: 0 length
 *   128  head, written by the consumer              4 flow hint
 *   256  slots of 2 KiB                             64 frame
 * </pre>
 *
 * Indices are masked on each use, and lengths are checked, so that a producer gone wrong cannot
 * make the consumer read elsewhere. The memory lives as long as one of the two can reach it.
 */
final class FrameRing implements FrameSource {
  /** Longest frame that fits. */
  static final int MAX_FRAME_BYTES = 2048 - 64;

  private static final VarHandle INT = JAVA_INT.varHandle();
  private static final int TAIL = 0;
  private static final int HEAD = 128;
  private static final int SLOTS = 256;
  private static final int SLOT_BYTES = 2048;
  private static final int FLOW_HINT = 4;
  private static final int FRAME = 64;

  private final Slab memory;
  private final MemorySegment segment;
  private final int mask;
  private final Frame view = new Frame(null);

  /** The producer's own index, and what it last saw of the consumer's. */
  private int tail;

  private int seenHead;

  /** The consumer's own index. */
  private int head;

  private volatile boolean closed;

  /**
   * An empty ring.
   *
   * @param slots a power of two
   */
  FrameRing(int slots) {
    memory = new Slab(SLOTS + slots * SLOT_BYTES, Arena.ofAuto());
    segment = memory.segment();
    mask = slots - 1;
  }

  // ---- producer -----------------------------------------------------------------------------

  /** Puts a frame in; false if the ring is full or the frame longer than a slot. */
  boolean offer(Frame frame, int flowHint) {
    if (frame.totalBytes() > MAX_FRAME_BYTES) {
      return false;
    }
    if (tail - seenHead > mask) {
      seenHead = (int) INT.getAcquire(segment, (long) HEAD);
      if (tail - seenHead > mask) {
        return false;
      }
    }
    int slot = slot(tail);
    memory.putInt(slot, frame.totalBytes());
    memory.putInt(slot + FLOW_HINT, flowHint);
    frame.copyTo(memory, slot + FRAME);
    INT.setRelease(segment, (long) TAIL, ++tail);
    return true;
  }

  /** Nothing will be offered any more. */
  void close() {
    closed = true;
  }

  // ---- consumer -----------------------------------------------------------------------------

  @Override
  public boolean hasFrame() {
    return (int) INT.getAcquire(segment, (long) TAIL) != (int) INT.getAcquire(segment, (long) HEAD);
  }

  @Override
  public boolean pull(VirtualInterface into) {
    boolean last = closed;
    int end = (int) INT.getAcquire(segment, (long) TAIL);
    if (head == end) {
      return last;
    }
    while (head != end && into.hasPostedCell()) {
      int slot = slot(head);
      int length = Math.clamp(memory.getInt(slot), 0, MAX_FRAME_BYTES);
      into.receive(view.wrap(memory, slot + FRAME, length), memory.getInt(slot + FLOW_HINT));
      head++;
    }
    INT.setRelease(segment, (long) HEAD, head);
    return false;
  }

  private int slot(int index) {
    return SLOTS + (index & mask) * SLOT_BYTES;
  }
}
