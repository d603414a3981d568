package dev.trident.xti.option;

import dev.trident.c.C;
import dev.trident.xti.Netbuf;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Walks a buffer of options, each a header of four 32-bit numbers in big-endian order and its
 * value.
 *
 * <pre>
 *   0      4       8      12       16          len
 *   +------+-------+------+--------+-----------+---------+
 *   | len  | level | name | status | value ... | padding | next header ...
 *   +------+-------+------+--------+-----------+---------+
 * </pre>
 *
 * <p>{@code len} counts header and value; the next header starts at the next multiple of 4, and the
 * walk ends when fewer than 16 bytes are left.
 */
public final class OptionWalk {
  /** {@code sizeof(struct t_opthdr)}. */
  public static final int HEADER_BYTES = 16;

  private static final int LEVEL = 4;
  private static final int NAME = 8;
  private static final int ALIGNMENT = 4;

  private final @Nullable ByteBuf memory;
  private final int end;
  private int at = -1;
  private int next;

  /** A walk that starts before the first option of a buffer that {@link #isWellFormed}. */
  public OptionWalk(Netbuf options) {
    ByteBuf buf = options.buf;
    memory = buf;
    next = buf == null ? 0 : buf.readerIndex();
    end = next + options.len;
  }

  /** Whether the whole buffer can be walked; if not, the call fails with TBADOPT. */
  public static boolean isWellFormed(Netbuf options) {
    if (options.len == 0) {
      return true;
    }
    ByteBuf buf = options.buf;
    if (buf == null || options.len < HEADER_BYTES) {
      return false;
    }
    int start = buf.readerIndex();
    if (!C.inBounds(buf, options.len)) {
      return false;
    }
    int offset = 0;
    while (options.len - offset >= HEADER_BYTES) {
      int length = buf.getInt(start + offset);
      if (length < HEADER_BYTES || length > options.len - offset) {
        return false;
      }
      offset = aligned(offset + length);
    }
    return true;
  }

  /** Steps to the next option; false behind the last. */
  public boolean next() {
    ByteBuf buf = memory;
    if (buf == null || end - next < HEADER_BYTES) {
      return false;
    }
    at = next;
    next = at + aligned(buf.getInt(at));
    return true;
  }

  public int level() {
    return word(LEVEL);
  }

  public int name() {
    return word(NAME);
  }

  /** Bytes of the value. */
  public int valueBytes() {
    return word(0) - HEADER_BYTES;
  }

  /** The 32-bit number {@code index} of the value. */
  public int value(int index) {
    return word(HEADER_BYTES + index * Integer.BYTES);
  }

  private int word(int offset) {
    ByteBuf buf = memory;
    if (buf == null || at < 0) {
      throw new IllegalStateException("not at an option");
    }
    return buf.getInt(at + offset);
  }

  private static int aligned(int length) {
    return (length + ALIGNMENT - 1) & -ALIGNMENT;
  }
}
