package dev.trident.tcpdirect;

import static dev.trident.tcpdirect.TwoStacks.ADDRESS_A;
import static dev.trident.tcpdirect.TwoStacks.ADDRESS_B;
import static dev.trident.tcpdirect.TwoStacks.SIZEOF;
import static dev.trident.tcpdirect.TwoStacks.address;
import static dev.trident.tcpdirect.Zf.zf_attr_set_from_str;
import static dev.trident.tcpdirect.Zf.zf_attr_set_str;
import static dev.trident.tcpdirect.Zf.zf_reactor_perform;
import static dev.trident.tcpdirect.Zf.zf_stack_alloc;
import static dev.trident.tcpdirect.Zf.zf_stack_free;
import static dev.trident.tcpdirect.Zf.zf_stack_has_pending_work;
import static dev.trident.tcpdirect.Zf.zf_stack_is_quiescent;
import static dev.trident.tcpdirect.Zf.zft_alloc;
import static dev.trident.tcpdirect.Zf.zft_free;
import static dev.trident.tcpdirect.Zf.zft_shutdown_tx;
import static dev.trident.tcpdirect.Zf.zftl_listen;
import static dev.trident.tcpdirect.Zf.zfur_alloc;
import static dev.trident.tcpdirect.Zf.zfut_alloc;
import static dev.trident.tcpdirect.Zf.zfut_send_single;
import static dev.trident.tcpdirect.ZfErrno.EBUSY;
import static dev.trident.tcpdirect.ZfErrno.EINVAL;
import static dev.trident.tcpdirect.ZfErrno.ENODEV;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Splitter;
import dev.trident.c.C;
import dev.trident.c.Ref;
import dev.trident.hw.host.NicOptions;
import dev.trident.hw.nic.NicFeatures;
import dev.trident.testkit.Requirement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stacks: allocation, the reactor, quiescence, the end. */
class StackTest {
  private final TwoStacks net = new TwoStacks();

  @AfterEach
  void close() {
    net.close();
  }

  private static int alloc(ZfAttr attr) {
    Ref<ZfStack> out = new Ref<>();
    int result = zf_stack_alloc(attr, out);
    if (result == 0) {
      zf_stack_free(out.get());
    } else {
      assertThat(out.value).isNull();
    }
    return result;
  }

  /** Attributes given as name=value parts. */
  private static int allocWith(String parts) {
    ZfAttr attr = TwoStacks.attributes();
    zf_attr_set_str(attr, "interface", "za0");
    for (String part : Splitter.on(';').split(parts)) {
      int equals = part.indexOf('=');
      String value = part.substring(equals + 1);
      assertThat(zf_attr_set_from_str(attr, part.substring(0, equals), value)).as(part).isZero();
    }
    return alloc(attr);
  }

