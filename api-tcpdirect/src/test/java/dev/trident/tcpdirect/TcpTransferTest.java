package dev.trident.tcpdirect;

import static dev.trident.tcpdirect.TwoStacks.MSS;
import static dev.trident.tcpdirect.TwoStacks.bytes;
import static dev.trident.tcpdirect.TwoStacks.iov;
import static dev.trident.tcpdirect.TwoStacks.pattern;
import static dev.trident.tcpdirect.Zf.MSG_MORE;
import static dev.trident.tcpdirect.Zf.TCP_CLOSE_WAIT;
import static dev.trident.tcpdirect.Zf.zf_reactor_perform;
import static dev.trident.tcpdirect.Zf.zft_error;
import static dev.trident.tcpdirect.Zf.zft_free;
import static dev.trident.tcpdirect.Zf.zft_get_header_size;
import static dev.trident.tcpdirect.Zf.zft_get_mss;
import static dev.trident.tcpdirect.Zf.zft_recv;
import static dev.trident.tcpdirect.Zf.zft_send;
import static dev.trident.tcpdirect.Zf.zft_send_single;
import static dev.trident.tcpdirect.Zf.zft_send_space;
import static dev.trident.tcpdirect.Zf.zft_shutdown_tx;
import static dev.trident.tcpdirect.Zf.zft_state;
import static dev.trident.tcpdirect.Zf.zft_zc_recv;
import static dev.trident.tcpdirect.Zf.zft_zc_recv_done;
import static dev.trident.tcpdirect.Zf.zft_zc_recv_done_some;
import static dev.trident.tcpdirect.ZfErrno.EAGAIN;
import static dev.trident.tcpdirect.ZfErrno.ECONNRESET;
import static dev.trident.tcpdirect.ZfErrno.EFAULT;
import static dev.trident.tcpdirect.ZfErrno.EINVAL;
import static dev.trident.tcpdirect.ZfErrno.ENOTCONN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.c.C;
import dev.trident.c.Iovec;
import dev.trident.c.LongRef;
import dev.trident.testkit.Requirement;
import io.netty.buffer.ByteBuf;
import io.netty.util.IllegalReferenceCountException;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sending and receiving on TCP zockets. */
class TcpTransferTest {
  private static final int SEND_QUEUE = 64 * MSS;

  private final TwoStacks net = new TwoStacks();
  private final TwoStacks.Connection pair = net.connection(5_000);
  private final Zft tx = pair.active();
  private final Zft rx = pair.passive();
  private final ByteBuf memory = C.malloc(200_000);

  @AfterEach
  void close() {
    net.close();
  }

  private static long space(Zft ts) {
    LongRef space = new LongRef();
    assertThat(zft_send_space(ts, space)).isZero();
    return space.value;
  }

  private void send(int length, int first) {
    assertThat(zft_send_single(tx, pattern(length, first), length, 0)).isEqualTo(length);
    net.settle();
  }

  private static ByteBuf base(ZftMsg msg, int index) {
    return Objects.requireNonNull(msg.iov[index].iov_base);
  }

  // ---- sending --------------------------------------------------------------------------------

  @Test
  @Requirement({"ZF-zft_send_single-10", "ZF-zft_send-02", "ZF-zft_recv-02", "ZF-zft_recv-04"})
  void shouldDeliverWhatWasSent() {
    ByteBuf data = pattern(12, 1);
    assertThat(zft_send_single(tx, data, 12, 0)).isEqualTo(12);
    data.setZero(0, 12); // the caller's again
    net.settle();
    assertThat(zft_recv(rx, iov(memory, 100), 1, 0)).isEqualTo(12);
    assertThat(bytes(memory, 12)).isEqualTo(bytes(pattern(12, 1), 12));
    assertThat(zft_recv(rx, iov(memory, 100), 1, 0)).isEqualTo(-EAGAIN);
  }

