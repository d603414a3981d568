package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.trident.endpoint.KeepAlive;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpProfile;
import dev.trident.testkit.Requirement;
import dev.trident.trace.Counter;
import org.junit.jupiter.api.Test;

/** Keep-alive (RFC 9293 section 3.8.4). */
class KeepAliveTest extends Script {
  private static final KeepAlive QUICK = new KeepAlive(true, 10 * SECONDS, 3 * SECONDS, 2, false);

  @Test
  @Requirement({"RFC9293-keepalive-02", "RFC9293-keepalive-03", "RFC9293-keepalive-06"})
  void shouldBeOffWithAnIdleTimeOfTwoHoursUntilAskedFor() {
    StreamEndpoint stream = established();
    assertThat(stream.keepAlive().on()).isFalse();
    assertThat(stream.keepAlive().idleNanos()).isGreaterThanOrEqualTo(7_200 * SECONDS);
    stream.keepAlive(stream.keepAlive().withOn(true));
    host.advance(7_200 * SECONDS - 1);
    peer.expectsNothing();
    host.advance(1);
    peer.expects(Seg.ack().seq(0).ack(1).length(0));
    stream.keepAlive(stream.keepAlive().withOn(false));
    host.advance(100_000 * SECONDS);
    peer.expectsNothing();
    assertThat(stream.state()).isEqualTo(StreamState.ESTABLISHED);
  }

  @Test
  @Requirement({"RFC9293-keepalive-05", "RFC9293-keepalive-07", "LES-wrap-03"})
  void shouldGiveUpWhenEveryProbeGoesUnanswered() {
    StreamEndpoint stream = established();
    stream.keepAlive(QUICK);
    host.advance(10 * SECONDS);
    peer.expects(Seg.ack().seq(0).ack(1).length(0));
    host.advance(3 * SECONDS);
    peer.expects(Seg.ack().seq(0).ack(1).length(0));
    host.advance(3 * SECONDS - 1);
    assertThat(stream.state()).isEqualTo(StreamState.ESTABLISHED);
    host.advance(1);
    peer.expectsNothing();
    assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
    assertError(stream.takeError(), StackError.TIMED_OUT);
    assertThat(host.count(Counter.TCP_KEEP_ALIVES)).isEqualTo(2);
    assertThat(host.wheel.armed()).isZero();
  }

  @Test
  void shouldCountAnewWhenAProbeIsAnswered() {
    StreamEndpoint stream = established();
    stream.keepAlive(QUICK);
    for (int i = 0; i < 5; i++) {
      host.advance(10 * SECONDS);
      peer.expects(Seg.ack().seq(0).ack(1));
      host.advance(3 * SECONDS);
      peer.expects(Seg.ack().seq(0).ack(1));
      peer.sends(Seg.ack().seq(1).ack(1));
    }
    assertThat(stream.state()).isEqualTo(StreamState.ESTABLISHED);
  }

  @Test
  @Requirement("RFC9293-keepalive-09")
  void shouldSendAnOctetOfGarbageWhenAskedTo() {
    StreamEndpoint stream = established();
    int free = host.pool.freeCells();
    stream.keepAlive(QUICK.withGarbage(true));
    host.advance(10 * SECONDS);
    peer.expects(Seg.ack().seq(0).ack(1).length(1));
    assertThat(host.pool.freeCells()).isEqualTo(free);
    peer.sends(Seg.ack().seq(1).ack(1));
    send(stream, "ab");
    peer.expects(Seg.psh().seq(1).ack(1).data("ab"));
  }

  @Test
  void shouldBeginWithTheConnectionWhenSetBefore() {
    StreamEndpoint stream = host.newStream();
    stream.keepAlive(QUICK);
    TcpHost.check(stream.connect(FakeIp.PEER, peer.port));
    peer.expects(Seg.syn().seq(0));
    host.advance(900 * MILLIS);
    peer.sends(Seg.synAck().seq(0).ack(1));
    peer.expects(Seg.ack().seq(1).ack(1));
    host.advance(10 * SECONDS - 1);
    peer.expectsNothing();
    host.advance(1);
    peer.expects(Seg.ack().seq(0).ack(1));
  }

  @Test
  @Requirement("RFC9293-keepalive-08")
  void shouldProbeBelowSndNxtWhenOurFinIsAcknowledged() {
    StreamEndpoint stream = finWait2();
    stream.keepAlive(QUICK);
    host.advance(10 * SECONDS);
    peer.expects(Seg.ack().seq(1).ack(1).length(0));
  }

  @Test
  @Requirement("RFC9293-keepalive-04")
  void shouldLeaveAClosedWindowToThePersistTimer() {
    StreamEndpoint stream = established(Seg.synAck().wnd(0).mss(1_460));
    stream.keepAlive(QUICK);
    send(stream, "abc");
    host.advance(60 * SECONDS);
    assertThat(host.count(Counter.TCP_ZERO_WINDOW_PROBES)).isPositive();
    assertThat(host.count(Counter.TCP_KEEP_ALIVES)).isZero();
    assertThat(stream.state()).isEqualTo(StreamState.ESTABLISHED);
  }

  @Test
  void shouldBeQuietInTimeWait() {
    StreamEndpoint stream = timeWait();
    stream.keepAlive(QUICK);
    host.advance(59 * SECONDS);
    peer.expectsNothing();
    assertThat(stream.state()).isEqualTo(StreamState.TIME_WAIT);
  }

  @Test
  void shouldRefuseSettingsThatMeanNothing() {
    assertThatIllegalArgumentException().isThrownBy(() -> QUICK.withProbes(0));
    assertThatIllegalArgumentException().isThrownBy(() -> QUICK.withIdleNanos(0));
    assertThatIllegalArgumentException().isThrownBy(() -> QUICK.withIntervalNanos(-1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TcpProfile.Probing(QUICK, true))
        .withMessageContaining("off");
  }
}
