package dev.trident.tcp;

import dev.trident.endpoint.TcpProfile;
import dev.trident.testkit.Requirement;
import org.junit.jupiter.api.Test;

/**
 * Probes for losses at the tail, computed by hand from RFC 8985 section 7. For the columns see
 * {@link SenderTrace}. Every measurement is 100 ms, so that SRTT stays 100 and RTO goes from 300 to
 * 250, 212.5 and 200, as in {@link NewRenoTraceTest}. PTO is 2 SRTT, and 200 more for one segment.
 */
class TailLossProbeTraceTest {
  private static final TcpProfile RENO =
      TcpProfile.STANDARD.withCongestion(TcpProfile.Congestion.RENO);

  /**
   * The probe of 1 was needless, and a D-SACK says so; that of 3 has repaired a loss; that of 6 was
   * needless, and a duplicate without SACK says so.
   */
  @Test
  @Requirement({
    "RFC8985-tlp-01",
    "RFC8985-tlp-02",
    "RFC8985-tlp-03",
    "RFC8985-tlp-04",
    "RFC8985-tlp-05"
  })
  void shouldReduceTheWindowOnlyWhenTheProbeRepairedALoss() {
    SenderTrace.checkWithSack(
        RENO,
        """
           0 | write 1       | 1   | 10 | - | 1 | 300: 1    | min(PTO 400, RTO 300)
         300 | timer         | 1   | 10 | - | 1 | 600: 1    | RTO starts again: 300 + 300
         310 | ack 1         | -   | 10 | - | 0 | -         | the original, or the probe
         410 | ack 1 dsack 1 | -   | 10 | - | 0 | -         | both
         500 | write 2       | 2-3 | 10 | - | 2 | 700: 3    | 500 + PTO 200
         600 | ack 2         | -   | 10 | - | 1 | 850: 3    | 600 + min(PTO 400, RTO 250)
         850 | timer         | 3   | 10 | - | 1 | 1100: 3   | 850 + RTO 250
         950 | ack 3         | -   | 10 | - | 0 | -         | the original, or the probe
        1000 | write 2       | 4-5 | 10 | - | 2 | 1250: 4   | no probe while one is out: RTO
        1100 | ack 4         | -   | 2  | 2 | 1 | 1312.5: 5 | the probe alone: max(2 / 2, 2)
        1100 | ack 5         | -   | 2  | 2 | 0 | -         |
        1200 | write 1       | 6   | 2  | 2 | 1 | 1400: 6   | min(PTO 400, RTO 200)
        1400 | timer         | 6   | 2  | 2 | 1 | 1600: 6   |
        1410 | ack 6         | -   | 2  | 2 | 0 | -         | the original, or the probe
        1500 | dup           | -   | 2  | 2 | 0 | -         | both
        1600 | write 2       | 7-8 | 2  | 2 | 2 | 1800: 8   | probes are allowed again
        """);
  }

  /** New data goes as the probe, beyond the congestion window. */
  @Test
  @Requirement({"RFC8985-tlp-01", "RFC8985-tlp-03"})
  void shouldProbeWithNewDataWhenThereIsSome() {
    SenderTrace.checkWithSack(
        RENO,
        """
          0 | write 12 | 1-10 | 10 | - | 10 | 200: 11 | 0 + PTO 200
        200 | timer    | 11   | 10 | - | 11 | 500: 1  | 200 + RTO 300
        300 | ack 11   | 12   | 11 | - | 1  | 550: 12 | 10 + min(11, 1); min(PTO 400, RTO 250)
        """);
  }

  /** A duplicate does not put the probe off: only what acknowledges new data does. */
  @Test
  @Requirement("RFC8985-tlp-01")
  void shouldStartAgainWithNewAcknowledgmentsOnly() {
    SenderTrace.checkWithSack(
        RENO,
        """
          0 | write 3 | 1-3 | 10 | - | 3 | 200: 3 | 0 + PTO 200
         50 | dup     | -   | 10 | - | 3 | 200: 3 |
        100 | ack 1   | -   | 10 | - | 2 | 300: 3 | 100 + PTO 200
        150 | dup     | -   | 10 | - | 2 | 300: 3 |
        """);
  }
}
