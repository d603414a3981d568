package dev.trident.hw.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.buffer.Slab;
import dev.trident.endpoint.EchoEndpoint;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackConfig;
import dev.trident.hw.port.Port;
import dev.trident.hw.port.Sleeper;
import dev.trident.hw.port.shm.ShmPort;
import dev.trident.hw.port.unix.UnixPort;
import dev.trident.hw.port.vxlan.VxlanConfig;
import dev.trident.hw.port.vxlan.VxlanPort;
import dev.trident.hw.testkit.HostSocket;
import dev.trident.hw.time.RealClock;
import dev.trident.time.Deadline;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who waits polls for a while and then sleeps, takes no processor then, and is woken. */
@Timeout(30)
class PollPolicyTest {
  private static final int A = 0x0a000001;
  private static final int B = 0x0a000002;
  private static final long SECOND = 1_000_000_000L;

  /** Of a second: what the machine itself does to a thread that sleeps is far below it. */
  private static final long NOTHING_NANOS = 20_000_000;

  private final Fabric fabric = Fabric.driven();
  private final List<Port> peers = new ArrayList<>();

  @AfterEach
  void close() {
    fabric.close();
    peers.forEach(Port::close);
  }

  private static String wire(String name) {
    return "pp-" + name + "-" + ProcessHandle.current().pid();
  }

  /** One end of a wire in shared memory; the other is a peer of the test. */
  private ShmPort shared(String name) throws IOException {
    peers.add(ShmPort.open(wire(name)));
    return ShmPort.open(wire(name));
  }