  @ParameterizedTest
  @CsvSource({
    "interface=, -19",
    "interface=;rx_ring_max=0;tx_ring_max=0, -19",
    "interface=nosuch, -19",
    "interface=nosuch;max_tcp_endpoints=0, -22",
    "interface=a234567890123456, -22",
    "interface=a23456789012345, -19",
    "rx_ring_max=0;tx_ring_max=0, -22",
    "tx_ring_max=0;alt_count=1, -22",
    "rx_ring_max=0;rx_timestamping=1, -22",
    "tx_ring_max=0;tx_timestamping=1, -22",
    "rx_ring_max=0, 0",
    "tx_ring_max=0, 0",
    "rx_ring_max=600, -22",
    "rx_ring_max=4096, 0",
    "rx_ring_max=8192, -22",
    "tx_ring_max=600, 0",
    "tx_ring_max=2048, 0",
    "tx_ring_max=2049, -22",
    "max_tcp_endpoints=0, -22",
    "max_tcp_endpoints=65, -22",
    "max_tcp_endpoints=64, 0",
    "max_tcp_listen_endpoints=0, -22",
    "max_tcp_listen_endpoints=65, -22",
    "max_udp_rx_endpoints=0, -22",
    "max_udp_rx_endpoints=65, -22",
    "max_udp_tx_endpoints=-1, -22",
    "max_udp_tx_endpoints=65, -22",
    "rx_ring_refill_batch_size=7, -22",
    "rx_ring_refill_batch_size=12, -22",
    "rx_ring_refill_batch_size=24, 0",
    "rx_ring_refill_interval=0, -22",
    "reactor_spin_count=0, -22",
    "max_tcp_syn_backlog=0, -22",
    "alt_count=-1, -22",
    "alt_count=1;alt_buf_size=0, -22",
    "alt_count=1000, -16",
    "tcp_delayed_ack=2, -22",
    "tcp_delayed_ack=0, 0",
    "tcp_wait_for_time_wait=2, -22",
    "ctpio_mode=x, -22",
    "ctpio_mode=ct64, 0",
    "ctpio=4, -22",
    "ctpio=3, 0",
    "ctpio_mode=ct1234567890, -22",
    "ctpio_max_frame_len=-2, -22",
    "pio=3, 0",
    "alt_count=17;alt_buf_size=4096, 0",
    "alt_count=18, -16",
    "pio=4, -22",
    "rx_datapath=x, -22",
    "rx_datapath=enterprise, 0",
    "phys_address_mode=2, -22",
    "shrub_controller=10000, -22",
    "shrub_controller=-2, -22",
    "tph_mode=x, -22",
    "tph_mode=nost, 0",
    "n_bufs=2000, 0",
    "n_bufs=1, 0",
    "n_bufs=2000000000, -12",
  })
  @Requirement({
    "ZF-zf_stack_alloc-02",
    "ZF-zf_stack_alloc-07",
    "ZF-zf_stack_alloc-08",
    "ZF-zf_stack_alloc-16",
    "ZF-zf_stack_alloc-17",
    "ZF-zf_stack_alloc-18",
    "ZF-zf_stack_alloc-19",
    "ZF-zf_stack_alloc-20",
    "ZF-attr.interface-04",
    "ZF-attr.max_tcp_endpoints-04",
    "ZF-attr.max_tcp_listen_endpoints-04",
    "ZF-attr.max_udp_rx_endpoints-04",
    "ZF-attr.max_udp_tx_endpoints-04",
    "ZF-attr.max_tcp_syn_backlog-04",
    "ZF-attr.rx_ring_refill_batch_size-03",
    "ZF-attr.rx_ring_refill_batch_size-05",
    "ZF-attr.rx_ring_refill_interval-04",
    "ZF-attr.reactor_spin_count-03",
    "ZF-attr.alt_buf_size-04",
    "ZF-attr.alt_count-04",
    "ZF-attr.rx_ring_max-03",
    "ZF-attr.rx_ring_max-06",
    "ZF-attr.tx_ring_max-03",
    "ZF-attr.tx_ring_max-06",
    "ZF-attr.tcp_delayed_ack-04",
    "ZF-attr.tcp_wait_for_time_wait-04",
    "ZF-attr.ctpio_mode-01",
    "ZF-attr.rx_datapath-01",
    "ZF-attr.phys_address_mode-01",
    "ZF-attr.shrub_controller-01",
    "ZF-attr.tph_mode-01",
    "ZF-attr.hwonly-01",
    "ZF-limit-01",
    "ZF-limit-18",
  })
  void shouldCheckAttributesInTheirOrder(String parts, int result) {
    assertThat(allocWith(parts)).isEqualTo(result);
  }

  @Test
  @Requirement({"ZF-zf_stack_alloc-05"})
  void shouldRunOutOfVirtualInterfaces() {
    net.close();
    NicFeatures two = NicFeatures.SERIES_8000.withInterfaces(2, 64);
    try (TwoStacks small = new TwoStacks(NicOptions.STANDARD.withFeatures(two), attr -> {})) {
      zf_attr_set_str(small.attr, "interface", "za0");
      assertThat(alloc(small.attr)).isEqualTo(-EBUSY);
      small.freeA();
      assertThat(alloc(small.attr)).isZero();
    }
  }

  @Test
  @Requirement({"ZF-attr.name-02", "ZF-limit-17"})
  void shouldNameStacks() {
    assertThat(net.a).hasToString("za0/000");
    assertThat(net.stack("za0")).hasToString("za0/001");
    zf_attr_set_str(net.attr, "name", "a name of more than twenty characters");
    assertThat(net.stack("za0").toString()).isEqualTo("a name of more than ").hasSize(20);
  }

  @Test
  @Requirement({"ZF-attr.n_bufs-03", "ZF-attr.n_bufs-04", "ZF-limit-19", "ZF-limit-20"})
  void shouldComputeThePool() {
    assertThat(net.a.stack.transport().pool().cells()).isEqualTo(64 * 8 + 194 * 8 + 512 + 512);
    TwoStacks.set(net.attr, "max_tcp_endpoints", 64);
    TwoStacks.set(net.attr, "max_udp_rx_endpoints", 64);
    assertThat(net.stack("za0").stack.transport().pool().cells()).isEqualTo(17_536);
    TwoStacks.set(net.attr, "n_bufs", 1_999);
    assertThat(net.stack("za0").stack.transport().pool().cells()).isEqualTo(1_999);
  }

