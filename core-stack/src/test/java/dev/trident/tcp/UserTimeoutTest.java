package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamState;
import dev.trident.testkit.Requirement;
import dev.trident.trace.Counter;
import org.junit.jupiter.api.Test;

/** The user timeout (RFC 9293 sections 3.8.3 and 3.10.8). */
class UserTimeoutTest extends Script {
  @Test
  @Requirement({"RFC9293-timeout-01", "RFC9293-failure-02", "LES-wrap-03"})
  void shouldFlushTheQueuesAndTellTheUserWhenNothingIsAcknowledged() {
    StreamEndpoint stream = established();
    stream.userTimeoutNanos(5 * SECONDS);
    int free = host.pool.freeCells();
    send(stream, "lost");
    host.advance(5 * SECONDS - 1);
    assertThat(stream.state()).isEqualTo(StreamState.ESTABLISHED);
    host.advance(1);
    assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
    assertError(stream.takeError(), StackError.TIMED_OUT);
    assertThat(host.pool.freeCells()).isEqualTo(free);
    assertThat(host.wheel.armed()).isZero();
  }

  @Test
  void shouldCountFromTheLastProgress() {
    StreamEndpoint stream = established();
    stream.userTimeoutNanos(5 * SECONDS);
    send(stream, "abcd");
    host.advance(4 * SECONDS);
    peer.sends(Seg.ack().seq(1).ack(3));
    host.advance(5 * SECONDS - 1);
    assertThat(stream.state()).isEqualTo(StreamState.ESTABLISHED);
    host.advance(1);
    assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
  }

  @Test
  void shouldNotCountWhenAllIsAcknowledged() {
    StreamEndpoint stream = established();
    stream.userTimeoutNanos(5 * SECONDS);
    send(stream, "abcd");
    peer.sends(Seg.ack().seq(1).ack(5));
    host.advance(100 * SECONDS);
    send(stream, "efgh");
    host.advance(5 * SECONDS - 1);
    assertThat(stream.state()).isEqualTo(StreamState.ESTABLISHED);
    host.advance(1);
    assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
  }

  @Test
  void shouldCountForAFinThatIsNotAcknowledged() {
    StreamEndpoint stream = established();
    stream.userTimeoutNanos(5 * SECONDS);
    TcpHost.check(stream.shutdownSend());
    host.advance(5 * SECONDS);
    assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
    assertError(stream.takeError(), StackError.TIMED_OUT);
  }

  @Test
  void shouldEndAnAttemptToConnect() {
    StreamEndpoint stream = host.newStream();
    stream.userTimeoutNanos(2 * SECONDS);
    TcpHost.check(stream.connect(FakeIp.PEER, peer.port));
    host.advance(2 * SECONDS - 1);
    assertThat(stream.state()).isEqualTo(StreamState.SYN_SENT);
    host.advance(1);
    assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
    assertError(stream.takeError(), StackError.TIMED_OUT);
  }

  @Test
  @Requirement("RFC9293-failure-02")
  void shouldOutlastTheCountOfRetransmissionsWhenInfinite() {
    StreamEndpoint stream = established();
    stream.userTimeoutNanos(Long.MAX_VALUE);
    send(stream, "abcd");
    host.advance(100_000 * SECONDS);
    assertThat(stream.state()).isEqualTo(StreamState.ESTABLISHED);
    assertThat(host.count(Counter.TCP_RETRANSMISSIONS)).isGreaterThan(1_000);
  }

  @Test
  @Requirement("LES-fin-07")
  void shouldNotOutlastItWhenNobodyHoldsTheEndpoint() {
    StreamEndpoint stream = established();
    stream.userTimeoutNanos(Long.MAX_VALUE);
    send(stream, "abcd");
    stream.close();
    host.advance(100_000 * SECONDS);
    assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
    assertThat(host.layer.liveStreams()).isZero();
  }

  @Test
  void shouldLeaveItToTheProfileWhenTakenBack() {
    StreamEndpoint stream = established();
    stream.userTimeoutNanos(5 * SECONDS);
    send(stream, "abcd");
    assertThat(stream.userTimeoutNanos()).isEqualTo(5 * SECONDS);
    stream.userTimeoutNanos(0);
    assertThat(stream.userTimeoutNanos()).isZero();
    host.advance(100 * SECONDS);
    assertThat(stream.state()).isEqualTo(StreamState.ESTABLISHED);
    host.advance(100_000 * SECONDS);
    assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
  }

  @Test
  void shouldDoNothingToAConnectionThatHasEnded() {
    StreamEndpoint stream = established();
    send(stream, "abcd");
    peer.sends(Seg.rst().seq(1));
    stream.userTimeoutNanos(5 * SECONDS);
    assertThat(host.wheel.armed()).isZero();
    assertThatIllegalArgumentException().isThrownBy(() -> stream.userTimeoutNanos(-1));
  }
}
