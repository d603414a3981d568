package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.PacketPool;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamState;
import dev.trident.testkit.Requirement;
import dev.trident.trace.Counter;
import dev.trident.trace.DropReason;
import dev.trident.wire.TcpHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SEGMENT ARRIVES in the synchronized states (RFC 9293 section 3.10.7.4, RFC 5961). */
class SegmentArrivalTest extends Script {
  @Test
  @Requirement({"RFC9293-seq-04", "RFC9293-seq-05", "RFC5961-rst-01", "RFC9293-seq-03"})
  void shouldAnswerWhatLiesOutsideTheWindow() {
    StreamEndpoint stream = established();
    peer.sends(Seg.psh().seq(400_000).ack(1).data("far"));
    peer.expects(Seg.ack().seq(1).ack(1));
    peer.sends(Seg.psh().seq(-3).ack(1).data("old"));
    peer.expects(Seg.ack().seq(1).ack(1));
    peer.sends(Seg.ack().seq(0).ack(1));
    peer.expects(Seg.ack().seq(1).ack(1));
    peer.sends(Seg.rst().seq(400_000));
    peer.sends(Seg.rst().seq(0));
    peer.expectsNothing();
    assertThat(stream.state()).isEqualTo(StreamState.ESTABLISHED);
    assertThat(host.drops(DropReason.TCP_OUT_OF_WINDOW)).isEqualTo(3);
    assertThat(host.drops(DropReason.TCP_BAD_RESET)).isEqualTo(2);
  }

  @Test
  @Requirement({"RFC5961-rst-03", "RFC5961-challenge-01"})
  void shouldChallengeAResetInsideTheWindow() {
    StreamEndpoint stream = established();
    peer.sends(Seg.rst().seq(2));
    peer.expects(Seg.ack().seq(1).ack(1).length(0));
    assertThat(stream.state()).isEqualTo(StreamState.ESTABLISHED);
    peer.sends(Seg.rst().seq(1));
    assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
  }

  @Test
  @Requirement("RFC9293-close-10")
  void shouldTakeAResetWithDataForAReset() {
    StreamEndpoint stream = established();
    peer.sends(Seg.rst().seq(1).data("because"));
    assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
  }

  @Test
  @Requirement("RFC5961-syn-01")
  void shouldChallengeASynWhateverItsNumber() {
    StreamEndpoint stream = established();
    for (int seq : new int[] {0, 1, 2, 1_000_000}) {
      peer.sends(Seg.syn().seq(seq));
      peer.expects(Seg.ack().seq(1).ack(1).length(0));
    }
    peer.sends(Seg.synAck().seq(0).ack(1));
    peer.expects(Seg.ack().seq(1).ack(1));
    assertThat(stream.state()).isEqualTo(StreamState.ESTABLISHED);
    assertThat(host.drops(DropReason.TCP_BLIND_SYN)).isEqualTo(5);
  }

  @Test
  @Requirement({"RFC5961-ack-01", "RFC5961-ack-02"})
  void shouldLimitChallengesPerConnectionAndInterval() {
    StreamEndpoint one = established();
    for (int i = 0; i < 50; i++) {
      peer.sends(Seg.syn().seq(5));
    }
    assertThat(host.ip.sent).hasSize(10);
    host.ip.sent.clear();
    host.advance(2 * SECONDS);
    peer.sends(Seg.syn().seq(5));
    peer.expects(Seg.ack().seq(1).ack(1));
    assertThat(one.state()).isEqualTo(StreamState.ESTABLISHED);
  }

  @Test
  @Requirement("RFC9293-seq-07")
  void shouldDropWhatHasNoAck() {
    StreamEndpoint stream = established();
    peer.sends(Seg.flags(TcpHeader.PSH).seq(1).data("x"));
    peer.expectsNothing();
    assertThat(read(stream)).isEqualTo("WOULD_BLOCK");
    assertThat(host.drops(DropReason.TCP_BAD_FLAGS)).isEqualTo(1);
  }

  @Test
  @Requirement({"RFC9293-seq-09", "RFC9293-seq-10", "RFC9293-seq-08", "RFC5961-data-01"})
  void shouldCheckTheAckNumber() {
    StreamEndpoint stream = established();
    send(stream, "abc");
    peer.expects(Seg.psh().seq(1));
    peer.sends(Seg.psh().seq(1).ack(5).data("x"));
    peer.expects(Seg.ack().seq(4).ack(1));
    peer.sends(Seg.psh().seq(1).ack(1 - 65_536).data("x"));
    peer.expects(Seg.ack().seq(4).ack(1));
    assertThat(read(stream)).isEqualTo("WOULD_BLOCK");
    assertThat(host.drops(DropReason.TCP_BAD_ACK)).isEqualTo(2);
    peer.sends(Seg.psh().seq(1).ack(-3).data("x"));
    assertThat(read(stream)).as("old, but within the largest window").isEqualTo("x");
    assertThat(stream.unacknowledgedBytes()).isEqualTo(3);
    peer.sends(Seg.ack().seq(2).ack(3));
    assertThat(stream.unacknowledgedBytes()).isEqualTo(1);
    peer.sends(Seg.ack().seq(2).ack(4));
    assertThat(stream.unacknowledgedBytes()).isZero();
    assertThat(host.pool.freeCells()).isEqualTo(host.pool.cells());
  }

