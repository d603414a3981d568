package dev.trident.hw.port.xdp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * A ring that is shared with the kernel (kernel documentation, networking/af_xdp). One side only
 * moves the producer, the other only the consumer; both only grow and wrap as {@code int} does.
 * Each side remembers what it last read of the other, so that it seldom touches a foreign cache
 * line.
 */
abstract sealed class Ring permits ProducerRing, ConsumerRing {
  /** Bytes of an entry of the rings {@code fill} and {@code completion}: an address in the umem. */
  static final int ADDRESS_BYTES = 8;

  /** Bytes of {@code struct xdp_desc}: address, length, options. */
  static final int DESCRIPTOR_BYTES = 16;

  private static final int NEED_WAKEUP = 1;
  private static final int LENGTH = 8;
  private static final int OPTIONS = 12;
  private static final VarHandle INDEX = JAVA_INT.varHandle();

  private final MemorySegment memory;
  private final Layout layout;
  private final int entryBytes;
  private final int mask;

  /**
   * Where things lie in the mapped memory, in bytes: what {@code XDP_MMAP_OFFSETS} answers.
   *
   * @param producer the index that its writer moves
   * @param consumer the index that its reader moves
   * @param entries the first entry
   * @param flags whether the kernel wants to be woken
   */
  record Layout(long producer, long consumer, long entries, long flags) {}

  /**
   * A ring in mapped memory.
   *
   * @param size entries, a power of two
   */
  record Place(MemorySegment memory, Layout layout, int entryBytes, int size) {}

  Ring(Place place) {
    memory = place.memory;
    layout = place.layout;
    entryBytes = place.entryBytes;
    mask = place.size - 1;
  }

  final int size() {
    return mask + 1;
  }

  final int producer() {
    return (int) INDEX.getAcquire(memory, layout.producer);
  }

  final void producer(int index) {
    INDEX.setRelease(memory, layout.producer, index);
  }

  final int consumer() {
    return (int) INDEX.getAcquire(memory, layout.consumer);
  }

  final void consumer(int index) {
    INDEX.setRelease(memory, layout.consumer, index);
  }

  /** Whether the kernel sleeps on this ring; asked after what was published must be visible. */
  final boolean needsWakeup() {
    return ((int) INDEX.getVolatile(memory, layout.flags) & NEED_WAKEUP) != 0;
  }

  private long at(int index) {
    return layout.entries + (long) (index & mask) * entryBytes;
  }

  final long address(int index) {
    return memory.get(JAVA_LONG, at(index));
  }

  final void address(int index, long address) {
    memory.set(JAVA_LONG, at(index), address);
  }

  final int length(int index) {
    return memory.get(JAVA_INT, at(index) + LENGTH);
  }

  final int options(int index) {
    return memory.get(JAVA_INT, at(index) + OPTIONS);
  }

  final void lengthOnly(int index, int length) {
    memory.set(JAVA_INT, at(index) + LENGTH, length);
    memory.set(JAVA_INT, at(index) + OPTIONS, 0);
  }
}
