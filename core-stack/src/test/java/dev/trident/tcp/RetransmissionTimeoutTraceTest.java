package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.TcpInfo;
import dev.trident.endpoint.TcpProfile;
import dev.trident.testkit.Requirement;
import org.junit.jupiter.api.Test;

/**
 * Round-trip measurements and the timer that follows from them, computed by hand from RFC 6298. For
 * the columns of the tables that follow single segments see {@link SenderTrace}.
 */
class RetransmissionTimeoutTraceTest extends Script {
  /** Each step of the estimator rounds to whole nanoseconds. */
  private static final long ROUNDING_NANOS = 8;

  private StreamEndpoint stream;

  /** Octets sent. */
  private int sent;

  RetransmissionTimeoutTraceTest() {
    stream = host.newStream();
  }

  private void establish(long handshakeMillis) {
    stream = synSent();
    host.advance(handshakeMillis * MILLIS);
    peer.sends(Seg.synAck().seq(0).ack(1));
    peer.expects(Seg.ack());
  }

  private void expectEstimate(double srttMillis, double rttvarMillis, double rtoMillis) {
    TcpInfo info = new TcpInfo();
    stream.info(info);
    assertThat(info.srttNanos).as("SRTT").isCloseTo(nanos(srttMillis), within(ROUNDING_NANOS));
    assertThat(info.rttvarNanos)
        .as("RTTVAR")
        .isCloseTo(nanos(rttvarMillis), within(ROUNDING_NANOS));
    assertThat(info.rtoNanos).as("RTO").isCloseTo(nanos(rtoMillis), within(4 * ROUNDING_NANOS));
  }

  private static long nanos(double millis) {
    return Math.round(millis * MILLIS);
  }

  /** An octet is sent and acknowledged after that time. */
  private void measure(long millis) {
    send(stream, 1);
    sent++;
    peer.expects(Seg.psh().seq(sent).length(1));
    host.advance(millis * MILLIS);
    peer.sends(Seg.ack().seq(1).ack(1 + sent));
    peer.expectsNothing();
  }

  /**
   * RTTVAR = 3/4 RTTVAR + 1/4 |SRTT - R|, then SRTT = 7/8 SRTT + 1/8 R, then RTO = SRTT + 4 RTTVAR.
   */
  @Test
  @Requirement({"RFC6298-rto-02", "RFC6298-rto-03"})
  void shouldFollowASeriesOfMeasurements() {
    establish(80);
    expectEstimate(80, 40, 240); // R = 80: SRTT R, RTTVAR R/2
    measure(160);
    expectEstimate(90, 50, 290); // 30 + 80/4; 70 + 20
    measure(90);
    expectEstimate(90, 37.5, 240); // 37.5 + 0; 78.75 + 11.25
    measure(50);
    expectEstimate(85, 38.125, 237.5); // 28.125 + 40/4; 78.75 + 6.25
    measure(205);
    expectEstimate(100, 58.59375, 334.375); // 28.59375 + 120/4; 74.375 + 25.625
    measure(100);
    expectEstimate(100, 43.9453125, 275.78125); // 43.9453125 + 0; 87.5 + 12.5
    measure(20);
    expectEstimate(90, 52.958984375, 301.8359375); // 32.958984375 + 80/4; 87.5 + 2.5
  }

  /** 4 RTTVAR = 4 x 150 x (3/4)^n falls below G = 1 ms with n = 23, and then G takes its place. */
  @Test
  @Requirement("RFC6298-rto-02")
  void shouldStayAboveTheRoundTripByTheGranularityWhenItNeverVaries() {
    establish(300);
    for (int i = 1; i <= 22; i++) {
      measure(300);
    }
    expectEstimate(300, 150 * Math.pow(0.75, 22), 300 + 600 * Math.pow(0.75, 22)); // 1.07 ms
    for (int i = 23; i <= 80; i++) {
      measure(300);
      expectEstimate(300, 150 * Math.pow(0.75, i), 301);
    }
  }

