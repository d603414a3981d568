package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.Packet;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpProfile;
import dev.trident.testkit.Requirement;
import dev.trident.trace.Counter;
import dev.trident.trace.DropReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Windows in both directions, and when acknowledgments go out (RFC 9293 section 3.8.6). */
class WindowTest extends Script {
  private StreamEndpoint withReceiveBuffer(int bytes) {
    StreamEndpoint stream = host.newStream();
    stream.receiveBufferBytes(bytes);
    TcpHost.check(stream.connect(FakeIp.PEER, peer.port));
    peer.expects(Seg.syn().wnd(Math.min(bytes, 65_535)));
    peer.sends(Seg.synAck().seq(0).ack(1).mss(1_460));
    peer.expects(Seg.ack());
    return stream;
  }

  // ---- acknowledgments --------------------------------------------------------------------

  @Test
  @Requirement({"RFC9293-ack-01", "RFC9293-ack-02", "RFC9293-ack-03"})
  void shouldAcknowledgeEverySecondSegmentAndASingleOneLater() {
    established();
    peer.sends(Seg.ack().seq(1).ack(1).length(1_460));
    peer.expectsNothing();
    peer.sends(Seg.ack().seq(1_461).ack(1).length(1_460));
    peer.expects(Seg.ack().seq(1).ack(2_921));
    peer.sends(Seg.psh().seq(2_921).ack(1).data("x"));
    host.advance(40 * MILLIS - 1);
    peer.expectsNothing();
    host.advance(1);
    peer.expects(Seg.ack().seq(1).ack(2_922));
    host.advance(SECONDS);
    peer.expectsNothing();
  }

  @Test
  @Requirement({"RFC9293-ack-04", "RFC9293-ack-05"})
  void shouldAcknowledgeABatchOnce() {
    established();
    for (int i = 0; i < 7; i++) {
      peer.sendsInBatch(Seg.ack().seq(1 + i * 100).ack(1).length(100));
    }
    peer.expectsNothing();
    host.flush();
    peer.expects(Seg.ack().seq(1).ack(701));
    peer.expectsNothing();
  }

  @Test
  void shouldLetDataTakeTheAcknowledgmentAlong() {
    StreamEndpoint stream = established();
    peer.sendsInBatch(Seg.psh().seq(1).ack(1).data("a"));
    peer.sendsInBatch(Seg.psh().seq(2).ack(1).data("b"));
    send(stream, "reply");
    peer.expects(Seg.psh().seq(1).ack(3).data("reply"));
    host.flush();
    host.advance(SECONDS / 10);
    peer.expectsNothing();
  }

  @Test
  void shouldAcknowledgeAtOnceAtTheStartOfAConnection() {
    TcpHost quick = new TcpHost(FakeIp.LOCAL, TcpProfile.STANDARD);
    Peer far = new Peer(quick);
    StreamEndpoint stream = quick.newStream();
    TcpHost.check(stream.connect(FakeIp.PEER, far.port));
    far.expects(Seg.syn());
    far.sends(Seg.synAck().seq(0).ack(1));
    far.expects(Seg.ack());
    for (int i = 0; i < 16; i++) {
      far.sends(Seg.psh().seq(1 + i).ack(1).data("x"));
      far.expects(Seg.ack().ack(2 + i));
    }
    far.sends(Seg.psh().seq(17).ack(1).data("x"));
    far.expectsNothing();
  }

  @Test
  @Requirement("ZF-tcp-engine-12")
  void shouldAcknowledgeEverySegmentWhenNothingIsDelayed() {
    TcpHost prompt =
        new TcpHost(
            FakeIp.LOCAL,
            TcpProfile.TCPDIRECT.withAcknowledgement(
                new TcpProfile.Acknowledgement(false, 180 * MILLIS, 0)));
    Peer far = new Peer(prompt);
    TcpHost.check(prompt.newStream().connect(FakeIp.PEER, far.port));
    far.expects(Seg.syn());
    far.sends(Seg.synAck().seq(0).ack(1));
    far.expects(Seg.ack());
    for (int i = 0; i < 5; i++) {
      far.sends(Seg.psh().seq(1 + i).ack(1).data("x"));
      far.expects(Seg.ack().ack(2 + i));
    }
    far.expectsNothing();
  }

  // ---- our window -------------------------------------------------------------------------

