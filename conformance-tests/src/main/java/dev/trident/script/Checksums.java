package dev.trident.script;

import java.nio.ByteBuffer;

/**
 * The Internet checksum (RFC 1071), written apart from the engine's: an error there must not hide
 * here.
 */
final class Checksums {
  private Checksums() {}

  /** The sum of 16-bit words, carries not folded; an odd last byte is padded with zero. */
  static long sum(ByteBuffer bytes, int from, int length) {
    long sum = 0;
    int at = from;
    for (int end = from + length - 1; at < end; at += 2) {
      sum += bytes.getShort(at) & 0xffff;
    }
    return (length & 1) == 0 ? sum : sum + ((bytes.get(at) & 0xff) << 8);
  }

  static long pseudoHeader(int source, int destination, int protocol, int length) {
    return (long) (source >>> 16)
        + (source & 0xffff)
        + (destination >>> 16)
        + (destination & 0xffff)
        + protocol
        + length;
  }

  /** 16 bits; 0xffff for a datagram whose checksum is right. */
  static int fold(long sum) {
    long folded = sum;
    while (folded >>> 16 != 0) {
      folded = (folded & 0xffff) + (folded >>> 16);
    }
    return (int) folded;
  }

  /** The value for the checksum field. */
  static int field(long sum) {
    return ~fold(sum) & 0xffff;
  }
}
