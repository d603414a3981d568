package dev.trident.c;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** {@code struct iovec}: {@code iov_len} bytes from the reader index of {@code iov_base}. */
@SuppressWarnings("MemberName") // the names of C
public final class Iovec {
  /** The memory; its pointer is the reader index. */
  public @Nullable ByteBuf iov_base;

  /** Length in bytes. */
  public int iov_len;

  public Iovec() {}

  public Iovec(@Nullable ByteBuf iov_base, int iov_len) {
    this.iov_base = iov_base;
    this.iov_len = iov_len;
  }
}
