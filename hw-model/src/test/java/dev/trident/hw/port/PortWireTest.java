package dev.trident.hw.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.buffer.Slab;
import dev.trident.c.C;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackConfig;
import dev.trident.hw.host.AwaitResult;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.host.NicOptions;
import dev.trident.hw.link.Link;
import dev.trident.hw.link.LinkConfig;
import dev.trident.hw.time.VirtualClock;
import dev.trident.time.Deadline;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hosts whose wire is a port: here a pipe between two ports of this process. */
@Timeout(30)
class PortWireTest {
  private static final int B = 0x0a000002;

  /** One end of a pipe that holds up to 64 frames. */
  private static class Pipe implements Port {
    private final BlockingQueue<byte[]> in;
    private final BlockingQueue<byte[]> out;
    volatile boolean blocked;
    volatile boolean closed;

    Pipe(BlockingQueue<byte[]> in, BlockingQueue<byte[]> out) {
      this.in = in;
      this.out = out;
    }

    static Pipe[] pair() {
      BlockingQueue<byte[]> one = new ArrayBlockingQueue<>(64);
      BlockingQueue<byte[]> two = new ArrayBlockingQueue<>(64);
      return new Pipe[] {new Pipe(one, two), new Pipe(two, one)};
    }

    @Override
    public int receive(Slab slab, int offset, int capacityBytes) {
      byte[] frame = in.poll();
      if (frame == null) {
        return 0;
      }
      slab.copyFrom(frame, 0, offset, Math.min(frame.length, capacityBytes));
      return frame.length;
    }

    @Override
    public boolean send(Slab slab, int offset, int lengthBytes) {
      byte[] frame = new byte[lengthBytes];
      slab.copyTo(offset, frame, 0, lengthBytes);
      return !blocked && out.offer(frame);
    }

    @Override
    public int mtuBytes() {
      return 1_500;
    }

    @Override
    public int descriptor() {
      return NO_DESCRIPTOR;
    }

