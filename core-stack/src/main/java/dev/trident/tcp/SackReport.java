package dev.trident.tcp;

import dev.trident.wire.SequenceNumber;
import dev.trident.wire.TcpOptions;

/**
 * What a receiver says of data beyond a gap: the ranges that arrived last, latest first (RFC 2018
 * section 4), and before them a duplicate (RFC 2883). It remembers as many as fit into a header;
 * what it forgets is held all the same, and named again when something arrives beside it.
 */
final class SackReport {
  private final int[] lefts = new int[TcpOptions.MAX_SACK_BLOCKS];
  private final int[] rights = new int[TcpOptions.MAX_SACK_BLOCKS];
  private int count;

  private boolean duplicate;
  private int duplicateLeft;
  private int duplicateRight;

  /** Whether there is something to say. */
  boolean isEmpty() {
    return count == 0 && !duplicate;
  }

  void clear() {
    count = 0;
    duplicate = false;
  }

  /** Octets from {@code left} to before {@code right} have arrived beyond a gap. */
  void onStored(int left, int right) {
    int from = left;
    int to = right;
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (SequenceNumber.lessOrEqual(lefts[i], to) && SequenceNumber.lessOrEqual(from, rights[i])) {
        from = SequenceNumber.earlier(from, lefts[i]);
        to = SequenceNumber.later(to, rights[i]);
      } else {
        lefts[kept] = lefts[i];
        rights[kept] = rights[i];
        kept++;
      }
    }
    kept = Math.min(kept, TcpOptions.MAX_SACK_BLOCKS - 1);
    System.arraycopy(lefts, 0, lefts, 1, kept);
    System.arraycopy(rights, 0, rights, 1, kept);
    lefts[0] = from;
    rights[0] = to;
    count = kept + 1;
  }

  /** RCV.NXT has moved: what lies below is acknowledged. */
  void onAdvanced(int rcvNxt) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (SequenceNumber.lessThan(rcvNxt, lefts[i])) {
        lefts[kept] = lefts[i];
        rights[kept] = rights[i];
        kept++;
      }
    }
    count = kept;
  }

  /** Octets from {@code left} on were thrown away again for want of room. */
  void onDropped(int left) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (SequenceNumber.lessThan(lefts[i], left)) {
        lefts[kept] = lefts[i];
        rights[kept] = SequenceNumber.earlier(rights[i], left);
        kept++;
      }
    }
    count = kept;
  }

  /** Octets have arrived that were here already: said once, in the next acknowledgment. */
  void onDuplicate(int left, int right) {
    duplicate = true;
    duplicateLeft = left;
    duplicateRight = right;
  }

  /** Adds the blocks that fit into {@code spareBytes} of options. */
  void addTo(SegmentOptions options, int spareBytes) {
    if (duplicate) {
      options.sack(duplicateLeft, duplicateRight, spareBytes);
      duplicate = false;
    }
    for (int i = 0; i < count; i++) {
      options.sack(lefts[i], rights[i], spareBytes);
    }
  }
}
