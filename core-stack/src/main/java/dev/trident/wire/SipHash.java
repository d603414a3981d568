package dev.trident.wire;

/**
 * SipHash-2-4 of messages of 8 and 16 bytes, without allocation: the keyed hash behind initial
 * sequence numbers (RFC 6528), port offsets (RFC 6056) and fast open cookies (RFC 7413).
 */
public final class SipHash {
  private SipHash() {}

  /**
   * The 64-bit hash of the message {@code m0}, {@code m1} under the key {@code k0}, {@code k1};
   * words as SipHash defines them, little-endian.
   */
  public static long hash(long k0, long k1, long m0, long m1) {
    return hash(k0, k1, m0, m1, 2);
  }

  /** The same of the message {@code m0}. */
  public static long hash(long k0, long k1, long m0) {
    return hash(k0, k1, m0, 0, 1);
  }

  private static long hash(long k0, long k1, long m0, long m1, int words) {
    long v0 = 0x736f6d6570736575L ^ k0;
    long v1 = 0x646f72616e646f6dL ^ k1;
    long v2 = 0x6c7967656e657261L ^ k0;
    long v3 = 0x7465646279746573L ^ k1;
    int last = words + 1;
    for (int block = 0; block <= last; block++) {
      long word = 0;
      if (block < words) {
        word = block == 0 ? m0 : m1;
      } else if (block == words) {
        word = ((long) words * Long.BYTES) << 56;
      }
      int rounds = block == last ? 4 : 2;
      if (block == last) {
        v2 ^= 0xff;
      } else {
        v3 ^= word;
      }
      for (int round = 0; round < rounds; round++) {
        v0 += v1;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v3;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v2 = Long.rotateLeft(v2, 32);
      }
      v0 ^= word;
    }
    return v0 ^ v1 ^ v2 ^ v3;
  }
}
