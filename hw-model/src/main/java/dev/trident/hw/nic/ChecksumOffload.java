package dev.trident.hw.nic;

import dev.trident.buffer.Slab;

/**
 * The adapter's checksum unit (RFC 1071): sums a transport segment after the gather, with the
 * pseudo-header's sum already in the checksum field.
 */
final class ChecksumOffload {
  /** Where a UDP header has its checksum; TCP's lies elsewhere. */
  private static final int UDP_FIELD = 6;

  private ChecksumOffload() {}

  /**
   * Sums {@code start} to {@code end} and stores the complement at {@code field}. UDP takes zero
   * for "no checksum", and gets all ones instead, which is the same number; for TCP that would be a
   * sum that this computation cannot have (RFC 1624 section 3).
   */
  static void complete(Slab slab, int start, int field, int end) {
    int checksum = ~sum(slab, start, end) & 0xffff;
    slab.putShort(field, checksum == 0 && field - start == UDP_FIELD ? 0xffff : checksum);
  }

  /** The ones' complement sum, folded to 16 bits. A counted loop, which the JIT vectorises. */
  private static int sum(Slab slab, int start, int end) {
    int words = (end - start) >>> 2;
    long sum = 0;
    for (int i = 0; i < words; i++) {
      sum += slab.getInt(start + (i << 2)) & 0xffffffffL;
    }
    int at = start + (words << 2);
    if (end - at >= 2) {
      sum += (long) slab.getUnsignedShort(at) << 16;
      at += 2;
      if (at < end) {
        sum += (long) slab.getUnsignedByte(at) << 8;
      }
    } else if (at < end) {
      sum += (long) slab.getUnsignedByte(at) << 24;
    }
    sum = (sum >>> 32) + (sum & 0xffffffffL);
    sum = (sum >>> 32) + (sum & 0xffffffffL);
    int folded = (int) (sum >>> 16) + (int) (sum & 0xffff);
    folded = (folded >>> 16) + (folded & 0xffff);
    return (folded >>> 16) + (folded & 0xffff);
  }
}
