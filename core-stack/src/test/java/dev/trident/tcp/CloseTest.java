package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.CellBuf;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamState;
import dev.trident.testkit.Requirement;
import dev.trident.trace.Counter;
import dev.trident.trace.DropReason;
import dev.trident.wire.TcpHeader;
import org.junit.jupiter.api.Test;

/** Closing, in order and otherwise (RFC 9293 sections 3.6, 3.10.4, 3.10.5, 3.10.8). */
class CloseTest extends Script {
  @Test
  @Requirement({
    "RFC9293-arrives-03",
    "RFC9293-arrives-05",
    "RFC9293-close-02",
    "RFC9293-close-07",
    "RFC9293-timeout-02"
  })
  void shouldPassThroughTimeWaitWhenClosingFirst() {
    StreamEndpoint stream = finWait2();
    peer.sends(Seg.psh().seq(1).ack(2).data("late"));
    assertThat(read(stream)).isEqualTo("late");
    peer.sends(Seg.fin().seq(5).ack(2));
    peer.expects(Seg.ack().seq(2).ack(6));
    assertThat(stream.state()).isEqualTo(StreamState.TIME_WAIT);
    assertThat(stream.atEndOfStream()).isTrue();
    assertThat(read(stream)).isEmpty();
    assertThat(stream.readiness().isAny(Readiness.CLOSED)).isTrue();
    assertThat(host.ports.count()).isEqualTo(1);
    host.advance(60 * SECONDS - 1);
    assertThat(stream.state()).isEqualTo(StreamState.TIME_WAIT);
    host.advance(1);
    assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
    assertThat(stream.pendingError()).isZero();
    assertThat(host.ports.count()).isZero();
    assertThat(read(stream)).isEmpty();
    stream.close();
    assertThat(host.layer.liveStreams()).isZero();
    peer.expectsNothing();
  }

  @Test
  @Requirement({"RFC9293-arrives-08"})
  void shouldRestartTimeWaitWhenTheFinIsRepeated() {
    StreamEndpoint stream = timeWait();
    host.advance(50 * SECONDS);
    peer.sends(Seg.fin().seq(1).ack(2));
    peer.expects(Seg.ack().seq(2).ack(2));
    host.advance(50 * SECONDS);
    assertThat(stream.state()).isEqualTo(StreamState.TIME_WAIT);
    host.advance(10 * SECONDS);
    assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
  }

  @Test
  @Requirement("RFC9293-close-05")
  void shouldReopenFromTimeWaitWhenASynHasALaterNumber() {
    StreamEndpoint old = accepted();
    peer.expectsNothing();
    TcpHost.check(old.shutdownSend());
    peer.expects(Seg.fin().seq(1));
    peer.sends(Seg.fin().seq(1).ack(2));
    peer.expects(Seg.ack().seq(2).ack(2));
    assertThat(old.state()).isEqualTo(StreamState.TIME_WAIT);
    peer.sends(Seg.syn().seq(1));
    peer.expects(Seg.ack().seq(2).ack(2));
    peer.sends(Seg.syn().seq(100));
    peer.expects(Seg.synAck().seq(0).ack(101));
    assertThat(old.state()).isEqualTo(StreamState.CLOSED);
  }

  @Test
  void shouldIgnoreResetsInTimeWait() {
    StreamEndpoint stream = timeWait();
    peer.sends(Seg.rst().seq(2));
    assertThat(stream.state()).isEqualTo(StreamState.TIME_WAIT);
    assertThat(host.drops(DropReason.TCP_BAD_RESET)).isEqualTo(1);
  }

