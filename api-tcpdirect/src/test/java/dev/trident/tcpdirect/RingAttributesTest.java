package dev.trident.tcpdirect;

import static dev.trident.tcpdirect.TwoStacks.ADDRESS_A;
import static dev.trident.tcpdirect.TwoStacks.ADDRESS_B;
import static dev.trident.tcpdirect.Zf.zf_reactor_perform;
import static dev.trident.tcpdirect.Zf.zf_stack_free;
import static dev.trident.tcpdirect.Zf.zf_stack_has_pending_work;
import static dev.trident.tcpdirect.Zf.zfur_zc_recv;
import static dev.trident.tcpdirect.Zf.zfur_zc_recv_done;
import static dev.trident.tcpdirect.Zf.zfut_send_single;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.hw.nic.VirtualInterface;
import dev.trident.testkit.Requirement;
import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the attributes about rings do to the adapter. */
class RingAttributesTest {
  private final TwoStacks net = new TwoStacks();

  @AfterEach
  void close() {
    net.close();
  }

  private static VirtualInterface device(ZfStack stack) {
    return stack.stack.host().devices()[0];
  }

  /** Datagrams that lie in the receive ring of {@code to}, bound to port 6000 of its address. */
  private void sendDatagrams(int count) {
    Zfut sender = net.sender(net.a, ADDRESS_A, 5_000, ADDRESS_B, 6_000);
    net.fabric.poll();
    ByteBuf payload = C.malloc(12);
    for (int i = 0; i < count; i++) {
      assertThat(zfut_send_single(sender, payload, 12)).isEqualTo(12);
    }
  }

  private static int queued(Zfur zocket) {
    ZfurMsg message = new ZfurMsg(1);
    message.iovcnt = 1;
    zfur_zc_recv(zocket, message, 0);
    if (message.iovcnt == 0) {
      return 0;
    }
    int queued = 1 + message.dgrams_left;
    zfur_zc_recv_done(zocket, message);
    return queued;
  }

  @Test
  @Requirement({"ZF-zf_reactor_perform-11"})
  void shouldTakeSixteenEventsAtATime() {
    Zfur receiver = net.receiver(net.b, ADDRESS_B, 6_000);
    sendDatagrams(40);
    assertThat(zf_reactor_perform(net.b)).isEqualTo(1);
    assertThat(queued(receiver)).isEqualTo(16);
    assertThat(zf_stack_has_pending_work(net.b)).isEqualTo(1);
    assertThat(zf_reactor_perform(net.b)).isEqualTo(1);
    assertThat(queued(receiver)).isEqualTo(15 + 16);
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 1_024, 2_048, 4_096})
  @Requirement({"ZF-hw-14", "ZF-attr.rx_ring_max-04"})
  void shouldFillTheReceiveRingToItsSize(int size) {
    TwoStacks.set(net.attr, "rx_ring_max", size);
    ZfStack stack = net.stack("za0");
    assertThat(device(stack).rings().rxPosted()).isEqualTo(size);
    zf_stack_free(stack);
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 1_024, 2_048})
  @Requirement({"ZF-hw-15", "ZF-attr.tx_ring_max-04"})
  void shouldSizeTheTransmitRing(int size) {
    TwoStacks.set(net.attr, "tx_ring_max", size - 1);
    ZfStack stack = net.stack("za0");
    assertThat(device(stack).transmitSlots()).isEqualTo(size);
    zf_stack_free(stack);
  }

  @Test
  @Requirement({"ZF-attr.rx_ring_refill_batch_size-04"})
  void shouldRefillByOneBatchWithEachCallOfTheReactor() {
    TwoStacks.set(net.attr, "rx_ring_refill_batch_size", 8);
    net.freeB();
    ZfStack stack = net.stack("zb0");
    net.receiver(stack, ADDRESS_B, 6_000);
    sendDatagrams(32);
    long posted = device(stack).rings().rxPosted();
    for (int call = 1; call <= 4; call++) {
      zf_reactor_perform(stack);
      assertThat(device(stack).rings().rxPosted()).isEqualTo(posted + 8L * call);
    }
    zf_reactor_perform(stack);
    assertThat(device(stack).receiveRingCells()).as("full again").isEqualTo(512);
    zf_stack_free(stack);
  }

  @Test
  @Requirement({"ZF-attr.rx_ring_refill_interval-03"})
  void shouldRefillAtEachSoManyIterationsOfTheReactor() {
    TwoStacks.set(net.attr, "rx_ring_refill_interval", 3);
    net.freeB();
    ZfStack stack = net.stack("zb0");
    net.receiver(stack, ADDRESS_B, 6_000);
    sendDatagrams(32);
    zf_reactor_perform(stack);
    zf_reactor_perform(stack);
    assertThat(device(stack).receiveRingCells()).isEqualTo(512 - 32);
    zf_reactor_perform(stack);
    assertThat(device(stack).receiveRingCells()).as("after the third").isEqualTo(512 - 16);
    zf_reactor_perform(stack);
    zf_reactor_perform(stack);
    assertThat(device(stack).receiveRingCells()).isEqualTo(512 - 16);
    zf_reactor_perform(stack);
    assertThat(device(stack).receiveRingCells()).as("after the sixth").isEqualTo(512);
    zf_stack_free(stack);
  }
}
