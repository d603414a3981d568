package dev.trident.xti.endpoint;

import dev.trident.c.C;
import dev.trident.xti.TIovec;
import io.netty.buffer.ByteBuf;

/** Sums of vectors, with their memory checked. */
final class Vectors {
  /** A piece is negative in length, or longer than its memory. */
  static final long BAD_MEMORY = -1;

  private Vectors() {}

  /** Bytes of the first {@code count} pieces, or {@link #BAD_MEMORY}. */
  static long sum(TIovec[] iov, int count) {
    long total = 0;
    for (int i = 0; i < count; i++) {
      ByteBuf piece = iov[i].iov_base;
      int length = iov[i].iov_len;
      if (piece == null ? length != 0 : !C.inBounds(piece, length)) {
        return BAD_MEMORY;
      }
      total += length;
    }
    return total;
  }

  /** As {@link #sum}, of memory that will be written. */
  static long sumWritable(TIovec[] iov, int count) {
    long total = sum(iov, count);
    for (int i = 0; i < count && total != BAD_MEMORY; i++) {
      ByteBuf piece = iov[i].iov_base;
      if (piece != null && iov[i].iov_len > 0 && piece.isReadOnly()) {
        return BAD_MEMORY;
      }
    }
    return total;
  }
}