  @Test
  @Requirement({"ZF-zft_send-20", "ZF-zft_send-12", "ZF-zft_send-05", "ZF-limit-07"})
  void shouldTakeWhatTheQueueHolds() {
    assertThat(zft_send_single(tx, memory, 200_000, 0)).isEqualTo(SEND_QUEUE);
    assertThat(zft_send_single(tx, memory, 1, 0)).isEqualTo(-EAGAIN);
    assertThat(zft_send(tx, iov(memory, 5), 1, 0)).isEqualTo(-EAGAIN);
  }

  @Test
  @Requirement({"ZF-zft_send-23", "ZF-zft_send_single-05"})
  void shouldPackSmallSends() {
    int sends = 0;
    while (zft_send_single(tx, memory, 10, 0) == 10) {
      sends++;
    }
    assertThat(sends).isEqualTo(9_344);
    assertThat(zft_send_single(tx, memory, 10, 0)).isEqualTo(-EAGAIN);
  }

  @Test
  @Requirement({"ZF-zft_send_space-02", "ZF-zft_send_space-06", "ZF-zft_send_space-07"})
  void shouldReportSpaceInSegments() {
    assertThat(space(tx)).isEqualTo(SEND_QUEUE);
    zft_send_single(tx, memory, 10, 0);
    assertThat(space(tx)).isEqualTo(91_980);
    net.settle();
    net.pass(300);
    assertThat(space(tx)).isEqualTo(SEND_QUEUE);
    zft_send_single(tx, memory, 100, MSG_MORE);
    assertThat(space(tx)).isEqualTo(93_340);
  }

  @Test
  @Requirement({"ZF-zft_send-24", "ZF-zft_send_space-04"})
  void shouldNotRefuseASendOfTheReportedSpace() {
    for (int i = 0; i < 5; i++) {
      zft_send_single(tx, memory, 10, 0);
      assertThat(space(tx)).isEqualTo(91_980);
    }
    assertThat(zft_send_single(tx, memory, (int) space(tx), 0)).isEqualTo(91_980);
  }

  @Test
  @Requirement({"ZF-zft_send-01", "ZF-zft_send-08", "ZF-zft_send-13", "ZF-zft_send-26"})
  void shouldHoldMoreDataUntilItIsFlushed() {
    zft_send_single(tx, pattern(100, 0), 100, MSG_MORE);
    net.settle();
    assertThat(zft_recv(rx, iov(memory, 200), 1, 0)).isEqualTo(-EAGAIN);
    zft_send_single(tx, pattern(50, 100), 50, 0);
    net.settle();
    ZftMsg msg = new ZftMsg(4);
    zft_zc_recv(rx, msg, 0);
    assertThat(msg.iovcnt).isEqualTo(1);
    assertThat(msg.iov[0].iov_len).isEqualTo(150);
    assertThat(bytes(base(msg, 0), 150)).isEqualTo(bytes(pattern(150, 0), 150));
    zft_zc_recv_done(rx, msg);
  }

  @Test
  @Requirement({"ZF-zft_send-27", "ZF-zft_send-14"})
  void shouldSendFullSegmentsOfMoreData() {
    zft_send_single(tx, memory, 1_500, MSG_MORE);
    net.settle();
    assertThat(zft_recv(rx, iov(memory, 5_000), 1, 0)).isEqualTo(1_460);
    zft_send_single(tx, memory, 1_420, MSG_MORE);
    net.settle();
    assertThat(zft_recv(rx, iov(memory, 5_000), 1, 0)).isEqualTo(1_460);
  }

  @Test
  @Requirement("ZF-zft_send-28")
  void shouldHoldNothingBackInCloseWait() {
    zft_shutdown_tx(rx);
    net.settle();
    assertThat(zft_state(tx)).isEqualTo(TCP_CLOSE_WAIT);
    zft_send_single(tx, memory, 100, MSG_MORE);
    net.settle();
    assertThat(zft_recv(rx, iov(memory, 200), 1, 0)).isEqualTo(100);
  }

  @Test
  @Requirement({"ZF-zft_send-01"})
  void shouldGatherVectorsIntoOneSegment() {
    Iovec[] iov = {
      new Iovec(pattern(10, 0), 10), new Iovec(pattern(20, 10), 20), new Iovec(pattern(5, 30), 5)
    };
    assertThat(zft_send(tx, iov, 3, 0)).isEqualTo(35);
    net.settle();
    ZftMsg msg = new ZftMsg(4);
    zft_zc_recv(rx, msg, 0);
    assertThat(msg.iovcnt).isEqualTo(1);
    assertThat(bytes(base(msg, 0), 35)).isEqualTo(bytes(pattern(35, 0), 35));
    zft_zc_recv_done(rx, msg);
  }

