package dev.trident.ip;

import java.util.Arrays;

/**
 * Which of the 8,192 blocks of 8 bytes of a datagram: a bit each. Ranges are asked and added in
 * words, so that the cost of a fragment depends on its own length only, and never on what came
 * before.
 */
final class BlockSet {
  static final int BLOCKS = 8_192;
  private static final int WORD_BITS = 6;
  private static final long ALL = -1L;

  private final long[] words = new long[BLOCKS >>> WORD_BITS];

  void clear() {
    Arrays.fill(words, 0);
  }

  boolean contains(int block) {
    return (words[block >>> WORD_BITS] >>> block & 1) != 0;
  }

  void add(int block) {
    words[block >>> WORD_BITS] |= 1L << block;
  }

  /** Adds {@code from} to {@code to - 1}, at least one. */
  void addAll(int from, int to) {
    int last = (to - 1) >>> WORD_BITS;
    for (int word = from >>> WORD_BITS; word <= last; word++) {
      words[word] |= mask(word, from, to);
    }
  }

  /** Whether any of {@code from} to {@code to - 1} is in the set; not if there are none. */
  boolean containsAny(int from, int to) {
    int last = (to - 1) >> WORD_BITS;
    for (int word = from >>> WORD_BITS; word <= last; word++) {
      if ((words[word] & mask(word, from, to)) != 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether all of {@code from} to {@code to - 1} are in the set. */
  boolean containsAll(int from, int to) {
    int last = (to - 1) >> WORD_BITS;
    for (int word = from >>> WORD_BITS; word <= last; word++) {
      long wanted = mask(word, from, to);
      if ((words[word] & wanted) != wanted) {
        return false;
      }
    }
    return true;
  }

  /** The bits of {@code from} to {@code to - 1} that lie in {@code word}. */
  private static long mask(int word, int from, int to) {
    int base = word << WORD_BITS;
    long above = from > base ? ALL << from : ALL;
    long below = to < base + Long.SIZE ? ~(ALL << to) : ALL;
    return above & below;
  }
}
