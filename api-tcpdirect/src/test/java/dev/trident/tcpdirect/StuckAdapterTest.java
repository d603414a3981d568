package dev.trident.tcpdirect;

import static dev.trident.tcpdirect.TwoStacks.ADDRESS_A;
import static dev.trident.tcpdirect.TwoStacks.ADDRESS_B;
import static dev.trident.tcpdirect.TwoStacks.MSS;
import static dev.trident.tcpdirect.TwoStacks.iov;
import static dev.trident.tcpdirect.Zf.zf_reactor_perform;
import static dev.trident.tcpdirect.Zf.zf_stack_has_pending_work;
import static dev.trident.tcpdirect.Zf.zft_send;
import static dev.trident.tcpdirect.Zf.zft_send_single;
import static dev.trident.tcpdirect.Zf.zfut_send;
import static dev.trident.tcpdirect.Zf.zfut_send_single;
import static dev.trident.tcpdirect.ZfErrno.EAGAIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.hw.nic.Carried;
import dev.trident.hw.nic.VirtualInterface;
import dev.trident.testkit.Requirement;
import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.Test;

/** An adapter that stops to read what it is given: no buffer comes back, and senders are told. */
class StuckAdapterTest {
  private static final int RING = 512;

  private final boolean[] stuck = new boolean[1];

  private TwoStacks net() {
    return new TwoStacks(
        (a, b) -> {
          a.plug(
              (from, frame) -> {
                if (stuck[0]) {
                  return Carried.HELD;
                }
                b.deliver(frame);
                return Carried.READ;
              });
          b.plug(
              (from, frame) -> {
                a.deliver(frame);
                return Carried.READ;
              });
        });
  }

  private static VirtualInterface device(ZfStack stack) {
    return stack.stack.host().devices()[0];
  }

  @Test
  @Requirement({"ZF-zfut_send_single-03", "ZF-zfut_send-03", "ZF-attr.tx_ring_max-04"})
  void shouldHoldEveryDatagramAndRefuseTheNext() {
    try (TwoStacks net = net()) {
      Zfut sender = net.sender(net.a, ADDRESS_A, 5_000, ADDRESS_B, 6_000);
      net.settle();
      int free = net.a.stack.transport().pool().freeCells();
      stuck[0] = true;
      ByteBuf payload = C.malloc(12);
      for (int i = 0; i < RING; i++) {
        assertThat(zfut_send_single(sender, payload, 12)).isEqualTo(12);
      }
      for (int poll = 0; poll < 100; poll++) {
        assertThat(zfut_send_single(sender, payload, 12)).isEqualTo(-EAGAIN);
        assertThat(zfut_send(sender, iov(payload, 12), 1, 0)).isEqualTo(-EAGAIN);
        assertThat(zf_stack_has_pending_work(net.a)).isZero();
        zf_reactor_perform(net.a);
      }
      assertThat(device(net.a).outstandingTransmissions()).isEqualTo(RING);
      assertThat(device(net.a).rings().txCompleted()).isEqualTo(device(net.a).rings().txReaped());
      assertThat(net.a.stack.transport().pool().freeCells()).isEqualTo(free - RING);
      device(net.a).onTransmitted();
      zf_reactor_perform(net.a);
      assertThat(zfut_send_single(sender, payload, 12)).as("one came back").isEqualTo(12);
      net.freeA();
      assertThat(net.a.stack.transport().pool().freeCells())
          .isEqualTo(net.a.stack.transport().pool().cells());
    }
  }

  @Test
  @Requirement({"ZF-zft_send-05", "ZF-zft_send_single-05"})
  void shouldHoldTheSendQueueOfAConnectionAndRefuseMore() {
    try (TwoStacks net = net()) {
      TwoStacks.Connection connection = net.connection(7_000);
      stuck[0] = true;
      int held = device(net.a).outstandingTransmissions();
      ByteBuf payload = C.malloc(MSS);
      int taken = 0;
      while (zft_send_single(connection.active(), payload, MSS, 0) == MSS) {
        taken += MSS;
        zf_reactor_perform(net.a);
      }
      assertThat(taken).isEqualTo(64 * MSS);
      assertThat(zft_send_single(connection.active(), payload, 1, 0)).isEqualTo(-EAGAIN);
      assertThat(zft_send(connection.active(), iov(payload, 1), 1, 0)).isEqualTo(-EAGAIN);
      int posted = device(net.a).outstandingTransmissions() - held;
      assertThat(posted).as("what the congestion window allowed").isEqualTo(10);
      net.pass(60_000);
      assertThat(device(net.a).outstandingTransmissions() - held)
          .as("a segment that the adapter still reads is not sent again")
          .isEqualTo(posted);
      assertThat(zft_send_single(connection.active(), payload, 1, 0)).isEqualTo(-EAGAIN);
    }
  }
}
