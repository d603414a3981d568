package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.trident.testkit.Requirement;
import org.junit.jupiter.api.Test;

/**
 * Traces computed by hand from the formulas of RFC 9438, in segments of 1,000 bytes. Where one
 * acknowledgment covers a whole window, the window becomes its target at once: in the cubic region
 * that is W_cubic(t + RTT), in the Reno-friendly one W_est(t).
 */
class CubicTest {
  private static final int SMSS = 1_000;
  private static final long MILLIS = 1_000_000L;
  private static final long RTT = 100 * MILLIS;

  /** Rounding to whole bytes, down, at each step. */
  private static final int ROUNDING = 2;

  private final Cubic cubic = new Cubic();
  private long start = 5_000 * MILLIS;

  /** A loss at {@code lostAt} segments, and the end of its recovery. */
  private void reduce(int lostAt) {
    cubic.cwndBytes(lostAt * SMSS);
    cubic.onCongestion(lostAt * SMSS, start);
    cubic.cwndBytes(cubic.ssthreshBytes());
  }

  private void begin() {
    cubic.onEstablished(SMSS, 10 * SMSS);
  }

  /** A window in full use is acknowledged; returns the next. */
  private int ackWindow(long afterNanos, long rttNanos) {
    int cwnd = cubic.cwndBytes();
    cubic.onAck(cwnd, cwnd, rttNanos, start + afterNanos);
    return cubic.cwndBytes();
  }

  private void expectWindow(long afterMillis, double segments) {
    int expected = (int) Math.round(segments * SMSS);
    assertThat(ackWindow(afterMillis * MILLIS, RTT))
        .as("window after %d ms", afterMillis)
        .isCloseTo(expected, within(ROUNDING));
  }

  /** W_max = 100, cwnd_epoch = 70, so K = cbrt(30 / 0.4) = 4.2172 s. */
  @Test
  @Requirement({"RFC9438-cubic-01", "RFC9438-cubic-02"})
  void shouldFollowTheCubicFunctionWhenTheWindowWasReduced() {
    begin();
    reduce(100);
    assertThat(cubic.ssthreshBytes()).isEqualTo(70 * SMSS);
    expectWindow(0, 70.5294); // W_cubic(0) is 70, W_est 70 + 0.5294
    expectWindow(600, 82.5965); // 100 - 0.4 x 3.5172^3; W_est is 71.0588
    expectWindow(1_200, 90.0702);
    expectWindow(1_800, 95.0234);
    expectWindow(2_400, 97.9747);
    expectWindow(3_000, 99.4423);
    expectWindow(3_600, 99.9447);
    expectWindow(4_200, 100.0002); // the plateau
    expectWindow(4_800, 100.1274);
    expectWindow(5_400, 100.8445);
  }

  /**
   * The first moves W_est, and the window with it, by 0.5294 / 70 = 0.0076 segments; the second, by
   * then in the cubic region, by (W_cubic(0.2) - 70.0076) / 70.0076 = 0.0580.
   */
  @Test
  @Requirement("RFC9438-cubic-01")
  void shouldGrowBySharesWhenAnAcknowledgmentCoversOneSegment() {
    begin();
    reduce(100);
    cubic.onAck(SMSS, 70 * SMSS, RTT, start);
    assertThat(cubic.cwndBytes()).isCloseTo(70_008, within(ROUNDING));
    cubic.onAck(SMSS, 70 * SMSS, RTT, start + RTT);
    assertThat(cubic.cwndBytes()).isCloseTo(70_066, within(ROUNDING));
  }

  /**
   * With a round trip of 10 ms and ten segments Reno is faster: alpha = 3 x 0.3 / 1.7 = 0.5294 a
   * round trip until W_est passes the window before the loss, then 1.
   */
  @Test
  @Requirement("RFC9438-cubic-04")
  void shouldFollowRenoWhenItsEstimateIsLarger() {
    begin();
    reduce(10);
    double[] expected = {7.5294, 8.0588, 8.5882, 9.1176, 9.6471, 10.1765, 11.1765, 12.1765};
    for (int i = 0; i < expected.length; i++) {
      assertThat(ackWindow(10L * i * MILLIS, 10 * MILLIS))
          .as("round trip %d", i)
          .isCloseTo((int) Math.round(expected[i] * SMSS), within(ROUNDING));
    }
  }