  @Test
  @Requirement({"RFC9293-window-15", "RFC9293-window-01"})
  void shouldOpenTheWindowInStepsWorthWhile() {
    StreamEndpoint stream = withReceiveBuffer(4_000);
    ByteBuf into = Unpooled.buffer(4_000);
    peer.sends(Seg.ack().seq(1).ack(1).length(1_460));
    peer.sends(Seg.ack().seq(1_461).ack(1).length(1_460));
    peer.expects(Seg.ack().ack(2_921).wnd(4_000 - 2_920));
    peer.sends(Seg.ack().seq(2_921).ack(1).length(1_080));
    host.advance(40 * MILLIS);
    peer.expects(Seg.ack().ack(4_001).wnd(0));
    assertThat(stream.receive(into, 0, 1_000)).isEqualTo(1_000);
    host.flush();
    peer.expectsNothing();
    assertThat(stream.receive(into, 0, 459)).isEqualTo(459);
    host.flush();
    peer.expectsNothing();
    assertThat(stream.receive(into, 0, 1)).isEqualTo(1);
    host.flush();
    peer.expects(Seg.ack().ack(4_001).wnd(1_460));
    stream.consume(2_540);
    host.flush();
    peer.expects(Seg.ack().ack(4_001).wnd(4_000));
  }

  @Test
  void shouldScaleTheWindowItOffers() {
    StreamEndpoint stream = synSent();
    peer.sends(Seg.synAck().seq(0).ack(1).mss(1_460).scale(2).wnd(100));
    peer.expects(Seg.ack().wnd((256 << 10) >> 7));
    send(stream, 400);
    peer.expects(Seg.ack().length(100));
    peer.sends(Seg.ack().seq(1).ack(101).wnd(75));
    peer.expects(Seg.psh().seq(101).length(300));
    peer.sends(Seg.psh().seq(1).ack(401).data("abc"));
    host.advance(40 * MILLIS);
    Seg ack = peer.expects(Seg.ack().ack(4));
    assertThat(4 + (ack.wnd << 7)).as("the right edge").isGreaterThanOrEqualTo(1 + (256 << 10));
  }

  /** Many small segments fill cells long before they fill the window. */
  @Test
  void shouldCompactTheQueueWhenItHasTooManyCells() {
    StreamEndpoint stream = withReceiveBuffer(65_535);
    int limit = 2 * (65_535 / 1_460) + 8;
    int sent = 0;
    for (int i = 0; i < 1_000; i++) {
      peer.sends(Seg.psh().seq(1 + sent).ack(1).length(60));
      sent += 60;
      assertThat(stream.receivablePackets()).isLessThanOrEqualTo(limit);
    }
    assertThat(stream.receivableBytes()).isEqualTo(60_000);
    assertThat(host.count(Counter.BYTES_COPIED_WITHIN)).isPositive();
    assertThat(host.drops(DropReason.TCP_RECEIVE_QUEUE_FULL)).isZero();
    stream.consume(60_000);
    assertThat(host.pool.freeCells()).isEqualTo(host.pool.cells());
  }

  @Test
  void shouldDropWhatTheQueueCannotHoldWhenItsMemoryIsShared() {
    StreamEndpoint stream = withReceiveBuffer(2_920);
    int limit = 2 * 2 + 8;
    CellBuf[] shown = new CellBuf[limit];
    for (int i = 0; i < limit; i++) {
      peer.sends(Seg.psh().seq(1 + i).ack(1).length(1));
    }
    assertThat(stream.peek(shown, limit)).isEqualTo(limit);
    host.ip.sent.clear();
    peer.sends(Seg.psh().seq(1 + limit).ack(1).length(1));
    assertThat(host.drops(DropReason.TCP_RECEIVE_QUEUE_FULL)).isEqualTo(1);
    peer.expects(Seg.ack().ack(1 + limit));
    for (CellBuf each : shown) {
      each.release();
    }
    peer.sends(Seg.psh().seq(1 + limit).ack(1).length(1));
    assertThat(stream.receivableBytes()).isEqualTo(limit + 1);
  }

  // ---- the peer's window ------------------------------------------------------------------

