package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.TcpProfile;
import dev.trident.testkit.Requirement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RttEstimatorTest {
  private static final long MILLIS = 1_000_000L;

  private final RttEstimator rtt = new RttEstimator(Timeouts.of(TcpProfile.STANDARD));

  @BeforeEach
  void reset() {
    rtt.reset();
  }

  @Test
  @Requirement({"RFC6298-rto-01", "RFC6298-rto-02", "RFC6298-rto-03"})
  void shouldFollowTheFormulas() {
    assertThat(rtt.rtoNanos()).isEqualTo(1_000 * MILLIS);
    assertThat(rtt.srttNanos()).isEqualTo(-1);
    rtt.onSample(400 * MILLIS);
    // SRTT 400, RTTVAR 200: 400 + 4 x 200.
    assertThat(rtt.rtoNanos()).isEqualTo(1_200 * MILLIS);
    rtt.onSample(320 * MILLIS);
    // RTTVAR 3/4 x 200 + 1/4 x 80 = 170, then SRTT 7/8 x 400 + 1/8 x 320 = 390.
    assertThat(rtt.srttNanos()).isEqualTo(390 * MILLIS);
    assertThat(rtt.rtoNanos()).isEqualTo((390 + 4 * 170) * MILLIS);
    rtt.onSample(710 * MILLIS);
    // RTTVAR 127.5 + 80 = 207.5, SRTT 341.25 + 88.75 = 430.
    assertThat(rtt.srttNanos()).isEqualTo(430 * MILLIS);
    assertThat(rtt.rtoNanos()).isEqualTo((430 + 4 * 207) * MILLIS + 2 * MILLIS);
  }

  @Test
  @Requirement({"RFC6298-rto-04", "RFC6298-rto-05", "RFC6298-rto-12"})
  void shouldStayBetweenFloorAndCap() {
    rtt.onSample(1);
    assertThat(rtt.rtoNanos()).isEqualTo(200 * MILLIS);
    for (int i = 1; i <= 8; i++) {
      rtt.backOff(i, false);
      assertThat(rtt.rtoNanos()).isEqualTo(Math.min((200 * MILLIS) << i, 60_000 * MILLIS));
    }
    rtt.backOff(9, false);
    assertThat(rtt.rtoNanos()).isEqualTo(60_000 * MILLIS);
    rtt.onSample(1);
    assertThat(rtt.rtoNanos()).as("a sample ends the back-off").isEqualTo(200 * MILLIS);
    rtt.onSample(3_600_000 * MILLIS);
    assertThat(rtt.rtoNanos()).isEqualTo(60_000 * MILLIS);
  }

  /** As FreeBSD does: 200 ms with each timeout but the first of a connection. */
  @Test
  void shouldAddTheSlopBehindTheBackOff() {
    RttEstimator slow = new RttEstimator(Timeouts.of(TcpProfile.FREEBSD));
    slow.reset();
    assertThat(slow.rtoNanos()).isEqualTo(1_000 * MILLIS);
    slow.backOff(1, true);
    assertThat(slow.rtoNanos()).isEqualTo((2 * 1_000 + 200) * MILLIS);
    slow.backOff(2, true);
    assertThat(slow.rtoNanos()).isEqualTo((4 * 1_000 + 200) * MILLIS);
    slow.onSample(1);
    assertThat(slow.rtoNanos()).isEqualTo((30 + 200) * MILLIS);
    slow.backOff(1, false);
    assertThat(slow.rtoNanos()).isEqualTo((2 * 30 + 200) * MILLIS);
    slow.reset();
    slow.onSample(100 * MILLIS);
    // SRTT 100, RTTVAR 50: 100 + 4 x 50.
    assertThat(slow.rtoNanos()).isEqualTo((300 + 200) * MILLIS);
    for (int i = 1; i <= 9; i++) {
      slow.backOff(i, false);
    }
    assertThat(slow.rtoNanos()).isEqualTo(64_000 * MILLIS);
  }
}
