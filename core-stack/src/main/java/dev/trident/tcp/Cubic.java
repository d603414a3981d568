package dev.trident.tcp;

/**
 * CUBIC (RFC 9438): in congestion avoidance the window is a cubic function of the time since the
 * last reduction, flat where the network was full then; where Reno would be faster, it is Reno.
 *
 * <p>Windows are counted in segments as the RFC counts them, times in seconds, both as {@code
 * double}: the arithmetic of Java is the same everywhere, and {@code StrictMath} has the only
 * function that might not be.
 */
final class Cubic extends CongestionControl {
  private static final double C = 0.4;
  private static final double BETA = 0.7;

  /** Increase that makes Reno with {@link #BETA} as fair as Reno with one half (section 4.3). */
  private static final double ALPHA = 3 * (1 - BETA) / (1 + BETA);

  private static final double NANOS_PER_SECOND = 1e9;
  private static final long NO_EPOCH = Long.MIN_VALUE;

  /** Start of the present congestion avoidance, or {@link #NO_EPOCH}. */
  private long epochNanos = NO_EPOCH;

  /** When the window was last tested; time after that does not count. */
  private long lastAckNanos;

  /** Window before the last reduction, perhaps lowered by fast convergence; 0 before the first. */
  private double wMax;

  /** Seconds from the start of the epoch until the window is again {@link #wMax}. */
  private double k;

  /** What Reno's window would be. */
  private double wEst;

  /** Window before the last reduction: from there on Reno grows by a whole segment. */
  private double cwndPrior;

  /** Part of a segment that the window has earned. */
  private double credit;

  private double undoWMax;
  private double undoCwndPrior;

  @Override
  void avoid(int ackedBytes, long srttNanos, long nowNanos) {
    double cwnd = segments(cwndBytes());
    if (epochNanos == NO_EPOCH) {
      begin(cwnd, nowNanos);
    }
    lastAckNanos = nowNanos;
    double acked = segments(ackedBytes);
    double t = (nowNanos - epochNanos) / NANOS_PER_SECOND;
    wEst += (wEst < cwndPrior ? ALPHA : 1) * acked / cwnd;
    if (window(t) < wEst) {
      earn(Math.max(wEst - cwnd - credit, 0));
      return;
    }
    double target = window(t + Math.max(srttNanos, 0) / NANOS_PER_SECOND);
    double bounded = Math.min(Math.max(target, cwnd), 1.5 * cwnd);
    earn((bounded - cwnd) / cwnd * acked);
  }

  /** A window that was never reduced has no plateau to return to: it sets out from where it is. */
  private void begin(double cwnd, long nowNanos) {
    epochNanos = nowNanos;
    credit = 0;
    wEst = cwnd;
    if (wMax <= cwnd) {
      wMax = cwnd;
      k = 0;
    } else {
      k = StrictMath.cbrt((wMax - cwnd) / C);
    }
  }

  /** W_cubic(t), section 4.2. */
  private double window(double t) {
    double s = t - k;
    return C * s * s * s + wMax;
  }

  private void earn(double growth) {
    credit += growth;
    int whole = (int) (credit * smss());
    credit -= segments(whole);
    cwndBytes(cwndBytes() + whole);
  }

  private double segments(int bytes) {
    return (double) bytes / smss();
  }

  @Override
  int decreased(int flightSizeBytes, long nowNanos) {
    undoWMax = wMax;
    undoCwndPrior = cwndPrior;
    double cwnd = segments(cwndBytes());
    cwndPrior = cwnd;
    wMax = cwnd < wMax ? cwnd * (1 + BETA) / 2 : cwnd;
    epochNanos = NO_EPOCH;
    return (int) (flightSizeBytes * 7L / 10); // beta, without rounding below a whole segment
  }

  /** After a timeout the first congestion avoidance starts flat, from where slow start ended. */
  @Override
  void reset() {
    epochNanos = NO_EPOCH;
    wMax = 0;
  }

  @Override
  void onLimitedByApplication(long nowNanos) {
    if (epochNanos != NO_EPOCH) {
      epochNanos += nowNanos - lastAckNanos;
      lastAckNanos = nowNanos;
    }
  }

  @Override
  void onUndo() {
    wMax = undoWMax;
    cwndPrior = undoCwndPrior;
    epochNanos = NO_EPOCH;
  }
}
