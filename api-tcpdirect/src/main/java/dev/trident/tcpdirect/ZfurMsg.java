package dev.trident.tcpdirect;

import dev.trident.c.Iovec;

/**
 * {@code struct zfur_msg}: where a zero-copy UDP read tells what it found. Must not be changed
 * between {@link Zf#zfur_zc_recv} and {@link Zf#zfur_zc_recv_done}.
 */
@SuppressWarnings("MemberName") // the names of C
public final class ZfurMsg {
  /** Reserved. */
  public final int[] reserved = new int[4];

  /** Out: datagrams still queued after this read. */
  public int dgrams_left;

  /** Reserved. */
  public int flags;

  /** In: places in {@link #iov} that may be filled. Out: how many were. */
  public int iovcnt;

  /** Filled with the payload of received packets; valid until the matching done call. */
  public final Iovec[] iov;

  /** A message with {@code iovcnt} places. */
  public ZfurMsg(int iovcnt) {
    this.iovcnt = iovcnt;
    this.iov = new Iovec[iovcnt];
    for (int i = 0; i < iovcnt; i++) {
      iov[i] = new Iovec();
    }
  }
}
