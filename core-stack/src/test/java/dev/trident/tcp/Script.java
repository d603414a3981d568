package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpProfile;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** A host and a scripted peer, and the states that scripts begin with. */
abstract class Script {
  static final long MILLIS = TcpHost.MILLIS;
  static final long SECONDS = 1_000 * MILLIS;
  static final int SERVER_PORT = 80;

  /** No quick acknowledgments, so that the rule for every second segment shows at once. */
  static final TcpProfile PROFILE =
      TcpProfile.STANDARD.withAcknowledgement(new TcpProfile.Acknowledgement(true, 40 * MILLIS, 0));

  final TcpHost host;

  /** The other end; a script may have several, one after the other. */
  Peer peer;

  Script() {
    this(PROFILE);
  }

  Script(TcpProfile profile) {
    host = new TcpHost(FakeIp.LOCAL, profile);
    peer = new Peer(host);
  }

  static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }

  static int send(StreamEndpoint stream, String text) {
    return stream.send(bytes(text), 0, text.length(), 0);
  }

  static int send(StreamEndpoint stream, int length) {
    return stream.send(Unpooled.buffer(Math.max(length, 1)), 0, length, 0);
  }

  static String read(StreamEndpoint stream) {
    ByteBuf into = Unpooled.buffer(1 << 19);
    int count = stream.receive(into, 0, 1 << 19);
    return count < 0
        ? StackError.of(count).name()
        : into.toString(0, count, StandardCharsets.US_ASCII);
  }

  StreamEndpoint synSent() {
    StreamEndpoint stream = host.newStream();
    TcpHost.check(stream.connect(FakeIp.PEER, peer.port));
    peer.expects(Seg.syn().seq(0));
    return stream;
  }

  StreamEndpoint established() {
    return established(Seg.synAck().wnd(65_535).mss(1_460));
  }

  /** Established by an active open, which the peer answers by {@code synAck}. */
  StreamEndpoint established(Seg synAck) {
    StreamEndpoint stream = synSent();
    peer.sends(synAck.seq(0).ack(1));
    peer.expects(Seg.ack().seq(1).ack(1));
    assertThat(stream.state()).isEqualTo(StreamState.ESTABLISHED);
    return stream;
  }

  /** Accepted from a listener, which stays open. */
  StreamEndpoint accepted() {
    StreamListener listener = host.listen(SERVER_PORT, 5);
    synReceived();
    peer.sends(Seg.ack().seq(1).ack(1));
    return Objects.requireNonNull(listener.accept());
  }

  void synReceived() {
    peer.hostPort = SERVER_PORT;
    peer.sends(Seg.syn().seq(0).mss(1_460));
    peer.expects(Seg.synAck().seq(0).ack(1));
  }

  StreamEndpoint closeWait() {
    StreamEndpoint stream = established();
    peer.sends(Seg.fin().seq(1).ack(1));
    peer.expects(Seg.ack().seq(1).ack(2));
    return stream;
  }

  StreamEndpoint finWait1() {
    StreamEndpoint stream = established();
    TcpHost.check(stream.shutdownSend());
    peer.expects(Seg.fin().seq(1).ack(1));
    assertThat(stream.state()).isEqualTo(StreamState.FIN_WAIT_1);
    return stream;
  }

  StreamEndpoint finWait2() {
    StreamEndpoint stream = finWait1();
    peer.sends(Seg.ack().seq(1).ack(2));
    assertThat(stream.state()).isEqualTo(StreamState.FIN_WAIT_2);
    return stream;
  }

  StreamEndpoint timeWait() {
    StreamEndpoint stream = finWait2();
    peer.sends(Seg.fin().seq(1).ack(2));
    peer.expects(Seg.ack().seq(2).ack(2));
    assertThat(stream.state()).isEqualTo(StreamState.TIME_WAIT);
    return stream;
  }

  StreamEndpoint closing() {
    StreamEndpoint stream = finWait1();
    peer.sends(Seg.fin().seq(1).ack(1));
    peer.expects(Seg.ack().seq(2).ack(2));
    assertThat(stream.state()).isEqualTo(StreamState.CLOSING);
    return stream;
  }

  StreamEndpoint lastAck() {
    StreamEndpoint stream = closeWait();
    TcpHost.check(stream.shutdownSend());
    peer.expects(Seg.fin().seq(1).ack(2));
    assertThat(stream.state()).isEqualTo(StreamState.LAST_ACK);
    return stream;
  }

  static void assertError(int code, StackError error) {
    assertThat(code < 0 ? StackError.of(code) : "result " + code).isEqualTo(error);
  }
}
