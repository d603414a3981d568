package dev.trident.tcp;

import dev.trident.endpoint.TcpProfile;
import dev.trident.testkit.Requirement;
import org.junit.jupiter.api.Test;

/**
 * Slow start, congestion avoidance and recovery without SACK, computed by hand from RFC 5681
 * section 3, RFC 3042 and RFC 6582 section 3.2, with the timer of RFC 6298. For the columns see
 * {@link SenderTrace}.
 *
 * <p>Every round trip takes 100 ms, so SRTT stays 100 and each sample takes a quarter of RTTVAR
 * away: 50 after the handshake, then 37.5, 28.125, 21.094. RTO = SRTT + 4 RTTVAR is 300, 250,
 * 212.5, and from there on the least that the profile allows, 200.
 */
class NewRenoTraceTest {
  private static final TcpProfile RENO =
      TcpProfile.STANDARD.withCongestion(TcpProfile.Congestion.RENO);

  /**
   * Segments 12 and 20 are lost. What arrives at the peer in order, with the segments sent 100 ms
   * before: 11, 13-19, 21-27, then the copy of 12, 28-32, the copy of 20, 33 and so on.
   */
  @Test
  @Requirement({
    "RFC5681-ss-01",
    "RFC5681-ca-01",
    "RFC5681-fast-02",
    "RFC5681-fast-03",
    "RFC5681-fast-04",
    "RFC5681-fast-05",
    "RFC6582-newreno-03",
    "RFC6582-newreno-04",
    "RFC6582-newreno-05",
    "RFC6582-newreno-06",
    "RFC3042-limited-01",
    "RFC3042-limited-02"
  })
  void shouldRepairTwoLossesOfAWindowByPartialAcknowledgments() {
    SenderTrace.check(
        RENO,
        """
          0 | write 60 | 1-10  | 10 | - | 10 | 300: 1   | initial window; 0 + RTO 300
        100 | ack 1    | 11-12 | 11 | - | 11 | 350: 2   | 10 + min(1, 1); 100 + RTO 250
        100 | ack 3    | 13-15 | 12 | - | 12 | 312.5: 4 | 11 + min(2, 1); 100 + RTO 212.5
        100 | ack 10   | 16-23 | 13 | - | 13 | 300: 11  | 12 + min(7, 1); 100 + RTO 200
        200 | ack 11   | 24-25 | 14 | - | 14 | 400: 12  | 13 + 1; 200 + RTO
        200 | dup      | 26    | 14 | - | 15 | 400: 12  | limited transmit: 14 + 1 in flight
        200 | dup      | 27    | 14 | - | 16 | 400: 12  | limited transmit: 14 + 2
        200 | dup      | 12    | 10 | 7 | 16 | 400: 12  | ssthresh (16 - 2) / 2, cwnd 7 + 3
        200 | dup      | -     | 11 | 7 | 16 | 400: 12  | 10 + 1, for 16
        200 | dup      | -     | 12 | 7 | 16 | 400: 12  | for 17
        200 | dup      | -     | 13 | 7 | 16 | 400: 12  | for 18
        200 | dup      | -     | 14 | 7 | 16 | 400: 12  | for 19
        200 | dup      | -     | 15 | 7 | 16 | 400: 12  | for 21
        200 | dup      | -     | 16 | 7 | 16 | 400: 12  | for 22
        200 | dup      | 28    | 17 | 7 | 17 | 400: 12  | for 23: 17 - 16 let one go
        300 | dup      | 29    | 18 | 7 | 18 | 400: 12  | for 24
        300 | dup      | 30    | 19 | 7 | 19 | 400: 12  | for 25
        300 | dup      | 31    | 20 | 7 | 20 | 400: 12  | for 26
        300 | dup      | 32    | 21 | 7 | 21 | 400: 12  | for 27
        300 | ack 19   | 20 33 | 14 | 7 | 14 | 500: 20  | partial, 8: 21 - 8 + 1; 300 + RTO
        300 | dup      | 34    | 15 | 7 | 15 | 500: 20  | for 28
        400 | dup      | 35    | 16 | 7 | 16 | 500: 20  | for 29
        400 | dup      | 36    | 17 | 7 | 17 | 500: 20  | for 30
        400 | dup      | 37    | 18 | 7 | 18 | 500: 20  | for 31
        400 | dup      | 38    | 19 | 7 | 19 | 500: 20  | for 32
        400 | ack 32   | 39    | 7  | 7 | 7  | 600: 33  | full, above 27: min(7, 38 - 32 + 1)
        400 | ack 33   | 40    | 7  | 7 | 7  | 600: 34  | avoidance: 1 of 7 acknowledged
        400 | ack 34   | 41    | 7  | 7 | 7  | 600: 35  | 2 of 7
        500 | ack 35   | 42    | 7  | 7 | 7  | 700: 36  | 3 of 7
        500 | ack 37   | 43-44 | 7  | 7 | 7  | 700: 38  | 5 of 7
        500 | ack 38   | 45    | 7  | 7 | 7  | 700: 39  | 6 of 7
        500 | ack 39   | 46-47 | 8  | 7 | 8  | 700: 40  | 7 of 7: 7 + 1
        500 | ack 40   | 48    | 8  | 7 | 8  | 700: 41  | 1 of 8
        """);
  }