  @Test
  void shouldTakePartOfVectorsThatDoNotFit() {
    Iovec[] iov = {new Iovec(memory, 90_000), new Iovec(memory, 90_000)};
    assertThat(zft_send(tx, iov, 2, 0)).isEqualTo(SEND_QUEUE);
  }

  @Test
  @Requirement({
    "ZF-zft_send-03",
    "ZF-zft_send-07",
    "ZF-zft_send-19",
    "ZF-const-06",
    "ZF-zft_send_single-03",
    "ZF-zft_send_single-07",
    "ZF-zft_send_single-08",
    "ZF-zft_recv-07",
  })
  void shouldRefuseBadArguments() {
    assertThat(zft_send_single(tx, memory, 1, 1)).isEqualTo(-EINVAL);
    assertThat(zft_send_single(tx, memory, 1, MSG_MORE | 0x40)).isEqualTo(-EINVAL);
    assertThat(zft_send_single(tx, memory, -1, 0)).isEqualTo(-EINVAL);
    assertThat(zft_send_single(tx, null, 1, 0)).isEqualTo(-EFAULT);
    assertThat(zft_send_single(tx, memory, 200_001, 0)).isEqualTo(-EFAULT);
    assertThat(zft_send_single(tx, memory, 0, 0)).isZero();
    assertThat(zft_send(tx, null, 1, 0)).isEqualTo(-EFAULT);
    assertThat(zft_send(tx, iov(memory, 1), 2, 0)).isEqualTo(-EFAULT);
    assertThat(zft_send(tx, iov(memory, 1), -1, 0)).isEqualTo(-EINVAL);
    assertThat(zft_send(tx, iov(memory, -1), 1, 0)).isEqualTo(-EINVAL);
    assertThat(zft_send(tx, iov(memory, 1), 1, 8)).isEqualTo(-EINVAL);
    assertThat(zft_send(tx, new Iovec[] {new Iovec(null, 1)}, 1, 0)).isEqualTo(-EFAULT);
    send(10, 0);
    assertThat(zft_recv(rx, iov(memory, 10), 1, 1)).isEqualTo(-EINVAL);
    assertThat(zft_recv(rx, null, 1, 0)).isEqualTo(-EFAULT);
    assertThat(zft_recv(rx, iov(memory, 10), 2, 0)).isEqualTo(-EFAULT);
    assertThat(zft_recv(rx, iov(memory, 200_001), 1, 0)).isEqualTo(10);
    send(10, 0);
    assertThat(zft_recv(rx, iov(memory.asReadOnly(), 10), 1, 0)).isEqualTo(-EFAULT);
    assertThat(zft_recv(rx, iov(memory, -1), 1, 0)).isEqualTo(-EINVAL);
    assertThat(zft_recv(rx, iov(memory, 10), -1, 0)).isEqualTo(-EINVAL);
    assertThat(zft_recv(rx, iov(memory, 10), 1, 0)).isEqualTo(10);
  }

  @Test
  @Requirement({"ZF-zft_get_mss-02", "ZF-zft_get_header_size-03", "ZF-limit-10"})
  void shouldTellSizes() {
    assertThat(zft_get_mss(tx)).isEqualTo(1_460);
    assertThat(zft_get_header_size(tx)).isEqualTo(54);
  }

  // ---- copying receive ------------------------------------------------------------------------

  @Test
  @Requirement({"ZF-zft_recv-06", "ZF-zft_recv-10"})
  void shouldFillVectorsOneAfterTheOther() {
    send(25, 0);
    send(10, 25);
    ByteBuf first = C.malloc(10);
    ByteBuf second = C.malloc(100);
    Iovec[] iov = {new Iovec(first, 10), new Iovec(null, 0), new Iovec(second, 100)};
    assertThat(zft_recv(rx, iov, 3, 0)).isEqualTo(35);
    assertThat(bytes(first, 10)).isEqualTo(bytes(pattern(10, 0), 10));
    assertThat(bytes(second, 25)).isEqualTo(bytes(pattern(25, 10), 25));
  }

