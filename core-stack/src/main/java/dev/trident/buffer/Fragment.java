package dev.trident.buffer;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
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

  void cutTo(int bytes) {
    lengthBytes = bytes;
  }

  /** Whether the bytes lie in a user's buffer; their sum is the device's business then. */
  public boolean isForeign() {
    return loan != null;
  }

  /** What holds the bytes, for a fragment that is not foreign. */
  public Storage storage() {
    return Objects.requireNonNull(storage, "bytes lie in a user's buffer");
  }

  /** Slab offset of the bytes, for a fragment that is not foreign. */
  public int slabOffset() {
    return position;
  }

  /** Copies all bytes to {@code to} in {@code target}: the device's gather. */
  public void copyTo(Slab target, int to) {
    copyTo(0, lengthBytes, target, to);
  }

  /** Copies {@code length} bytes from {@code skip} on to {@code to} in {@code target}. */
  public void copyTo(int skip, int length, Slab target, int to) {
    if (loan != null) {
      target.copyFrom(loan.buffer(), position + skip, to, length);
    } else {
      pool.slab().copyTo(position + skip, target, to, length);
    }
  }

  /**
   * The ones' complement sum of the bytes, carries not folded, the first one even: for a foreign
   * fragment, whose bytes are not in packet memory. Everybody else sums the slab.
   */
  public long sumOfForeign() {
    ByteBuf source = Objects.requireNonNull(loan, "bytes lie in packet memory").buffer();
    int words = lengthBytes >>> 3;
    long sum = 0;
    for (int i = 0; i < words; i++) {
      long word = source.getLong(position + (i << 3));
      sum += (word >>> 32) + (word & 0xffff_ffffL);
    }
    for (int i = words << 3; i < lengthBytes; i++) {
      int octet = source.getUnsignedByte(position + i);
      sum += (i & 1) == 0 ? octet << 8 : octet;
    }
    return sum;
  }

  /** A fragment of the same bytes from {@code skip} on, {@code length} long. */
  public Fragment part(int skip, int length) {
    return loan != null
        ? pool.fragmentOf(loan, position + skip, length)
        : pool.fragmentOf(Objects.requireNonNull(storage), position + skip, length);
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
