package dev.trident.ip;

import dev.trident.time.Deadline;

/**
 * What is known of path MTUs (RFC 1191 section 5.2): for each destination that was found to take
 * less than the first link, how much, and until when that is believed. Afterwards the MTU of the
 * link is tried again (section 6.3), which a router on the way corrects if it must.
 *
 * <p>Who may lower an MTU is the transport's decision: it alone can tell a true message from a
 * forged one. Of bounded size: a new destination takes the place of the one that would be forgotten
 * first, among the few that share its place. Which do depends on a secret, so that nobody can have
 * a certain one forgotten.
 */
public final class PathMtuCache {
  /** No link may have a smaller MTU (RFC 791 section 3.2). */
  public static final int MIN_MTU_BYTES = 68;

  /** RFC 1191 section 7.1, table 7-1, from above. */
  private static final int[] PLATEAUS = {
    65_535, 32_000, 17_914, 8_166, 4_352, 2_002, 1_492, 1_006, 508, 296, MIN_MTU_BYTES
  };

  private static final int WAYS = 4;
  private static final int SET_BITS = 6;

  /** Destinations at a time. */
  static final int CAPACITY = WAYS << SET_BITS;

  private final long lifetimeNanos;
  private final int secret;

  /** 0 for a free place: no destination has that address. */
  private final int[] destinations = new int[CAPACITY];

  private final int[] mtuBytes = new int[CAPACITY];
  private final long[] untilNanos = new long[CAPACITY];

  /** Nothing was ever learnt: the usual case, in which nobody need search. */
  private boolean empty = true;

  /**
   * @param lifetimeNanos how long a lowered MTU is believed: 5 minutes at least (section 6.3)
   * @param secret what an outsider does not know
   */
  public PathMtuCache(long lifetimeNanos, long secret) {
    this.lifetimeNanos = lifetimeNanos;
    this.secret = (int) (secret ^ secret >>> 32);
  }

  /** The next plateau below the length of a datagram that was too big, 68 at the least. */
  public static int plateauBelow(int totalBytes) {
    for (int plateau : PLATEAUS) {
      if (plateau < totalBytes) {
        return plateau;
      }
    }
    return MIN_MTU_BYTES;
  }

  /** Whether no path was ever found to take less than its first link. */
  public boolean isEmpty() {
    return empty;
  }

  /** The largest datagram that is believed to pass, {@code linkMtuBytes} if nothing is known. */
  public int mtuBytes(int destination, int linkMtuBytes, long nowNanos) {
    int place = find(destination);
    boolean known = place >= 0 && !Deadline.isDue(untilNanos[place], nowNanos);
    return known ? Math.min(mtuBytes[place], linkMtuBytes) : linkMtuBytes;
  }

  /**
   * The path takes no more than {@code bytes}. Raises nothing.
   *
   * @return false if that much or less was known already
   */
  public boolean lower(int destination, int bytes, int linkMtuBytes, long nowNanos) {
    if (bytes >= mtuBytes(destination, linkMtuBytes, nowNanos)) {
      return false;
    }
    int place = find(destination);
    if (place < 0) {
      place = placeFor(destination, nowNanos);
      destinations[place] = destination;
    }
    empty = false;
    mtuBytes[place] = bytes;
    untilNanos[place] = Deadline.after(nowNanos, lifetimeNanos);
    return true;
  }

  private int find(int destination) {
    int first = firstPlace(destination);
    for (int place = first; place < first + WAYS; place++) {
      if (destinations[place] == destination) {
        return place;
      }
    }
    return -1;
  }

  private int firstPlace(int destination) {
    int mixed = (destination ^ secret) * 0x9e3779b1;
    mixed = (mixed ^ mixed >>> 15) * 0x85ebca6b;
    return (mixed >>> (32 - SET_BITS)) * WAYS;
  }

  private int placeFor(int destination, long nowNanos) {
    int first = firstPlace(destination);
    int soonest = first;
    for (int place = first; place < first + WAYS; place++) {
      if (destinations[place] == 0 || Deadline.isDue(untilNanos[place], nowNanos)) {
        return place;
      }
      if (untilNanos[place] - untilNanos[soonest] < 0) {
        soonest = place;
      }
    }
    return soonest;
  }
}
