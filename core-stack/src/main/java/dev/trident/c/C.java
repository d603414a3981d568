package dev.trident.c;

import com.google.common.net.InetAddresses;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * What a ported program takes from C itself. A pointer to bytes is a {@link ByteBuf} whose reader
 * index is where it points; calls move no index and check lengths against the capacity.
 */
@SuppressWarnings("MemberName") // the names of C
public final class C {
  private C() {}

  /** {@code n} zeroed bytes, all of them readable; freed by the garbage collector. */
  public static ByteBuf malloc(int n) {
    return Unpooled.buffer(n, n).writerIndex(n);
  }

  /**
   * A pointer to byte {@code offset} of {@code buf}, over the same memory; makes a small object.
   */
  public static ByteBuf ptr(ByteBuf buf, int offset) {
    return buf.duplicate().setIndex(offset, Math.max(offset, buf.writerIndex()));
  }

  /** The pointer {@code p + n}, over the same memory; makes a small object. */
  public static ByteBuf add(ByteBuf p, int n) {
    return ptr(p, p.readerIndex() + n);
  }

  /** Whether {@code length} bytes at the pointer {@code p} lie inside its memory. */
  public static boolean inBounds(ByteBuf p, int length) {
    return length >= 0 && p.refCnt() > 0 && length <= p.capacity() - p.readerIndex();
  }

  /** As {@link #inBounds}, for memory that will be written. */
  public static boolean writable(ByteBuf p, int length) {
    return !p.isReadOnly() && inBounds(p, length);
  }

  /**
   * An IPv4 address from dotted text, as a plain number.
   *
   * @throws IllegalArgumentException if {@code dotted} is not four numbers 0..255
   */
  public static int inet_addr(String dotted) {
    InetAddress address = InetAddresses.forString(dotted);
    if (!(address instanceof Inet4Address)) {
      throw new IllegalArgumentException(dotted + ": not an IPv4 address");
    }
    return InetAddresses.coerceToInteger(address);
  }
}