  @Test
  @Requirement({"ZF-attr.rx_ring_max-06", "ZF-attr.tx_ring_max-06"})
  void shouldRefuseZocketsThatNeedAMissingRing() {
    TwoStacks.set(net.attr, "tx_ring_max", 0);
    ZfStack deaf = net.stack("za0");
    TwoStacks.set(net.attr, "tx_ring_max", 512);
    TwoStacks.set(net.attr, "rx_ring_max", 0);
    ZfStack blind = net.stack("za0");
    for (ZfStack stack : List.of(deaf, blind)) {
      assertThat(zft_alloc(stack, net.attr, new Ref<>())).isEqualTo(-EINVAL);
      assertThat(zftl_listen(stack, address(ADDRESS_A, 1), SIZEOF, net.attr, new Ref<>()))
          .isEqualTo(-EINVAL);
    }
    assertThat(zfur_alloc(new Ref<>(), blind, net.attr)).isEqualTo(-EINVAL);
    assertThat(zfur_alloc(new Ref<>(), deaf, net.attr)).isZero();
    assertThat(
            zfut_alloc(
                new Ref<>(),
                deaf,
                address(ADDRESS_A, 1),
                SIZEOF,
                address(ADDRESS_B, 1),
                SIZEOF,
                0,
                net.attr))
        .isEqualTo(-EINVAL);
    zfut_send_single(net.sender(blind, ADDRESS_A, 1, ADDRESS_B, 1), C.malloc(1), 1);
    zf_stack_free(deaf);
    zf_stack_free(blind);
  }

  // ---- reactor --------------------------------------------------------------------------------

  @Test
  @Requirement({
    "ZF-zf_reactor_perform-02",
    "ZF-zf_reactor_perform-03",
    "ZF-zf_reactor_perform-10",
    "ZF-zf_stack_has_pending_work-02",
    "ZF-zf_stack_has_pending_work-04",
    "ZF-zf_stack_has_pending_work-06",
    "ZF-api-20",
    "ZF-cap-29",
  })
  void shouldTellWhetherSomethingHappened() {
    net.settle();
    assertThat(zf_stack_has_pending_work(net.b)).isZero();
    assertThat(zf_reactor_perform(net.b)).isZero();
    Zfur us = net.receiver(net.b, ADDRESS_B, 5_000);
    zfut_send_single(net.sender(net.a, ADDRESS_A, 1, ADDRESS_B, 5_000), C.malloc(1), 1);
    assertThat(zf_stack_has_pending_work(net.b)).isEqualTo(1);
    ZfurMsg msg = new ZfurMsg(1);
    Zf.zfur_zc_recv(us, msg, 0);
    assertThat(msg.iovcnt).isZero(); // only the reactor processes events
    assertThat(zf_reactor_perform(net.b)).isEqualTo(1);
    msg.iovcnt = 1;
    Zf.zfur_zc_recv(us, msg, 0);
    assertThat(msg.iovcnt).isEqualTo(1);
    Zf.zfur_zc_recv_done(us, msg);
    net.clock.advanceTo(net.clock.nanoTime() + 10_000_000_000L);
    assertThat(zf_stack_has_pending_work(net.b)).isZero();
  }

  @Test
  @Requirement("ZF-zf_stack_has_pending_work-03")
  void shouldAnswerOtherThreads() throws InterruptedException {
    List<Integer> answers = new ArrayList<>();
    Thread other =
        new Thread(
            () -> {
              answers.add(zf_stack_has_pending_work(net.a));
              assertThatThrownBy(() -> zf_reactor_perform(net.a))
                  .isInstanceOf(IllegalStateException.class);
              answers.add(1);
            });
    other.start();
    other.join();
    assertThat(answers).containsExactly(0, 1);
  }

  // ---- quiescence and end ---------------------------------------------------------------------

