package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamState;
import dev.trident.testkit.Requirement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Trouble that does not end a connection (RFC 9293 sections 3.8.3, 3.9.1.8 and 3.9.2.2). */
class SoftErrorTest extends Script {
  private static List<Integer> edges(StreamEndpoint stream) {
    List<Integer> edges = new ArrayList<>();
    stream.readiness().listen(edges::add);
    return edges;
  }

  @Test
  @Requirement({"RFC9293-user-01", "RFC9293-icmp-04", "RFC9293-icmp-03"})
  void shouldTellTheUserOfAnIcmpErrorAndGoOn() {
    StreamEndpoint stream = established();
    List<Integer> edges = edges(stream);
    send(stream, "abc");
    peer.expects(Seg.psh().seq(1).data("abc"));
    host.icmp(peer, 3, 1, 1);
    assertThat(edges).containsExactly(Readiness.SOFT_ERROR);
    assertThat(stream.readiness().isAny(Readiness.SOFT_ERROR | Readiness.ERROR)).isFalse();
    assertThat(stream.pendingError()).isZero();
    assertError(stream.takeSoftError(), StackError.HOST_UNREACHABLE);
    assertThat(stream.takeSoftError()).isZero();
    host.icmp(peer, 3, 0, 1);
    assertError(stream.takeSoftError(), StackError.NETWORK_UNREACHABLE);
    peer.sends(Seg.ack().seq(1).ack(4));
    assertThat(stream.state()).isEqualTo(StreamState.ESTABLISHED);
  }

  @Test
  @Requirement({"RFC9293-failure-05", "RFC9293-failure-06", "RFC1122-tcp-05"})
  void shouldTellTheUserWhenThreeRetransmissionsWereInVain() {
    StreamEndpoint stream = established();
    send(stream, "abc");
    List<Integer> edges = edges(stream);
    host.advance(200 * MILLIS + 400 * MILLIS);
    assertThat(edges).isEmpty();
    assertThat(stream.takeSoftError()).isZero();
    host.advance(800 * MILLIS);
    assertThat(edges).containsExactly(Readiness.SOFT_ERROR);
    assertError(stream.takeSoftError(), StackError.TIMED_OUT);
    assertThat(stream.state()).isEqualTo(StreamState.ESTABLISHED);
  }

  @Test
  @Requirement("RFC9293-failure-03")
  void shouldTellTheUserWhenThreeSynsWereInVain() {
    StreamEndpoint stream = synSent();
    host.advance(7 * SECONDS);
    assertError(stream.takeSoftError(), StackError.TIMED_OUT);
    assertThat(stream.state()).isEqualTo(StreamState.SYN_SENT);
  }

  @Test
  void shouldForgetTheTroubleWhenThereIsProgress() {
    StreamEndpoint stream = established();
    send(stream, "abc");
    peer.expects(Seg.psh().seq(1).data("abc"));
    host.icmp(peer, 3, 1, 1);
    peer.sends(Seg.ack().seq(1).ack(4));
    assertThat(stream.takeSoftError()).isZero();
    send(stream, "def");
    host.advance(10_000 * SECONDS);
    assertError(stream.takeError(), StackError.TIMED_OUT);
  }

  @Test
  @Requirement("RFC9293-user-02")
  void shouldWakeNobodyWhoDoesNotListen() {
    StreamEndpoint stream = established();
    List<Integer> edges = edges(stream);
    stream.readiness().listen(null);
    send(stream, "abc");
    host.icmp(peer, 3, 1, 1);
    assertThat(edges).isEmpty();
    assertThat(stream.readiness().bits() & Readiness.SOFT_ERROR).isZero();
  }
}
