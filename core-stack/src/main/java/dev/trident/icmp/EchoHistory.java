package dev.trident.icmp;

import dev.trident.endpoint.EchoEndpoint;
import java.util.Arrays;

/** The latest echo requests of one client, and how long the replies took. */
final class EchoHistory {
  private static final int SIZE = EchoEndpoint.REMEMBERED;
  private static final int NOTHING = -1;

  /** What came of a reply. */
  enum Match {
    FIRST,
    DUPLICATE,
    UNKNOWN
  }

  private final int[] sequences = new int[SIZE];
  private final int[] addresses = new int[SIZE];
  private final int[] lengths = new int[SIZE];
  private final long[] times = new long[SIZE];
  private final boolean[] answered = new boolean[SIZE];
  private long replies;
  private long last = NOTHING;
  private long shortest = NOTHING;
  private long longest = NOTHING;
  private long total;

  EchoHistory() {
    Arrays.fill(sequences, NOTHING);
  }

  void onSent(int sequence, int address, int dataBytes, long nowNanos) {
    int place = sequence % SIZE;
    sequences[place] = sequence;
    addresses[place] = address;
    lengths[place] = dataBytes;
    times[place] = nowNanos;
    answered[place] = false;
  }

  boolean isKnown(int sequence, int address) {
    int place = sequence % SIZE;
    return sequences[place] == sequence && addresses[place] == address;
  }

  int dataBytes(int sequence) {
    return lengths[sequence % SIZE];
  }

  Match onReply(int sequence, int address, long nowNanos) {
    int place = sequence % SIZE;
    if (!isKnown(sequence, address)) {
      return Match.UNKNOWN;
    }
    if (answered[place]) {
      return Match.DUPLICATE;
    }
    answered[place] = true;
    last = nowNanos - times[place];
    shortest = shortest == NOTHING ? last : Math.min(shortest, last);
    longest = Math.max(longest, last);
    total += last;
    replies++;
    return Match.FIRST;
  }

  long replies() {
    return replies;
  }

  long last() {
    return last;
  }

  long shortest() {
    return shortest;
  }

  long longest() {
    return longest;
  }

  long mean() {
    return replies == 0 ? NOTHING : total / replies;
  }
}
