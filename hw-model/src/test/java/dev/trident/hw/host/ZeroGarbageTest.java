package dev.trident.hw.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.StackConfig;
import dev.trident.hw.testkit.HostSocket;
import dev.trident.testkit.Allocations;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the hosts add around the engine makes no garbage either. */
class ZeroGarbageTest {
  private static final int A = 0x0a000001;
  private static final int B = 0x0a000002;

  private final ByteBuf buffer = C.malloc(64);

  private void pass(
      HostStack from, DatagramEndpoint sender, HostStack to, DatagramEndpoint receiver) {
    from.enter();
    sender.send(buffer, 0, 64, B, 6000);
    from.exit();
    to.enter();
    if (to.isDirect()) {
      to.perform(1);
    } else {
      to.foundNothing();
    }
    receiver.receive(buffer, 0, 64);
    to.exit();
    from.enter();
    if (from.isDirect()) {
      from.perform(20);
    } else {
      from.foundNothing();
    }
    from.exit();
  }

  @Test
  void shouldAllocateNothingWhenDefaultStacksExchangeDatagrams() {
    try (Fabric fabric = Fabric.polled()) {
      Host a = fabric.host("a", 1).nic("zg-a", "10.0.0.1/24");
      Host b = fabric.host("b", 2).nic("zg-b", "10.0.0.2/24");
      fabric.wire(a.nic("zg-a"), b.nic("zg-b"));
      DatagramEndpoint sender = new HostSocket(a.defaultStack(), A, 5000).endpoint;
      DatagramEndpoint receiver = new HostSocket(b.defaultStack(), B, 6000).endpoint;
      assertThat(Allocations.of(() -> pass(a.defaultStack(), sender, b.defaultStack(), receiver)))
          .isZero();
      assertThat(b.nic("zg-b").counters().framesIn()).isGreaterThan(60_000);
    }
  }

  @Test
  void shouldAllocateNothingWhenTcpDirectStacksExchangeDatagrams() {
    StackConfig config = StackConfig.standard("direct", 3).withCells(2_048, 128);
    try (Fabric fabric = Fabric.polled()) {
      Host a = fabric.host("a", 1).nic("zg-a", "10.0.0.1/24");
      Host b = fabric.host("b", 2).nic("zg-b", "10.0.0.2/24");
      fabric.wire(a.nic("zg-a"), b.nic("zg-b"));
      HostStack from = Objects.requireNonNull(a.openStack("zg-a", config, 512, 512));
      HostStack to = Objects.requireNonNull(b.openStack("zg-b", config, 512, 512));
      DatagramEndpoint sender = new HostSocket(from, A, 5000).endpoint;
      DatagramEndpoint receiver = new HostSocket(to, B, 6000).endpoint;
      assertThat(Allocations.of(() -> pass(from, sender, to, receiver))).isZero();
      assertThat(b.nic("zg-b").counters().framesIn()).isGreaterThan(60_000);
    }
  }
}