  @Test
  @Requirement("RFC9293-seq-06")
  void shouldTrimWhatLiesOutsideTheWindow() {
    TcpHost.check(0);
    StreamEndpoint stream = host.newStream();
    stream.receiveBufferBytes(1_000);
    TcpHost.check(stream.connect(FakeIp.PEER, peer.port));
    peer.expects(Seg.syn().wnd(1_000));
    peer.sends(Seg.synAck().seq(0).ack(1));
    peer.expects(Seg.ack().wnd(1_000));
    peer.sends(Seg.psh().seq(-1).ack(1).data("..abc"));
    assertThat(read(stream)).isEqualTo("abc");
    host.ip.sent.clear();
    peer.sends(Seg.fin().seq(4).ack(1).length(1_400));
    assertThat(stream.receivableBytes()).isEqualTo(997);
    assertThat(stream.state()).as("the FIN was cut off").isEqualTo(StreamState.ESTABLISHED);
    peer.expects(Seg.ack().seq(1).ack(1_001).wnd(0));
  }

  @Test
  @Requirement({"RFC9293-ack-06", "RFC9293-ack-07"})
  void shouldKeepWhatComesOutOfOrder() {
    StreamEndpoint stream = established();
    peer.sends(Seg.psh().seq(4).ack(1).data("def"));
    peer.expects(Seg.ack().seq(1).ack(1));
    peer.sends(Seg.psh().seq(10).ack(1).data("jkl"));
    peer.expects(Seg.ack().seq(1).ack(1));
    peer.sends(Seg.psh().seq(1).ack(1).data("abc"));
    peer.expects(Seg.ack().seq(1).ack(7));
    assertThat(read(stream)).isEqualTo("abcdef");
    peer.sends(Seg.psh().seq(7).ack(1).data("ghi"));
    peer.expects(Seg.ack().seq(1).ack(13));
    assertThat(read(stream)).isEqualTo("ghijkl");
    assertThat(host.pool.freeCells()).isEqualTo(host.pool.cells());
  }