  @Test
  @Requirement({"RFC9293-arrives-07", "RFC9293-arrives-10", "RFC9293-close-08"})
  void shouldSendOnAndThenEndWhenThePeerClosesFirst() {
    StreamEndpoint stream = closeWait();
    assertThat(stream.state()).isEqualTo(StreamState.CLOSE_WAIT);
    assertThat(stream.readiness().isAny(Readiness.PEER_CLOSED)).isTrue();
    assertThat(stream.readiness().isAny(Readiness.READABLE)).isTrue();
    assertThat(read(stream)).isEmpty();
    send(stream, "rest");
    peer.expects(Seg.psh().seq(1).ack(2).data("rest"));
    TcpHost.check(stream.shutdownSend());
    peer.expects(Seg.fin().seq(5).ack(2));
    assertThat(stream.state()).isEqualTo(StreamState.LAST_ACK);
    peer.sends(Seg.ack().seq(2).ack(6));
    assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
    assertThat(stream.pendingError()).isZero();
    assertThat(stream.readiness().isAny(Readiness.CLOSED)).isTrue();
    assertThat(stream.readiness().isAny(Readiness.ERROR)).isFalse();
  }

  @Test
  @Requirement({"RFC9293-close-09", "RFC9293-arrives-04", "RFC9293-arrives-06"})
  void shouldPassThroughClosingWhenBothCloseAtOnce() {
    StreamEndpoint stream = closing();
    peer.sends(Seg.ack().seq(2).ack(2));
    assertThat(stream.state()).isEqualTo(StreamState.TIME_WAIT);
  }

  @Test
  @Requirement("RFC9293-arrives-04")
  void shouldGoToTimeWaitWhenTheFinAcknowledgesOurs() {
    StreamEndpoint stream = finWait1();
    peer.sends(Seg.fin().seq(1).ack(2));
    peer.expects(Seg.ack().seq(2).ack(2));
    assertThat(stream.state()).isEqualTo(StreamState.TIME_WAIT);
  }

  @Test
  @Requirement({"RFC9293-close-11", "RFC9293-user-09", "RFC9293-user-12"})
  void shouldSendFinAfterQueuedDataAndRepeatIt() {
    StreamEndpoint stream = established(Seg.synAck().wnd(4).mss(1_460));
    send(stream, "abcdefgh");
    peer.expects(Seg.ack().seq(1).data("abcd"));
    TcpHost.check(stream.shutdownSend());
    assertError(stream.shutdownSend(), StackError.SHUT_DOWN);
    assertError(send(stream, "x"), StackError.SHUT_DOWN);
    peer.expectsNothing();
    peer.sends(Seg.ack().seq(1).ack(5).wnd(100));
    peer.expects(Seg.fin().and(8).seq(5).data("efgh"));
    host.advance(200 * MILLIS);
    peer.expects(Seg.fin().and(8).seq(5).data("efgh"));
    peer.sends(Seg.ack().seq(1).ack(9).wnd(100));
    host.advance(2 * SECONDS);
    peer.expects(Seg.fin().seq(9).length(0));
    peer.sends(Seg.ack().seq(1).ack(10));
    assertThat(stream.state()).isEqualTo(StreamState.FIN_WAIT_2);
  }

  @Test
  void shouldWaitForeverInFinWait2WhileTheUserReads() {
    StreamEndpoint stream = finWait2();
    host.advance(3_600 * SECONDS);
    assertThat(stream.state()).isEqualTo(StreamState.FIN_WAIT_2);
    stream.close();
    host.advance(60 * SECONDS - 1);
    assertThat(stream.state()).isEqualTo(StreamState.FIN_WAIT_2);
    host.advance(1);
    assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
    assertThat(host.layer.liveStreams()).isZero();
  }

  @Test
  @Requirement({"RFC9293-close-04"})
  void shouldResetWhenClosedWithUnreadData() {
    StreamEndpoint stream = established();
    peer.sends(Seg.psh().seq(1).ack(1).data("unread"));
    stream.close();
    peer.expects(Seg.rst().seq(1));
    assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
    assertThat(host.pool.freeCells()).isEqualTo(host.pool.cells());
    assertThat(host.layer.liveStreams()).isZero();
  }