  @Test
  @Requirement({"ZF-zft_recv-03", "ZF-zft_recv-08", "ZF-zft_recv-09"})
  void shouldReadEndOfStreamAgainAndAgain() {
    send(10, 0);
    zft_shutdown_tx(tx);
    net.settle();
    assertThat(zft_recv(rx, iov(memory, 100), 1, 0)).isEqualTo(10);
    assertThat(zft_recv(rx, iov(memory, 100), 1, 0)).isZero();
    assertThat(zft_recv(rx, iov(memory, 100), 1, 0)).isZero();
    assertThat(zft_error(rx)).isZero();
  }

  @Test
  @Requirement({"ZF-zft_recv-05", "ZF-zft_recv-09", "ZF-zft_free-05", "ZF-zft_error-03"})
  void shouldReadDataBeforeTheErrorAndTheErrorAgainAndAgain() {
    send(10, 0);
    assertThat(zft_send_single(rx, memory, 5, 0)).isEqualTo(5);
    net.settle();
    zft_free(tx); // with 5 bytes unread: RST
    net.settle();
    assertThat(zft_error(rx)).isEqualTo(ECONNRESET);
    assertThat(zft_recv(rx, iov(memory, 100), 1, 0)).isEqualTo(10);
    assertThat(zft_recv(rx, iov(memory, 100), 1, 0)).isEqualTo(-ECONNRESET);
    assertThat(zft_recv(rx, iov(memory, 100), 1, 0)).isEqualTo(-ECONNRESET);
    assertThat(zft_send_single(rx, memory, 5, 0)).isEqualTo(-ENOTCONN);
    assertThat(zft_error(rx)).isEqualTo(ECONNRESET);
  }

  // ---- zero-copy receive ----------------------------------------------------------------------

  @Test
  @Requirement({
    "ZF-cap-03",
    "ZF-zft_zc_recv-08",
    "ZF-zft_zc_recv-04",
    "ZF-zft_zc_recv-05",
    "ZF-zft_zc_recv-10",
    "ZF-zft_msg-03",
    "ZF-zft_msg-04",
    "ZF-zft_msg-05",
    "ZF-zft_zc_recv_done-02",
    "ZF-zft_zc_recv_done-10",
  })
  void shouldShowPackets() {
    ZftMsg msg = new ZftMsg(2);
    zft_zc_recv(rx, msg, 0);
    assertThat(msg.iovcnt).isZero();
    send(10, 0);
    send(20, 10);
    send(30, 30);
    msg.iovcnt = 0;
    zft_zc_recv(rx, msg, 0);
    assertThat(msg.iovcnt).isZero();
    assertThat(msg.pkts_left).isEqualTo(3);
    msg.iovcnt = 2;
    zft_zc_recv(rx, msg, 0);
    assertThat(msg.iovcnt).isEqualTo(2);
    assertThat(msg.pkts_left).isEqualTo(1);
    assertThat(bytes(base(msg, 0), msg.iov[0].iov_len)).isEqualTo(bytes(pattern(10, 0), 10));
    assertThat(bytes(base(msg, 1), msg.iov[1].iov_len)).isEqualTo(bytes(pattern(20, 10), 20));
    ByteBuf stale = base(msg, 0);
    assertThat(zft_zc_recv_done(rx, msg)).isEqualTo(1);
    assertThatThrownBy(() -> stale.getByte(0)).isInstanceOf(IllegalReferenceCountException.class);
    assertThat(zft_recv(rx, iov(memory, 100), 1, 0)).isEqualTo(30);
  }

