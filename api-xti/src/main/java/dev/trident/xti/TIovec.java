package dev.trident.xti;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** {@code struct t_iovec}: {@code iov_len} bytes from the reader index of {@code iov_base}. */
@SuppressWarnings("MemberName") // the names of C
public final class TIovec {
  /** The memory; may be null when the length is 0. */
  public @Nullable ByteBuf iov_base;

  /** Length in bytes. */
  public int iov_len;

  public TIovec() {}

  public TIovec(@Nullable ByteBuf iov_base, int iov_len) {
    this.iov_base = iov_base;
    this.iov_len = iov_len;
  }
}
