package dev.trident.hw.link;

import dev.trident.buffer.Slab;

/**
 * Bits that change in the memory of a switch or an adapter, where no FCS watches over them: what is
 * left is the Internet checksum (RFC 1071). Errors are chosen so that it must find every one, so
 * that a checked receiver which passes wrong bytes on is wrong itself:
 *
 * <ul>
 *   <li>One burst of at most 15 bits. Let it change k low bits of a 16-bit word and j high bits of
 *       the next, j + k at most 15. The words change by x, |x| at most 2^k - 1, and y, a multiple
 *       of 2^(16-j) that is at most 2^16 - 2^(16-j). The sum stays the same only if x + y is a
 *       multiple of 65,535. As 2^(16-j) is at least 2^(k+1), |x + y| is below 65,535, so it would
 *       have to be 0, hence x a multiple of 2^(16-j), hence x = 0 and y = 0: no error.
 *   <li>Only bytes of an IPv4 datagram. Nothing sums the Ethernet header and ARP, whose bytes may
 *       turn into those of a valid frame.
 *   <li>Not the version and header length, nor a UDP length, which say how much is summed: for
 *       these the above does not hold. Nor a UDP checksum, where a burst can make "not computed"
 *       (0) out of the sum and a wrong datagram of the bytes behind it.
 * </ul>
 *
 * <p>A second error in the same datagram could hide the first. One link does one at most.
 */
final class MemoryError {
  private static final int MAX_BURST_BITS = 15;
  private static final int ETHERNET_BYTES = 14;
  private static final int ETHER_TYPE = 12;
  private static final int IPV4 = 0x0800;
  private static final int TOTAL_LENGTH = 2;
  private static final int FRAGMENT_OFFSET = 6;
  private static final int FRAGMENT_OFFSET_MASK = 0x1fff;
  private static final int PROTOCOL = 9;
  private static final int UDP = 17;

  /** Length and checksum of a UDP header: 4 bytes from here. */
  private static final int UDP_SPARED = 4;

  private static final int UDP_BYTES = 8;

  private MemoryError() {}

  /**
   * Does the error that {@code choice} stands for to a frame.
   *
   * @return false if the frame offers no place for one; it is unchanged then
   */
  static boolean strike(Slab slab, int frame, int frameBytes, long choice) {
    int datagram = frame + ETHERNET_BYTES;
    if (frameBytes < ETHERNET_BYTES + 20 || slab.getUnsignedShort(frame + ETHER_TYPE) != IPV4) {
      return false;
    }
    int total = slab.getUnsignedShort(datagram + TOTAL_LENGTH);
    if (total > frameBytes - ETHERNET_BYTES) {
      return false;
    }
    int begin = datagram + 1;
    int end = datagram + total;
    if (slab.getUnsignedByte(datagram + PROTOCOL) == UDP && isFirstFragment(slab, datagram)) {
      int header = datagram + (slab.getUnsignedByte(datagram) & 15) * 4;
      if ((choice & 2) == 0 || end <= header + UDP_BYTES) {
        end = header + UDP_SPARED;
      } else {
        begin = header + UDP_BYTES;
      }
    }
    int bits = (end - begin) * Byte.SIZE;
    int length = 1 + (int) Math.floorMod(choice >>> 2, (long) MAX_BURST_BITS);
    int first = (int) Math.floorMod(choice >>> 8, (long) Math.max(bits - length, 1));
    flip(slab, begin * (long) Byte.SIZE + first);
    for (int i = 1; i < length && first + i < bits; i++) {
      if (i == length - 1 || (choice >>> (40 + i) & 1) != 0) {
        flip(slab, begin * (long) Byte.SIZE + first + i);
      }
    }
    return true;
  }

  private static boolean isFirstFragment(Slab slab, int datagram) {
    return (slab.getUnsignedShort(datagram + FRAGMENT_OFFSET) & FRAGMENT_OFFSET_MASK) == 0;
  }

  /** Bits are numbered as they are summed: the most significant one of a byte is its first. */
  private static void flip(Slab slab, long bit) {
    int at = (int) (bit / Byte.SIZE);
    slab.putByte(at, slab.getByte(at) ^ (0x80 >>> (int) (bit % Byte.SIZE)));
  }
}
