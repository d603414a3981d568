package dev.trident.buffer;

import io.netty.buffer.AbstractByteBuf;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.IllegalReferenceCountException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * A user's view of packet memory as a Netty buffer: exactly the bytes that are the user's, no
 * header in front and nothing behind. Owns one reference to the memory until its own count reaches
 * zero; use after that throws {@link IllegalReferenceCountException}.
 *
 * <p>The capacity is fixed and there is no memory address. {@code slice}, {@code duplicate}, {@code
 * nioBuffer} and {@code copy} make garbage, as they do in Netty. The count is plain: the thread
 * that calls the stack releases.
 *
 * <p>In production handle objects are used again after {@link HandlePool#ISSUES_BEFORE_REUSE} other
 * issues, so a stale use is detected only until then; run with {@code -Dtrident.handles=strict} to
 * detect every one.
 */
public class CellBuf extends AbstractByteBuf {
  private final HandlePool pool;
  private @Nullable Storage storage;
  private @Nullable Slab slab;
  private int base;
  private int capacity;
  private int references;

  CellBuf(HandlePool pool) {
    super(Integer.MAX_VALUE);
    this.pool = pool;
  }

  void open(Storage owner, int slabOffset, int length) {
    storage = owner;
    slab = owner.slab();
    base = slabOffset;
    capacity = length;
    maxCapacity(length);
    references(1);
    setIndex(0, length);
  }

  /** The memory this handle keeps; null after the last release. */
  public @Nullable Storage storage() {
    return storage;
  }

  /** Slab offset of byte 0. */
  public int slabOffset() {
    return base;
  }

  // ---- count ------------------------------------------------------------------------------

  int references() {
    return references;
  }

  void references(int value) {
    references = value;
  }

  /** Adds to the count and returns the new one, or -1 if it was zero or would become negative. */
  int add(int difference) {
    if (references <= 0 || references + difference < 0) {
      return -1;
    }
    references += difference;
    return references;
  }

  /**
   * Takes the memory away from this handle, which is dead afterwards: the reference passes to the
   * caller. Null, and nothing changes, if others hold the handle or the memory too, so that it
   * cannot be used for something else.
   */
  public final @Nullable Storage detach() {
    Storage owner = storage;
    if (owner == null || refCnt() != 1 || owner.references() != 1) {
      return null;
    }
    add(-1);
    storage = null;
    pool.onReleased(this);
    return owner;
  }

  void onLastReference() {
    giveBack();
  }

  /** Gives the memory and this object back; called with the stack to itself. */
  final void giveBack() {
    Storage owner = storage;
    storage = null;
    pool.onReleased(this);
    if (owner != null) {
      owner.release();
    }
  }

  @Override
  public final int refCnt() {
    return references();
  }

  @Override
  public final ByteBuf retain() {
    return retain(1);
  }

  @Override
  public final ByteBuf retain(int increment) {
    if (increment <= 0) {
      throw new IllegalArgumentException("increment " + increment + ": must be positive");
    }
    if (add(increment) < 0) {
      throw new IllegalReferenceCountException(0, increment);
    }
    return this;
  }

  @Override
  public final ByteBuf touch() {
    return this;
  }

  @Override
  public final ByteBuf touch(Object hint) {
    return this;
  }

  @Override
  public final boolean release() {
    return release(1);
  }

  @Override
  public final boolean release(int decrement) {
    if (decrement <= 0) {
      throw new IllegalArgumentException("decrement " + decrement + ": must be positive");
    }
    int left = add(-decrement);
    if (left < 0) {
      throw new IllegalReferenceCountException(refCnt(), -decrement);
    }
    if (left == 0) {
      onLastReference();
    }
    return left == 0;
  }

  // ---- bulk moves inside packet memory ------------------------------------------------------

  void copyTo(int index, Slab target, int to, int length) {
    checkIndex(index, length);
    slab().copyTo(base + index, target, to, length);
  }

  void copyFrom(Slab source, int from, int index, int length) {
    checkIndex(index, length);
    source.copyTo(from, slab(), base + index, length);
  }

  private Slab slab() {
    Slab memory = slab;
    if (memory == null) {
      throw new IllegalReferenceCountException(0);
    }
    return memory;
  }

  // ---- AbstractByteBuf ----------------------------------------------------------------------

  @Override
  protected byte _getByte(int index) {
    return slab().getByte(base + index);
  }

  @Override
  protected short _getShort(int index) {
    return slab().getShort(base + index);
  }

  @Override
  protected short _getShortLE(int index) {
    return Short.reverseBytes(_getShort(index));
  }

  @Override
  protected int _getUnsignedMedium(int index) {
    return (_getShort(index) & 0xffff) << 8 | (_getByte(index + 2) & 0xff);
  }

  @Override
  protected int _getUnsignedMediumLE(int index) {
    return (_getShortLE(index) & 0xffff) | (_getByte(index + 2) & 0xff) << 16;
  }

  @Override
  protected int _getInt(int index) {
    return slab().getInt(base + index);
  }

  @Override
  protected int _getIntLE(int index) {
    return Integer.reverseBytes(_getInt(index));
  }

  @Override
  protected long _getLong(int index) {
    return slab().getLong(base + index);
  }

  @Override
  protected long _getLongLE(int index) {
    return Long.reverseBytes(_getLong(index));
  }

  @Override
  protected void _setByte(int index, int value) {
    slab().putByte(base + index, value);
  }

  @Override
  protected void _setShort(int index, int value) {
    slab().putShort(base + index, value);
  }

  @Override
  protected void _setShortLE(int index, int value) {
    _setShort(index, Short.reverseBytes((short) value));
  }

  @Override
  protected void _setMedium(int index, int value) {
    _setShort(index, value >>> 8);
    _setByte(index + 2, value);
  }

  @Override
  protected void _setMediumLE(int index, int value) {
    _setShortLE(index, value);
    _setByte(index + 2, value >>> 16);
  }

  @Override
  protected void _setInt(int index, int value) {
    slab().putInt(base + index, value);
  }

  @Override
  protected void _setIntLE(int index, int value) {
    _setInt(index, Integer.reverseBytes(value));
  }

  @Override
  protected void _setLong(int index, long value) {
    slab().putLong(base + index, value);
  }

  @Override
  protected void _setLongLE(int index, long value) {
    _setLong(index, Long.reverseBytes(value));
  }

  @Override
  public int capacity() {
    return capacity;
  }

  /** Not supported: the memory belongs to a packet. */
  @Override
  public ByteBuf capacity(int newCapacity) {
    throw new UnsupportedOperationException("capacity of packet memory is fixed at " + capacity);
  }

  @Override
  public ByteBufAllocator alloc() {
    return UnpooledByteBufAllocator.DEFAULT;
  }

  @Override
  @Deprecated
  @SuppressWarnings("InlineMeSuggester") // deprecated by Netty, which calls it all the same
  public ByteOrder order() {
    return ByteOrder.BIG_ENDIAN;
  }

  @Override
  public @Nullable ByteBuf unwrap() {
    return null;
  }

  @Override
  public boolean isDirect() {
    return true;
  }

  @Override
  public ByteBuf getBytes(int index, ByteBuf dst, int dstIndex, int length) {
    checkIndex(index, length);
    slab().copyTo(base + index, dst, dstIndex, length);
    return this;
  }

  @Override
  public ByteBuf getBytes(int index, byte[] dst, int dstIndex, int length) {
    checkDstIndex(index, length, dstIndex, dst.length);
    slab().copyTo(base + index, dst, dstIndex, length);
    return this;
  }

  @Override
  public ByteBuf getBytes(int index, ByteBuffer dst) {
    checkIndex(index, dst.remaining());
    dst.put(slab().window(base + index, dst.remaining()));
    return this;
  }

  @Override
  public ByteBuf getBytes(int index, OutputStream out, int length) throws IOException {
    byte[] bytes = new byte[length];
    getBytes(index, bytes);
    out.write(bytes);
    return this;
  }

  @Override
  public int getBytes(int index, GatheringByteChannel out, int length) throws IOException {
    return out.write(nioBuffer(index, length));
  }

  @Override
  public int getBytes(int index, FileChannel out, long position, int length) throws IOException {
    return out.write(nioBuffer(index, length), position);
  }

  @Override
  public ByteBuf setBytes(int index, ByteBuf src, int srcIndex, int length) {
    checkIndex(index, length);
    slab().copyFrom(src, srcIndex, base + index, length);
    return this;
  }

  @Override
  public ByteBuf setBytes(int index, byte[] src, int srcIndex, int length) {
    checkSrcIndex(index, length, srcIndex, src.length);
    slab().copyFrom(src, srcIndex, base + index, length);
    return this;
  }

  @Override
  public ByteBuf setBytes(int index, ByteBuffer src) {
    checkIndex(index, src.remaining());
    slab().window(base + index, src.remaining()).put(src);
    return this;
  }

  @Override
  public int setBytes(int index, InputStream in, int length) throws IOException {
    checkIndex(index, length);
    byte[] bytes = new byte[length];
    int count = in.read(bytes);
    if (count > 0) {
      setBytes(index, bytes, 0, count);
    }
    return count;
  }

  @Override
  public int setBytes(int index, ScatteringByteChannel in, int length) throws IOException {
    return in.read(nioBuffer(index, length));
  }

  @Override
  public int setBytes(int index, FileChannel in, long position, int length) throws IOException {
    return in.read(nioBuffer(index, length), position);
  }

  @Override
  public ByteBuf copy(int index, int length) {
    checkIndex(index, length);
    byte[] bytes = new byte[length];
    slab().copyTo(base + index, bytes, 0, length);
    return Unpooled.wrappedBuffer(bytes);
  }

  @Override
  public int nioBufferCount() {
    return 1;
  }

  /** A view of its own, made for this call: it stays usable only as long as this handle. */
  @Override
  public ByteBuffer nioBuffer(int index, int length) {
    checkIndex(index, length);
    return slab().segment().asSlice(base + index, length).asByteBuffer();
  }

  @Override
  public ByteBuffer internalNioBuffer(int index, int length) {
    return nioBuffer(index, length);
  }

  @Override
  public ByteBuffer[] nioBuffers(int index, int length) {
    return new ByteBuffer[] {nioBuffer(index, length)};
  }

  @Override
  public boolean hasArray() {
    return false;
  }

  @Override
  public byte[] array() {
    throw new UnsupportedOperationException("packet memory is not in a Java array");
  }

  @Override
  public int arrayOffset() {
    throw new UnsupportedOperationException("packet memory is not in a Java array");
  }

  @Override
  public boolean hasMemoryAddress() {
    return false;
  }

  @Override
  public long memoryAddress() {
    throw new UnsupportedOperationException("packet memory has no public address");
  }
}
