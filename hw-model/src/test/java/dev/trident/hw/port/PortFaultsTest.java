package dev.trident.hw.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.endpoint.EchoEndpoint;
import dev.trident.hw.host.AwaitResult;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.host.NicOptions;
import dev.trident.hw.host.PollPolicy;
import dev.trident.hw.link.LinkConfig;
import dev.trident.hw.port.ffm.Sys;
import dev.trident.hw.testkit.HostSocket;
import dev.trident.hw.testkit.PipePort;
import dev.trident.hw.time.RealClock;
import dev.trident.hw.time.VirtualClock;
import dev.trident.trace.Counters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What hosts make of ports that fail them: they count it, say it, and run on. */
@Timeout(30)
class PortFaultsTest {
  private static final int A = 0x0a000001;
  private static final int B = 0x0a000002;
  private static final long MAC_B = 0x02_00_00_00_00_02L;

  private final PipePort port = new PipePort();

  /** A datagram to a neighbour that is known. */
  private static int send(Host host) {
    return HostSocket.sendOnce(host, 10, B, 7);
  }

  @Test
  void shouldRunOnWhenTheDeviceDisappears() {
    try (Fabric fabric = Fabric.polled(new VirtualClock())) {
      Host host =
          fabric.host("a", 1).nic("pf-a", "10.0.0.1/24").port(port).neighbor(B, MAC_B, "pf-a");
      fabric.poll();
      port.disappear();
      fabric.poll();
      int receives = port.receives();
      fabric.poll();
      assertThat(port.receives()).as("nobody asks it any more").isEqualTo(receives);
      assertThat(host.report()).contains("pipe:test; GONE, lost 1 times");
      assertThat(send(host)).as("goes into a cable that is not plugged in").isEqualTo(10);
      HostStack stack = host.defaultStack();
      stack.enter();
      EchoEndpoint echo = Objects.requireNonNull(stack.transport().newEcho());
      echo.send(A, 56);
      stack.await(() -> echo.received() > 0, 1_000_000_000L);
      assertThat(echo.received()).as("to itself").isEqualTo(1);
      stack.exit();
    }
  }

