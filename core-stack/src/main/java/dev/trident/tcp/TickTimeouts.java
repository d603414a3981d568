package dev.trident.tcp;

import dev.trident.endpoint.TcpProfile;

/**
 * Timeouts of a stack whose clock ticks a few times a second, by the integer arithmetic of
 * Jacobson, "Congestion Avoidance and Control" (1988), appendix A: {@code sa} is the smoothed round
 * trip in eighths of a tick, {@code sv} its variation in quarters, and the timeout is {@code sa / 8
 * + sv} ticks, which never falls below three.
 *
 * <p>Deviates from RFC 6298: a SYN is repeated at a constant interval; the back-off of data goes to
 * 128 times the timeout and ends with any new acknowledgment; nothing is added after a lost SYN.
 *
 * <p>A timer runs for a whole number of ticks from where it is started. A stack whose ticks are
 * those of a clock would wake up to one tick early, by chance; peers can rely on neither.
 */
final class TickTimeouts extends Timeouts {
  private static final int SA_SHIFT = 3;
  private static final int SV_SHIFT = 2;

  /** The longest back-off is by this power of two. */
  private static final int MAX_BACK_OFF_SHIFT = 7;

  /** How long a zero window is left alone at first. */
  private static final int FIRST_PROBE_TICKS = 6;

  /**
   * How long after that, in units of the first wait: 1.6 s up to 65 s with ticks of 90 ms. They
   * cannot be ticks, since 3 would then follow 6, and intervals have to grow (RFC 9293 section
   * 3.8.6.1).
   */
  private static final int[] PROBE_BACK_OFF = {3, 6, 12, 24, 48, 96, 120};

  private final long initialRtoNanos;
  private final long tickNanos;

  /** A tick must have whole eighths, in which {@link RttEstimator} keeps the estimate exactly. */
  TickTimeouts(TcpProfile.Retransmission profile, long tickNanos) {
    initialRtoNanos = profile.initialRtoNanos();
    this.tickNanos = tickNanos;
  }

  @Override
  void onOpen(RttEstimator rtt) {
    rtt.rtoNanos = initialRtoNanos;
  }

  /** A round trip within a tick counts as one: zero would say that nothing was measured. */
  @Override
  void onSample(RttEstimator rtt, long rttNanos) {
    int m = (int) Math.max(rttNanos / tickNanos, 1);
    int sa;
    int sv;
    if (rtt.hasSample()) {
      int error = m - (sa(rtt) >> SA_SHIFT);
      sa = sa(rtt) + error;
      sv = sv(rtt) + Math.abs(error) - (sv(rtt) >> SV_SHIFT);
    } else {
      sa = m << SA_SHIFT;
      sv = m << SV_SHIFT >> 1;
    }
    rtt.srttNanos = sa * (tickNanos >> SA_SHIFT);
    rtt.rttvarNanos = sv * (tickNanos >> SV_SHIFT);
    rtt.rtoNanos = base(rtt);
  }

  private int sa(RttEstimator rtt) {
    return (int) (rtt.srttNanos / (tickNanos >> SA_SHIFT));
  }

  private int sv(RttEstimator rtt) {
    return (int) (rtt.rttvarNanos / (tickNanos >> SV_SHIFT));
  }

  /** The timeout without back-off. */
  private long base(RttEstimator rtt) {
    return rtt.hasSample() ? ((sa(rtt) >> SA_SHIFT) + sv(rtt)) * tickNanos : initialRtoNanos;
  }

  @Override
  void onTimeout(RttEstimator rtt, int attempts, boolean connecting) {
    if (!connecting) {
      rtt.rtoNanos = base(rtt) << Math.min(attempts, MAX_BACK_OFF_SHIFT);
    }
  }

  @Override
  void onProgress(RttEstimator rtt) {
    rtt.rtoNanos = base(rtt);
  }

  @Override
  void onSynLost(RttEstimator rtt) {
    rtt.rtoNanos = base(rtt);
  }

  @Override
  long probeNanos(RttEstimator rtt, int probes) {
    long first = FIRST_PROBE_TICKS * tickNanos;
    return probes == 0
        ? first
        : first * PROBE_BACK_OFF[Math.min(probes, PROBE_BACK_OFF.length) - 1];
  }
}