  private static Thread driverOf(Host host) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("trident-" + host.name()))
        .findFirst()
        .orElseThrow();
  }

  /** Of a thread while a second passes. */
  private static long cpuNanosOfASecond(Thread thread) {
    var threads = ManagementFactory.getThreadMXBean();
    RealClock.INSTANCE.sleep(SECOND / 10); // it may have polls to end
    long before = threads.getThreadCpuTime(thread.threadId());
    RealClock.INSTANCE.sleep(SECOND);
    return threads.getThreadCpuTime(thread.threadId()) - before;
  }

  private static void ping(Host host, int address) {
    assertThat(HostSocket.ping(host, address, 10 * SECOND)).isEqualTo(AwaitResult.HOLDS);
  }

  @Test
  void shouldReadPolicies() {
    assertThat(PollPolicy.parse("spin")).isEqualTo(PollPolicy.SPIN);
    assertThat(PollPolicy.parse("sleep")).isEqualTo(PollPolicy.SLEEP);
    assertThat(PollPolicy.parse("5000")).isEqualTo(PollPolicy.spins(5_000));
    for (String wrong : List.of("", "-1", "5x", "Spin")) {
      assertThatThrownBy(() -> PollPolicy.parse(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "\"" + wrong + "\": must be spin, sleep, or a number of polls that find nothing");
    }
  }

  @Test
  void shouldGoOnPollingAsLongAsThePolicySays() {
    assertThat(PollPolicy.USUAL.goesOn(49, 50)).isTrue();
    assertThat(PollPolicy.USUAL.goesOn(50, 50)).isFalse();
    assertThat(PollPolicy.spins(3).goesOn(2, 50)).isTrue();
    assertThat(PollPolicy.spins(3).goesOn(3, 50)).isFalse();
    assertThat(PollPolicy.SLEEP.goesOn(0, 50)).isFalse();
    assertThat(PollPolicy.SPIN.goesOn(Integer.MAX_VALUE, 50)).isTrue();
  }

  @Test
  void shouldTakeNoProcessorWhenAHostWithoutPortsSleeps() {
    Host host = fabric.host("none", 1).nic("pp-a", "10.0.0.1/24");
    assertThat(cpuNanosOfASecond(driverOf(host))).isLessThan(NOTHING_NANOS);
  }

  @Test
  void shouldTakeNoProcessorWhenAHostSleepsInPortsOfSeveralKinds(@TempDir Path folder)
      throws IOException {
    int udp = 40_000 + (int) (ProcessHandle.current().pid() % 10_000);
    int loopback = 0x7f000001;
    Host host =
        fabric
            .host("ports", 1)
            .nic("pp-a", "10.0.0.1/24", NicOptions.STANDARD, shared("one"))
            .nic("pp-b", "10.0.1.1/24", NicOptions.STANDARD, shared("two"))
            .nic(
                "pp-c",
                "10.0.2.1/24",
                NicOptions.STANDARD,
                UnixPort.listen(folder.resolve("s").toString()))
            .nic(
                "pp-d",
                "10.0.3.1/24",
                NicOptions.STANDARD,
                VxlanPort.open(new VxlanConfig(loopback, 42, udp, loopback)));
    assertThat(cpuNanosOfASecond(driverOf(host))).isLessThan(NOTHING_NANOS);
  }

  @Test
  void shouldTakeTheWholeProcessorWhenTheHostIsToSpin() {
    Host host = fabric.host("spin", 1).nic("pp-a", "10.0.0.1/24").pollPolicy(PollPolicy.SPIN);
    assertThat(cpuNanosOfASecond(driverOf(host))).isGreaterThan(2 * NOTHING_NANOS);
  }

  /** Every answer finds a sleeper on both sides: frames by a port, and the waiting program. */
  @ParameterizedTest
  @ValueSource(ints = {0, 50, Integer.MAX_VALUE})
  void shouldBeWokenByFrames(int rounds) throws IOException {
    fabric.pollPolicy(PollPolicy.spins(rounds));
    String wire = wire("frames");
    Host a =
        fabric.host("a", 1).nic("pp-a", "10.0.0.1/24", NicOptions.STANDARD, ShmPort.open(wire));
    Host b =
        fabric.host("b", 2).nic("pp-b", "10.0.0.2/24", NicOptions.STANDARD, ShmPort.open(wire));
    for (int i = 0; i < 100; i++) {
      ping(a, B);
      ping(b, A);
    }
  }

  /** A sleeper without a deadline must learn that a call has set one. */
  @Test
  void shouldBeWokenByATimerThatACallHasSet() throws IOException {
    fabric.pollPolicy(PollPolicy.SLEEP);
    Host host =
        fabric.host("timer", 1).nic("pp-a", "10.0.0.1/24", NicOptions.STANDARD, shared("timer"));
    RealClock.INSTANCE.sleep(SECOND / 10); // asleep, as far as that can be known
    HostStack stack = host.defaultStack();
    stack.enter();
    try {
      EchoEndpoint echo = Objects.requireNonNull(stack.transport().newEcho());
      assertThat(echo.send(B, 56)).isNotNegative();
    } finally {
      stack.exit();
    }
    int questions = 0;
    try (Sleeper sleeper = new Sleeper();
        Slab slab = new Slab(2_048)) {
      Port peer = peers.getFirst();
      sleeper.add(peer);
      while (questions < 2) { // ARP asks again after a second
        sleeper.sleep(Long.MAX_VALUE);
        while (peer.receive(slab, 0, 2_048) > 0) {
          questions++;
        }
      }
    }
    assertThat(questions).isEqualTo(2);
  }

  @Test
  void shouldEndAtOnceWhenASleeperIsClosed() throws IOException {
    fabric.pollPolicy(PollPolicy.SLEEP);
    Host host =
        fabric.host("closing", 1).nic("pp-a", "10.0.0.1/24", NicOptions.STANDARD, shared("close"));
    Thread driver = driverOf(host);
    RealClock.INSTANCE.sleep(SECOND / 10);
    host.close();
    assertThat(driver.isAlive()).isFalse();
  }

  /** A program's own wait, on a stack that its thread polls. */
  @ParameterizedTest
  @ValueSource(ints = {0, Integer.MAX_VALUE})
  void shouldWakeATcpDirectWaitByAFrame(int rounds) throws IOException {
    fabric.pollPolicy(PollPolicy.spins(rounds));
    String wire = wire("direct");
    Host a =
        fabric.host("a", 1).nic("pp-a", "10.0.0.1/24", NicOptions.STANDARD, ShmPort.open(wire));
    Host b =
        fabric.host("b", 2).nic("pp-b", "10.0.0.2/24", NicOptions.STANDARD, ShmPort.open(wire));
    HostStack direct =
        Objects.requireNonNull(
            b.openStack("pp-b", StackConfig.standard("d", 3).withCells(2_048, 128), 512, 512));
    HostSocket receiver = new HostSocket(direct, B, 7);
    HostSocket sender = new HostSocket(a.defaultStack(), A, 7);
    for (int i = 1; i <= 20; i++) {
      assertThat(sender.send(10, B, 7)).isEqualTo(10);
      int expected = i;
      direct.enter();
      assertThat(
              direct.await(
                  () -> receiver.endpoint.receivableDatagrams() >= expected, Deadline.NEVER))
          .isEqualTo(AwaitResult.HOLDS);
      direct.exit();
    }
    assertThat(receiver.endpoint.readiness().isAny(Readiness.READABLE)).isTrue();
  }
}
