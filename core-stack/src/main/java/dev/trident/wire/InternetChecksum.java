package dev.trident.wire;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.trident.buffer.Fragment;
import dev.trident.buffer.Packet;
import dev.trident.buffer.Slab;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The Internet checksum (RFC 1071) over slab memory.
 *
 * <p>Sums are ones' complement sums in a {@code long} with carries not yet folded, in network byte
 * order, and can be added to each other. {@link #fold} makes 16 bits of them. A datagram whose
 * checksum is right folds to 0xffff.
 */
public final class InternetChecksum {
  /** In the machine's order, so that the loop is plain loads and adds; swapped once at the end. */
  private static final ValueLayout.OfLong NATIVE_LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private static final long LOW = 0xffff_ffffL;
  private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private InternetChecksum() {}

  /**
   * The sum of {@code lengthBytes} bytes from {@code offset}, which counts as even whatever its
   * value; an odd last byte is padded with zero behind it.
   *
   * <p>The loop has the one shape that C2 turns into vector code (measured: 14 to 20 ns for 1,460
   * bytes against 180 for others): an int induction variable, 64-bit loads at a fixed stride, two
   * independent accumulators, and a segment that is not a static constant.
   */
  public static long sum(Slab slab, int offset, int lengthBytes) {
    MemorySegment segment = slab.segment();
    int words = lengthBytes >>> 3;
    long high = 0;
    long low = 0;
    for (int i = 0; i < words; i++) {
      long word = segment.get(NATIVE_LONG, offset + 8L * i);
      high += word >>> 32;
      low += word & LOW;
    }
    long sum = high + low;
    if (LITTLE_ENDIAN) {
      sum = swap(sum);
    }
    return (lengthBytes & 7) == 0
        ? sum
        : sum + sumOfTail(segment, offset + (words << 3), lengthBytes & 7);
  }

  /**
   * The sum of the first {@code lengthBytes} bytes of a packet: its head and, as far as needed, its
   * fragments.
   */
  public static long sum(Packet packet, int lengthBytes) {
    int inHead = Math.min(lengthBytes, packet.length());
    long sum = sum(packet.slab(), packet.offset(), inHead);
    int done = inHead;
    for (Fragment piece = packet.fragments();
        piece != null && done < lengthBytes;
        piece = piece.next()) {
      int here = Math.min(lengthBytes - done, piece.lengthBytes());
      long part =
          piece.isForeign() ? piece.sumOfForeign() : sum(packet.slab(), piece.slabOffset(), here);
      sum += (done & 1) == 0 ? part : atOddOffset(part);
      done += here;
    }
    return sum;
  }

  private static long sumOfTail(MemorySegment segment, long offset, int lengthBytes) {
    long sum = 0;
    long position = offset;
    if ((lengthBytes & 4) != 0) {
      sum += segment.get(INT, position) & LOW;
      position += 4;
    }
    if ((lengthBytes & 2) != 0) {
      sum += segment.get(SHORT, position) & 0xffff;
      position += 2;
    }
    if ((lengthBytes & 1) != 0) {
      sum += (segment.get(JAVA_BYTE, position) & 0xff) << 8;
    }
    return sum;
  }

  /** The sum of the 20 bytes of an IPv4 or TCP header without options. */
  public static long sumOfHeader(Slab slab, int offset) {
    MemorySegment segment = slab.segment();
    long first = segment.get(LONG, offset);
    long second = segment.get(LONG, offset + 8L);
    return (first >>> 32)
        + (first & LOW)
        + (second >>> 32)
        + (second & LOW)
        + (segment.get(INT, offset + 16L) & LOW);
  }

  /** The sum of TCP's and UDP's pseudo-header. */
  public static long pseudoHeader(int source, int destination, int protocol, int lengthBytes) {
    return (source & LOW) + (destination & LOW) + protocol + lengthBytes;
  }

  /** Folds the carries in: 0..0xffff. */
  public static int fold(long sum) {
    long folded = (sum >>> 32) + (sum & LOW);
    folded = (folded >>> 16 & 0xffff_ffffL) + (folded & 0xffff);
    folded = (folded >>> 16) + (folded & 0xffff);
    return (int) ((folded >>> 16) + (folded & 0xffff));
  }

  /** The value for the checksum field: the complement of the folded sum. */
  public static int complement(long sum) {
    return ~fold(sum) & 0xffff;
  }

  /** As {@link #complement}, with 0 sent as all ones: 0 means "none computed" in UDP. */
  public static int complementForUdp(long sum) {
    int checksum = complement(sum);
    return checksum == 0 ? 0xffff : checksum;
  }

  /** The sum {@code sum} of bytes that begin at an odd distance from the start of the whole. */
  public static long atOddOffset(long sum) {
    return Short.reverseBytes((short) fold(sum)) & 0xffff;
  }

  /**
   * The checksum field after one 16-bit field of the data changed (RFC 1624, equation 3): HC' =
   * ~(~HC + ~m + m').
   */
  public static int update(int checksum, int oldValue, int newValue) {
    return complement((~checksum & 0xffffL) + (~oldValue & 0xffffL) + (newValue & 0xffffL));
  }

  /** A sum of little-endian words as one of big-endian words: RFC 1071 section 2 (B). */
  private static long swap(long sum) {
    return Short.reverseBytes((short) fold(sum)) & 0xffff;
  }
}
