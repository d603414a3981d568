package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.trident.testkit.Requirement;
import org.junit.jupiter.api.Test;

/**
 * Windows so large that the share of one acknowledgment, SMSS x SMSS / cwnd, is less than an octet:
 * the shares add up instead of being rounded to nothing (RFC 5681 section 3.1, RFC 9438 section
 * 4.3).
 */
class RenoTest {
  private static final int SMSS = 1_000;
  private static final int SEGMENTS = 5_000;
  private static final int CWND = SEGMENTS * SMSS;

  private static final long RTT = 100_000_000L;

  private static void acknowledge(CongestionControl congestion, int segments) {
    assertThat(congestion.isSlowStart()).isFalse();
    for (int i = 0; i < segments; i++) {
      congestion.onAck(SMSS, congestion.cwndBytes(), RTT, 0);
    }
  }

  @Test
  @Requirement({"RFC5681-ca-01", "RFC5681-ca-02"})
  void shouldGrowByOneSegmentInAWindowHoweverLargeItIs() {
    Reno reno = new Reno();
    reno.onEstablished(SMSS, CWND);
    reno.onCongestion(2 * CWND, 0);
    acknowledge(reno, SEGMENTS - 1);
    assertThat(reno.cwndBytes()).isEqualTo(CWND);
    acknowledge(reno, 1);
    assertThat(reno.cwndBytes()).isEqualTo(CWND + SMSS);
  }

  /**
   * Just after a loss CUBIC is flat, and follows W_est: 3 x 0.3 / 1.7 = 0.5294 segments in a
   * window, which is 3,500 of them.
   */
  @Test
  @Requirement("RFC9438-cubic-04")
  void shouldGrowByCubicsShareHoweverLargeTheWindowIs() {
    Cubic cubic = new Cubic();
    cubic.onEstablished(SMSS, CWND);
    cubic.onCongestion(CWND, 0);
    cubic.cwndBytes(cubic.ssthreshBytes());
    assertThat(cubic.cwndBytes()).isEqualTo(3_500 * SMSS);
    acknowledge(cubic, 3_500);
    assertThat(cubic.cwndBytes()).isCloseTo(3_500 * SMSS + 529, within(2));
  }
}