  @Test
  @Requirement({"RFC9293-close-04"})
  void shouldResetWhenDataComesAfterClose() {
    StreamEndpoint stream = established();
    stream.close();
    peer.expects(Seg.fin().seq(1));
    peer.sends(Seg.psh().seq(1).ack(2).data("late"));
    peer.expects(Seg.rst().seq(2));
    assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
    assertThat(host.drops(DropReason.TCP_DATA_AFTER_CLOSE)).isEqualTo(1);
    assertThat(host.layer.liveStreams()).isZero();
    assertThat(host.pool.freeCells()).isEqualTo(host.pool.cells());
  }

  @Test
  @Requirement({"RFC9293-user-11"})
  void shouldResetWhenAborted() {
    StreamEndpoint stream = established();
    send(stream, "abc");
    peer.expects(Seg.psh().seq(1));
    stream.abort();
    peer.expects(Seg.rst().seq(4));
    peer.expectsNothing();
    assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
    assertError(stream.pendingError(), StackError.CONNECTION_ABORTED);
    assertThat(host.pool.freeCells()).isEqualTo(host.pool.cells());
    assertThat(host.wheel.armed()).isZero();
    stream.abort();
    stream.close();
    assertThat(host.layer.liveStreams()).isZero();
  }

  @Test
  void shouldNotResetWhenAbortedAfterBothFins() {
    StreamEndpoint stream = closing();
    stream.abort();
    peer.expectsNothing();
    assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
  }

  @Test
  void shouldEndAtOnceWhenClosedInSynSent() {
    StreamEndpoint stream = synSent();
    stream.close();
    peer.expectsNothing();
    assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
    assertThat(host.layer.liveStreams()).isZero();
    StreamEndpoint shut = synSent();
    assertThat(shut.shutdownSend()).isZero();
    assertThat(shut.state()).isEqualTo(StreamState.CLOSED);
    peer.expectsNothing();
  }

  private StreamEndpoint shutDownInSynReceived() {
    StreamEndpoint stream = synSent();
    peer.sends(Seg.syn().seq(0));
    peer.expects(Seg.synAck().seq(0).ack(1));
    TcpHost.check(stream.shutdownSend());
    peer.expects(Seg.fin().seq(1).ack(1));
    assertThat(stream.state()).isEqualTo(StreamState.FIN_WAIT_1);
    return stream;
  }

  @Test
  void shouldSendFinAtOnceWhenShutDownInSynReceived() {
    StreamEndpoint stream = shutDownInSynReceived();
    peer.sends(Seg.ack().seq(1).ack(1));
    assertThat(stream.state()).isEqualTo(StreamState.FIN_WAIT_1);
    assertThat(stream.readiness().isAny(Readiness.CONNECTED)).isTrue();
    assertThat(stream.readiness().isAny(Readiness.WRITABLE)).isFalse();
    host.advance(3 * SECONDS);
    peer.expects(Seg.fin().seq(1).ack(1));
    peer.sends(Seg.psh().seq(1).ack(2).data("yes"));
    assertThat(stream.state()).isEqualTo(StreamState.FIN_WAIT_2);
    assertThat(read(stream)).isEqualTo("yes");
  }

  @Test
  void shouldRepeatTheSynBeforeTheFinWhenShutDownInSynReceived() {
    StreamEndpoint stream = shutDownInSynReceived();
    host.advance(SECONDS);
    peer.expects(Seg.synAck().seq(0).ack(1));
    peer.sends(Seg.synAck().seq(0).ack(1));
    assertThat(stream.state()).isEqualTo(StreamState.FIN_WAIT_1);
    peer.sends(Seg.fin().seq(1).ack(2));
    assertThat(stream.state()).isEqualTo(StreamState.TIME_WAIT);
  }

  @Test
  void shouldRefuseWhatAcknowledgesNothingWhenShutDownInSynReceived() {
    StreamEndpoint stream = shutDownInSynReceived();
    peer.sends(Seg.ack().seq(1).ack(0));
    peer.expects(Seg.rst().seq(0));
    peer.sends(Seg.ack().seq(1).ack(3));
    peer.expects(Seg.rst().seq(3));
    assertThat(stream.state()).isEqualTo(StreamState.FIN_WAIT_1);
  }