  /**
   * The handshake took 100 ms: SRTT 100, RTTVAR 50, RTO 300. No sample is taken of what was sent
   * again, so the back-off of 60 s holds for the next segment, whose acknowledgment ends it.
   */
  @Test
  @Requirement({
    "RFC6298-rto-05",
    "RFC6298-rto-06",
    "RFC6298-rto-11",
    "RFC6298-rto-12",
    "RFC6298-rto-13",
    "RFC5681-loss-01",
    "RFC5681-loss-04"
  })
  void shouldDoubleUpToTheCapAndKeepTheBackOffUntilASample() {
    TcpProfile.PathMtu standard = PROFILE.pathMtu();
    SenderTrace.check(
        // Segments keep their size, though the path looks like one that swallows large ones.
        PROFILE.withPathMtu(
            new TcpProfile.PathMtu(standard.minBytes(), standard.lifetimeNanos(), 0)),
        """
             0 | write 1 | 1 | 10 | - | 1 | 300: 1    | RTO 300
           300 | timer   | 1 | 1  | 2 | 1 | 900: 1    | RTO 600; ssthresh max(1 / 2, 2)
           900 | timer   | 1 | 1  | 2 | 1 | 2100: 1   | RTO 1200
          2100 | timer   | 1 | 1  | 2 | 1 | 4500: 1   | RTO 2400
          4500 | timer   | 1 | 1  | 2 | 1 | 9300: 1   | RTO 4800
          9300 | timer   | 1 | 1  | 2 | 1 | 18900: 1  | RTO 9600
         18900 | timer   | 1 | 1  | 2 | 1 | 38100: 1  | RTO 19200
         38100 | timer   | 1 | 1  | 2 | 1 | 76500: 1  | RTO 38400
         76500 | timer   | 1 | 1  | 2 | 1 | 136500: 1 | RTO min(76800, 60000)
        136500 | timer   | 1 | 1  | 2 | 1 | 196500: 1 | RTO 60000
        136600 | ack 1   | - | 2  | 2 | 0 | -         | no sample: Karn; slow start, 1 + 1
        136600 | write 1 | 2 | 2  | 2 | 1 | 196600: 2 | RTO 60000
        136700 | ack 2   | - | 2  | 2 | 0 | -         | R = 100: RTTVAR 37.5; window not in full use
        136700 | write 1 | 3 | 2  | 2 | 1 | 136950: 3 | RTO 100 + 4 x 37.5
        """);
  }

  /**
   *
   *
   * <pre>
   *   at   R    RTTVAR                           SRTT                         RTO
   *   100  100  37.5 + 0        = 37.5           87.5 + 12.5    = 100         250
   *   150  150  28.125 + 50/4   = 40.625         87.5 + 18.75   = 106.25      268.75
   *   150  100  30.46875 + 6.25/4 = 32.03125     92.96875 + 12.5 = 105.46875  233.59375
   * </pre>
   */
  @Test
  @Requirement({"RFC6298-rto-08", "RFC6298-rto-09", "RFC6298-rto-10"})
  void shouldStartRestartAndStopTheTimer() {
    SenderTrace.check(
        PROFILE,
        """
          0 | write 2 | 1-2 | 10 | - | 2 | 300: 1       | 5.1: starts
         50 | write 1 | 3   | 10 | - | 3 | 300: 1       | 5.1: runs already
        100 | ack 1   | -   | 10 | - | 2 | 350: 2       | 5.3: 100 + 250
        150 | ack 2   | -   | 10 | - | 1 | 418.75: 3    | 5.3: 150 + 268.75
        150 | ack 3   | -   | 10 | - | 0 | -            | 5.2: stops
        200 | write 1 | 4   | 10 | - | 1 | 433.59375: 4 | 5.1: 200 + 233.59375
        """);
  }

  /** After the second SYN there is no measurement: 3 s, then twice that, until there is one. */
  @Test
  @Requirement({"RFC6298-rto-01", "RFC6298-rto-14", "RFC5681-iw-02"})
  void shouldTakeThreeSecondsWhenTheSynTimedOut() {
    stream = synSent();
    host.advance(1_000 * MILLIS - 1);
    peer.expectsNothing();
    host.advance(1);
    peer.expects(Seg.syn().seq(0));
    host.advance(100 * MILLIS);
    peer.sends(Seg.synAck().seq(0).ack(1).mss(1_000));
    peer.expects(Seg.ack().seq(1));
    send(stream, 1_500);
    peer.expects(Seg.ack().seq(1).length(1_000)); // the initial window is one segment
    for (long rto : new long[] {3_000, 6_000}) {
      host.advance(rto * MILLIS - 1);
      peer.expectsNothing();
      host.advance(1);
      peer.expects(Seg.ack().seq(1).length(1_000));
    }
    peer.sends(Seg.ack().seq(1).ack(1_001));
    peer.expects(Seg.psh().seq(1_001).length(500));
    host.advance(100 * MILLIS);
    peer.sends(Seg.ack().seq(1).ack(1_501));
    expectEstimate(100, 50, 300); // the first measurement: R, R/2, 3 R
  }
}