  @Test
  @Requirement({"ZF-zft_zc_recv-09", "ZF-zft_zc_recv-07"})
  void shouldShowTheSamePacketsUntilDoneWithoutLosingHandles() {
    send(10, 0);
    int live = tx.zocket.stack().transport().pool().handles().live();
    ZftMsg msg = new ZftMsg(4);
    ZftMsg other = new ZftMsg(4);
    for (int i = 0; i < 3; i++) {
      msg.iovcnt = 4;
      zft_zc_recv(rx, msg, 0);
      assertThat(msg.iovcnt).isEqualTo(1);
    }
    send(5, 10);
    zft_zc_recv(rx, other, 0);
    assertThat(other.iovcnt).isEqualTo(2);
    assertThatThrownBy(() -> zft_zc_recv_done(rx, msg))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("zft#");
    assertThat(zft_zc_recv_done(rx, other)).isEqualTo(1);
    assertThat(rx.zocket.stack().transport().pool().handles().live()).isEqualTo(live);
    assertThat(zft_recv(rx, iov(memory, 10), 1, 0)).isEqualTo(-EAGAIN);
  }

  @Test
  @Requirement({
    "ZF-zft_zc_recv_done_some-02",
    "ZF-zft_zc_recv_done_some-03",
    "ZF-zft_zc_recv_done_some-04",
    "ZF-zft_zc_recv_done_some-06",
    "ZF-zft_zc_recv_done_some-07",
  })
  void shouldEndAReadInPart() {
    send(10, 0);
    send(10, 10);
    ZftMsg msg = new ZftMsg(4);
    zft_zc_recv(rx, msg, 0);
    assertThat(zft_zc_recv_done_some(rx, msg, 21)).isEqualTo(-EINVAL);
    assertThat(zft_zc_recv_done_some(rx, msg, -1)).isEqualTo(-EINVAL);
    assertThat(zft_zc_recv_done_some(rx, msg, 0)).isEqualTo(1);
    msg.iovcnt = 4;
    zft_zc_recv(rx, msg, 0);
    assertThat(msg.iovcnt).isEqualTo(2);
    assertThat(zft_zc_recv_done_some(rx, msg, 13)).isEqualTo(1);
    msg.iovcnt = 4;
    zft_zc_recv(rx, msg, 0);
    assertThat(msg.iovcnt).isEqualTo(1);
    assertThat(msg.iov[0].iov_len).isEqualTo(7);
    assertThat(base(msg, 0).getByte(0)).isEqualTo((byte) 13);
    assertThat(zft_zc_recv_done_some(rx, msg, 7)).isEqualTo(1);
  }

  @Test
  @Requirement({
    "ZF-zft_zc_recv-03",
    "ZF-zft_zc_recv_done-03",
    "ZF-zft_zc_recv_done-11",
    "ZF-zft_zc_recv_done-12",
    "ZF-zft_zc_recv_done_some-08",
    "ZF-tcp-eof-01",
  })
  void shouldShowTheEndOfTheStreamAsAnEmptyPacket() {
    send(10, 0);
    zft_shutdown_tx(tx);
    net.settle();
    ZftMsg one = new ZftMsg(1);
    zft_zc_recv(rx, one, 0);
    assertThat(one.iovcnt).isEqualTo(1);
    assertThat(one.iov[0].iov_len).isEqualTo(10);
    assertThat(one.pkts_left).isEqualTo(1);
    ZftMsg msg = new ZftMsg(4);
    zft_zc_recv(rx, msg, 0);
    assertThat(msg.iovcnt).isEqualTo(2);
    assertThat(msg.iov[1].iov_len).isZero();
    assertThat(msg.pkts_left).isZero();
    assertThat(zft_zc_recv_done_some(rx, msg, 4)).isEqualTo(1);
    msg.iovcnt = 4;
    zft_zc_recv(rx, msg, 0);
    assertThat(zft_zc_recv_done_some(rx, msg, 6)).isZero();
    for (int i = 0; i < 3; i++) {
      msg.iovcnt = 4;
      zft_zc_recv(rx, msg, 0);
      assertThat(msg.iovcnt).isEqualTo(1);
      assertThat(msg.iov[0].iov_len).isZero();
      assertThat(zft_zc_recv_done(rx, msg)).isZero();
    }
  }

