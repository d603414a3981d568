package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.TcpInfo;
import dev.trident.endpoint.TcpProfile;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

/** How the receive buffer grows with what the user reads in a round trip. */
class ReceiveSizingTest {
  private static final int MSS = 1_000;
  private static final int WINDOW = 20_000;
  private static final long RTT = 100 * TcpHost.MILLIS;
  private static final long NO_ECHO = -1;

  private final ReceiveSizing sizing = new ReceiveSizing(MSS, 0, WINDOW, 0);

  /**
   * A window of 20,000 takes 100 ms to come: that is the round trip. An initial window is 10,000:
   *
   * <pre>
   *   read 20,000: 2 * 20,000 + 16 * 1,000 = 56,000; it doubled: 56,000 * (1 + 10,000 / 10,000)
   *   read 40,000: 2 * 40,000 + 16 * 1,000 = 96,000; it doubled: 192,000
   *   read 50,000: 2 * 50,000 + 16 * 1,000 = 116,000; a quarter more: 145,000
   * </pre>
   */
  @Test
  void shouldAskForTwiceWhatWasReadInARoundTripAndMoreIfThatGrows() {
    sizing.onRead(20_000);
    assertThat(sizing.onData(20_000, WINDOW, NO_ECHO, RTT)).isEqualTo(112_000);
    sizing.onRead(40_000);
    assertThat(sizing.onData(60_000, WINDOW, NO_ECHO, 2 * RTT)).isEqualTo(192_000);
    sizing.onRead(50_000);
    assertThat(sizing.onData(110_000, WINDOW, NO_ECHO, 3 * RTT)).isEqualTo(145_000);
    sizing.onRead(50_000);
    assertThat(sizing.onData(160_000, WINDOW, NO_ECHO, 4 * RTT)).isZero();
  }

  @Test
  void shouldNotAskForMoreWhileTheRoundTripLastsOrNobodyReads() {
    sizing.onRead(20_000);
    assertThat(sizing.onData(19_999, WINDOW, NO_ECHO, RTT)).isZero();
    assertThat(sizing.onData(20_000, WINDOW, NO_ECHO, 2 * RTT)).isEqualTo(112_000);
    assertThat(sizing.onData(60_000, WINDOW, NO_ECHO, 3 * RTT)).isZero();
    assertThat(sizing.onData(99_000, WINDOW, NO_ECHO, 9 * RTT)).isZero();
  }

  /** A longer sample weighs an eighth: 8 ms and 16 ms make 9 ms. */
  @Test
  void shouldMeasureByTheEchoIfThereIsOne() {
    TcpInfo info = new TcpInfo();
    assertThat(sizing.onData(1_000, WINDOW, 16_000_000, 1_000_000)).isZero();
    assertThat(sizing.onData(2_000, WINDOW, 8_000_000, 2_000_000)).isZero();
    sizing.onData(3_000, WINDOW, 16_000_000, 3_000_000);
    sizing.info(info);
    assertThat(info.receiverRttNanos).isEqualTo(9_000_000);
    sizing.onRead(11_000);
    assertThat(sizing.onData(4_000, WINDOW, 9_000_000, 8_999_999)).isZero();
    assertThat(sizing.onData(5_000, WINDOW, 9_000_000, 9_000_000)).isEqualTo(41_800);
    sizing.info(info);
    assertThat(info.receiveSpaceBytes).isEqualTo(11_000);
  }

  // ---- on a connection ----------------------------------------------------------------------

  private static final TcpProfile SMALL =
      TcpProfile.STANDARD.withBuffers(new TcpProfile.Buffers(65_536, WINDOW, 60_000));

  private final TcpHost host = new TcpHost(FakeIp.LOCAL, SMALL);
  private final Peer peer = new Peer(host);
  private final ByteBuf into = Unpooled.directBuffer(WINDOW);

  private StreamEndpoint connected() {
    StreamEndpoint stream = host.newStream();
    TcpHost.check(stream.connect(FakeIp.PEER, peer.port));
    peer.expects(Seg.syn().wnd(WINDOW));
    peer.sends(Seg.synAck().seq(0).ack(1).mss(1_460));
    peer.expects(Seg.ack());
    return stream;
  }

  /** The peer sends a window in 20 segments, 5 ms after each other. */
  private void sendWindow(int seq) {
    for (int i = 0; i < 20; i++) {
      host.advance(5 * TcpHost.MILLIS);
      peer.sends(Seg.ack().seq(seq + i * MSS).ack(1).length(MSS));
    }
  }

  private int lastWindow() {
    host.advance(50 * TcpHost.MILLIS);
    host.ip.sent.clear();
    peer.sends(Seg.ack().seq(0).ack(1).length(1)); // an old octet: answered at once
    return peer.expects(Seg.ack()).wnd;
  }

  private static int bufferOf(StreamEndpoint stream) {
    return stream.receiveBufferBytes();
  }

  @Test
  void shouldOfferMoreToAUserWhoReads() {
    StreamEndpoint stream = connected();
    for (int round = 0; round < 3; round++) {
      sendWindow(1 + round * WINDOW);
      while (stream.receive(into, 0, WINDOW) > 0) {
        // All of it.
      }
    }
    assertThat(bufferOf(stream)).isEqualTo(60_000);
    assertThat(lastWindow()).isBetween(50_000, 60_000);
  }

  @Test
  void shouldLeaveABufferAloneThatTheUserHasSet() {
    StreamEndpoint stream = connected();
    stream.receiveBufferBytes(WINDOW);
    for (int round = 0; round < 3; round++) {
      sendWindow(1 + round * WINDOW);
      while (stream.receive(into, 0, WINDOW) > 0) {
        // All of it.
      }
    }
    assertThat(bufferOf(stream)).isEqualTo(WINDOW);
  }

  @Test
  void shouldNotGrowABufferThatTheUserDoesNotEmpty() {
    StreamEndpoint stream = connected();
    sendWindow(1);
    host.advance(10 * RTT);
    assertThat(stream.receivableBytes()).isEqualTo(WINDOW);
    assertThat(bufferOf(stream)).isEqualTo(WINDOW);
  }
}