  @Test
  @Requirement({
    "ZF-zf_stack_is_quiescent-02",
    "ZF-zf_stack_is_quiescent-06",
    "ZF-zf_stack_is_quiescent-08",
    "ZF-zf_stack_is_quiescent-09",
    "ZF-zf_stack_is_quiescent-10",
    "ZF-attr.tcp_wait_for_time_wait-03",
    "ZF-attr.tcp_timewait_ms-03",
  })
  void shouldBeQuiescentWithoutOpenConnections() {
    TwoStacks.set(net.attr, "tcp_wait_for_time_wait", 1);
    ZfStack waiting = net.stack("za0");
    assertThat(zf_stack_is_quiescent(net.a)).isEqualTo(1);
    Zftl listener = net.listen(5_000);
    net.receiver(net.b, ADDRESS_B, 5_000);
    assertThat(zf_stack_is_quiescent(net.b)).isEqualTo(1);
    Zft active = net.connecting(5_000);
    assertThat(zf_stack_is_quiescent(net.a)).isZero();
    zf_reactor_perform(net.b);
    assertThat(zf_stack_is_quiescent(net.b)).isZero(); // half open
    net.settle();
    Zft passive = net.accept(listener);
    zft_shutdown_tx(active);
    net.settle();
    zft_free(passive);
    assertThat(zf_stack_is_quiescent(net.a)).isZero();
    net.settle();
    assertThat(Zf.zft_state(active)).isEqualTo(Zf.TCP_TIME_WAIT);
    assertThat(zf_stack_is_quiescent(net.a)).isEqualTo(1);
    assertThat(zf_stack_is_quiescent(net.b)).isEqualTo(1);
    assertThat(zf_stack_is_quiescent(waiting)).isEqualTo(1);
  }

  @Test
  @Requirement({"ZF-attr.tcp_wait_for_time_wait-03", "ZF-zf_stack_is_quiescent-05"})
  void shouldWaitForTimeWaitIfAsked() {
    net.close();
    try (TwoStacks waiting =
        new TwoStacks(
            NicOptions.STANDARD, attr -> TwoStacks.set(attr, "tcp_wait_for_time_wait", 1))) {
      TwoStacks.Connection pair = waiting.connection(5_000);
      zft_free(pair.active());
      waiting.settle();
      zft_free(pair.passive());
      waiting.settle();
      assertThat(zf_stack_is_quiescent(waiting.a)).isZero();
      assertThat(zf_stack_is_quiescent(waiting.b)).isEqualTo(1);
      waiting.pass(2_000);
      assertThat(zf_stack_is_quiescent(waiting.a)).isEqualTo(1);
    }
  }

  @Test
  @Requirement({
    "ZF-zf_stack_free-02",
    "ZF-zf_stack_free-04",
    "ZF-zf_stack_free-05",
    "ZF-zf_stack_free-06",
  })
  void shouldFreeEverythingWithTheStack() {
    TwoStacks.Connection pair = net.connection(5_000);
    Zfut ut = net.sender(net.a, ADDRESS_A, 1, ADDRESS_B, 1);
    ZftHandle handle = net.handle();
    net.freeA();
    net.settle();
    assertThat(Zf.zft_error(pair.passive())).isEqualTo(ZfErrno.ECONNRESET);
    assertThatThrownBy(() -> zft_free(pair.active())).hasMessageContaining("zft#");
    assertThatThrownBy(() -> zfut_send_single(ut, C.malloc(1), 1)).hasMessageContaining("zfut#0");
    assertThatThrownBy(() -> Zf.zft_handle_free(handle)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> zf_reactor_perform(net.a)).hasMessageContaining("stack za0/000");
    assertThatThrownBy(() -> zf_stack_free(net.a)).hasMessageContaining("zf_stack_free");
    assertThatThrownBy(() -> zft_alloc(net.a, net.attr, new Ref<>()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  @Requirement({"ZF-cap-24", "ZF-stack-concept-03", "ZF-hw-11"})
  void shouldKeepSeveralStacksApart() {
    ZfStack other = net.stack("zb0");
    Zfur one = net.receiver(net.b, ADDRESS_B, 5_000);
    Ref<Zfur> out = new Ref<>();
    zfur_alloc(out, other, net.attr);
    assertThat(Zf.zfur_addr_bind(out.get(), address(ADDRESS_B, 5_000), SIZEOF, null, 0, 0))
        .isEqualTo(-ZfErrno.EADDRINUSE);
    assertThat(Zf.zfur_addr_bind(out.get(), address(ADDRESS_B, 5_001), SIZEOF, null, 0, 0))
        .isZero();
    zfut_send_single(net.sender(net.a, ADDRESS_A, 1, ADDRESS_B, 5_001), C.malloc(1), 1);
    assertThat(zf_stack_has_pending_work(net.b)).isZero();
    assertThat(zf_reactor_perform(other)).isEqualTo(1);
    assertThat(one).isNotNull();
    zf_stack_free(other);
  }

  @Test
  @Requirement({"ZF-zf_stack_alloc-08", "ZF-cap-19"})
  void shouldKnowOnlyInterfacesOfHosts() {
    zf_attr_set_str(net.attr, "interface", "eth99");
    assertThat(alloc(net.attr)).isEqualTo(-ENODEV);
  }
}
