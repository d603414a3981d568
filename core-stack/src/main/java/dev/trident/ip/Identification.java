package dev.trident.ip;

import dev.trident.wire.SeedMixer;

/**
 * Identifications of datagrams that may be fragmented (RFC 6864). Source, destination and protocol
 * choose one of 256 counters, so that traffic elsewhere does not use up the values of a flow: one
 * comes back after 65,536 datagrams of those that share its counter, in an order that depends on a
 * seed, so that an outsider cannot read a counter of ours, nor what is sent to others.
 *
 * <p>A flow of more than 546 such datagrams per second repeats values within the two minutes for
 * which a datagram may live; 16 bits do not allow for more (RFC 6864 section 4.1).
 */
final class Identification {
  private static final int COUNTER_BITS = 8;

  private final int key;
  private final int secret;

  /** The next value of each counter, and above it what its values are whitened with. */
  private final int[] counters = new int[1 << COUNTER_BITS];

  Identification(long seed) {
    long mixed = SeedMixer.mix(seed, 0);
    key = (int) mixed | 1;
    secret = (int) (mixed >>> 32);
    for (int i = 0; i < counters.length; i++) {
      counters[i] = (int) SeedMixer.mix(seed, i + 1);
    }
  }

  /** The next value for such datagrams, 0..65535: a counter through steps that permute. */
  int next(int source, int destination, int protocol) {
    int mixed = (destination ^ secret) * 0x9e3779b1 + source * 0x85ebca6b + protocol;
    int place = ((mixed ^ mixed >>> 16) * 0x9e3779b1) >>> (Integer.SIZE - COUNTER_BITS);
    int counter = counters[place];
    counters[place] = (counter & 0xffff_0000) | ((counter + 1) & 0xffff);
    int value = (counter & 0xffff) * key & 0xffff;
    value ^= value >>> 7;
    value = value * 0x2c1b & 0xffff;
    value ^= value >>> 9;
    return value ^ counter >>> 16;
  }
}
