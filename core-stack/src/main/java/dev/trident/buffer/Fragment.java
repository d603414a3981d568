package dev.trident.buffer;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a frame that lie outside its cell: in another {@link Storage} of the same slab, or in a
 * user's buffer on loan. Pooled; owned by the one packet it is appended to, which releases it.
 */
public final class Fragment {
  private final PacketPool pool;
  private @Nullable Storage storage;
  private @Nullable SendLoan loan;
  private int position;
  private int lengthBytes;
  private @Nullable Fragment next;

  Fragment(PacketPool pool) {
    this.pool = pool;
  }

  Fragment ofStorage(Storage source, int slabOffset, int length) {
    storage = source;
    position = slabOffset;
    lengthBytes = length;
    return this;
  }

  Fragment ofLoan(SendLoan source, int index, int length) {
    loan = source;
    position = index;
    lengthBytes = length;
    return this;
  }

  /** The following fragment of the same frame. */
  public @Nullable Fragment next() {
    return next;
  }

  void next(@Nullable Fragment following) {
    next = following;
  }

  public int lengthBytes() {
    return lengthBytes;
  }

  /** Whether the bytes lie in a user's buffer; their sum is the device's business then. */
  public boolean isForeign() {
    return loan != null;
  }

  /** Slab offset of the bytes, for a fragment that is not foreign. */
  public int slabOffset() {
    return position;
  }

  /** Copies all bytes to {@code to} in {@code target}: the device's gather. */
  public void copyTo(Slab target, int to) {
    if (loan != null) {
      ByteBuf source = loan.buffer();
      target.copyFrom(source, position, to, lengthBytes);
    } else {
      pool.slab().copyTo(position, target, to, lengthBytes);
    }
  }

  /**
   * A fragment of the same bytes from {@code skip} on, {@code length} long, or null if none left.
   */
  public @Nullable Fragment part(int skip, int length) {
    return loan != null
        ? pool.fragmentOf(loan, position + skip, length)
        : pool.fragmentOf(java.util.Objects.requireNonNull(storage), position + skip, length);
  }

  void release() {
    Storage ownStorage = storage;
    SendLoan ownLoan = loan;
    storage = null;
    loan = null;
    next = null;
    pool.free(this);
    if (ownStorage != null) {
      ownStorage.release();
    }
    if (ownLoan != null) {
      ownLoan.release();
    }
  }
}