  @Test
  void shouldSendQueuedDataBeforeTheFinWhenShutDownInSynReceived() {
    StreamEndpoint stream = synSent();
    send(stream, "first");
    peer.sends(Seg.syn().seq(0));
    peer.expects(Seg.synAck().seq(0).ack(1));
    TcpHost.check(stream.shutdownSend());
    assertError(stream.shutdownSend(), StackError.SHUT_DOWN);
    peer.expectsNothing();
    peer.sends(Seg.ack().seq(1).ack(1));
    peer.expects(Seg.fin().and(TcpHeader.PSH).seq(1).ack(1).data("first"));
    assertThat(stream.state()).isEqualTo(StreamState.FIN_WAIT_1);
  }

  @Test
  @Requirement({"RFC9293-reset-07", "RFC5961-rst-02"})
  void shouldEndByResetInEachState() {
    StreamEndpoint stream = established();
    send(stream, "x");
    peer.expects(Seg.psh());
    peer.sends(Seg.psh().seq(1).ack(2).data("unread"));
    peer.sends(Seg.rst().seq(7));
    assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
    assertThat(stream.readiness().isAny(Readiness.ERROR)).isTrue();
    assertThat(stream.readiness().isAny(Readiness.WRITABLE)).isFalse();
    assertError(send(stream, "y"), StackError.CONNECTION_RESET);
    assertThat(read(stream)).isEqualTo("unread");
    assertThat(read(stream)).isEqualTo("CONNECTION_RESET");
    assertThat(read(stream)).isEqualTo("CONNECTION_RESET");
    assertError(stream.shutdownSend(), StackError.CONNECTION_RESET);
    stream.close();
    assertThat(host.layer.liveStreams()).isZero();
    assertThat(host.count(Counter.TCP_RESETS_RECEIVED)).isEqualTo(1);
  }

  @Test
  @Requirement({"RFC9293-reset-07", "RFC9293-reset-08"})
  void shouldReportABrokenPipeWhenResetAfterThePeersFin() {
    StreamEndpoint stream = closeWait();
    peer.sends(Seg.rst().seq(2));
    assertError(stream.pendingError(), StackError.BROKEN_PIPE);
    assertError(send(stream, "y"), StackError.BROKEN_PIPE);
    assertThat(read(stream)).as("the end of the stream had come before").isEmpty();
    StreamEndpoint last = lastAck();
    peer.sends(Seg.rst().seq(2));
    assertThat(last.state()).isEqualTo(StreamState.CLOSED);
    StreamEndpoint closing = closing();
    peer.sends(Seg.rst().seq(2));
    assertThat(closing.state()).isEqualTo(StreamState.CLOSED);
    StreamEndpoint finWait = finWait2();
    peer.sends(Seg.rst().seq(1));
    assertError(finWait.pendingError(), StackError.CONNECTION_RESET);
  }

  /** What the user has been shown stays readable for him when the connection is gone. */
  @Test
  void shouldKeepHandlesAliveWhenAborted() {
    StreamEndpoint stream = established();
    peer.sends(Seg.psh().seq(1).ack(1).data("kept"));
    CellBuf[] shown = new CellBuf[2];
    assertThat(stream.peek(shown, 2)).isEqualTo(1);
    stream.abort();
    assertThat(shown[0].getByte(0)).isEqualTo((byte) 'k');
    shown[0].release();
    assertThat(host.pool.freeCells()).isEqualTo(host.pool.cells());
  }

  @Test
  void shouldAbortAllWhenTheLayerCloses() {
    host.listen(SERVER_PORT, 5);
    StreamEndpoint stream = established();
    host.layer.close();
    peer.expects(Seg.rst().seq(1));
    assertThat(stream.state()).isEqualTo(StreamState.CLOSED);
    assertThat(host.layer.liveStreams()).isZero();
    assertThat(host.ports.count()).isZero();
    assertThat(host.ip.installedFilters()).isZero();
    assertThat(host.wheel.armed()).isZero();
  }
}
