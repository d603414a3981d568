package dev.trident.hw.nic;

import dev.trident.buffer.Slab;

/**
 * The adapter's checksum unit (RFC 1071): sums a transport segment after the gather, with the
 * pseudo-header's sum already in the checksum field.
 */
final class ChecksumOffload {
  private ChecksumOffload() {}

  /**
   * Sums {@code start} to {@code end} and stores the complement at {@code field}: never as zero,
   * which UDP takes for "no checksum"; all ones are the same number.
   */
  static void complete(Slab slab, int start, int field, int end) {
    int checksum = ~sum(slab, start, end) & 0xffff;
    slab.putShort(field, checksum == 0 ? 0xffff : checksum);
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