  /** Else the cells that the missing segment could arrive in would hold what lies behind it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldDropWhatComesOutOfOrderWhenMemoryIsShort(boolean isSackPermitted) {
    Seg synAck = Seg.synAck().wnd(65_535);
    StreamEndpoint stream =
        established(isSackPermitted ? synAck.options(4, 2, 1, 1) : synAck.mss(1_460));
    while (host.pool.freeCells() > PacketPool.RESERVED_CELLS + 3) {
      host.pool.allocate();
    }
    host.pool.needToReceive(3);
    int before = host.pool.freeCells();
    peer.sends(Seg.psh().seq(4).ack(1).data("def"));
    peer.expects(Seg.ack().ack(1));
    assertThat(host.pool.freeCells()).isEqualTo(before);
    assertThat(host.counters.get(DropReason.TCP_REASSEMBLY_FULL)).isEqualTo(1);
    peer.sends(Seg.psh().seq(1).ack(1).data("abc"));
    assertThat(read(stream)).isEqualTo("abc");
  }

  @Test
  void shouldHonourAFinThatCameOutOfOrder() {
    StreamEndpoint stream = established();
    peer.sends(Seg.fin().seq(4).ack(1).data("def"));
    peer.expects(Seg.ack().seq(1).ack(1));
    assertThat(stream.state()).isEqualTo(StreamState.ESTABLISHED);
    peer.sends(Seg.psh().seq(1).ack(1).data("abc"));
    peer.expects(Seg.ack().seq(1).ack(8));
    assertThat(stream.state()).isEqualTo(StreamState.CLOSE_WAIT);
    assertThat(read(stream)).isEqualTo("abcdef");
    assertThat(stream.atEndOfStream()).isTrue();
  }

  @Test
  void shouldTakeNoDataBehindTheFin() {
    StreamEndpoint stream = established();
    peer.sends(Seg.fin().seq(4).ack(1));
    peer.expects(Seg.ack().seq(1).ack(1));
    peer.sends(Seg.psh().seq(1).ack(1).data("abcdef"));
    peer.expects(Seg.ack().seq(1).ack(5));
    assertThat(read(stream)).isEqualTo("abc");
    assertThat(stream.state()).isEqualTo(StreamState.CLOSE_WAIT);
  }

  @Test
  @Requirement("RFC9293-arrives-09")
  void shouldIgnoreDataAfterTheFin() {
    StreamEndpoint stream = closeWait();
    peer.sends(Seg.psh().seq(2).ack(1).data("x"));
    assertThat(read(stream)).isEmpty();
    assertThat(host.drops(DropReason.TCP_DATA_AFTER_CLOSE)).isEqualTo(1);
  }

  @Test
  @Requirement({"RFC9293-seq-02", "RFC9293-window-13"})
  void shouldStillTakeAcksAndResetsWhenTheWindowIsZero() {
    StreamEndpoint stream = host.newStream();
    stream.receiveBufferBytes(10);
    TcpHost.check(stream.connect(FakeIp.PEER, peer.port));
    peer.expects(Seg.syn().wnd(10));
    peer.sends(Seg.synAck().seq(0).ack(1).wnd(1_000));
    peer.expects(Seg.ack());
    peer.sends(Seg.psh().seq(1).ack(1).data("0123456789"));
    host.advance(40 * MILLIS);
    peer.expects(Seg.ack().ack(11).wnd(0));
    send(stream, "abc");
    peer.expects(Seg.psh().seq(1).wnd(0));
    peer.sends(Seg.psh().seq(11).ack(4).data("too much"));
    peer.expects(Seg.ack().seq(4).ack(11).wnd(0));
    assertThat(stream.unacknowledgedBytes()).as("the ACK was taken").isZero();
    peer.sends(Seg.rst().seq(11));
    assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
  }

  // ---- bytes that are wrong ---------------------------------------------------------------

  @Test
  @Requirement({"RFC9293-header-04", "RFC9293-header-07", "RFC9293-options-04"})
  void shouldDropAndCountWhatIsMalformed() {
    StreamEndpoint stream = established();
    byte[] good =
        Seg.psh()
            .seq(1)
            .ack(1)
            .data("abc")
            .encode(FakeIp.PEER, FakeIp.LOCAL, peer.port, peer.hostPort, Peer.ISS, peer.hostIss);
    for (int cut = 0; cut < good.length; cut++) {
      host.deliver(java.util.Arrays.copyOf(good, cut), FakeIp.PEER, 0);
    }
    for (int i = 0; i < good.length * 8; i++) {
      byte[] bad = good.clone();
      bad[i / 8] ^= (byte) (1 << i % 8);
      host.deliver(bad, FakeIp.PEER, 0);
    }
    host.flush();
    peer.expectsNothing();
    assertThat(stream.receivableBytes()).isZero();
    assertThat(host.drops(DropReason.TCP_TRUNCATED)).isEqualTo(20);
    assertThat(host.drops(DropReason.TCP_BAD_CHECKSUM)).isPositive();
    assertThat(host.drops(DropReason.TCP_BAD_DATA_OFFSET)).isPositive();
    host.deliver(good, FakeIp.PEER, 0);
    assertThat(read(stream)).isEqualTo("abc");
    assertThat(host.pool.freeCells()).isEqualTo(host.pool.cells());
  }

  @Test
  @Requirement({"RFC9293-options-02", "RFC9293-options-03", "RFC9293-options-04"})
  void shouldProcessASegmentWhoseOptionsAreOdd() {
    StreamEndpoint stream = established();
    peer.sends(Seg.psh().seq(1).ack(1).options(254, 6, 1, 2, 3, 4).data("a"));
    assertThat(read(stream)).isEqualTo("a");
    assertThat(host.count(Counter.TCP_MALFORMED_OPTIONS)).isZero();
    peer.sends(Seg.psh().seq(2).ack(1).options(254, 0).data("b"));
    assertThat(read(stream)).isEqualTo("b");
    assertThat(host.count(Counter.TCP_MALFORMED_OPTIONS)).isEqualTo(1);
    assertThat(host.count(Counter.TCP_SEGMENTS_RECEIVED)).isEqualTo(3);
  }

  @Test
  @Requirement("RFC9293-header-06")
  void shouldIgnoreReservedBits() {
    StreamEndpoint stream = established();
    byte[] segment =
        Seg.psh()
            .seq(1)
            .ack(1)
            .data("abc")
            .encode(FakeIp.PEER, FakeIp.LOCAL, peer.port, peer.hostPort, Peer.ISS, peer.hostIss);
    segment[12] |= 0x0f;
    int checksum = (segment[16] & 0xff) << 8 | (segment[17] & 0xff);
    checksum = dev.trident.wire.InternetChecksum.update(checksum, 0x5018, 0x5f18);
    segment[16] = (byte) (checksum >>> 8);
    segment[17] = (byte) checksum;
    host.deliver(segment, FakeIp.PEER, 0);
    assertThat(read(stream)).isEqualTo("abc");
  }
}
