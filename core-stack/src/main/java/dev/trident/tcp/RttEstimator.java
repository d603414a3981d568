package dev.trident.tcp;

import dev.trident.endpoint.TcpProfile;

/**
 * The retransmission timeout (RFC 6298 sections 2 and 5). {@link Retransmission} is the timer, in
 * the same object.
 */
class RttEstimator {
  /**
   * G, the granularity of what is measured: a tick of the timestamp option. Without it the timeout
   * of a path that never varies would become the round trip itself, and expire with each
   * acknowledgment that is late by nothing.
   */
  private static final long GRANULARITY_NANOS = 1_000_000L;

  private static final long NO_SAMPLE = -1;

  private final TcpProfile.Retransmission profile;

  /** {@link #NO_SAMPLE} before the first measurement. */
  private long srttNanos = NO_SAMPLE;

  private long rttvarNanos;
  private long rtoNanos;

  /** {@link #reset} follows with each connection. */
  RttEstimator(TcpProfile.Retransmission profile) {
    this.profile = profile;
  }

  /** Forgets all measurements. */
  final void reset(long initialRtoNanos) {
    srttNanos = NO_SAMPLE;
    rtoNanos = initialRtoNanos;
  }

  /** Takes a measurement of a segment that was transmitted once (Karn's rule is the caller's). */
  final void onSample(long rttNanos) {
    if (srttNanos == NO_SAMPLE) {
      srttNanos = rttNanos;
      rttvarNanos = rttNanos >> 1;
    } else {
      rttvarNanos += (Math.abs(srttNanos - rttNanos) - rttvarNanos) >> 2;
      srttNanos += (rttNanos - srttNanos) >> 3;
    }
    long rto = srttNanos + Math.max(GRANULARITY_NANOS, 4 * rttvarNanos);
    rtoNanos = Math.clamp(rto, profile.minRtoNanos(), profile.maxRtoNanos());
  }

  /** Doubles the timeout up to its maximum (5.5); the next sample ends the back-off. */
  final void backOff() {
    rtoNanos = Math.min(rtoNanos * 2, profile.maxRtoNanos());
  }

  /** Raises the timeout to {@code nanos} at least, until the next sample (5.7). */
  final void atLeast(long nanos) {
    rtoNanos = Math.max(rtoNanos, nanos);
  }

  /** The present timeout, back-off included. */
  final long rtoNanos() {
    return rtoNanos;
  }

  /** RTTVAR; meaningful once there is a measurement. */
  final long rttvarNanos() {
    return rttvarNanos;
  }

  /** The smoothed round-trip time, or -1 before the first measurement. */
  final long srttNanos() {
    return srttNanos;
  }
}
