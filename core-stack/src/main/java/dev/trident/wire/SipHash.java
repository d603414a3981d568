package dev.trident.wire;

/**
 * SipHash-2-4 of a 16-byte message, without allocation: the keyed hash behind initial sequence
 * numbers (RFC 6528) and port offsets (RFC 6056).
 */
public final class SipHash {
  private static final long LENGTH_WORD = 16L << 56;

  private SipHash() {}

  /**
   * The 64-bit hash of the message {@code m0}, {@code m1} under the key {@code k0}, {@code k1};
   * words as SipHash defines them, little-endian.
   */
  public static long hash(long k0, long k1, long m0, long m1) {
    long v0 = 0x736f6d6570736575L ^ k0;
    long v1 = 0x646f72616e646f6dL ^ k1;
    long v2 = 0x6c7967656e657261L ^ k0;
    long v3 = 0x7465646279746573L ^ k1;
    for (int block = 0; block < 4; block++) {
      long word =
          switch (block) {
            case 0 -> m0;
            case 1 -> m1;
            case 2 -> LENGTH_WORD;
            default -> 0;
          };
      int rounds = block == 3 ? 4 : 2;
      if (block == 3) {
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
