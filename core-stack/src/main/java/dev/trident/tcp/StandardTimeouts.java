package dev.trident.tcp;

import dev.trident.endpoint.TcpProfile;

/**
 * The retransmission timeout of RFC 6298. A profile may add a constant to all but the first timeout
 * of a connection.
 */
final class StandardTimeouts extends Timeouts {
  /**
   * G, the granularity of what is measured: a tick of the timestamp option. Without it the timeout
   * of a path that never varies would become the round trip itself, and expire with each
   * acknowledgment that is late by nothing.
   */
  private static final long GRANULARITY_NANOS = 1_000_000L;

  /** Section 5.7: the timeout after a SYN that had to be repeated. */
  private static final long RTO_AFTER_SYN_LOSS_NANOS = 3_000_000_000L;

  private static final int MAX_PROBE_SHIFT = 20;

  private final TcpProfile.Retransmission profile;
  private final long slopNanos;

  StandardTimeouts(TcpProfile.Retransmission profile, long slopNanos) {
    this.profile = profile;
    this.slopNanos = slopNanos;
  }

  @Override
  void onOpen(RttEstimator rtt) {
    rtt.rtoNanos = profile.initialRtoNanos();
  }

  /** Section 2. */
  @Override
  void onSample(RttEstimator rtt, long rttNanos) {
    if (!rtt.hasSample()) {
      rtt.srttNanos = rttNanos;
      rtt.rttvarNanos = rttNanos >> 1;
    } else {
      rtt.rttvarNanos += (Math.abs(rtt.srttNanos - rttNanos) - rtt.rttvarNanos) >> 2;
      rtt.srttNanos += (rttNanos - rtt.srttNanos) >> 3;
    }
    long rto = rtt.srttNanos + Math.max(GRANULARITY_NANOS, 4 * rtt.rttvarNanos);
    long computed = Math.max(rto, profile.minRtoNanos());
    rtt.rtoNanos = Math.min(computed + slopNanos, profile.maxRtoNanos());
  }

  /** Doubles the timeout up to its maximum (5.5); the next sample ends the back-off. */
  @Override
  void onTimeout(RttEstimator rtt, int attempts, boolean connecting) {
    boolean first = !rtt.hasSample() && attempts == 1;
    long backedOff = (first ? rtt.rtoNanos : rtt.rtoNanos - slopNanos) * 2;
    rtt.rtoNanos = Math.min(backedOff + slopNanos, profile.maxRtoNanos());
  }

  @Override
  void onProgress(RttEstimator rtt) {
    // The back-off stays until there is a sample.
  }

  @Override
  void onSynLost(RttEstimator rtt) {
    rtt.rtoNanos = Math.max(rtt.rtoNanos, RTO_AFTER_SYN_LOSS_NANOS);
  }

  /** The timeout, doubled with each probe (RFC 9293 section 3.8.6.1). */
  @Override
  long probeNanos(RttEstimator rtt, int probes) {
    return Math.min(rtt.rtoNanos << Math.min(probes, MAX_PROBE_SHIFT), profile.maxRtoNanos());
  }
}
