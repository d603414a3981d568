package dev.trident.tcp;

import dev.trident.wire.SequenceNumber;

/**
 * SND.UP (RFC 9293 section 3.3.1): where the urgent data of a connection ends. Made with the first
 * urgent send; most connections never have one.
 *
 * <p>The pointer on the wire counts from SEG.SEQ to the octet <em>behind</em> the last urgent one
 * (MUST-62, RFC 6093 section 4).
 */
final class SendUrgent {
  private static final int MAX_POINTER = 0xffff;

  private int sndUp;

  /** False once the urgent data is acknowledged: an old number would mean the future some day. */
  private boolean pending;

  /** Everything queued up to {@code end} is urgent. */
  void mark(int end) {
    sndUp = end;
    pending = true;
  }

  /** Whether urgent data waits to be acknowledged. */
  boolean isPending() {
    return pending;
  }

  void onAcknowledged(int sndUna) {
    if (pending && SequenceNumber.lessOrEqual(sndUp, sndUna)) {
      pending = false;
    }
  }

  /**
   * The urgent pointer of a segment that begins at {@code seq}, or 0 if it has none. An end too far
   * away is said to be as far as can be said. That is right as long as what lies there has not been
   * sent: the segment that brings it will have a pointer that leads further.
   */
  int pointer(int seq, int sndNxt) {
    if (!pending) {
      return 0;
    }
    int distance = sndUp - seq;
    if (distance <= MAX_POINTER) {
      return Math.max(distance, 0);
    }
    return SequenceNumber.lessOrEqual(sndNxt, seq + MAX_POINTER - 1) ? MAX_POINTER : 0;
  }
}
