package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpProfile;
import dev.trident.testkit.Requirement;
import dev.trident.trace.Counter;
import org.junit.jupiter.api.Test;

/** Retransmission, by the timer and by duplicate acknowledgments (RFC 6298, 5681, 6582). */
class LossTest extends Script {
  private static final int MSS = 1_000;
  private static final long RTT = 50 * MILLIS;

  LossTest() {
    super(PROFILE.withCongestion(TcpProfile.Congestion.RENO));
  }

  /**
   * A connection with a round trip of 50 ms, so an RTO of 200 ms: 50 + 4 x 25 is below the floor.
   */
  private StreamEndpoint withRtt() {
    StreamEndpoint stream = synSent();
    host.advance(RTT);
    peer.sends(Seg.synAck().seq(0).ack(1).mss(MSS));
    peer.expects(Seg.ack());
    return stream;
  }

  private void expectSegments(int first, int count) {
    for (int i = 0; i < count; i++) {
      peer.expects(Seg.ack().seq(first + i * MSS).length(MSS));
    }
    peer.expectsNothing();
  }

  @Test
  @Requirement({
    "RFC6298-rto-04",
    "RFC6298-rto-08",
    "RFC6298-rto-11",
    "RFC6298-rto-12",
    "RFC6298-rto-13",
    "RFC9293-rexmit-01",
    "RFC9293-rexmit-02",
    "RFC9293-failure-07"
  })
  void shouldBackOffAndGiveUpWhenNothingIsAcknowledged() {
    StreamEndpoint stream = withRtt();
    send(stream, "abc");
    peer.expects(Seg.psh().seq(1).data("abc"));
    long start = host.now;
    long delay = 200 * MILLIS;
    for (int i = 0; i < 15; i++) {
      host.advance(delay - 1);
      peer.expectsNothing();
      host.advance(1);
      peer.expects(Seg.psh().seq(1).ack(1).data("abc"));
      delay = Math.min(2 * delay, 60 * SECONDS);
    }
    host.advance(delay);
    peer.expectsNothing();
    assertThat(host.now - start).isGreaterThan(100 * SECONDS);
    assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
    assertError(stream.pendingError(), StackError.TIMED_OUT);
    assertThat(host.count(Counter.TCP_RETRANSMISSIONS)).isEqualTo(15);
    assertThat(host.pool.freeCells()).isEqualTo(host.pool.cells());
  }

  @Test
  @Requirement({"RFC6298-rto-09", "RFC6298-rto-10"})
  void shouldRestartTheTimerWithEachNewAckAndStopItAtTheLast() {
    StreamEndpoint stream = withRtt();
    send(stream, 2 * MSS);
    expectSegmentsWithPush(1, 2);
    host.advance(150 * MILLIS);
    peer.sends(Seg.ack().seq(1).ack(1 + MSS));
    host.advance(200 * MILLIS);
    peer.expectsNothing();
    peer.sends(Seg.ack().seq(1).ack(1 + 2 * MSS));
    host.advance(60 * SECONDS);
    peer.expectsNothing();
    assertThat(host.wheel.armed()).isZero();
  }

  private void expectSegmentsWithPush(int first, int count) {
    for (int i = 0; i < count; i++) {
      peer.expects(Seg.ack().and(i == count - 1 ? 8 : 0).seq(first + i * MSS).length(MSS));
    }
    peer.expectsNothing();
  }

  @Test
  @Requirement("RFC6298-rto-06")
  void shouldKeepTheBackOffUntilASegmentIsAcknowledgedThatWasSentOnce() {
    StreamEndpoint stream = withRtt();
    send(stream, "abc");
    peer.expects(Seg.psh());
    host.advance(200 * MILLIS);
    peer.expects(Seg.psh());
    host.advance(10 * MILLIS);
    peer.sends(Seg.ack().seq(1).ack(4));
    send(stream, "def");
    peer.expects(Seg.psh().data("def"));
    host.advance(400 * MILLIS - 1);
    peer.expectsNothing();
    host.advance(1);
    peer.expects(Seg.psh().data("def"));
  }

