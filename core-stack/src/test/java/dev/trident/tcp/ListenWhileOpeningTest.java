package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.StreamState;
import dev.trident.testkit.Requirement;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A LISTEN on the port of a connection that is being opened (RFC 9293 section 3.9.1.1). */
class ListenWhileOpeningTest extends Script {
  private final Peer other = new Peer(host);

  private StreamEndpoint opening() {
    StreamEndpoint stream = host.newStream();
    TcpHost.check(stream.bind(host.address, SERVER_PORT));
    TcpHost.check(stream.connect(FakeIp.PEER, peer.port));
    peer.expects(Seg.syn().seq(0));
    return stream;
  }

  /** Another peer connects to the listener, which hands the connection out. */
  private StreamEndpoint acceptFromOther(StreamListener listener) {
    other.port = 4_000;
    other.hostPort = SERVER_PORT;
    other.sends(Seg.syn().seq(0).mss(1_460));
    other.expects(Seg.synAck().seq(0).ack(1));
    other.sends(Seg.ack().seq(1).ack(1));
    return Objects.requireNonNull(listener.accept());
  }

  @Test
  @Requirement({"RFC9293-open-03", "RFC9293-open-04"})
  void shouldListenWhileAConnectionIsInSynSent() {
    StreamEndpoint stream = opening();
    assertThat(stream.state()).isEqualTo(StreamState.SYN_SENT);
    StreamListener listener = host.listen(SERVER_PORT, 5);
    StreamEndpoint accepted = acceptFromOther(listener);
    peer.sends(Seg.synAck().seq(0).ack(1));
    peer.expects(Seg.ack().seq(1).ack(1));
    assertThat(stream.state()).isEqualTo(StreamState.ESTABLISHED);
    assertThat(accepted.state()).isEqualTo(StreamState.ESTABLISHED);
  }

  @Test
  @Requirement("RFC9293-open-04")
  void shouldListenWhileAConnectionIsInSynReceived() {
    StreamEndpoint stream = opening();
    peer.sends(Seg.syn().seq(0));
    peer.expects(Seg.synAck().seq(0).ack(1));
    assertThat(stream.state()).isEqualTo(StreamState.SYN_RECEIVED);
    acceptFromOther(host.listen(SERVER_PORT, 5));
  }

  /** Neither of them takes the port, or its filters, away from the other. */
  @Test
  void shouldHoldThePortUntilTheLastOfThemHasGone() {
    StreamEndpoint stream = opening();
    assertThat(host.ip.installedFilters()).isEqualTo(1);
    StreamListener listener = host.listen(SERVER_PORT, 5);
    assertThat(host.ip.installedFilters()).isEqualTo(2);
    stream.abort();
    assertThat(host.ports.count()).isEqualTo(1);
    acceptFromOther(listener).abort();
    other.expects(Seg.rst());
    listener.close();
    assertThat(host.ports.count()).isZero();
    assertThat(host.ip.installedFilters()).isZero();
  }

  /** The attempt keeps its port when it is refused, and the listener what leads to it. */
  @Test
  void shouldLeaveTheListenerItsFilterWhenTheAttemptFails() {
    StreamEndpoint stream = opening();
    StreamListener listener = host.listen(SERVER_PORT, 5);
    peer.sends(Seg.rstAck().seq(0).ack(1));
    assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
    assertThat(host.ip.installedFilters()).isEqualTo(1);
    acceptFromOther(listener);
  }

  @Test
  void shouldLeaveTheConnectionItsFilterWhenThereIsNoneForTheListener() {
    opening();
    host.ip.maxFilters = 1;
    StreamListener listener = Objects.requireNonNull(host.layer.newListener());
    TcpHost.check(listener.bind(host.address, SERVER_PORT));
    assertError(listener.listen(5), StackError.ADDRESS_IN_USE);
    assertThat(host.ip.installedFilters()).isEqualTo(1);
  }

  @Test
  void shouldNotListenOnThePortOfAnEstablishedConnectionOrOfAListener() {
    StreamEndpoint stream = opening();
    host.listen(SERVER_PORT, 5);
    StreamListener second = Objects.requireNonNull(host.layer.newListener());
    assertError(second.bind(host.address, SERVER_PORT), StackError.ADDRESS_IN_USE);
    StreamEndpoint established = established();
    StreamListener third = Objects.requireNonNull(host.layer.newListener());
    assertError(third.bind(host.address, established.localPort()), StackError.ADDRESS_IN_USE);
    assertThat(stream.state()).isEqualTo(StreamState.SYN_SENT);
  }
}
