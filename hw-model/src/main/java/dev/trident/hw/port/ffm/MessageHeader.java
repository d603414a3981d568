package dev.trident.hw.port.ffm;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code struct msghdr} with the {@code struct iovec}s it points to, made once and filled in again
 * for each call. Its pointers come from {@link #range}, {@link #address} and {@link #control} only,
 * which check what they point at.
 */
public final class MessageHeader {
  private static final int NAME = 0;
  private static final int NAME_LENGTH = 8;
  private static final int VECTORS = 16;
  private static final int VECTOR_COUNT = 24;
  private static final int CONTROL = 32;
  private static final int CONTROL_LENGTH = 40;
  private static final int FLAGS = 48;
  private static final int BYTES = 56;
  private static final int VECTOR_BYTES = 16;

  private final MemorySegment header = Arena.ofAuto().allocate(BYTES, 8);
  private final MemorySegment vectors;

  /** Kept alive as long as the kernel may be told of it. */
  private MemorySegment address = MemorySegment.NULL;

  private MemorySegment control = MemorySegment.NULL;

  /** A header for messages in {@code ranges} pieces. */
  public MessageHeader(int ranges) {
    vectors = Arena.ofAuto().allocate((long) ranges * VECTOR_BYTES, 8);
    header.set(JAVA_LONG, VECTORS, vectors.address());
    header.set(JAVA_LONG, VECTOR_COUNT, ranges);
  }

  /**
   * Piece {@code index} of the message is this range from now on.
   *
   * @throws IndexOutOfBoundsException if the range is not within {@code memory}
   * @throws IllegalStateException if {@code memory} has been freed
   * @throws IllegalArgumentException if {@code memory} is not native or is read-only
   */
  public void range(int index, MemorySegment memory, long offset, int lengthBytes) {
    long from = SystemCalls.writable(memory, offset, lengthBytes);
    vectors.set(JAVA_LONG, (long) index * VECTOR_BYTES, from);
    vectors.set(JAVA_LONG, (long) index * VECTOR_BYTES + 8, lengthBytes);
  }

  /** The peer's address is, or goes to, the whole of {@code newAddress}. */
  public void address(MemorySegment newAddress) {
    address = newAddress;
    header.set(JAVA_LONG, NAME, newAddress.address());
    header.set(JAVA_INT, NAME_LENGTH, (int) newAddress.byteSize());
  }

  /** Control messages are in, or go to, the whole of {@code newControl}; before each receive. */
  public void control(MemorySegment newControl) {
    control = newControl;
    header.set(JAVA_LONG, CONTROL, newControl.address());
    header.set(JAVA_LONG, CONTROL_LENGTH, newControl.byteSize());
  }

  /** Bytes of control messages that the last receive delivered. */
  public int controlBytes() {
    return (int) Math.min(header.get(JAVA_LONG, CONTROL_LENGTH), control.byteSize());
  }

  /** Bytes of the address that the last receive delivered. */
  public int addressBytes() {
    return (int) Math.min(header.get(JAVA_INT, NAME_LENGTH), address.byteSize());
  }

  /** Flags of the last receive, such as {@link Sockets#MSG_TRUNC}. */
  public int flags() {
    return header.get(JAVA_INT, FLAGS);
  }

  MemorySegment segment() {
    return header;
  }
}
