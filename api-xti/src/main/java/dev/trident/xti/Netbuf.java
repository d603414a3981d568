package dev.trident.xti;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct netbuf}: bytes at the reader index of {@link #buf}. Calls move no index.
 *
 * <p>Given to a call, {@link #len} bytes count and {@link #maxlen} is ignored. Filled by a call,
 * {@link #maxlen} is the room and {@link #len} is set; {@code maxlen} 0 means that the value is not
 * wanted (TLI: fails with TBUFOVFLW if there is one). Memory shorter than {@code maxlen} counts as
 * so much room as it has.
 */
@SuppressWarnings("MemberName") // the names of C
public final class Netbuf {
  /** Room in bytes. */
  public int maxlen;

  /** Bytes in use. */
  public int len;

  /** The memory; null is room for nothing. */
  public @Nullable ByteBuf buf;

  public Netbuf() {}

  /** Room for all bytes behind the pointer {@code buf}, none of them in use. */
  public Netbuf(ByteBuf buf) {
    this.buf = buf;
    maxlen = buf.capacity() - buf.readerIndex();
  }

  /** {@code len} bytes in use out of all behind the pointer {@code buf}. */
  public Netbuf(ByteBuf buf, int len) {
    this(buf);
    this.len = len;
  }
}
