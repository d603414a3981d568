package dev.trident.ip;

import dev.trident.wire.SeedMixer;

/**
 * Identifications of datagrams that may be fragmented (RFC 6864): each value once in 65,536
 * datagrams, in an order that depends on a seed, so that an outsider cannot read a counter.
 */
final class Identification {
  private final int key;
  private final int whitening;
  private int counter;

  Identification(long seed) {
    long mixed = SeedMixer.mix(seed, 0);
    key = (int) mixed | 1;
    whitening = (int) (mixed >>> 32) & 0xffff;
    counter = (int) (mixed >>> 48);
  }

  /** The next value, 0..65535: steps that permute 16-bit numbers, applied to a counter. */
  int next() {
    int value = counter++ & 0xffff;
    value = value * key & 0xffff;
    value ^= value >>> 7;
    value = value * 0x2c1b & 0xffff;
    value ^= value >>> 9;
    return value ^ whitening;
  }
}
