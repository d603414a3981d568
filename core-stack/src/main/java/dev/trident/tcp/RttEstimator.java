package dev.trident.tcp;

/**
 * What is known of the round trip of a connection, and the retransmission timeout that follows from
 * it by the rules of {@link Timeouts}. {@link Retransmission} is the timer, in the same object.
 */
class RttEstimator {
  private static final long NO_SAMPLE = -1;

  private final Timeouts rules;

  /** {@link #NO_SAMPLE} before the first measurement. Written by {@link Timeouts}, as all here. */
  long srttNanos = NO_SAMPLE;

  long rttvarNanos;
  long rtoNanos;

  /** {@link #reset} follows with each connection. */
  RttEstimator(Timeouts rules) {
    this.rules = rules;
  }

  /** Forgets all measurements. */
  final void reset() {
    srttNanos = NO_SAMPLE;
    rttvarNanos = 0;
    rules.onOpen(this);
  }

  final boolean hasSample() {
    return srttNanos != NO_SAMPLE;
  }

  /** Takes a measurement of a segment that was transmitted once (Karn's rule is the caller's). */
  final void onSample(long rttNanos) {
    rules.onSample(this, rttNanos);
  }

  /** The timer has expired for the {@code attempts}th time in a row. */
  final void backOff(int attempts, boolean connecting) {
    rules.onTimeout(this, attempts, connecting);
  }

  /** SND.UNA has moved. */
  final void onProgress() {
    rules.onProgress(this);
  }

  /** The handshake is done, and it took more than one SYN of ours. */
  final void onSynLost() {
    rules.onSynLost(this);
  }

  /** The present timeout, back-off included. */
  final long rtoNanos() {
    return rtoNanos;
  }

  /** How long a window may be zero before the peer is asked, when it was {@code probes} times. */
  final long probeNanos(int probes) {
    return rules.probeNanos(this, probes);
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
