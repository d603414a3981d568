package dev.trident.tcp;

import dev.trident.endpoint.TcpProfile;
import dev.trident.testkit.Requirement;
import org.junit.jupiter.api.Test;

/**
 * Losses found by time, computed by hand from RFC 8985 section 6, with the window of RFC 6937. For
 * the columns see {@link SenderTrace}.
 *
 * <p>The round trip is 100 ms, RACK.min_RTT is, too, and a quarter of it is the reordering window.
 * A segment is lost at its transmission + RACK.rtt + window. RTO has the least value of RFC 6298, 1
 * s, out of the way.
 */
class RackTraceTest {
  private static final TcpProfile RENO = reno();

  private static TcpProfile reno() {
    TcpProfile.Retransmission r = TcpProfile.STANDARD.retransmission();
    return TcpProfile.STANDARD
        .withCongestion(TcpProfile.Congestion.RENO)
        .withRetransmission(
            new TcpProfile.Retransmission(
                r.initialRtoNanos(),
                r.initialRtoNanos(),
                r.maxRtoNanos(),
                r.synRetries(),
                r.synAckRetries(),
                r.dataRetries()));
  }

  /** Steps 4 and 5: without reordering, three segments SACKed leave no patience. */
  @Test
  @Requirement({"RFC8985-rack-02", "RFC8985-rack-03", "RFC8985-rack-06"})
  void shouldFindLostRetransmissionsByTheOrderOfTransmission() {
    SenderTrace.checkWithSack(
        RENO,
        """
          0 | write 6  | 1-6 | 10 | - | 6 | 200: 6  | probe after 2 SRTT
        100 | sack 4-6 | 1-3 | 3  | 3 | 3 | 1000: 1 | 0 + 100 + 0 is now; pipe 0 + min(3 - 0, 3 + 1)
        200 | sack 3-6 | 1-2 | 2  | 3 | 2 | 1000: 1 | copies of 1, 2 left before that of 3;
        300 | ack 6    | -   | 3  | 3 | 0 | -       | above: 0 + min(3 - 0, max(4 - 3, 1) + 1)
        """);
  }

  /** Step 2: the original of 3 comes late, and looks like the copy that left 10 ms ago. */
  @Test
  @Requirement("RFC8985-rack-04")
  void shouldTakeNoSampleFromACopyThatIsAnsweredTooFast() {
    SenderTrace.checkWithSack(
        RENO,
        """
          0 | write 6  | 1-6 | 10 | - | 6 | 200: 6  |
        100 | sack 4-6 | 1-3 | 3  | 3 | 3 | 1000: 1 |
        110 | sack 3-6 | -   | 3  | 3 | 2 | 1000: 1 | 10 < 100: else 1 and 2 were lost, 100 + 10
        200 | ack 6    | -   | 3  | 3 | 0 | -       | pipe above: 2 + min(3 - 2, max(4 - 3, 1) + 1)
        """);
  }

  /** Step 2: RACK.rtt is that of the latest delivery, though 3 was sent after 1. */
  @Test
  @Requirement({"RFC8985-rack-02", "RFC8985-rack-08"})
  void shouldWaitLongerWhenADeliveryTookLonger() {
    SenderTrace.checkWithSack(
        RENO,
        """
          0 | write 4      | 1-4 | 10 | - | 4 | 200: 4 |
        100 | sack 3       | -   | 10 | - | 3 | 125: 1 | 0 + 100 + 25
        110 | ack 1 sack 3 | -   | 10 | - | 2 | 135: 2 | 0 + 110 + 25
        """);
  }

