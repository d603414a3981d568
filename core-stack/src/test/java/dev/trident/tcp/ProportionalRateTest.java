package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.testkit.Requirement;
import org.junit.jupiter.api.Test;

/** Traces computed by hand from RFC 6937 section 3, in segments of 1,000 bytes. */
class ProportionalRateTest {
  private static final int SMSS = 1_000;
  private static final int RECOVER_FS = 20 * SMSS;

  private final ProportionalRate rate = new ProportionalRate();

  /**
   * The first of 20 segments is lost and ssthresh is 10: with each acknowledgment half a segment
   * may go, so one leaves for every two that arrive.
   */
  @Test
  @Requirement({"RFC6937-prr-01", "RFC6937-prr-03"})
  void shouldSendInProportionWhileThePipeIsAboveSsthresh() {
    rate.begin(RECOVER_FS);
    int pipe = 19 * SMSS;
    for (int i = 0; i < 4; i++) {
      pipe -= SMSS;
      assertThat(rate.sendBytes(SMSS, pipe, 10 * SMSS, SMSS)).isEqualTo(500);
      pipe -= SMSS;
      assertThat(rate.sendBytes(SMSS, pipe, 10 * SMSS, SMSS)).isEqualTo(1_000);
      rate.onSent(SMSS);
      pipe += SMSS;
    }
  }

  /** ceil(1,000 x 7,000 / 20,001) = ceil(349.98): part of an octet counts as one. */
  @Test
  @Requirement("RFC6937-prr-01")
  void shouldRoundUp() {
    rate.begin(20_001);
    assertThat(rate.sendBytes(SMSS, 15 * SMSS, 7 * SMSS, SMSS)).isEqualTo(350);
  }

  /**
   * Sixteen of 20 segments are lost, so the pipe is far below ssthresh: each acknowledgment of one
   * lets out two, which is slow start, until the pipe is full.
   */
  @Test
  @Requirement({"RFC6937-prr-02", "RFC6937-prr-03"})
  void shouldSlowStartWhileThePipeIsBelowSsthresh() {
    rate.begin(RECOVER_FS);
    int pipe = 3 * SMSS;
    // delivered - out is 1,000, then 0, -1,000, ...: what was just delivered is more.
    for (int i = 0; i < 6; i++) {
      assertThat(rate.sendBytes(SMSS, pipe, 10 * SMSS, SMSS)).isEqualTo(2 * SMSS);
      rate.onSent(2 * SMSS);
      pipe += SMSS; // two sent, one delivered with the next acknowledgment
    }
    assertThat(rate.sendBytes(SMSS, pipe, 10 * SMSS, SMSS)).isEqualTo(SMSS);
  }

  /** What was delivered and not used up counts: 5,000 - 1,000, and a segment more. */
  @Test
  @Requirement("RFC6937-prr-02")
  void shouldMakeUpForWhatWasDeliveredAndNotSent() {
    rate.begin(RECOVER_FS);
    rate.sendBytes(4 * SMSS, 15 * SMSS, 10 * SMSS, SMSS);
    rate.onSent(SMSS);
    assertThat(rate.sendBytes(SMSS, 2 * SMSS, 10 * SMSS, SMSS)).isEqualTo(5 * SMSS);
  }

  @Test
  @Requirement("RFC6937-prr-05")
  void shouldNeverSendLessThanNothing() {
    rate.begin(RECOVER_FS);
    rate.onSent(5 * SMSS);
    assertThat(rate.sendBytes(SMSS, 15 * SMSS, 10 * SMSS, SMSS)).isZero();
  }
}