  /**
   * The first window is lost as a whole, and the first copy of 1. The duplicates at 1100 are of
   * segments behind recover, 10; those at 1500 of a loss after it.
   */
  @Test
  @Requirement({
    "RFC5681-loss-01",
    "RFC5681-loss-03",
    "RFC5681-loss-04",
    "RFC6582-newreno-02",
    "RFC6582-newreno-07",
    "RFC6298-rto-06",
    "RFC6298-rto-12"
  })
  void shouldSlowStartAfterATimeoutAndNotRetransmitFastBeforeRecover() {
    SenderTrace.check(
        RENO,
        """
           0 | write 23 | 1-10  | 10 | - | 10 | 300: 1     | 0 + RTO 300
         300 | timer    | 1     | 1  | 5 | 10 | 900: 1     | ssthresh 10 / 2; RTO 2 x 300
         900 | timer    | 1     | 1  | 5 | 10 | 2100: 1    | ssthresh stays; RTO 2 x 600
        1000 | ack 1    | 2-3   | 2  | 5 | 9  | 2200: 2    | Karn: no sample, RTO stays 1200
        1100 | ack 3    | 4-6   | 3  | 5 | 7  | 2300: 4    | 2 + min(2, 1)
        1100 | dup      | -     | 3  | 5 | 7  | 2300: 4    | nothing is new below recover
        1100 | dup      | -     | 3  | 5 | 7  | 2300: 4    |
        1100 | dup      | -     | 3  | 5 | 7  | 2300: 4    | no fast retransmit: 3 < 10
        1200 | ack 6    | 7-10  | 4  | 5 | 4  | 2400: 7    | 3 + min(3, 1)
        1300 | ack 10   | 11-15 | 5  | 5 | 5  | 2500: 11   | 4 + min(4, 1)
        1400 | ack 11   | 16    | 5  | 5 | 5  | 1650: 12   | a sample: RTO 250; avoidance, 1 of 5
        1400 | ack 12   | 17    | 5  | 5 | 5  | 1612.5: 13 | RTO 212.5; 2 of 5
        1400 | ack 13   | 18    | 5  | 5 | 5  | 1600: 14   | RTO 200; 3 of 5
        1400 | ack 14   | 19    | 5  | 5 | 5  | 1600: 15   | 4 of 5
        1400 | ack 15   | 20-21 | 6  | 5 | 6  | 1600: 16   | 5 of 5: 5 + 1
        1500 | dup      | 22    | 6  | 5 | 7  | 1600: 16   | limited transmit
        1500 | dup      | 23    | 6  | 5 | 8  | 1600: 16   | limited transmit
        1500 | dup      | 16    | 6  | 3 | 8  | 1600: 16   | 15 > 10: ssthresh 6 / 2, cwnd 3 + 3
        """);
  }

  /** The acknowledgment is that of the handshake: it covers more than recover, the SYN. */
  @Test
  @Requirement({"RFC6582-newreno-01", "RFC5681-fast-01"})
  void shouldRetransmitFastWhenTheVeryFirstSegmentIsLost() {
    SenderTrace.check(
        RENO,
        """
          0 | write 12 | 1-10 | 10 | - | 10 | 300: 1 |
        100 | dup      | 11   | 10 | - | 11 | 300: 1 | limited transmit
        100 | dup      | 12   | 10 | - | 12 | 300: 1 | limited transmit
        100 | dup      | 1    | 8  | 5 | 12 | 300: 1 | ssthresh 10 / 2, cwnd 5 + 3
        200 | ack 12   | -    | 2  | 5 | 0  | -      | full: min(5, max(0, 1) + 1)
        """);
  }
}
