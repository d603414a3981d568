package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.buffer.Run;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.TcpInfo;
import dev.trident.testkit.Requirement;
import dev.trident.trace.Counter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is sent when, and the forms of sending. */
class SendTest extends Script {
  private static byte[] pattern(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 13 + (i >>> 7));
    }
    return bytes;
  }

  private CellBuf message(byte[] contents) {
    CellBuf handle;
    if (contents.length > 1_900) {
      Run run = Objects.requireNonNull(host.pool.allocateRun(contents.length + 128));
      handle = host.pool.handles().issue(run, run.base() + 128, contents.length);
    } else {
      Packet packet = Objects.requireNonNull(host.pool.allocate());
      handle = host.pool.handles().issue(packet, packet.offset(), contents.length);
    }
    handle.setBytes(0, contents);
    return handle;
  }

  @Test
  @Requirement({"RFC9293-nagle-01", "RFC9293-nagle-02", "RFC9293-nagle-03", "RFC9293-push-06"})
  void shouldHoldASmallSegmentWhileDataIsUnacknowledged() {
    StreamEndpoint stream = established();
    send(stream, "a");
    peer.expects(Seg.psh().seq(1).data("a"));
    send(stream, "b");
    send(stream, "c");
    peer.expectsNothing();
    send(stream, 1_500);
    peer.expects(Seg.ack().seq(2).length(1_460));
    peer.expectsNothing();
    peer.sends(Seg.ack().seq(1).ack(1_462));
    peer.expects(Seg.psh().seq(1_462).length(42));
    send(stream, "d");
    peer.expectsNothing();
    stream.noDelay(true);
    peer.expects(Seg.psh().seq(1_504).data("d"));
    send(stream, "e");
    peer.expects(Seg.psh().seq(1_505).data("e"));
  }

  @Test
  @Requirement({"RFC9293-push-02", "RFC9293-push-03", "RFC9293-window-16"})
  void shouldHoldWhatIsToBeContinuedForAWhileOnly() {
    StreamEndpoint stream = established();
    assertThat(stream.send(bytes("ab"), 0, 2, StreamEndpoint.SEND_MORE)).isEqualTo(2);
    peer.expectsNothing();
    send(stream, "c");
    peer.expects(Seg.psh().seq(1).data("abc"));
    peer.sends(Seg.ack().seq(1).ack(4));
    stream.send(bytes("de"), 0, 2, StreamEndpoint.SEND_MORE);
    host.advance(200 * MILLIS - 1);
    peer.expectsNothing();
    host.advance(1);
    peer.expects(Seg.ack().seq(4).data("de"));
  }

  @Test
  @Requirement({"RFC9293-push-07", "RFC9293-mss-03"})
  void shouldCutIntoFullSegmentsWithinTheInitialWindow() {
    StreamEndpoint stream = established();
    assertThat(send(stream, 20_000)).isEqualTo(20_000);
    for (int i = 0; i < 10; i++) {
      peer.expects(Seg.ack().seq(1 + i * 1_460).length(1_460));
    }
    peer.expectsNothing();
    peer.sends(Seg.ack().seq(1).ack(1 + 2_920));
    assertThat(host.ip.sent).as("slow start: two left, three come").hasSize(3);
  }

  @Test
  void shouldSendFromTheMiddleOfABufferWithoutMovingItsIndexes() {
    StreamEndpoint stream = established();
    ByteBuf buffer = bytes("..abc..").retain();
    buffer.readerIndex(1);
    assertThat(stream.send(buffer, 2, 3, 0)).isEqualTo(3);
    peer.expects(Seg.psh().data("abc"));
    assertThat(buffer.readerIndex()).isEqualTo(1);
    assertThat(buffer.refCnt()).isEqualTo(2);
    assertError(stream.send(buffer, 5, 3, 0), StackError.BAD_BUFFER);
    assertError(stream.send(buffer, -1, 3, 0), StackError.BAD_BUFFER);
    assertThat(stream.send(buffer, 0, 0, 0)).isZero();
    buffer.release(2);
    assertError(stream.send(buffer, 0, 3, 0), StackError.BAD_BUFFER);
  }

  @Test
  void shouldTakeWhatFitsAndTellWhenThereIsRoomAgain() {
    StreamEndpoint stream = established();
    stream.sendBufferBytes(10_000);
    List<Integer> edges = new ArrayList<>();
    stream.readiness().listen(edges::add);
    assertThat(stream.sendSpace()).isEqualTo(10_000);
    assertThat(send(stream, 15_000)).isEqualTo(10_000);
    assertThat(stream.sendSpace()).isZero();
    assertError(send(stream, 1), StackError.WOULD_BLOCK);
    assertThat(stream.readiness().isAny(Readiness.WRITABLE)).isFalse();
    peer.sends(Seg.ack().seq(1).ack(101));
    assertThat(stream.sendSpace()).isEqualTo(100);
    assertThat(edges).isEmpty();
    peer.sends(Seg.ack().seq(1).ack(3_001));
    assertThat(stream.readiness().isAny(Readiness.WRITABLE)).isTrue();
    assertThat(edges).containsExactly(Readiness.WRITABLE);
    edges.clear();
    peer.sends(Seg.ack().seq(1).ack(8_761));
    peer.sends(Seg.ack().seq(1).ack(10_001));
    assertThat(edges).containsExactly(Readiness.ALL_ACKNOWLEDGED);
    assertThat(stream.readiness().isAny(Readiness.ALL_ACKNOWLEDGED)).isFalse();
    assertThat(stream.unacknowledgedBytes()).isZero();
  }

  @Test
  void shouldSendALoanWithoutCopyingAndReturnItWhenAcknowledged() {
    StreamEndpoint stream = established();
    host.ip.holds = true;
    byte[] contents = pattern(3_001);
    ByteBuf buffer = Unpooled.wrappedBuffer(contents);
    List<Object> freed = new ArrayList<>();
    assertThat(stream.sendLoan(buffer, 0, 3_001, "token", freed::add, 0)).isEqualTo(3_001);
    assertThat(buffer.refCnt()).isEqualTo(2);
    byte[] first = java.util.Arrays.copyOf(contents, 1_460);
    peer.expects(Seg.ack().seq(1).data(first));
    peer.expects(Seg.ack().seq(1_461).length(1_460));
    peer.expectsNothing();
    peer.sends(Seg.ack().seq(1).ack(2_921));
    peer.expects(Seg.psh().seq(2_921).length(81));
    peer.sends(Seg.ack().seq(1).ack(3_002));
    assertThat(freed).as("a device still reads it").isEmpty();
    host.ip.complete();
    host.flush();
    assertThat(freed).containsExactly("token");
    assertThat(buffer.refCnt()).isEqualTo(1);
    assertThat(host.count(Counter.BYTES_COPIED_IN)).isZero();
    assertThat(host.count(Counter.BUFFERS_TO_ENGINE)).isEqualTo(1);
    assertThat(host.pool.freeCells()).isEqualTo(host.pool.cells());
  }

  @Test
  void shouldReturnALoanWhenAborted() {
    StreamEndpoint stream = established();
    ByteBuf buffer = Unpooled.wrappedBuffer(pattern(100));
    List<Object> freed = new ArrayList<>();
    stream.sendLoan(buffer, 0, 100, "token", freed::add, 0);
    stream.abort();
    host.flush();
    assertThat(freed).containsExactly("token");
    assertThat(buffer.refCnt()).isEqualTo(1);
  }

  @Test
  void shouldRetainNothingWhenALoanIsRefused() {
    StreamEndpoint stream = established();
    stream.sendBufferBytes(5_000);
    ByteBuf buffer = Unpooled.wrappedBuffer(pattern(9_000));
    List<Object> freed = new ArrayList<>();
    assertError(stream.sendLoan(buffer, 0, 9_000, "t", freed::add, 0), StackError.MESSAGE_TOO_LONG);
    assertError(stream.sendLoan(buffer, 8_999, 2, "t", freed::add, 0), StackError.BAD_BUFFER);
    assertError(stream.sendLoan(buffer, 0, 0, "t", freed::add, 0), StackError.INVALID_ARGUMENT);
    send(stream, 3_000);
    assertError(stream.sendLoan(buffer, 0, 2_001, "t", freed::add, 0), StackError.WOULD_BLOCK);
    stream.acceptOversizeWhenEmpty(true);
    assertError(stream.sendLoan(buffer, 0, 9_000, "t", freed::add, 0), StackError.WOULD_BLOCK);
    host.flush();
    assertThat(freed).isEmpty();
    assertThat(buffer.refCnt()).isEqualTo(1);
    peer.sends(Seg.ack().seq(1).ack(2_921));
    peer.sends(Seg.ack().seq(1).ack(3_001));
    assertThat(stream.sendLoan(buffer, 0, 9_000, "t", freed::add, 0)).isEqualTo(9_000);
    assertThat(stream.sendSpace()).isZero();
  }

  @Test
  void shouldSendAMessageInItsOwnMemory() {
    StreamEndpoint stream = established();
    for (int length : new int[] {1, 1_000, 1_460}) {
      CellBuf handle = message(pattern(length));
      assertThat(stream.sendMessage(handle, length, 0)).isEqualTo(length);
      assertThat(handle.refCnt()).isZero();
      Seg came = peer.expects(Seg.psh().data(pattern(length)));
      peer.sends(Seg.ack().seq(1).ack(came.seq + length));
    }
    assertThat(host.count(Counter.BYTES_COPIED_IN)).isZero();
    assertThat(host.count(Counter.BYTES_COPIED_WITHIN)).isZero();
    assertThat(host.pool.freeCells()).isEqualTo(host.pool.cells());
  }

  @Test
  void shouldCutALongMessageIntoFragmentsOfItsMemory() {
    StreamEndpoint stream = established();
    byte[] contents = pattern(4_001);
    CellBuf handle = message(contents);
    assertThat(stream.sendMessage(handle, 4_001, 0)).isEqualTo(4_001);
    peer.expects(Seg.ack().seq(1).data(java.util.Arrays.copyOf(contents, 1_460)));
    peer.expects(Seg.ack().seq(1_461).length(1_460));
    peer.sends(Seg.ack().seq(1).ack(2_921));
    peer.expects(Seg.psh().seq(2_921).data(java.util.Arrays.copyOfRange(contents, 2_920, 4_001)));
    peer.sends(Seg.ack().seq(1).ack(4_002));
    assertThat(host.pool.freeRunCells()).isEqualTo(2_048);
    assertThat(host.pool.freeCells()).isEqualTo(host.pool.cells());
    assertThat(host.count(Counter.BYTES_COPIED_WITHIN)).isZero();
  }

  @Test
  void shouldCopyAMessageThatOthersHoldAndThenReleaseIt() {
    StreamEndpoint stream = established();
    CellBuf handle = message(pattern(100));
    handle.retain();
    assertThat(stream.sendMessage(handle, 100, 0)).isEqualTo(100);
    assertThat(handle.refCnt()).isEqualTo(1);
    peer.expects(Seg.psh().data(pattern(100)));
    handle.release();
    PacketPool other = new PacketPool(40, 0, 0);
    Packet foreign = Objects.requireNonNull(other.allocate());
    CellBuf far = other.handles().issue(foreign, foreign.offset(), 50);
    far.setBytes(0, pattern(50));
    peer.sends(Seg.ack().seq(1).ack(101));
    assertThat(stream.sendMessage(far, 50, 0)).isEqualTo(50);
    peer.expects(Seg.psh().data(pattern(50)));
    assertThat(far.refCnt()).isZero();
    assertThat(other.freeCells()).isEqualTo(40);
  }

  /** A copied message is taken whole too, where the API promises that. */
  @Test
  void shouldCopyAllOfAnOversizeMessageThatOthersHold() {
    StreamEndpoint stream = established();
    stream.sendBufferBytes(2_000);
    stream.acceptOversizeWhenEmpty(true);
    byte[] contents = pattern(3_000);
    CellBuf handle = message(contents);
    handle.retain();
    assertThat(stream.sendMessage(handle, 3_000, 0)).isEqualTo(3_000);
    assertThat(stream.unacknowledgedBytes()).isEqualTo(3_000);
    peer.expects(Seg.ack().length(1_460));
    peer.expects(Seg.ack().length(1_460));
    handle.release();
  }

  @Test
  void shouldRefuseFlagsThatDoNotExist() {
    StreamEndpoint stream = established();
    assertError(stream.send(bytes("x"), 0, 1, 1 << 9), StackError.INVALID_ARGUMENT);
    peer.expectsNothing();
  }

  @Test
  void shouldTakeAllOrNothingWhenMemoryIsOut() {
    TcpHost small = new TcpHost(FakeIp.LOCAL, StackConfig.standard("small", 1).withCells(36, 8));
    Peer far = new Peer(small);
    StreamEndpoint stream = small.newStream();
    TcpHost.check(stream.connect(FakeIp.PEER, far.port));
    far.expects(Seg.syn());
    far.sends(Seg.synAck().seq(0).ack(1).mss(1_460));
    far.expects(Seg.ack());
    ByteBuf buffer = Unpooled.buffer(20_000);
    List<Object> freed = new ArrayList<>();
    assertError(stream.sendLoan(buffer, 0, 7_000, "t", freed::add, 0), StackError.NO_BUFFERS);
    assertThat(buffer.refCnt()).isEqualTo(1);
    assertThat(stream.send(buffer, 0, 20_000, 0)).isEqualTo(4 * 1_460);
    assertError(stream.send(buffer, 0, 20_000, 0), StackError.NO_BUFFERS);
    for (int i = 0; i < 4; i++) {
      far.expects(Seg.ack().and(i == 3 ? 8 : 0).length(1_460));
    }
  }

  @Test
  void shouldWaitForTheDeviceWhenItsRingIsFull() {
    StreamEndpoint stream = established();
    host.ip.full = true;
    assertThat(send(stream, "abc")).isEqualTo(3);
    peer.sends(Seg.psh().seq(1).ack(1).data("x"));
    peer.sends(Seg.psh().seq(2).ack(1).data("y"));
    peer.expectsNothing();
    host.ip.full = false;
    host.layer.onDeviceDrained(host.now);
    peer.expects(Seg.psh().seq(1).ack(3).data("abc"));
    peer.expectsNothing();
    host.ip.full = true;
    stream.shutdownSend();
    peer.sends(Seg.ack().seq(3).ack(4));
    host.ip.full = false;
    host.layer.onDeviceDrained(host.now);
    peer.expects(Seg.fin().seq(4).ack(3));
  }

  @Test
  void shouldSendTheSynLaterWhenTheRingIsFull() {
    host.ip.full = true;
    StreamEndpoint stream = host.newStream();
    assertThat(stream.connect(FakeIp.PEER, peer.port)).isZero();
    host.ip.full = false;
    host.layer.onDeviceDrained(host.now);
    peer.expects(Seg.syn().seq(0));
    peer.expectsNothing();
    stream.close();
  }

  @Test
  void shouldNotAppendToASegmentThatADeviceHolds() {
    StreamEndpoint stream = established();
    stream.noDelay(true);
    host.ip.holds = true;
    send(stream, "abc");
    send(stream, "def");
    peer.expects(Seg.psh().seq(1).data("abc"));
    peer.expects(Seg.psh().seq(4).data("def"));
  }

  /** An acknowledgment counts from when its frame came, however long the batch takes after that. */
  @Test
  @Requirement("LES-rto-05")
  void shouldMeasureTheRoundTripToTheArrivalOfTheFrame() {
    StreamEndpoint stream = established();
    send(stream, 10);
    host.now += 80 * MILLIS;
    peer.sendsInBatch(Seg.ack().seq(1).ack(11));
    host.now += 500 * MILLIS;
    host.flush();
    TcpInfo info = new TcpInfo();
    stream.info(info);
    // The handshake took no time: an eighth of the sample.
    assertThat(info.srttNanos).isEqualTo(10 * MILLIS);
  }
}