  /** The second loss comes below W_max = 100: W_max = 80 x 1.7 / 2 = 68, K = cbrt(12 / 0.4). */
  @Test
  @Requirement("RFC9438-cubic-03")
  void shouldConvergeFastWhenTheSecondLossComesEarlier() {
    begin();
    reduce(100);
    reduce(80);
    assertThat(cubic.ssthreshBytes()).isEqualTo(56 * SMSS);
    expectWindow(0, 56.5294);
    expectWindow(3_007, 68.0);
  }

  @Test
  @Requirement("RFC9438-cubic-03")
  void shouldKeepThePlateauWhenTheSecondLossComesAboveTheFirst() {
    begin();
    reduce(80);
    reduce(100);
    expectWindow(0, 70.5294);
    expectWindow(600, 82.5965);
  }

  /** W_cubic(20.1) = 100 + 0.4 x 15.8828^3 is 1,702. */
  @Test
  @Requirement("RFC9438-cubic-05")
  void shouldGrowByHalfAtMostInARoundTrip() {
    begin();
    reduce(100);
    expectWindow(0, 70.5294);
    int before = cubic.cwndBytes();
    assertThat(ackWindow(20_000 * MILLIS, RTT)).isCloseTo(before * 3 / 2, within(ROUNDING));
  }

  /** Three seconds in which the window is not full do not count. */
  @Test
  @Requirement("RFC9438-cubic-07")
  void shouldNotCountTheTimeThatTheApplicationLimits() {
    begin();
    reduce(100);
    expectWindow(0, 70.5294);
    int before = cubic.cwndBytes();
    for (int second = 1; second <= 3; second++) {
      cubic.onAck(SMSS, SMSS, RTT, start + 1_000L * second * MILLIS);
      assertThat(cubic.cwndBytes()).isEqualTo(before);
    }
    expectWindow(3_600, 82.5965);
  }

  /**
   * After a timeout slow start runs up to ssthresh, and from there the curve sets out flat: K = 0
   * and W_max = 70. After 3 s W_cubic(3.1) = 70 + 0.4 x 3.1^3 is 81.9164.
   */
  @Test
  @Requirement({"RFC9438-cubic-06", "RFC9438-cubic-08"})
  void shouldSlowStartAndSetOutFlatWhenTheTimerHasExpired() {
    begin();
    cubic.cwndBytes(100 * SMSS);
    cubic.onTimeout(100 * SMSS, true, start);
    assertThat(cubic.cwndBytes()).isEqualTo(SMSS);
    assertThat(cubic.ssthreshBytes()).isEqualTo(70 * SMSS);
    for (int segments = 1; segments < 70; segments++) {
      assertThat(cubic.isSlowStart()).isTrue();
      cubic.onAck(SMSS, cubic.cwndBytes(), RTT, start);
      assertThat(cubic.cwndBytes()).isEqualTo((segments + 1) * SMSS);
    }
    assertThat(cubic.isSlowStart()).isFalse();
    expectWindow(0, 70.5294); // Reno-friendly at first
    expectWindow(3_000, 81.9164);
  }

  @Test
  void shouldBeAsBeforeWhenTheReductionWasAMistake() {
    begin();
    reduce(80);
    cubic.cwndBytes(100 * SMSS);
    cubic.onCongestion(100 * SMSS, start);
    cubic.cwndBytes(cubic.ssthreshBytes());
    cubic.undo(100 * SMSS, 56 * SMSS);
    assertThat(cubic.cwndBytes()).isEqualTo(100 * SMSS);
    assertThat(cubic.ssthreshBytes()).isEqualTo(70 * SMSS);
    // The next loss is compared with W_max = 80 again: below it there is fast convergence.
    reduce(70);
    assertThat(cubic.ssthreshBytes()).isEqualTo(49 * SMSS);
    expectWindow(0, 49.5294);
    expectWindow(600, 54.8090); // W_max = 59.5, K = cbrt(10.5 / 0.4) = 2.9720
  }
}
