package dev.trident.tcpdirect;

import static dev.trident.tcpdirect.Zf.MSG_MORE;
import static dev.trident.tcpdirect.Zf.zft_get_header_size;
import static dev.trident.tcpdirect.Zf.zft_get_mss;
import static dev.trident.tcpdirect.Zf.zft_send;
import static dev.trident.tcpdirect.Zf.zft_send_single;
import static dev.trident.tcpdirect.Zf.zft_send_space;
import static dev.trident.tcpdirect.ZfErrno.ENOMEM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.c.LongRef;
import dev.trident.hw.host.NicOptions;
import dev.trident.testkit.Requirement;
import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.Test;

/** TCP zockets on unusual adapters and with little memory. */
class TcpLimitsTest {
  private final ByteBuf memory = C.malloc(10_000);

  @Test
  @Requirement({"ZF-limit-10", "ZF-cap-09", "ZF-limit-14"})
  void shouldCountTheTagAndFollowTheMtu() {
    NicOptions options = NicOptions.STANDARD.withVlan(7).withMtu(1_000);
    try (TwoStacks net = new TwoStacks(options, attr -> {})) {
      Zft zocket = net.connection(1).active();
      assertThat(zft_get_header_size(zocket)).isEqualTo(58);
      assertThat(zft_get_mss(zocket)).isEqualTo(960);
      LongRef space = new LongRef();
      assertThat(zft_send_space(zocket, space)).isZero();
      assertThat(space.value).isEqualTo(64 * 960);
    }
  }

  @Test
  @Requirement({
    "ZF-zft_send-06",
    "ZF-zft_send-11",
    "ZF-zft_send-18",
    "ZF-zft_send_single-06",
    "ZF-attr.n_bufs-06",
  })
  void shouldRefuseToQueueWhenBuffersRunShort() {
    try (TwoStacks net =
        new TwoStacks(NicOptions.STANDARD, attr -> TwoStacks.set(attr, "n_bufs", 600))) {
      Zft zocket = net.connection(1).active();
      assertThat(zft_send_single(zocket, memory, 5_000, 0)).isEqualTo(-ENOMEM);
      assertThat(zft_send(zocket, TwoStacks.iov(memory, 5_000), 1, 0)).isEqualTo(-ENOMEM);
      assertThat(zft_send_single(zocket, memory, 10, MSG_MORE)).isEqualTo(-ENOMEM);
      assertThat(zft_send_single(zocket, memory, 10, 0)).isEqualTo(10); // leaves at once
    }
  }
}
