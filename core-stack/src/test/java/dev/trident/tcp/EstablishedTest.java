package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpProfile;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class EstablishedTest {
  private final TcpHost host = new TcpHost(FakeIp.LOCAL, TcpProfile.STANDARD);
  private final Peer peer = new Peer(host);

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }

  private static String read(StreamEndpoint stream) {
    ByteBuf into = Unpooled.buffer(65_536);
    int count = stream.receive(into, 0, 65_536);
    return into.toString(0, count, StandardCharsets.US_ASCII);
  }

  @Test
  void shouldExchangeDataWhenConnectingActively() {
    StreamEndpoint stream = host.newStream();
    TcpHost.check(stream.connect(FakeIp.PEER, peer.port));
    peer.expects(Seg.syn().seq(0).mss(1_460).scale(7));
    peer.sends(Seg.synAck().seq(0).ack(1).mss(1_460));
    peer.expects(Seg.ack().seq(1).ack(1));
    assertThat(stream.state()).isEqualTo(StreamState.ESTABLISHED);
    assertThat(stream.send(bytes("hello"), 0, 5, 0)).isEqualTo(5);
    peer.expects(Seg.psh().seq(1).ack(1).data("hello"));
    peer.sends(Seg.psh().seq(1).ack(6).data("world"));
    assertThat(read(stream)).isEqualTo("world");
    peer.expects(Seg.ack().seq(6).ack(6));
    peer.expectsNothing();
  }

  @Test
  void shouldExchangeDataWhenAccepting() {
    StreamListener listener = host.listen(80, 5);
    peer.hostPort = 80;
    peer.sends(Seg.syn().seq(0).mss(1_000).scale(2));
    peer.expects(Seg.synAck().seq(0).ack(1).mss(1_460).scale(7));
    assertThat(listener.acceptable()).isZero();
    peer.sends(Seg.ack().seq(1).ack(1));
    StreamEndpoint stream = Objects.requireNonNull(listener.accept());
    peer.sends(Seg.psh().seq(1).ack(1).data("abc"));
    assertThat(read(stream)).isEqualTo("abc");
    peer.expects(Seg.ack().seq(1).ack(4));
    assertThat(stream.send(Unpooled.buffer(2_500), 0, 2_500, 0)).isEqualTo(2_500);
    peer.expects(Seg.ack().seq(1).length(1_000));
    peer.expects(Seg.ack().seq(1_001).length(1_000));
    peer.expectsNothing();
    peer.sends(Seg.ack().seq(4).ack(2_001));
    peer.expects(Seg.psh().seq(2_001).length(500));
    peer.sends(Seg.fin().seq(4).ack(2_501));
    peer.expects(Seg.ack().seq(2_501).ack(5));
    assertThat(stream.atEndOfStream()).isTrue();
    stream.close();
    peer.expects(Seg.fin().seq(2_501).ack(5));
    peer.sends(Seg.ack().seq(5).ack(2_502));
    assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
    listener.close();
    assertThat(host.ports.count()).isZero();
    assertThat(host.layer.liveStreams()).isZero();
  }
}