  @Test
  void shouldSendTheRestAgainInSlowStartWhenTheTimerExpires() {
    StreamEndpoint stream = withRtt();
    send(stream, 8 * MSS);
    expectSegmentsWithPush(1, 8);
    host.advance(200 * MILLIS);
    expectSegments(1, 1);
    peer.sends(Seg.ack().seq(1).ack(1 + MSS));
    expectSegments(1 + MSS, 2);
    peer.sends(Seg.ack().seq(1).ack(1 + 3 * MSS));
    expectSegments(1 + 3 * MSS, 3);
    peer.sends(Seg.ack().seq(1).ack(1 + 8 * MSS));
    peer.expectsNothing();
    assertThat(stream.unacknowledgedBytes()).isZero();
  }

  @Test
  void shouldRetransmitAtTheThirdDuplicateAndGoOnByNewReno() {
    StreamEndpoint stream = withRtt();
    send(stream, 20 * MSS);
    expectSegments(1, 10);
    Seg duplicate = Seg.ack().seq(1).ack(1);
    peer.sends(duplicate);
    expectSegments(1 + 10 * MSS, 1); // limited transmit (RFC 3042)
    peer.sends(duplicate);
    expectSegments(1 + 11 * MSS, 1);
    peer.sends(duplicate);
    expectSegments(1, 1);
    // ssthresh is half of 10, limited transmit not counted; the window is 5 + 3 segments, and one
    // more with each further duplicate: 13 let one go behind the 12 in flight.
    for (int i = 0; i < 4; i++) {
      peer.sends(duplicate);
      peer.expectsNothing();
    }
    peer.sends(duplicate);
    expectSegments(1 + 12 * MSS, 1);
    // A partial acknowledgment fills the next hole at once; 13 - 4 + 1 let a new one go too.
    peer.sends(Seg.ack().seq(1).ack(1 + 4 * MSS));
    peer.expects(Seg.ack().seq(1 + 4 * MSS).length(MSS));
    expectSegments(1 + 13 * MSS, 1);
    // All that was in flight at the start is acknowledged: min(ssthresh, flight + 1 segment) is 3.
    peer.sends(Seg.ack().seq(1).ack(1 + 12 * MSS));
    expectSegments(1 + 14 * MSS, 1);
    assertThat(host.count(Counter.TCP_RETRANSMISSIONS)).isEqualTo(2);
  }

  @Test
  void shouldNotTakeAWindowUpdateForADuplicate() {
    StreamEndpoint stream = withRtt();
    send(stream, 4 * MSS);
    expectSegmentsWithPush(1, 4);
    for (int i = 1; i < 6; i++) {
      peer.sends(Seg.ack().seq(1).ack(1).wnd(60_000 + i));
    }
    peer.expectsNothing();
  }

  @Test
  void shouldSkipARetransmissionWhoseLastCopyADeviceHolds() {
    StreamEndpoint stream = withRtt();
    host.ip.holds = true;
    send(stream, "abc");
    peer.expects(Seg.psh());
    host.advance(200 * MILLIS);
    peer.expectsNothing();
    assertThat(host.count(Counter.TCP_RETRANSMISSIONS_SKIPPED)).isEqualTo(1);
    host.ip.complete();
    host.advance(400 * MILLIS);
    peer.expects(Seg.psh().data("abc"));
  }

  @Test
  void shouldRetransmitALoanWithTheSameBytes() {
    StreamEndpoint stream = withRtt();
    var buffer = bytes("lent");
    stream.sendLoan(buffer, 0, 4, "t", token -> {}, 0);
    peer.expects(Seg.psh().data("lent"));
    host.advance(200 * MILLIS);
    peer.expects(Seg.psh().data("lent"));
    peer.sends(Seg.ack().seq(1).ack(5));
    assertThat(buffer.refCnt()).isEqualTo(1);
  }
}
