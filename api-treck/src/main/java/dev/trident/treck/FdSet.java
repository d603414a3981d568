package dev.trident.treck;

import java.util.Arrays;

/**
 * {@code fd_set}: a set of socket descriptors for select. Grows as needed, so it has no FD_SETSIZE;
 * it makes garbage only when it grows.
 */
@SuppressWarnings("MemberName") // the names of BSD
public final class FdSet {
  private static final int FIRST_WORDS = 4;

  private long[] words = new long[FIRST_WORDS];

  /** Adds {@code fd}, 0 or more. */
  public static void FD_SET(int fd, FdSet set) {
    int word = word(fd);
    if (word >= set.words.length) {
      set.words = Arrays.copyOf(set.words, Math.max(word + 1, 2 * set.words.length));
    }
    set.words[word] |= 1L << fd;
  }

  /** Removes {@code fd}, 0 or more. */
  public static void FD_CLR(int fd, FdSet set) {
    int word = word(fd);
    if (word < set.words.length) {
      set.words[word] &= ~(1L << fd);
    }
  }

  /** Whether {@code fd}, 0 or more, is a member. */
  public static boolean FD_ISSET(int fd, FdSet set) {
    int word = word(fd);
    return word < set.words.length && (set.words[word] & 1L << fd) != 0;
  }

  /** Removes all members. */
  public static void FD_ZERO(FdSet set) {
    Arrays.fill(set.words, 0);
  }

  /** The lowest member that is {@code fd} or more, or -1. */
  int nextMember(int fd) {
    int word = word(fd);
    if (word >= words.length) {
      return -1;
    }
    long bits = words[word] & -1L << fd;
    while (bits == 0) {
      if (++word == words.length) {
        return -1;
      }
      bits = words[word];
    }
    return word * Long.SIZE + Long.numberOfTrailingZeros(bits);
  }

  private static int word(int fd) {
    if (fd < 0) {
      throw new IllegalArgumentException("descriptor " + fd + ": must not be negative");
    }
    return fd / Long.SIZE;
  }
}
