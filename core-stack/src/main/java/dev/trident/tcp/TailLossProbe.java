package dev.trident.tcp;

import dev.trident.wire.SequenceNumber;

/**
 * A tail loss probe that is out (RFC 8985 section 7): when acknowledgments stay away, one segment
 * is sent before the retransmission timer would expire, so that a loss at the end of a burst is
 * found by SACK. Names are the RFC's.
 */
final class TailLossProbe {
  /** Without a measured round-trip time. */
  private static final long PTO_UNMEASURED_NANOS = 1_000_000_000L;

  /** How long a peer may delay the acknowledgment of a single segment (TLP.max_ack_delay). */
  private static final long MAX_ACK_DELAY_NANOS = 200_000_000L;

  /** SND.NXT when the probe was sent. */
  private int endSeq;

  private boolean isRetrans;

  /** TLP.end_seq. */
  int endSeq() {
    return endSeq;
  }

  /** The probe timeout; the bound by the retransmission timer is the caller's. */
  static long ptoNanos(long srttNanos, boolean oneSegmentInFlight) {
    if (srttNanos < 0) {
      return PTO_UNMEASURED_NANOS;
    }
    return 2 * srttNanos + (oneSegmentInFlight ? MAX_ACK_DELAY_NANOS : 0);
  }

  void onSent(int sndNxt, boolean retransmission) {
    endSeq = sndNxt;
    isRetrans = retransmission;
  }

  /** What an acknowledgment says of the probe. */
  enum Outcome {
    /** Nothing yet. */
    OPEN,
    /** Nothing was lost. */
    NEEDLESS,
    /** It repaired a loss, which calls for a congestion response. */
    REPAIRED
  }

  /**
   * Section 7.4.2.
   *
   * @param dsack whether it reports a duplicate that ends where the probe did
   * @param plainDuplicate whether it acknowledges nothing new, and has no SACK
   */
  Outcome onAck(int ack, boolean dsack, boolean plainDuplicate) {
    if (SequenceNumber.lessThan(ack, endSeq)) {
      return Outcome.OPEN;
    }
    if (!isRetrans || dsack) {
      return Outcome.NEEDLESS;
    }
    if (ack != endSeq) {
      return Outcome.REPAIRED;
    }
    return plainDuplicate ? Outcome.NEEDLESS : Outcome.OPEN;
  }
}
