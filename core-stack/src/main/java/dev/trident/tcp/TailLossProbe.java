package dev.trident.tcp;

import dev.trident.wire.SequenceNumber;

/**
 * Tail loss probe (RFC 8985 section 7): when acknowledgments stay away, one segment is sent before
 * the retransmission timer would expire, so that a loss at the end of a burst is found by SACK.
 * Names are the RFC's.
 */
final class TailLossProbe {
  /** Without a measured round-trip time. */
  private static final long PTO_UNMEASURED_NANOS = 1_000_000_000L;

  /** How long a peer may delay the acknowledgment of a single segment (TLP.max_ack_delay). */
  private static final long MAX_ACK_DELAY_NANOS = 200_000_000L;

  /** SND.NXT when the probe was sent; meaningful while {@link #outstanding}. */
  private int endSeq;

  private boolean isRetrans;
  private boolean outstanding;

  void clear() {
    outstanding = false;
  }

  /** TLP.end_seq; meaningful while one is out. */
  int endSeq() {
    return endSeq;
  }

  boolean isOutstanding() {
    return outstanding;
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
    outstanding = true;
  }

  /**
   * An acknowledgment while a probe is out (section 7.4.2).
   *
   * @param dsack whether it reports a duplicate that ends where the probe did
   * @param plainDuplicate whether it acknowledges nothing new, and has no SACK
   * @return whether the probe repaired a loss, which calls for a congestion response
   */
  boolean onAck(int ack, boolean dsack, boolean plainDuplicate) {
    if (!outstanding || SequenceNumber.lessThan(ack, endSeq)) {
      return false;
    }
    if (!isRetrans || dsack) {
      outstanding = false;
      return false;
    }
    if (ack != endSeq) {
      outstanding = false;
      return true;
    }
    outstanding = !plainDuplicate;
    return false;
  }
}
