package dev.trident.hw.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.buffer.Slab;
import dev.trident.endpoint.StackConfig;
import dev.trident.hw.host.AwaitResult;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.host.NicOptions;
import dev.trident.hw.link.Link;
import dev.trident.hw.link.LinkConfig;
import dev.trident.hw.testkit.HostSocket;
import dev.trident.hw.testkit.PipePort;
import dev.trident.hw.time.VirtualClock;
import dev.trident.time.Deadline;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hosts whose wire is a port: here a pipe between two ports of this process. */
@Timeout(30)
class PortWireTest {
  private static final int B = 0x0a000002;

  @Test
  void shouldCarryDatagramsByPortsWhenPolled() {
    PipePort[] ends = PipePort.pair();
    try (Fabric fabric = Fabric.polled(new VirtualClock())) {
      Host a = fabric.host("a", 1).nic("pw-a", "10.0.0.1/24").port(ends[0]);
      Host b = fabric.host("b", 2).nic("pw-b", "10.0.0.2/24").port(ends[1]);
      HostSocket sender = new HostSocket(a.defaultStack(), 0, 5000);
      HostSocket receiver = new HostSocket(b.defaultStack(), 0, 6000);
      assertThat(sender.send(100, B, 6000)).isEqualTo(100);
      assertThat(receiver.awaitReadable(Deadline.NEVER)).isEqualTo(AwaitResult.HOLDS);
    }
    assertThat(ends[0].isClosed()).isTrue();
    assertThat(ends[1].isClosed()).isTrue();
  }

  /** A link in front of a port, in both directions: here over a link each, by one pipe. */
  @Test
  void shouldDelayWhatGoesByAPortWhenALinkLiesBetween() {
    PipePort[] ends = PipePort.pair();
    VirtualClock clock = new VirtualClock();
    try (Fabric fabric = Fabric.polled(clock)) {
      Host a = fabric.host("a", 1).nic("pw-a", "10.0.0.1/24");
      Host b = fabric.host("b", 2).nic("pw-b", "10.0.0.2/24").port(ends[1]);
      Link link = fabric.link("l", a.nic("pw-a"), fabric.outlet(ends[0]), LinkConfig.delay(500), 3);
      HostSocket sender = new HostSocket(a.defaultStack(), 0, 5000);
      HostSocket receiver = new HostSocket(b.defaultStack(), 0, 6000);
      assertThat(sender.send(100, B, 6000)).isEqualTo(100);
      assertThat(receiver.awaitReadable(Deadline.NEVER)).isEqualTo(AwaitResult.HOLDS);
      assertThat(clock.nanoTime()).as("ARP there and back, then the datagram").isEqualTo(1_500);
      assertThat(link.counters().delivered()).isEqualTo(3);
    }
    assertThat(ends[0].isClosed()).as("the fabric owns the port").isTrue();
  }

  @Test
  void shouldCountWhatIsLostWhenThePortBehindALinkWouldBlock() {
    PipePort[] ends = PipePort.pair();
    VirtualClock clock = new VirtualClock();
    try (Fabric fabric = Fabric.polled(clock)) {
      Host a = fabric.host("a", 1).nic("pw-a", "10.0.0.1/24");
      PortEnd outlet = fabric.outlet(ends[0]);
      fabric.link("l", a.nic("pw-a"), outlet, LinkConfig.delay(500), 3);
      HostSocket sender = new HostSocket(a.defaultStack(), 0, 5000);
      ends[0].blocked(true);
      sender.send(100, B, 6000);
      clock.sleep(1_000);
      fabric.poll();
      assertThat(outlet.lostFrames()).as("the ARP request").isEqualTo(1);
    }
  }

  @Test
  void shouldNotOfferOutletsWhenHostsAreDriven() {
    try (Fabric fabric = Fabric.driven()) {
      assertThatThrownBy(() -> fabric.outlet(PipePort.pair()[0]))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("not polled");
    }
  }

  @Test
  void shouldRefuseSendAndRecoverWhenPortWouldBlock() {
    PipePort[] ends = PipePort.pair();
    try (Fabric fabric = Fabric.polled(new VirtualClock())) {
      Host a = fabric.host("a", 1).nic("pw-a", "10.0.0.1/24").port(ends[0]);
      Host b = fabric.host("b", 2).nic("pw-b", "10.0.0.2/24").port(ends[1]);
      HostSocket sender = new HostSocket(a.defaultStack(), 0, 5000);
      HostSocket receiver = new HostSocket(b.defaultStack(), 0, 6000);
      sender.send(100, B, 6000);
      receiver.awaitReadable(Deadline.NEVER);
      ends[0].blocked(true);
      assertThat(sender.send(100, B, 6000)).isNegative();
      ends[0].blocked(false);
      fabric.poll();
      assertThat(sender.send(100, B, 6000)).isEqualTo(100);
    }
  }

  @Test
  void shouldDivertFramesToTcpDirectStackWhenItsFilterMatches() {
    PipePort[] ends = PipePort.pair();
    try (Fabric fabric = Fabric.polled(new VirtualClock())) {
      Host a = fabric.host("a", 1).nic("pw-a", "10.0.0.1/24").port(ends[0]);
      Host b = fabric.host("b", 2).nic("pw-b", "10.0.0.2/24").port(ends[1]);
      HostStack direct =
          Objects.requireNonNull(
              b.openStack(
                  "pw-b", StackConfig.standard("direct", 3).withCells(2048, 128), 512, 512));
      HostSocket receiver = new HostSocket(direct, B, 6000);
      HostSocket sender = new HostSocket(a.defaultStack(), 0, 5000);
      sender.send(100, B, 6000);
      assertThat(receiver.awaitReadable(Deadline.NEVER)).isEqualTo(AwaitResult.HOLDS);
      assertThat(receiver.endpoint.receivableDatagrams()).isEqualTo(1);
    }
  }

  @Test
  void shouldSleepInPortAndWakeWhenDriven() throws InterruptedException {
    PipePort[] ends = PipePort.pair();
    try (Fabric fabric = Fabric.driven()) {
      Host a = fabric.host("a", 1).nic("pw-a", "10.0.0.1/24").port(ends[0]);
      Host b = fabric.host("b", 2).nic("pw-b", "10.0.0.2/24").port(ends[1]);
      HostSocket receiver = new HostSocket(b.defaultStack(), 0, 6000);
      Semaphore got = new Semaphore(1);
      Thread reader =
          new Thread(
              () -> {
                for (int i = 0; i < 50; i++) {
                  assertThat(receiver.receive(Deadline.NEVER)).isEqualTo(AwaitResult.HOLDS);
                  assertThat(receiver.endpoint.datagramBytes()).isEqualTo(100);
                  got.release();
                }
              });
      reader.start();
      HostSocket sender = new HostSocket(a.defaultStack(), 0, 5000);
      for (int i = 0; i < 50; i++) {
        got.acquire();
        assertThat(sender.send(100, B, 6000)).isEqualTo(100);
      }
      reader.join();
    }
  }

  @Test
  void shouldCountFrameLongerThanCell() {
    PipePort[] ends = PipePort.pair();
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
        new PipePort() {
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
