package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.testkit.Requirement;
import org.junit.jupiter.api.Test;

/** The window after each event, by the formula beside it; segments of 1,000 bytes. */
class RenoPerAckTest {
  private static final int SMSS = 1_000;

  private final CongestionControl congestion = new RenoPerAck();

  private void ack(int bytes) {
    congestion.onAck(bytes, SMSS, -1, 0);
  }

  private void expectWindow(int bytes) {
    assertThat(congestion.cwndBytes()).isEqualTo(bytes);
  }

  @Test
  @Requirement("ZF-tcp-engine-04")
  void shouldGrowWithEachAcknowledgment() {
    congestion.onEstablished(SMSS, 10 * SMSS);
    ack(SMSS);
    expectWindow(11_000);
    ack(1);
    expectWindow(12_000);
    ack(4 * SMSS);
    expectWindow(13_000);
    congestion.onCongestion(11_000, 0);
    assertThat(congestion.ssthreshBytes()).isEqualTo(5_500);
    congestion.cwndBytes(5_500);
    ack(SMSS);
    expectWindow(5_681); // 5,500 + 1,000,000 / 5,500
    ack(2 * SMSS);
    expectWindow(5_857); // 5,681 + 1,000,000 / 5,681
  }

  @Test
  @Requirement("ZF-tcp-engine-09")
  void shouldSetTheThresholdToHalfButNotBelowASegmentAfterATimeout() {
    congestion.onEstablished(SMSS, 10 * SMSS);
    congestion.onTimeout(2_500, true, 0);
    expectWindow(1_000);
    assertThat(congestion.ssthreshBytes()).isEqualTo(1_250);
    ack(SMSS);
    expectWindow(2_000);
    ack(SMSS);
    expectWindow(2_500); // 2,000 + 1,000,000 / 2,000
    congestion.onTimeout(1_999, true, 0);
    assertThat(congestion.ssthreshBytes()).isEqualTo(2_000);
    congestion.onTimeout(2_000, true, 0);
    assertThat(congestion.ssthreshBytes()).isEqualTo(1_000);
  }

  @Test
  @Requirement({"ZF-tcp-engine-03", "ZF-attr.tcp_initial_cwnd-04"})
  void shouldStayWithinSixteenBits() {
    congestion.onEstablished(SMSS, 100_000);
    expectWindow(65_535);
    congestion.cwndBytes(64_600);
    ack(SMSS);
    expectWindow(65_535);
    congestion.onCongestion(65_535, 0);
    congestion.cwndBytes(65_530);
    ack(SMSS);
    expectWindow(65_535); // 65,530 + 1,000,000 / 65,530 is 65,545
    congestion.onEstablished(SMSS, 10);
    expectWindow(1_000);
  }
}
