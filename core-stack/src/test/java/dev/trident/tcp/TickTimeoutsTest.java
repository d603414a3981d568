package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.TcpProfile;
import dev.trident.testkit.Requirement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Timeouts in ticks of 90 ms, worked out by hand from the formulas at each row. */
class TickTimeoutsTest {
  private static final long MILLIS = 1_000_000L;
  private static final long TICK = 90 * MILLIS;

  private final RttEstimator rtt = new RttEstimator(Timeouts.of(TcpProfile.TCPDIRECT));

  @BeforeEach
  void reset() {
    rtt.reset();
  }

  /** A measurement in milliseconds, and what it makes of sa, sv and the timeout in ticks. */
  private record Row(int sampleMillis, int sa, int sv, int rtoTicks) {}

  @Test
  @Requirement({"ZF-tcp-engine-05", "ZF-limit-16"})
  void shouldFollowJacobsonInIntegers() {
    Row[] rows = {
      // m = 1, since 0 counts as 1; sa = 8m, sv = 2m; RTO = 8/8 + 2.
      new Row(50, 8, 2, 3),
      // m = 3, err = 3 - 8/8 = 2: sa = 8 + 2, sv = 2 + 2 - 2/4; RTO = 10/8 + 4.
      new Row(300, 10, 4, 5),
      // m = 5, err = 5 - 10/8 = 4: sa = 14, sv = 4 + 4 - 4/4 = 7; RTO = 1 + 7.
      new Row(450, 14, 7, 8),
      // m = 1, err = 1 - 14/8 = 0: sv = 7 - 7/4 = 6, then 5, 4, 3, and then 3 - 3/4 stays.
      new Row(89, 14, 6, 7),
      new Row(90, 14, 5, 6),
      new Row(179, 14, 4, 5),
      new Row(1, 14, 3, 4),
      new Row(1, 14, 3, 4),
      // m = 10, err = 10 - 14/8 = 9: sa = 23, sv = 3 + 9 - 3/4 = 12; RTO = 23/8 + 12.
      new Row(900, 23, 12, 14),
      // m = 1, err = 1 - 23/8 = -1: sa = 22, sv = 12 + 1 - 12/4 = 10; RTO = 22/8 + 10.
      new Row(2, 22, 10, 12),
    };
    for (Row row : rows) {
      rtt.onSample(row.sampleMillis * MILLIS);
      assertThat(rtt.srttNanos()).as("sa after %s", row).isEqualTo(row.sa * TICK / 8);
      assertThat(rtt.rttvarNanos()).as("sv after %s", row).isEqualTo(row.sv * TICK / 4);
      assertThat(rtt.rtoNanos()).as("RTO after %s", row).isEqualTo(row.rtoTicks * TICK);
    }
  }

  @Test
  @Requirement("ZF-tcp-engine-06")
  void shouldBeElevenTicksBeforeTheFirstMeasurement() {
    assertThat(rtt.hasSample()).isFalse();
    assertThat(rtt.rtoNanos()).isEqualTo(990 * MILLIS);
  }

  @Test
  @Requirement("ZF-tcp-engine-08")
  void shouldBackOffBySevenPowersOfTwoUntilThereIsProgress() {
    rtt.onSample(1);
    int[] ticks = {6, 12, 24, 48, 96, 192, 384, 384, 384};
    for (int i = 0; i < ticks.length; i++) {
      rtt.backOff(i + 1, false);
      assertThat(rtt.rtoNanos()).isEqualTo(ticks[i] * TICK);
    }
    rtt.onProgress();
    assertThat(rtt.rtoNanos()).isEqualTo(3 * TICK);
  }

  @Test
  @Requirement("ZF-tcp-engine-07")
  void shouldRepeatASynAtAConstantInterval() {
    for (int attempt = 1; attempt <= 9; attempt++) {
      rtt.backOff(attempt, true);
      assertThat(rtt.rtoNanos()).isEqualTo(11 * TICK);
    }
    rtt.onSynLost();
    assertThat(rtt.rtoNanos()).isEqualTo(11 * TICK);
  }

  @Test
  @Requirement("ZF-tcp-engine-13")
  void shouldAskForAWindowEverMoreSeldom() {
    int[] ticks = {6, 18, 36, 72, 144, 288, 576, 720, 720, 720};
    for (int probes = 0; probes < ticks.length; probes++) {
      assertThat(rtt.probeNanos(probes)).isEqualTo(ticks[probes] * TICK);
    }
  }
}
