package dev.trident.tcp;

import dev.trident.endpoint.TcpProfile;

/**
 * How long a sender waits for an answer: what a round trip makes of the RTO, what each timeout does
 * to it, and how long a closed window is left alone. One object serves all connections of a layer;
 * what is known of a connection is in its {@link RttEstimator}.
 */
abstract sealed class Timeouts permits StandardTimeouts, TickTimeouts {
  /** What a profile asks for. */
  static Timeouts of(TcpProfile profile) {
    return profile.repair().tickNanos() == TcpProfile.NO_TICKS
        ? new StandardTimeouts(profile.retransmission(), profile.repair().slopNanos())
        : new TickTimeouts(profile.retransmission(), profile.repair().tickNanos());
  }

  /** A connection begins. */
  abstract void onOpen(RttEstimator rtt);

  /** A segment that was transmitted once has been acknowledged. */
  abstract void onSample(RttEstimator rtt, long rttNanos);

  /**
   * The retransmission timer has expired.
   *
   * @param attempts how often since SND.UNA moved, this time included
   * @param connecting it was for the SYN of an active open
   */
  abstract void onTimeout(RttEstimator rtt, int attempts, boolean connecting);

  /** SND.UNA has moved; after {@link #onSample} if there was a sample. */
  abstract void onProgress(RttEstimator rtt);

  /** The handshake is done, and it took more than one SYN of ours. */
  abstract void onSynLost(RttEstimator rtt);

  /** How long a window may be zero before the peer is asked, when it was {@code probes} times. */
  abstract long probeNanos(RttEstimator rtt, int probes);
}
