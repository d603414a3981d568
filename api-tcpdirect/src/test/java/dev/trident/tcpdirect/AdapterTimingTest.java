package dev.trident.tcpdirect;

import static dev.trident.tcpdirect.TwoStacks.ADDRESS_A;
import static dev.trident.tcpdirect.TwoStacks.ADDRESS_B;
import static dev.trident.tcpdirect.Zf.EPOLLIN;
import static dev.trident.tcpdirect.Zf.zf_muxer_add;
import static dev.trident.tcpdirect.Zf.zf_muxer_alloc;
import static dev.trident.tcpdirect.Zf.zf_muxer_wait;
import static dev.trident.tcpdirect.Zf.zfur_to_waitable;
import static dev.trident.tcpdirect.Zf.zfut_send_single;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.c.Ref;
import dev.trident.hw.host.NicOptions;
import dev.trident.hw.nic.NicTiming;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the ways of a datagram to the wire are worth, with adapters that take time. */
class AdapterTimingTest {
  private static final NicTiming TIMING = new NicTiming(15, 150, 400, 410, 10, 155, 300, 50, 0);

  @ParameterizedTest
  @CsvSource({
    "0, 0, 1475",
    "3, 0, 670",
    "3, 3, 515",
  })
  void shouldDeliverAfterTheTimeOfTheWay(int pio, int ctpio, long nanos) {
    try (TwoStacks net =
        new TwoStacks(
            NicOptions.STANDARD.withTiming(TIMING),
            attr -> {
              TwoStacks.set(attr, "pio", pio);
              TwoStacks.set(attr, "ctpio", ctpio);
            })) {
      Zfur receiver = net.receiver(net.b, ADDRESS_B, 6_000);
      Zfut sender = net.sender(net.a, ADDRESS_A, 5_000, ADDRESS_B, 6_000);
      Ref<ZfMuxerSet> set = new Ref<>();
      assertThat(zf_muxer_alloc(net.b, set)).isZero();
      EpollEvent wanted = new EpollEvent(EPOLLIN, null);
      assertThat(zf_muxer_add(set.get(), zfur_to_waitable(receiver), wanted)).isZero();
      long before = net.clock.nanoTime();
      assertThat(zfut_send_single(sender, C.malloc(12), 12)).isEqualTo(12);
      EpollEvent[] events = EpollEvent.array(1);
      assertThat(zf_muxer_wait(set.get(), events, 1, -1)).isEqualTo(1);
      assertThat(net.clock.nanoTime() - before).isEqualTo(nanos);
    }
  }
}