  /**
   * Step 4. All that is sent again arrives twice: 25 ms later the original of it comes, after 100
   * ms the copy, which a D-SACK reports.
   */
  @Test
  @Requirement({
    "RFC8985-rack-02",
    "RFC8985-rack-05",
    "RFC8985-rack-07",
    "RFC8985-rack-08",
    "RFC6937-prr-02"
  })
  void shouldWidenTheWindowByDsackOnceInARoundTripAndUpToSrtt() {
    SenderTrace.checkWithSack(
        RENO,
        """
           0 | write 4          | 1-4   | 10 | - | 4 | 200: 4   |
         100 | sack 2           | -     | 10 | - | 3 | 125: 1   | 0 + 100 + 25
         100 | ack 2            | -     | 10 | - | 2 | 300: 4   | 1 behind 2: reordering seen
         100 | ack 4            | -     | 10 | - | 0 | -        |
         200 | write 4          | 5-8   | 10 | - | 4 | 400: 8   |
         300 | sack 6-8         | -     | 10 | - | 1 | 325: 5   | 25 in spite of three SACKed
         325 | timer            | 5     | 1  | 2 | 1 | 1200: 5  | ssthresh 4 / 2; 0 + min(2 - 0, 0 + 1)
         350 | ack 8            | -     | 2  | 2 | 0 | -        | the end: ssthresh
         425 | ack 8 dsack 5    | -     | 2  | 2 | 0 | -        | reo_wnd_mult 2
         500 | write 2          | 9-10  | 2  | 2 | 2 | 700: 10  |
         600 | sack 10          | -     | 2  | 2 | 1 | 650: 9   | 500 + 100 + 50
         650 | timer            | 9     | 1  | 2 | 1 | 1500: 9  | ssthresh max(2 / 2, 2)
         675 | ack 10           | -     | 2  | 2 | 0 | -        |
         700 | write 3          | 11-12 | 2  | 2 | 2 | 900: 13  | the probe is new data
         750 | ack 10 dsack 9   | -     | 2  | 2 | 2 | 900: 13  | reo_wnd_mult 3, dsack_round 12
         760 | ack 10 dsack 9   | -     | 2  | 2 | 2 | 900: 13  | 10 < 12: the same round trip
         800 | sack 12          | 13    | 2  | 2 | 2 | 875: 11  | 700 + 100 + 75
         800 | ack 12           | -     | 3  | 2 | 1 | 1200: 13 | avoidance: 2 of 2; 2 SRTT + 200
         900 | ack 13           | -     | 3  | 2 | 0 | -        |
         950 | ack 13 dsack 11  | -     | 3  | 2 | 0 | -        | reo_wnd_mult 4
         951 | ack 13 dsack 11  | -     | 3  | 2 | 0 | -        | reo_wnd_mult 5
        1000 | write 2          | 14-15 | 3  | 2 | 2 | 1200: 15 |
        1100 | sack 15          | -     | 3  | 2 | 1 | 1200: 14 | 1000 + 100 + min(125, 100)
        """);
  }

  /**
   * Step 4: a D-SACK doubles the window for 16 recoveries, by duplicates or by the timer, whichever
   * they are. The eighth is by the timer, so that RTO is 2 s from there on: no measurement.
   */
  @Test
  @Requirement({"RFC8985-rack-07", "RFC8985-rack-09"})
  void shouldNarrowTheWindowAfterSixteenRecoveriesWithoutDsack() {
    StringBuilder table =
        new StringBuilder(
            """
              0 | write 2       | 1-2 | 10 | - | 2 | 200: 2 |
            100 | ack 2         | -   | 10 | - | 0 | -      |
            150 | ack 2 dsack 2 | -   | 10 | - | 0 | -      | reo_wnd_mult 2, reo_wnd_persist 16
            """);
    for (int recovery = 1; recovery <= 17; recovery++) {
      int at = 3_000 * recovery;
      int first = 2 * recovery + 1;
      int second = first + 1;
      String windows = recovery == 1 ? "10 | - " : "2 | 2";
      String row = "%d | %s | %s | %s | %d | %d: %d |%n";
      String both = first + "-" + second;
      table.append(row.formatted(at, "write 2", both, windows, 2, at + 200, second));
      if (recovery == 8) {
        table.append(row.formatted(at + 200, "timer", second, windows, 2, at + 1_200, first));
        // The probe left 1,000 ms ago, more than 100 + 50: lost, too, and pipe is the copy alone.
        table.append(row.formatted(at + 1_200, "timer", first, "1 | 2", 1, at + 3_200, first));
        table.append("%d | ack %d | - | 2 | 2 | 0 | - |%n".formatted(at + 1_300, second));
        continue;
      }
      int lostAt = at + 100 + (recovery <= 16 ? 50 : 25);
      int rto = recovery < 8 ? 1_000 : 2_000;
      table.append(row.formatted(at + 100, "sack " + second, "-", windows, 1, lostAt, first));
      table.append(row.formatted(lostAt, "timer", first, "1 | 2", 1, at + rto, first));
      table.append("%d | ack %d | - | 2 | 2 | 0 | - |%n".formatted(lostAt + 100, second));
    }
    SenderTrace.checkWithSack(RENO, table.toString());
  }

  /** Section 6.3: what left a moment ago need not be lost because the first segment is. */
  @Test
  @Requirement({"RFC8985-rack-01", "RFC8985-rack-09", "RFC6675-sack-02"})
  void shouldGiveUpOnlyWhatIsOverdueWhenTheTimerExpires() {
    SenderTrace.checkWithSack(
        RENO,
        """
           0 | write 1 | 1   | 10 | - | 1 | 400: 1  | one segment: 2 SRTT + 200
         100 | ack 1   | -   | 10 | - | 0 | -       |
         200 | write 2 | 2-3 | 10 | - | 2 | 400: 3  |
         400 | timer   | 3   | 10 | - | 2 | 1400: 2 | the probe starts RTO again
        1350 | write 1 | 4   | 10 | - | 3 | 1400: 2 |
        1400 | timer   | 2   | 1  | 2 | 2 | 3400: 2 | lost: 2, the first, and 3: 400 + 100 + 25
        """); // pipe: 4, for 1350 + 125 > 1400, and the copy of 2
  }
}
