package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpProfile;
import dev.trident.testkit.Requirement;
import dev.trident.trace.Counter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Bounds of TIME-WAIT and of connections given up, on a stack with six streams. */
class LingeringTest {
  private static final long SECONDS = 1_000 * TcpHost.MILLIS;
  private static final int STREAMS = 6;
  private static final int BOUND = 3;

  private final TcpHost host = host(50);

  private static TcpHost host(int percent) {
    TcpProfile profile =
        TcpProfile.STANDARD.withClosing(
            new TcpProfile.Closing(60 * SECONDS, 60 * SECONDS, percent));
    return new TcpHost(
        FakeIp.LOCAL,
        StackConfig.standard("few", 7).withProfile(profile).withEndpoints(STREAMS, 1, 1));
  }

  /** A connection to a peer of its own, and that peer. */
  private record Link(StreamEndpoint stream, Peer peer) {}

  private static Link establish(TcpHost host, int port) {
    Peer peer = new Peer(host);
    peer.port = port;
    StreamEndpoint stream = Objects.requireNonNull(host.layer.newStream());
    TcpHost.check(stream.connect(FakeIp.PEER, port));
    peer.expects(Seg.syn());
    peer.sends(Seg.synAck().seq(0).ack(1));
    peer.expects(Seg.ack().seq(1).ack(1));
    return new Link(stream, peer);
  }

  private static Link timeWait(TcpHost host, int port) {
    Link link = establish(host, port);
    link.stream.close();
    link.peer.expects(Seg.fin().seq(1));
    link.peer.sends(Seg.fin().seq(1).ack(2));
    link.peer.expects(Seg.ack().seq(2).ack(2));
    return link;
  }

  @Test
  @Requirement({"SEC-RESOURCE-03", "LES-timewait-05"})
  void shouldEndTheOldestTimeWaitWhenThereAreTooMany() {
    List<Link> links = new ArrayList<>();
    for (int i = 0; i < BOUND; i++) {
      links.add(timeWait(host, 100 + i));
    }
    assertThat(host.layer.liveStreams()).isEqualTo(BOUND);
    Link next = timeWait(host, 200);
    assertThat(host.layer.liveStreams()).isEqualTo(BOUND);
    assertThat(links.get(0).stream.state()).isEqualTo(StreamState.CLOSED);
    assertThat(links.get(1).stream.state()).isEqualTo(StreamState.TIME_WAIT);
    assertThat(next.stream.state()).isEqualTo(StreamState.TIME_WAIT);
    assertThat(host.count(Counter.TCP_TIME_WAITS_CUT)).isEqualTo(1);
    assertThat(host.layer.openConnections(false)).isZero();
    host.advance(60 * SECONDS);
    assertThat(host.layer.liveStreams()).isZero();
    assertThat(host.layer.lingering().timeWaits()).isZero();
  }

  @Test
  @Requirement("SEC-RESOURCE-03")
  void shouldTakeNewConnectionsWhileManyAreInTimeWait() {
    for (int i = 0; i < 100; i++) {
      timeWait(host, 100 + i);
    }
    assertThat(host.count(Counter.TCP_TIME_WAITS_CUT)).isEqualTo(100 - BOUND);
    assertThat(host.layer.lingering().timeWaits()).isEqualTo(BOUND);
  }

  @Test
  void shouldKeepTheOrderWhenOneInTheMiddleEnds() {
    Link first = timeWait(host, 100);
    Link middle = timeWait(host, 101);
    Link last = timeWait(host, 102);
    host.layer.connections().stream()
        .filter(each -> each.remotePort() == 101)
        .forEach(Connection::onLingerExpired);
    assertThat(middle.stream.state()).isEqualTo(StreamState.CLOSED);
    timeWait(host, 103);
    assertThat(first.stream.state()).isEqualTo(StreamState.TIME_WAIT);
    timeWait(host, 104);
    assertThat(first.stream.state()).isEqualTo(StreamState.CLOSED);
    assertThat(last.stream.state()).isEqualTo(StreamState.TIME_WAIT);
    timeWait(host, 105);
    assertThat(last.stream.state()).isEqualTo(StreamState.CLOSED);
  }

  @Test
  @Requirement({"SEC-RESOURCE-02", "LES-fin-07"})
  void shouldAbortWhatIsClosedWhenTooManyWaitForTheirPeers() {
    List<Link> links = new ArrayList<>();
    for (int i = 0; i < BOUND; i++) {
      Link link = establish(host, 100 + i);
      link.stream.close();
      link.peer.expects(Seg.fin().seq(1));
      links.add(link);
    }
    assertThat(host.layer.lingering().orphans()).isEqualTo(BOUND);
    Link next = establish(host, 200);
    next.stream.close();
    next.peer.expects(Seg.rst().seq(1));
    assertThat(next.stream.state()).isEqualTo(StreamState.CLOSED);
    assertThat(host.count(Counter.TCP_ORPHANS_REFUSED)).isEqualTo(1);
    links.get(0).peer.sends(Seg.rst().seq(1));
    assertThat(host.layer.lingering().orphans()).isEqualTo(BOUND - 1);
    Link later = establish(host, 201);
    later.stream.close();
    later.peer.expects(Seg.fin().seq(1));
    host.advance(10_000 * SECONDS);
    assertThat(host.layer.lingering().orphans()).isZero();
    assertThat(host.layer.liveStreams()).isZero();
  }

  @Test
  void shouldCountAnOrphanUntilTimeWaitWhenItWasShutDownBefore() {
    Link link = establish(host, 100);
    TcpHost.check(link.stream.shutdownSend());
    link.peer.expects(Seg.fin().seq(1));
    assertThat(host.layer.lingering().orphans()).isZero();
    link.stream.close();
    assertThat(host.layer.lingering().orphans()).isEqualTo(1);
    link.peer.sends(Seg.ack().seq(1).ack(2));
    assertThat(host.layer.lingering().orphans()).isEqualTo(1);
    link.peer.sends(Seg.fin().seq(1).ack(2));
    assertThat(host.layer.lingering().orphans()).isZero();
    assertThat(host.layer.lingering().timeWaits()).isEqualTo(1);
  }

  @Test
  void shouldNotCountWhatIsAborted() {
    Link link = establish(host, 100);
    TcpHost.check(link.stream.shutdownSend());
    link.stream.abort();
    assertThat(host.layer.lingering().orphans()).isZero();
  }

  @Test
  void shouldLetTimeWaitKeepNewConnectionsOutWhenTheProfileHasNoBound() {
    TcpHost unbounded = host(100);
    for (int i = 0; i < STREAMS; i++) {
      timeWait(unbounded, 100 + i);
    }
    assertThat(unbounded.layer.newStream()).isNull();
    assertThat(unbounded.count(Counter.TCP_TIME_WAITS_CUT)).isZero();
  }
}