  @Test
  @Requirement({
    "RFC9293-window-09",
    "RFC9293-window-10",
    "RFC9293-window-11",
    "RFC9293-window-12",
    "RFC9293-window-07"
  })
  void shouldProbeAZeroWindowAsLongAsThePeerAnswers() {
    StreamEndpoint stream = established(Seg.synAck().wnd(0).mss(1_460));
    send(stream, "abc");
    peer.expectsNothing();
    long delay = 200 * MILLIS;
    for (int i = 0; i < 40; i++) {
      host.advance(delay - 1);
      peer.expectsNothing();
      host.advance(1);
      peer.expects(Seg.ack().seq(1).ack(1).data("a"));
      peer.sends(Seg.ack().seq(1).ack(1).wnd(0));
      delay = Math.min(delay * 2, 60 * SECONDS);
    }
    assertThat(stream.state()).isEqualTo(StreamState.ESTABLISHED);
    assertThat(host.count(Counter.TCP_ZERO_WINDOW_PROBES)).isEqualTo(40);
    peer.sends(Seg.ack().seq(1).ack(1).wnd(1_000));
    peer.expects(Seg.psh().seq(1).data("abc"));
  }

  @Test
  @Requirement("LES-zwp-01")
  void shouldGoOnBehindTheOctetThatAProbeHasBrought() {
    StreamEndpoint stream = established(Seg.synAck().wnd(0).mss(1_460));
    int free = host.pool.freeCells();
    ByteBuf lent = bytes("abc");
    TcpHost.check(stream.sendLoan(lent, 0, 3, new Object(), token -> {}, 0));
    host.advance(200 * MILLIS);
    peer.expects(Seg.ack().seq(1).ack(1).data("a"));
    peer.sends(Seg.ack().seq(1).ack(3).wnd(0));
    assertThat(stream.unacknowledgedBytes()).as("more than was sent").isEqualTo(3);
    peer.expects(Seg.ack().seq(1).ack(1).length(0));
    peer.sends(Seg.ack().seq(1).ack(2).wnd(0));
    assertThat(stream.unacknowledgedBytes()).isEqualTo(2);
    peer.sends(Seg.ack().seq(1).ack(2).wnd(100));
    peer.expects(Seg.psh().seq(2).ack(1).data("bc"));
    peer.sends(Seg.ack().seq(1).ack(4));
    assertThat(stream.unacknowledgedBytes()).isZero();
    assertThat(host.pool.freeCells()).isEqualTo(free);
    assertThat(lent.refCnt()).isEqualTo(1);
  }

  @Test
  void shouldGiveUpWhenNobodyAnswersProbes() {
    StreamEndpoint stream = established(Seg.synAck().wnd(0).mss(1_460));
    send(stream, "abc");
    host.advance(2_000 * SECONDS);
    assertError(stream.pendingError(), StackError.TIMED_OUT);
    assertThat(host.count(Counter.TCP_ZERO_WINDOW_PROBES)).isEqualTo(15);
  }

  @Test
  void shouldNotProbeForeverWhenNobodyHoldsTheEndpoint() {
    StreamEndpoint stream = established(Seg.synAck().wnd(0).mss(1_460));
    send(stream, "abc");
    stream.close();
    for (int i = 0; i < 2_000 && host.layer.liveStreams() > 0; i++) {
      host.advance(SECONDS);
      if (!host.ip.sent.isEmpty()) {
        host.ip.sent.clear();
        peer.sends(Seg.ack().seq(1).ack(1).wnd(0));
      }
    }
    assertThat(host.layer.liveStreams()).isZero();
  }

  @Test
  @Requirement({"RFC9293-window-14", "RFC9293-window-16", "RFC9293-window-17"})
  void shouldNotSendSillySegments() {
    StreamEndpoint stream = established(Seg.synAck().wnd(4_000).mss(1_460));
    send(stream, 10_000);
    peer.expects(Seg.ack().seq(1).length(1_460));
    peer.expects(Seg.ack().seq(1_461).length(1_460));
    peer.expectsNothing();
    peer.sends(Seg.ack().seq(1).ack(2_921).wnd(500));
    peer.expectsNothing();
    host.advance(200 * MILLIS);
    peer.expects(Seg.ack().seq(2_921).length(500));
    peer.sends(Seg.ack().seq(0).ack(2_921).wnd(60_000));
    peer.expects(Seg.ack().seq(3_421).ack(1).length(0));
    peer.expectsNothing();
    peer.sends(Seg.ack().seq(1).ack(3_421).wnd(2_000));
    peer.expects(Seg.ack().seq(3_421).length(1_460));
    peer.expectsNothing();
  }