    @Override
    public boolean prepareToSleep() {
      return in.isEmpty();
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static DatagramEndpoint bind(HostStack stack, int address, int port) {
    stack.enter();
    try {
      DatagramEndpoint endpoint = Objects.requireNonNull(stack.transport().newDatagram());
      assertThat(endpoint.bind(address, port)).isZero();
      return endpoint;
    } finally {
      stack.exit();
    }
  }

  private static int send(HostStack stack, DatagramEndpoint from, int port) {
    stack.enter();
    try {
      return from.send(C.malloc(100), 0, 100, B, port);
    } finally {
      stack.exit();
    }
  }

  private static AwaitResult await(HostStack stack, DatagramEndpoint endpoint) {
    stack.enter();
    try {
      return stack.await(() -> endpoint.readiness().isAny(Readiness.READABLE), Deadline.NEVER);
    } finally {
      stack.exit();
    }
  }

  @Test
  void shouldCarryDatagramsByPortsWhenPolled() {
    Pipe[] ends = Pipe.pair();
    try (Fabric fabric = Fabric.polled(new VirtualClock())) {
      Host a = fabric.host("a", 1).nic("pw-a", "10.0.0.1/24").port(ends[0]);
      Host b = fabric.host("b", 2).nic("pw-b", "10.0.0.2/24").port(ends[1]);
      DatagramEndpoint sender = bind(a.defaultStack(), 0, 5000);
      DatagramEndpoint receiver = bind(b.defaultStack(), 0, 6000);
      assertThat(send(a.defaultStack(), sender, 6000)).isEqualTo(100);
      assertThat(await(b.defaultStack(), receiver)).isEqualTo(AwaitResult.HOLDS);
    }
    assertThat(ends[0].closed).isTrue();
    assertThat(ends[1].closed).isTrue();
  }

  /** A link in front of a port, in both directions: here over a link each, by one pipe. */
  @Test
  void shouldDelayWhatGoesByAPortWhenALinkLiesBetween() {
    Pipe[] ends = Pipe.pair();
    VirtualClock clock = new VirtualClock();
    try (Fabric fabric = Fabric.polled(clock)) {
      Host a = fabric.host("a", 1).nic("pw-a", "10.0.0.1/24");
      Host b = fabric.host("b", 2).nic("pw-b", "10.0.0.2/24").port(ends[1]);
      Link link = fabric.link("l", a.nic("pw-a"), fabric.outlet(ends[0]), LinkConfig.delay(500), 3);
      DatagramEndpoint sender = bind(a.defaultStack(), 0, 5000);
      DatagramEndpoint receiver = bind(b.defaultStack(), 0, 6000);
      assertThat(send(a.defaultStack(), sender, 6000)).isEqualTo(100);
      assertThat(await(b.defaultStack(), receiver)).isEqualTo(AwaitResult.HOLDS);
      assertThat(clock.nanoTime()).as("ARP there and back, then the datagram").isEqualTo(1_500);
      assertThat(link.counters().delivered()).isEqualTo(3);
    }
    assertThat(ends[0].closed).as("the fabric owns the port").isTrue();
  }

  @Test
  void shouldCountWhatIsLostWhenThePortBehindALinkWouldBlock() {
    Pipe[] ends = Pipe.pair();
    VirtualClock clock = new VirtualClock();
    try (Fabric fabric = Fabric.polled(clock)) {
      Host a = fabric.host("a", 1).nic("pw-a", "10.0.0.1/24");
      PortEnd outlet = fabric.outlet(ends[0]);
      fabric.link("l", a.nic("pw-a"), outlet, LinkConfig.delay(500), 3);
      DatagramEndpoint sender = bind(a.defaultStack(), 0, 5000);
      ends[0].blocked = true;
      send(a.defaultStack(), sender, 6000);
      clock.sleep(1_000);
      fabric.poll();
      assertThat(outlet.lostFrames()).as("the ARP request").isEqualTo(1);
    }
  }

  @Test
  void shouldNotOfferOutletsWhenHostsAreDriven() {
    try (Fabric fabric = Fabric.driven()) {
      assertThatThrownBy(() -> fabric.outlet(Pipe.pair()[0]))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("not polled");
    }
  }

  @Test
  void shouldRefuseSendAndRecoverWhenPortWouldBlock() {
    Pipe[] ends = Pipe.pair();
    try (Fabric fabric = Fabric.polled(new VirtualClock())) {
      Host a = fabric.host("a", 1).nic("pw-a", "10.0.0.1/24").port(ends[0]);
      Host b = fabric.host("b", 2).nic("pw-b", "10.0.0.2/24").port(ends[1]);
      DatagramEndpoint sender = bind(a.defaultStack(), 0, 5000);
      DatagramEndpoint receiver = bind(b.defaultStack(), 0, 6000);
      send(a.defaultStack(), sender, 6000);
      await(b.defaultStack(), receiver);
      ends[0].blocked = true;
      assertThat(send(a.defaultStack(), sender, 6000)).isNegative();
      ends[0].blocked = false;
      fabric.poll();
      assertThat(send(a.defaultStack(), sender, 6000)).isEqualTo(100);
    }
  }

  @Test
  void shouldDivertFramesToTcpDirectStackWhenItsFilterMatches() {
    Pipe[] ends = Pipe.pair();
    try (Fabric fabric = Fabric.polled(new VirtualClock())) {
      Host a = fabric.host("a", 1).nic("pw-a", "10.0.0.1/24").port(ends[0]);
      Host b = fabric.host("b", 2).nic("pw-b", "10.0.0.2/24").port(ends[1]);
      HostStack direct =
          Objects.requireNonNull(
              b.openStack(
                  "pw-b", StackConfig.standard("direct", 3).withCells(2048, 128), 512, 512));
      DatagramEndpoint receiver = bind(direct, B, 6000);
      DatagramEndpoint sender = bind(a.defaultStack(), 0, 5000);
      send(a.defaultStack(), sender, 6000);
      assertThat(await(direct, receiver)).isEqualTo(AwaitResult.HOLDS);
      assertThat(receiver.receivableDatagrams()).isEqualTo(1);
    }
  }

  @Test
  void shouldSleepInPortAndWakeWhenDriven() throws InterruptedException {
    Pipe[] ends = Pipe.pair();
    try (Fabric fabric = Fabric.driven()) {
      Host a = fabric.host("a", 1).nic("pw-a", "10.0.0.1/24").port(ends[0]);
      Host b = fabric.host("b", 2).nic("pw-b", "10.0.0.2/24").port(ends[1]);
      DatagramEndpoint receiver = bind(b.defaultStack(), 0, 6000);
      Semaphore got = new Semaphore(1);
      Thread reader =
          new Thread(
              () -> {
                ByteBuf buffer = C.malloc(100);
                HostStack stack = b.defaultStack();
                for (int i = 0; i < 50; i++) {
                  await(stack, receiver);
                  stack.enter();
                  assertThat(receiver.receive(buffer, 0, 100)).isEqualTo(100);
                  stack.exit();
                  got.release();
                }
              });
      reader.start();
      DatagramEndpoint sender = bind(a.defaultStack(), 0, 5000);
      for (int i = 0; i < 50; i++) {
        got.acquire();
        assertThat(send(a.defaultStack(), sender, 6000)).isEqualTo(100);
      }
      reader.join();
    }
  }

  @Test
  void shouldCountFrameLongerThanCell() {
    Pipe[] ends = Pipe.pair();
    try (Fabric fabric = Fabric.polled(new VirtualClock())) {
      Host a = fabric.host("a", 1).nic("pw-a", "10.0.0.1/24").port(ends[0]);
      try (Slab slab = new Slab(4_096)) {
        assertThat(ends[1].send(slab, 0, 3_000)).isTrue();
      }
      fabric.poll();
      assertThat(a.nic("pw-a").counters().tooLong()).isEqualTo(1);
    }
  }

  @Test
  void shouldRefusePortWithSmallerMtuUnlessAdapterIsMadeForIt() {
    Port small =
        new Pipe(new ArrayBlockingQueue<>(1), new ArrayBlockingQueue<>(1)) {
          @Override
          public int mtuBytes() {
            return 1_000;
          }

          @Override
          public long mac() {
            return 0x02_11_22_33_44_55L;
          }
        };
    try (Fabric fabric = Fabric.polled(new VirtualClock())) {
      Host a = fabric.host("a", 1).nic("pw-a", "10.0.0.1/24");
      assertThatThrownBy(() -> a.port(small))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1000");
      Host b = fabric.host("b", 2).nic("pw-b", "10.0.0.2/24", NicOptions.STANDARD, small);
      assertThat(b.nic("pw-b").mtuBytes()).isEqualTo(1_000);
      assertThat(b.nic("pw-b").mac()).isEqualTo(0x02_11_22_33_44_55L);
    }
  }
}
