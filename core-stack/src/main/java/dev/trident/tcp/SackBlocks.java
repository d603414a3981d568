package dev.trident.tcp;

import dev.trident.wire.SequenceNumber;
import dev.trident.wire.TcpOptions;

/** What the blocks of an acknowledgment mean; those that cannot be right mean nothing. */
final class SackBlocks {
  private SackBlocks() {}

  /**
   * Whether the first block reports a duplicate: it lies below the acknowledgment, or inside the
   * second block (RFC 2883 section 4).
   */
  static boolean beginWithDuplicate(TcpOptions options, int sndUna, int sndNxt) {
    if (options.sackBlocks() == 0) {
      return false;
    }
    int left = options.sackLeft(0);
    int right = options.sackRight(0);
    if (!SequenceNumber.lessThan(left, right)) {
      return false;
    }
    if (SequenceNumber.lessThan(left, sndUna)) {
      return SequenceNumber.lessOrEqual(right, sndNxt);
    }
    return options.sackBlocks() > 1
        && SequenceNumber.lessOrEqual(options.sackLeft(1), left)
        && SequenceNumber.lessOrEqual(right, options.sackRight(1));
  }

  /** The block from {@code first} on with the lowest left edge at or above {@code floor}, or -1. */
  static int lowestAbove(TcpOptions options, int first, int floor, int sndNxt) {
    int found = -1;
    for (int i = first; i < options.sackBlocks(); i++) {
      int left = options.sackLeft(i);
      int right = options.sackRight(i);
      boolean valid =
          SequenceNumber.lessThan(left, right)
              && SequenceNumber.lessOrEqual(floor, left)
              && SequenceNumber.lessOrEqual(right, sndNxt);
      if (valid && (found < 0 || SequenceNumber.lessThan(left, options.sackLeft(found)))) {
        found = i;
      }
    }
    return found;
  }
}