  /**
   * The peer's data was lost, its acknowledgment of the same time is lost, then it repeats both.
   */
  @Test
  @Requirement({"RFC9293-window-17"})
  void shouldNotSendBeyondTheWindowWhenARetransmissionAcknowledgesNewData() {
    StreamEndpoint stream = established(Seg.synAck().wnd(2_920).mss(1_460));
    send(stream, 8_000);
    peer.expects(Seg.ack().seq(1).length(1_460));
    peer.expects(Seg.ack().seq(1_461).length(1_460));
    peer.sends(Seg.ack().seq(101).ack(1).wnd(2_920));
    peer.expectsNothing();
    peer.sends(Seg.psh().seq(1).ack(1_461).length(100).wnd(1_460));
    peer.expectsNothing();
    peer.sends(Seg.ack().seq(101).ack(2_921).wnd(1_460));
    peer.expects(Seg.ack().seq(2_921).ack(101).length(1_460));
    peer.expectsNothing();
  }

  @Test
  @Requirement({"LES-sws-03", "RFC9293-push-07", "RFC9293-window-14"})
  void shouldFillSegmentsThatWereCutForASmallWindow() {
    StreamEndpoint stream = established(Seg.synAck().wnd(700).mss(1_460));
    StringBuilder text = new StringBuilder();
    while (text.length() < 6_000) {
      text.append(text.length()).append(' ');
    }
    String data = text.substring(0, 6_000);
    assertThat(send(stream, data)).isEqualTo(data.length());
    int at = 0;
    for (int i = 0; i < 4; i++, at += 700) {
      peer.expects(Seg.ack().seq(1 + at).data(data.substring(at, at + 700)));
      peer.expectsNothing();
      peer.sends(Seg.ack().seq(1).ack(1 + at + 700).wnd(i < 3 ? 700 : 60_000));
    }
    for (int i = 0; i < 2; i++, at += 1_460) {
      peer.expects(Seg.ack().seq(1 + at).data(data.substring(at, at + 1_460)));
    }
    peer.expectsNothing();
    peer.sends(Seg.ack().seq(1).ack(1 + at).wnd(60_000));
    peer.expects(Seg.psh().seq(1 + at).data(data.substring(at)));
  }

  /** Cells come back by acknowledgments only, of which there is none to come. */
  @Test
  void shouldCutASegmentForASmallWindowWhenUnsentDataHasAllTheMemory() {
    StreamEndpoint stream = established(Seg.synAck().wnd(0).mss(1_460));
    send(stream, 2_920);
    host.pool.needToReceive(4);
    List<Packet> taken = new ArrayList<>();
    for (Packet next = host.pool.allocate(); next != null; next = host.pool.allocate()) {
      taken.add(next);
    }
    int before = host.pool.freeCells();
    for (int at = 1; at < 2_921; at += 730) {
      peer.sends(Seg.ack().seq(1).ack(at).wnd(730));
      peer.expects((at < 2_191 ? Seg.ack() : Seg.psh()).seq(at).length(730));
      peer.expectsNothing();
    }
    peer.sends(Seg.ack().seq(1).ack(2_921).wnd(730));
    assertThat(host.pool.freeCells()).isEqualTo(before + 2);
    taken.forEach(Packet::release);
  }

  @Test
  @Requirement({"RFC9293-window-02", "RFC9293-window-03", "RFC9293-window-04", "RFC9293-window-06"})
  void shouldCopeWithAWindowThatShrinks() {
    StreamEndpoint stream = established(Seg.synAck().wnd(5_840).mss(1_460));
    send(stream, 8_000);
    for (int i = 0; i < 4; i++) {
      peer.expects(Seg.ack().seq(1 + i * 1_460).length(1_460));
    }
    peer.sends(Seg.ack().seq(1).ack(1_461).wnd(0));
    peer.expectsNothing();
    for (int i = 0; i < 20; i++) {
      host.advance(60 * SECONDS);
      assertThat(host.ip.sent).isNotEmpty();
      host.ip.sent.clear();
      peer.sends(Seg.ack().seq(1).ack(1_461).wnd(0));
    }
    assertThat(stream.state()).isEqualTo(StreamState.ESTABLISHED);
    peer.sends(Seg.ack().seq(1).ack(5_841).wnd(5_840));
    peer.expects(Seg.ack().seq(5_841).length(1_460));
  }

  @Test
  @Requirement({"RFC9293-header-01", "RFC9293-header-02"})
  void shouldTakeTheWindowForUnsigned() {
    StreamEndpoint stream = established(Seg.synAck().wnd(65_535).scale(14).mss(1_460));
    stream.sendBufferBytes(1 << 20);
    peer.sends(Seg.ack().seq(1).ack(1).wnd(65_535));
    assertThat(send(stream, 14_600)).isEqualTo(14_600);
    assertThat(host.ip.sent).hasSize(10);
  }
}
