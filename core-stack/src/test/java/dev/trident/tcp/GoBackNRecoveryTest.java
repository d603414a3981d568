package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpInfo;
import dev.trident.endpoint.TcpProfile;
import dev.trident.testkit.Requirement;
import dev.trident.trace.Counter;
import org.junit.jupiter.api.Test;

/**
 * Losses as TCPDirect repairs them, traced by hand: segments of 1,000 bytes, an initial window of
 * ten, and a round trip of 50 ms, which is one tick: the timeout is 3 ticks of 90 ms.
 */
class GoBackNRecoveryTest extends Script {
  private static final int MSS = 1_000;
  private static final long TICK = 90 * MILLIS;

  GoBackNRecoveryTest() {
    super(TcpProfile.TCPDIRECT);
  }

  private StreamEndpoint withRtt(int window) {
    StreamEndpoint stream = synSent();
    host.advance(50 * MILLIS);
    peer.sends(Seg.synAck().seq(0).ack(1).mss(MSS).wnd(window));
    peer.expects(Seg.ack());
    return stream;
  }

  /** Segments {@code first} to {@code last} leave, counted from 1, and nothing else. */
  private void expectSegments(int first, int last) {
    for (int i = first; i <= last; i++) {
      peer.expects(Seg.ack().seq(1 + (i - 1) * MSS).length(MSS));
    }
    peer.expectsNothing();
  }

  /** As above; {@code last} is the last of the queue. */
  private void expectRest(int first, int last) {
    for (int i = first; i < last; i++) {
      peer.expects(Seg.ack().seq(1 + (i - 1) * MSS).length(MSS));
    }
    peer.expects(Seg.psh().seq(1 + (last - 1) * MSS).length(MSS));
    peer.expectsNothing();
  }

  /** The first {@code segments} are acknowledged. */
  private void acknowledge(int segments) {
    peer.sends(Seg.ack().seq(1).ack(1 + segments * MSS));
  }

  private static void expectWindows(StreamEndpoint stream, int cwnd, int ssthresh) {
    TcpInfo info = new TcpInfo();
    stream.info(info);
    assertThat(info.cwndBytes).as("cwnd").isEqualTo(cwnd);
    assertThat(info.ssthreshBytes).as("ssthresh").isEqualTo(ssthresh);
  }

  @Test
  @Requirement("ZF-tcp-engine-09")
  void shouldSendEverythingAgainInSlowStartWhenTheTimerExpires() {
    StreamEndpoint stream = withRtt(65_535);
    send(stream, 8 * MSS);
    expectRest(1, 8);
    host.advance(3 * TICK - 1);
    peer.expectsNothing();
    host.advance(1);
    expectSegments(1, 1);
    expectWindows(stream, MSS, 5_000); // half of min(10,000, 65,535)
    acknowledge(1);
    expectSegments(2, 3);
    acknowledge(3);
    expectSegments(4, 6);
    acknowledge(6);
    expectRest(7, 8);
    expectWindows(stream, 4 * MSS, 5_000);
    acknowledge(8);
    peer.expectsNothing();
    expectWindows(stream, 5 * MSS, 5_000);
    assertThat(host.count(Counter.TCP_RETRANSMISSIONS)).isEqualTo(8);
  }

  @Test
  void shouldTellNothingOfAnotherConnectionWhenAsked() {
    StreamEndpoint stream = withRtt(65_535);
    send(stream, 2 * MSS);
    TcpInfo info = new TcpInfo();
    info.lostSegments = 7;
    info.sackedSegments = 7;
    info.resentSegments = 7;
    info.minRttNanos = 7;
    stream.info(info);
    assertThat(info.lostSegments + info.sackedSegments + info.resentSegments).isZero();
    assertThat(info.minRttNanos).isEqualTo(Statistics.NEVER);
    assertThat(info.pipeBytes).isEqualTo(2 * MSS);
  }

  @Test
  @Requirement("ZF-tcp-engine-09")
  void shouldTakeTheSmallerOfBothWindowsForTheThreshold() {
    StreamEndpoint stream = withRtt(3_000);
    send(stream, 3 * MSS);
    expectRest(1, 3);
    host.advance(3 * TICK);
    expectSegments(1, 1);
    expectWindows(stream, MSS, 1_500); // half of 3,000 is more than a segment, and stands
    host.advance(6 * TICK);
    expectSegments(1, 1);
    expectWindows(stream, MSS, 2_000); // half of 1,000 is less
    assertThat(stream.unacknowledgedBytes()).isEqualTo(3 * MSS);
  }

