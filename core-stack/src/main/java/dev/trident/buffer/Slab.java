package dev.trident.buffer;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.netty.buffer.ByteBuf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * All packet memory of one stack: one bounded native segment, addressed by {@code int} offsets.
 *
 * <p>Every access is checked against the bounds of the segment, so a parsing bug ends as an {@link
 * IndexOutOfBoundsException} and never as a read of somebody else's memory. The segment is native
 * and shared on purpose: a call site that sees heap, mapped and native segments mixed runs up to 49
 * times slower. Multi-byte accessors are in network byte order.
 *
 * <p>The slab is freed by {@link #close()}; later access throws {@link IllegalStateException}.
 */
public final class Slab implements AutoCloseable {
  private static final ValueLayout.OfShort SHORT =
      JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final long ALIGNMENT_BYTES = 4096;

  /** Null for memory that somebody else frees. */
  private final @Nullable Arena arena;

  private final MemorySegment segment;

  /**
   * Spans the whole slab; position and limit are set before each exchange with a foreign buffer.
   */
  private final ByteBuffer view;

  /** Allocates {@code bytes} zeroed bytes, at least one and below 2 GiB. */
  public Slab(int bytes) {
    this(bytes, Arena.ofShared());
  }

  /**
   * Allocates from {@code arena}, which must be shared between threads: {@code Arena.ofAuto()} for
   * memory that two threads let go of at different times. Such a slab cannot be closed.
   */
  public Slab(int bytes, Arena arena) {
    if (bytes <= 0) {
      throw new IllegalArgumentException("slab of " + bytes + " bytes: must be positive");
    }
    this.arena = arena;
    segment = arena.allocate(bytes, ALIGNMENT_BYTES);
    view = segment.asByteBuffer();
  }

  /**
   * A slab over memory that was mapped, which whoever mapped it frees: it must be native, shared
   * between threads, and below 2 GiB. Such a slab cannot be closed.
   */
  public Slab(MemorySegment mapped) {
    if (!mapped.isNative() || mapped.byteSize() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("a slab needs native memory below 2 GiB: " + mapped);
    }
    arena = null;
    segment = mapped;
    view = segment.asByteBuffer();
  }

  /** Size in bytes. */
  public int bytes() {
    return (int) segment.byteSize();
  }

  /**
   * The memory itself, for room-internal arithmetic such as checksums and for ports that hand it to
   * a system call.
   */
  public MemorySegment segment() {
    return segment;
  }

  public byte getByte(int offset) {
    return segment.get(JAVA_BYTE, offset);
  }

  public int getUnsignedByte(int offset) {
    return segment.get(JAVA_BYTE, offset) & 0xff;
  }

  public short getShort(int offset) {
    return segment.get(SHORT, offset);
  }

  public int getUnsignedShort(int offset) {
    return segment.get(SHORT, offset) & 0xffff;
  }

  public int getInt(int offset) {
    return segment.get(INT, offset);
  }

  public long getLong(int offset) {
    return segment.get(LONG, offset);
  }

  public void putByte(int offset, int value) {
    segment.set(JAVA_BYTE, offset, (byte) value);
  }

  public void putShort(int offset, int value) {
    segment.set(SHORT, offset, (short) value);
  }

  public void putInt(int offset, int value) {
    segment.set(INT, offset, value);
  }

  public void putLong(int offset, long value) {
    segment.set(LONG, offset, value);
  }

  /** Copies within this slab; the ranges may overlap. */
  public void copy(int from, int to, int lengthBytes) {
    MemorySegment.copy(segment, from, segment, to, lengthBytes);
  }

  /** Copies from this slab into another one: the wire between two stacks. */
  public void copyTo(int from, Slab target, int to, int lengthBytes) {
    MemorySegment.copy(segment, from, target.segment, to, lengthBytes);
  }

  /** Copies into a Java array. */
  public void copyTo(int from, byte[] target, int to, int lengthBytes) {
    MemorySegment.copy(segment, JAVA_BYTE, from, target, to, lengthBytes);
  }

  /** Copies from a Java array. */
  public void copyFrom(byte[] source, int from, int to, int lengthBytes) {
    MemorySegment.copy(source, from, segment, JAVA_BYTE, to, lengthBytes);
  }

  /**
   * Copies {@code lengthBytes} from a user's buffer at absolute {@code index}; moves no index.
   *
   * @throws IndexOutOfBoundsException if either range is out of bounds; nothing was copied
   */
  public void copyFrom(ByteBuf source, int index, int to, int lengthBytes) {
    if (source instanceof CellBuf cell) {
      cell.copyTo(index, this, to, lengthBytes);
      return;
    }
    if (source.hasArray()) {
      checkRange(source, index, lengthBytes);
      copyFrom(source.array(), source.arrayOffset() + index, to, lengthBytes);
    } else if (source.nioBufferCount() == 1) {
      // Netty's getBytes(int, ByteBuffer) duplicates its buffer: 64 bytes of garbage per call.
      window(to, lengthBytes).put(source.internalNioBuffer(index, lengthBytes));
    } else {
      source.getBytes(index, window(to, lengthBytes));
    }
  }

  /**
   * Copies {@code lengthBytes} into a user's buffer at absolute {@code index}; moves no index.
   *
   * @throws IndexOutOfBoundsException if either range is out of bounds
   */
  public void copyTo(int from, ByteBuf target, int index, int lengthBytes) {
    if (target instanceof CellBuf cell) {
      cell.copyFrom(this, from, index, lengthBytes);
      return;
    }
    if (target.hasArray()) {
      checkRange(target, index, lengthBytes);
      copyTo(from, target.array(), target.arrayOffset() + index, lengthBytes);
    } else if (target.nioBufferCount() == 1 && !target.isReadOnly()) {
      target.internalNioBuffer(index, lengthBytes).put(window(from, lengthBytes));
    } else {
      target.setBytes(index, window(from, lengthBytes));
    }
  }

  private static void checkRange(ByteBuf buffer, int index, int lengthBytes) {
    if (index < 0 || lengthBytes < 0 || index > buffer.capacity() - lengthBytes) {
      throw new IndexOutOfBoundsException(
          "range " + index + "+" + lengthBytes + " outside capacity " + buffer.capacity());
    }
  }

  /** The preallocated view over {@code lengthBytes} bytes at {@code offset}; valid until reused. */
  ByteBuffer window(int offset, int lengthBytes) {
    return view.limit(offset + lengthBytes).position(offset);
  }

  /** Sets {@code lengthBytes} bytes to zero. */
  public void zero(int offset, int lengthBytes) {
    for (int i = 0; i < lengthBytes; i++) {
      segment.set(JAVA_BYTE, (long) offset + i, (byte) 0);
    }
  }

  /** Frees the memory. A second call does nothing. */
  @Override
  public void close() {
    if (arena != null && arena.scope().isAlive()) {
      arena.close();
    }
  }
}