  @Test
  @Requirement({"ZF-zft_zc_recv_done-05", "ZF-zft_zc_recv_done-11"})
  void shouldTellTheErrorBehindTheData() {
    send(10, 0);
    zft_send_single(rx, memory, 5, 0);
    net.settle();
    zft_free(tx);
    net.settle();
    ZftMsg msg = new ZftMsg(4);
    zft_zc_recv(rx, msg, 0);
    assertThat(msg.iovcnt).isEqualTo(2);
    assertThat(zft_zc_recv_done(rx, msg)).isEqualTo(-ECONNRESET);
    msg.iovcnt = 4;
    zft_zc_recv(rx, msg, 0);
    assertThat(zft_zc_recv_done(rx, msg)).isEqualTo(-ECONNRESET);
  }

  @Test
  @Requirement({"ZF-zft_zc_recv_done-09", "ZF-zft_zc_recv-02", "ZF-api-28"})
  void shouldThrowOnMisuseOfZeroCopyReads() {
    ZftMsg msg = new ZftMsg(1);
    assertThatThrownBy(() -> zft_zc_recv_done(rx, msg)).isInstanceOf(IllegalStateException.class);
    zft_zc_recv(rx, msg, 0);
    assertThatThrownBy(() -> zft_zc_recv_done(rx, msg)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> zft_zc_recv(rx, msg, 1)).isInstanceOf(IllegalArgumentException.class);
    send(10, 0);
    msg.iovcnt = 2;
    assertThatThrownBy(() -> zft_zc_recv(rx, msg, 0)).isInstanceOf(IllegalArgumentException.class);
    msg.iovcnt = 1;
    zft_zc_recv(rx, msg, 0);
    assertThatThrownBy(() -> zft_recv(rx, iov(memory, 1), 1, 0))
        .isInstanceOf(IllegalStateException.class);
    assertThat(zft_zc_recv_done(rx, msg)).isEqualTo(1);
    assertThatThrownBy(() -> zft_zc_recv_done(rx, msg))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("zft#");
  }

  @Test
  void shouldTakeBackShownPacketsWhenFreed() {
    send(10, 0);
    ZftMsg msg = new ZftMsg(1);
    zft_zc_recv(rx, msg, 0);
    ByteBuf shown = base(msg, 0);
    zft_free(rx);
    assertThat(shown.refCnt()).isZero();
    net.settle();
    assertThat(zft_error(tx)).isEqualTo(ECONNRESET); // what is shown has not been read
  }

  @Test
  @Requirement("ZF-zft_zc_recv-11")
  void shouldDeliverAStreamInOrderThroughSmallReads() {
    int sent = 0;
    int received = 0;
    ZftMsg msg = new ZftMsg(3);
    while (received < 50_000) {
      int length = Math.min(777, 50_000 - sent);
      if (length > 0 && zft_send_single(tx, pattern(length, sent), length, 0) == length) {
        sent += length;
      }
      zf_reactor_perform(net.b);
      zf_reactor_perform(net.a);
      msg.iovcnt = 3;
      zft_zc_recv(rx, msg, 0);
      int shown = 0;
      for (int i = 0; i < msg.iovcnt; i++) {
        for (int k = 0; k < msg.iov[i].iov_len; k++) {
          assertThat(base(msg, i).getByte(k)).isEqualTo((byte) (received + shown));
          shown++;
        }
      }
      if (shown > 0) {
        int used = Math.max(1, shown - 100);
        assertThat(zft_zc_recv_done_some(rx, msg, used)).isEqualTo(1);
        received += used;
      }
    }
  }

  @Test
  void shouldMoveIndexesInNettysManner() {
    ByteBuf out = pattern(300, 0).readerIndex(100);
    assertThat(ZfBuf.send(tx, out, 0)).isEqualTo(200);
    assertThat(out.readableBytes()).isZero();
    net.settle();
    ByteBuf in = C.malloc(250).writerIndex(20);
    assertThat(ZfBuf.recv(rx, in)).isEqualTo(200);
    assertThat(in.writerIndex()).isEqualTo(220);
    assertThat(in.getByte(20)).isEqualTo((byte) 100);
    assertThat(ZfBuf.recv(rx, in)).isEqualTo(-EAGAIN);
    assertThat(in.writerIndex()).isEqualTo(220);
  }
}