  @Test
  @Requirement({"ZF-tcp-engine-08", "ZF-zft_error-07", "ZF-attr.tcp_retries-03"})
  void shouldBackOffByPowersOfTwoAndGiveUpAfterFourteen() {
    StreamEndpoint stream = withRtt(65_535);
    send(stream, "abc");
    peer.expects(Seg.psh().seq(1).data("abc"));
    int[] ticks = {3, 6, 12, 24, 48, 96, 192, 384, 384, 384, 384, 384, 384, 384};
    for (int wait : ticks) {
      host.advance(wait * TICK - 1);
      peer.expectsNothing();
      host.advance(1);
      peer.expects(Seg.psh().seq(1).data("abc"));
    }
    host.advance(384 * TICK);
    peer.expectsNothing();
    assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
    assertError(stream.pendingError(), StackError.TIMED_OUT);
  }

  @Test
  void shouldEndTheBackOffWithAnyNewAcknowledgment() {
    StreamEndpoint stream = withRtt(65_535);
    send(stream, 2 * MSS);
    expectRest(1, 2);
    host.advance(3 * TICK);
    expectSegments(1, 1);
    host.advance(6 * TICK);
    expectSegments(1, 1);
    acknowledge(1);
    expectRest(2, 2);
    host.advance(3 * TICK - 1);
    peer.expectsNothing();
    host.advance(1);
    expectRest(2, 2);
  }

  @Test
  @Requirement({"ZF-tcp-engine-09", "ZF-tcp-engine-10"})
  void shouldSendAgainFromTheThirdDuplicateOnWhatTheWindowsAllow() {
    StreamEndpoint stream = withRtt(65_535);
    send(stream, 20 * MSS);
    expectSegments(1, 10);
    acknowledge(0);
    acknowledge(0);
    peer.expectsNothing(); // no limited transmit
    acknowledge(0);
    expectWindows(stream, 8 * MSS, 5 * MSS);
    expectSegments(1, 8);
    acknowledge(0);
    expectSegments(9, 9);
    acknowledge(0);
    expectSegments(10, 10);
    acknowledge(0);
    expectSegments(11, 11); // 11 segments of window, and 10 in flight
    acknowledge(0);
    expectSegments(12, 12);
    // The peer had all but the first: the window is the threshold, and 2 of 5 are in flight.
    acknowledge(10);
    expectWindows(stream, 5 * MSS, 5 * MSS);
    expectSegments(13, 15);
    // What was sent twice comes back as duplicates that mean nothing.
    for (int i = 0; i < 9; i++) {
      acknowledge(10);
    }
    peer.expectsNothing();
    expectWindows(stream, 5 * MSS, 5 * MSS);
    acknowledge(11);
    expectWindows(stream, 5_200, 5 * MSS); // 5,000 + 1,000 x 1,000 / 5,000
    expectSegments(16, 16);
  }

  @Test
  @Requirement("ZF-tcp-engine-10")
  void shouldKeepTwoSegmentsAndThePeersWindowInFastRetransmit() {
    StreamEndpoint stream = withRtt(3_000);
    send(stream, 6 * MSS);
    expectSegments(1, 3);
    for (int i = 0; i < 3; i++) {
      peer.sends(Seg.ack().seq(1).ack(1).wnd(3_000));
    }
    expectWindows(stream, 5 * MSS, 2 * MSS); // half of 3,000 is raised to two segments
    expectSegments(1, 3);
    peer.sends(Seg.ack().seq(1).ack(1).wnd(3_000));
    expectWindows(stream, 6 * MSS, 2 * MSS);
    peer.expectsNothing();
  }

  @Test
  void shouldGoOnSendingAgainBehindAPartialAcknowledgment() {
    StreamEndpoint stream = withRtt(65_535);
    send(stream, 10 * MSS);
    expectRest(1, 10);
    for (int i = 0; i < 3; i++) {
      acknowledge(0);
    }
    expectSegments(1, 8);
    acknowledge(4);
    expectWindows(stream, 5 * MSS, 5 * MSS);
    expectSegments(9, 9); // as far as 5 segments of window reach
    acknowledge(5);
    expectRest(10, 10);
  }

  @Test
  void shouldSendAFinAgainBehindTheDataInFrontOfIt() {
    StreamEndpoint stream = withRtt(65_535);
    send(stream, 2 * MSS);
    expectRest(1, 2);
    TcpHost.check(stream.shutdownSend());
    peer.expects(Seg.fin().seq(1 + 2 * MSS));
    host.advance(3 * TICK);
    expectSegments(1, 1);
    acknowledge(1);
    peer.expects(Seg.fin().and(8).seq(1 + MSS).length(MSS));
    peer.expectsNothing();
  }
}