  /** poll(2) finds the descriptor of a device that has gone readable for ever. */
  @Test
  void shouldTakeNoProcessorWhenTheDeviceOfADrivenHostHasGone() {
    Sys sys = new Sys();
    int readable = sys.eventfd(1, Sys.EFD_NONBLOCK | Sys.EFD_CLOEXEC);
    PipePort deleted =
        new PipePort() {
          @Override
          public int descriptor() {
            return readable;
          }
        };
    deleted.disappear();
    try (Fabric fabric = Fabric.driven()) {
      fabric.host("gone", 1).nic("pf-a", "10.0.0.1/24").port(deleted).pollPolicy(PollPolicy.SLEEP);
      Thread driver =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().equals("trident-gone"))
              .findFirst()
              .orElseThrow();
      RealClock.INSTANCE.sleep(100_000_000);
      var threads = ManagementFactory.getThreadMXBean();
      long before = threads.getThreadCpuTime(driver.threadId());
      RealClock.INSTANCE.sleep(1_000_000_000);
      assertThat(threads.getThreadCpuTime(driver.threadId()) - before).isLessThan(20_000_000);
    } finally {
      sys.close(readable);
    }
  }

  @Test
  void shouldCountLossesOfAPeerThatComesBack() {
    try (Fabric fabric = Fabric.polled(new VirtualClock())) {
      Host host = fabric.host("a", 1).nic("pf-a", "10.0.0.1/24").port(port);
      fabric.poll();
      assertThat(host.report()).contains("    pipe:test\n");
      port.connected(false);
      fabric.poll();
      assertThat(host.report()).contains("pipe:test; LOST, lost 1 times");
      port.connected(true);
      fabric.poll();
      assertThat(host.report()).contains("pipe:test; CONNECTED, lost 1 times");
    }
  }

  @Test
  void shouldCountFramesThatAreTooShortOrTooLong() {
    try (Fabric fabric = Fabric.polled(new VirtualClock())) {
      Host host = fabric.host("a", 1).nic("pf-a", "10.0.0.1/24").port(port);
      for (int length : new int[] {1, 13, 2_100, 65_535}) {
        port.inject(length);
      }
      fabric.poll();
      assertThat(host.nic("pf-a").counters().tooLong()).isEqualTo(2);
      assertThat(host.report()).contains("dropped: no descriptor 0, too long 2,");
      Counters counters = host.defaultStack().transport().counters();
      assertThat(counters.totalDrops()).as("the short ones: " + counters).isEqualTo(2);
    }
  }

  @Test
  void shouldLetNothingLeakWhenTheWireStaysFull() {
    try (Fabric fabric = Fabric.polled(new VirtualClock())) {
      Host host =
          fabric
              .host("a", 1)
              .nic("pf-a", "10.0.0.1/24", NicOptions.STANDARD.withRings(64, 64))
              .port(port)
              .neighbor(B, MAC_B, "pf-a");
      port.blocked(true);
      int refused = 0;
      for (int i = 0; i < 1_000; i++) {
        refused += send(host) < 0 ? 1 : 0;
        fabric.poll();
      }
      assertThat(refused).isEqualTo(1_000);
      port.blocked(false);
      fabric.poll();
      assertThat(send(host)).isEqualTo(10);
      assertThat(port.sent()).isEqualTo(1);
    }
  }

  @Test
  void shouldStopAskingAPortBehindALinkThatHasGone() {
    VirtualClock clock = new VirtualClock();
    try (Fabric fabric = Fabric.polled(clock)) {
      Host host = fabric.host("a", 1).nic("pf-a", "10.0.0.1/24");
      fabric.link("l", host.nic("pf-a"), fabric.outlet(port), LinkConfig.delay(500), 3);
      port.disappear();
      fabric.poll();
      int receives = port.receives();
      fabric.poll();
      assertThat(port.receives()).isEqualTo(receives);
    }
  }

  /** Memory and descriptors of a closed port have gone. */
  @Test
  void shouldNotSleepInThePortsOfAHostThatWasClosed() {
    AtomicInteger sleepsAfterClose = new AtomicInteger();
    PipePort ofTheClosed =
        new PipePort() {
          @Override
          public boolean prepareToSleep() {
            sleepsAfterClose.addAndGet(isClosed() ? 1 : 0);
            return true;
          }
        };
    try (Fabric fabric = Fabric.polled()) {
      fabric.pollPolicy(PollPolicy.SLEEP);
      Host one = fabric.host("one", 1).nic("pf-a", "10.0.0.1/24").port(ofTheClosed);
      Host other = fabric.host("other", 2).nic("pf-b", "10.0.1.1/24").port(new PipePort());
      one.close();
      HostStack stack = other.defaultStack();
      stack.enter();
      assertThat(stack.await(() -> false, 5_000_000)).isEqualTo(AwaitResult.TIMED_OUT);
      stack.exit();
      assertThat(ofTheClosed.isClosed()).isTrue();
      assertThat(sleepsAfterClose).hasValue(0);
    }
  }

  @Test
  void shouldCloseTheOtherPortsWhenOneCannotRemoveItsFiles() {
    PipePort failing =
        new PipePort() {
          @Override
          public void close() {
            super.close();
            throw new UncheckedIOException(new IOException("read-only"));
          }
        };
    PipePort third = new PipePort();
    Fabric fabric = Fabric.polled(new VirtualClock());
    fabric
        .host("a", 1)
        .nic("pf-a", "10.0.0.1/24")
        .port(failing)
        .nic("pf-b", "10.0.1.1/24")
        .port(port);
    fabric.host("b", 2).nic("pf-c", "10.0.2.1/24").port(third);
    assertThatThrownBy(fabric::close).hasMessageContaining("read-only");
    assertThat(port.isClosed()).isTrue();
    assertThat(third.isClosed()).as("of another host").isTrue();
    assertThat(fabric.hosts()).isEmpty();
    fabric.close();
  }
}
