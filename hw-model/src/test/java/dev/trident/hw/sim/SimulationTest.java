package dev.trident.hw.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StackError;
import dev.trident.hw.host.AwaitResult;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.host.NicOptions;
import dev.trident.hw.link.Link;
import dev.trident.hw.link.LinkConfig;
import dev.trident.hw.link.LinkFaults;
import dev.trident.hw.nic.NicTiming;
import dev.trident.hw.testkit.HostSocket;
import dev.trident.time.Deadline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SimulationTest {
  private static final int B = 0x0a000002;
  private static final long MILLIS = 1_000_000;

  private final List<Simulation> open = new ArrayList<>();

  @AfterEach
  void close() {
    open.forEach(Simulation::close);
  }

  /** Two hosts "a" and "b" joined by a link. */
  private final class Pair {
    final Simulation sim;
    final Host a;
    final Host b;

    Pair(long seed, LinkConfig config) {
      sim = new Simulation(seed);
      open.add(sim);
      a = sim.host("a").nic("eth0", "10.0.0.1/24");
      b = sim.host("b").nic("eth0", "10.0.0.2/24");
      sim.link(a.nic("eth0"), b.nic("eth0"), config);
    }

    void echoServer() {
      sim.daemon(b, "echo", () -> serve(b.defaultStack()));
    }
  }

  private static void serve(HostStack stack) {
    HostSocket socket = new HostSocket(stack, 0, 7);
    while (true) {
      socket.receive(Deadline.NEVER);
      socket.send(
          socket.endpoint.datagramBytes(),
          socket.endpoint.sourceAddress(),
          socket.endpoint.sourcePort());
    }
  }

  private static int pingPong(HostStack stack, int count) {
    HostSocket socket = new HostSocket(stack, 0, 5000);
    int answers = 0;
    for (int i = 0; i < count; i++) {
      socket.send(100 + i % 400, B, 7);
      if (socket.receive(20 * MILLIS) == AwaitResult.HOLDS) {
        answers++;
      }
    }
    socket.close();
    return answers;
  }

  @Test
  void shouldTakeLinkDelayInVirtualTimeWhenProgramsBlock() {
    Pair pair = new Pair(1, LinkConfig.delay(5 * MILLIS));
    pair.echoServer();
    long[] took = new long[1];
    pair.sim.app(
        pair.a,
        "client",
        () -> {
          assertThat(pingPong(pair.a.defaultStack(), 1)).isEqualTo(1);
          took[0] = pair.a.clock().nanoTime();
        });
    pair.sim.run();
    assertThat(took[0]).as("ARP and echo").isBetween(20 * MILLIS, 21 * MILLIS);
  }

  @Test
  void shouldWakeSleepingHostsByInterruptsWhenAdaptersTakeTime() {
    Simulation sim = new Simulation(1).callCost(0);
    open.add(sim);
    NicOptions options =
        NicOptions.STANDARD.withTiming(new NicTiming(15, 150, 0, 0, 0, 155, 300, 50, 5_000));
    Host a = sim.host("a").nic("eth0", "10.0.0.1/24", options);
    Host b = sim.host("b").nic("eth0", "10.0.0.2/24", options);
    sim.wire(a.nic("eth0"), b.nic("eth0"));
    sim.daemon(b, "server", () -> serve(b.defaultStack()));
    long[] took = new long[1];
    sim.app(
        a,
        "client",
        () -> {
          assertThat(pingPong(a.defaultStack(), 1)).as("neighbours are known").isEqualTo(1);
          long before = a.clock().nanoTime();
          assertThat(pingPong(a.defaultStack(), 1)).isEqualTo(1);
          took[0] = a.clock().nanoTime() - before;
        });
    sim.run();
    assertThat(took[0]).isEqualTo(2 * (3 * 15 + 150 + 155 + 300 + 50 + 5_000));
  }

  /** The default stack has nothing to do but to ask again for the next hop of the other one. */
  @Test
  void shouldAskAgainForNextHopOfDirectStackWhenFirstRequestIsLost() {
    Simulation sim = new Simulation(1);
    open.add(sim);
    Host a = sim.host("a").nic("eth0", "10.0.0.1/24");
    Host b = sim.host("b").nic("eth0", "10.0.0.2/24");
    Link link = sim.link(a.nic("eth0"), b.nic("eth0"), LinkConfig.delay(MILLIS));
    link.cut(true);
    sim.app(
        a,
        "resolver",
        () -> {
          StackConfig config = StackConfig.standard("direct", 1);
          HostStack direct = Objects.requireNonNull(a.openStack("eth0", config, 512, 512));
          assertThat(resolve(direct)).isEqualTo(StackError.WOULD_BLOCK.code);
          a.clock().sleep(100 * MILLIS);
          link.cut(false);
          a.clock().sleep(2_000 * MILLIS);
          assertThat(resolve(direct)).isZero();
        });
    sim.run();
  }

  private static int resolve(HostStack stack) {
    stack.enter();
    try {
      return stack.transport().resolve(0x0a000002);
    } finally {
      stack.exit();
    }
  }

  private long historyOf(long seed) {
    LinkFaults faults = new LinkFaults(50_000, 50_000, 50_000, 3 * MILLIS, 50_000, 100_000);
    Pair pair = new Pair(seed, LinkConfig.rate(10_000_000, MILLIS).withFaults(faults));
    pair.echoServer();
    pair.sim.app(pair.a, "client", () -> pingPong(pair.a.defaultStack(), 100));
    pair.sim.app(
        pair.a,
        "other",
        () -> {
          for (int i = 0; i < 50; i++) {
            pair.a.clock().sleep(7 * MILLIS);
          }
        });
    pair.sim.run();
    return pair.sim.historyHash();
  }

  @Test
  void shouldRepeatHistoryWhenSeedIsTheSame() {
    long first = historyOf(1);
    assertThat(historyOf(1)).isEqualTo(first);
    assertThat(historyOf(2)).isNotEqualTo(first);
  }

  @Test
  void shouldReportWhoWaitsForWhatWhenDeadlocked() {
    Pair pair = new Pair(1, LinkConfig.delay(MILLIS));
    pair.sim.app(
        pair.a,
        "lonely",
        () -> new HostSocket(pair.a.defaultStack(), 0, 99).receive(Deadline.NEVER));
    assertThatThrownBy(pair.sim::run)
        .isInstanceOf(StuckException.class)
        .hasMessageContaining("deadlock")
        .hasMessageContaining("lonely on host a")
        .hasMessageContaining("a datagram at port 99");
  }

  @Test
  void shouldReportLivelockWhenLimitIsReached() {
    Pair pair = new Pair(1, LinkConfig.delay(MILLIS));
    pair.sim.limits(1_000 * MILLIS, Long.MAX_VALUE);
    pair.sim.app(pair.a, "spinner", () -> spin(pair.a.defaultStack()));
    assertThatThrownBy(pair.sim::run)
        .isInstanceOf(StuckException.class)
        .hasMessageContaining("livelock")
        .hasMessageContaining("spinner");
    assertThat(pair.sim.nowNanos()).isBetween(999 * MILLIS, 1_002 * MILLIS);
  }

  private static void spin(HostStack stack) {
    while (true) {
      stack.enter();
      stack.foundNothing();
      stack.exit();
    }
  }

  @Test
  void shouldReportLivelockWhenProgramSpinsWithoutTime() {
    Pair pair = new Pair(1, LinkConfig.delay(MILLIS));
    pair.sim.callCost(0).idleQuantum(0).limits(Deadline.NEVER, 10_000);
    pair.sim.app(
        pair.a,
        "spinner",
        () -> {
          while (true) {
            pair.a.defaultStack().enter();
            pair.a.defaultStack().exit();
          }
        });
    assertThatThrownBy(pair.sim::run)
        .isInstanceOf(StuckException.class)
        .hasMessageContaining("livelock")
        .hasMessageContaining("spinner");
  }

  @Test
  void shouldUnwindParkedProgramsWhenSimulationEnds() {
    Pair pair = new Pair(1, LinkConfig.delay(MILLIS));
    List<String> unwound = new ArrayList<>();
    pair.sim.daemon(
        pair.b,
        "server",
        () -> {
          try {
            serve(pair.b.defaultStack());
          } finally {
            unwound.add("server");
          }
        });
    pair.sim.app(pair.a, "client", () -> pingPong(pair.a.defaultStack(), 3));
    pair.sim.run();
    assertThat(unwound).isEmpty();
    pair.sim.close();
    assertThat(unwound).containsExactly("server");
  }

  @Test
  void shouldThrowWhatProgramThrew() {
    Pair pair = new Pair(1, LinkConfig.delay(MILLIS));
    pair.echoServer();
    pair.sim.app(
        pair.a,
        "failing",
        () -> {
          throw new AssertionError("as the test wants");
        });
    assertThatThrownBy(pair.sim::run)
        .isInstanceOf(AssertionError.class)
        .hasMessage("as the test wants");
    Pair other = new Pair(1, LinkConfig.delay(MILLIS));
    other.sim.app(
        other.a,
        "failing",
        () -> {
          throw new IOException("checked");
        });
    assertThatThrownBy(other.sim::run)
        .isInstanceOf(ProgramFailedException.class)
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  void shouldRunProgramWithLeastTimeFirst() {
    Pair pair = new Pair(1, LinkConfig.delay(MILLIS));
    List<String> order = new ArrayList<>();
    for (int i = 3; i > 0; i--) {
      int number = i;
      pair.sim.app(
          pair.a,
          "p" + i,
          () -> {
            pair.a.clock().sleep(number * MILLIS);
            order.add("p" + number);
          });
    }
    pair.sim.run();
    assertThat(order).containsExactly("p1", "p2", "p3");
    assertThat(pair.sim.nowNanos()).isEqualTo(3 * MILLIS);
  }

  @Test
  void shouldEndWaitWhenAnotherProgramInterrupts() {
    Pair pair = new Pair(1, LinkConfig.delay(MILLIS));
    List<AwaitResult> results = new ArrayList<>();
    Thread[] sleeper = new Thread[1];
    pair.sim.app(
        pair.a,
        "sleeper",
        () -> {
          sleeper[0] = Thread.currentThread();
          results.add(new HostSocket(pair.a.defaultStack(), 0, 99).receive(Deadline.NEVER));
          assertThat(Thread.currentThread().isInterrupted()).isFalse();
        });
    pair.sim.app(
        pair.a,
        "waker",
        () -> {
          pair.a.clock().sleep(MILLIS);
          sleeper[0].interrupt();
        });
    pair.sim.run();
    assertThat(results).containsExactly(AwaitResult.INTERRUPTED);
  }

  @Test
  void shouldLetOutsideThreadBlockLikeProgram() {
    Pair pair = new Pair(1, LinkConfig.delay(MILLIS));
    pair.echoServer();
    assertThat(pingPong(pair.a.defaultStack(), 5)).isEqualTo(5);
  }

  @Test
  void shouldCostProcessorTimePerFrameWhenConfigured() {
    Pair pair = new Pair(1, LinkConfig.delay(MILLIS));
    pair.sim.frameCost(MILLIS);
    pair.echoServer();
    pingPong(pair.a.defaultStack(), 1);
    long first = pair.sim.nowNanos();
    assertThat(first).isGreaterThan(4 * MILLIS);
    Host own = Objects.requireNonNull(Host.withInterface("eth0"));
    assertThat(own.hasInterface("eth0")).isTrue();
  }

  @Test
  void shouldFinishWhatIsDueWhenRunUntilEnds() {
    Simulation sim = new Simulation(1).callCost(0);
    Host host = sim.host("a");
    List<String> done = new ArrayList<>();
    sim.app(
        host,
        "sleeper",
        () -> {
          host.clock().sleep(5 * MILLIS);
          done.add("woken");
          sim.app(host, "child", () -> done.add("child"));
          host.clock().sleep(1);
          done.add("late");
        });
    sim.runUntil(5 * MILLIS);
    assertThat(done).containsExactly("woken", "child");
    assertThat(sim.nowNanos()).isEqualTo(5 * MILLIS);
    sim.runUntil(0);
    assertThat(sim.nowNanos()).isEqualTo(5 * MILLIS);
    sim.runUntil(8 * MILLIS);
    assertThat(done).containsExactly("woken", "child", "late");
    assertThat(sim.nowNanos()).isEqualTo(8 * MILLIS);
    sim.close();
  }

  @Test
  void shouldStopInTimeWhenConditionComesToHold() {
    Simulation sim = new Simulation(1).callCost(0);
    Host host = sim.host("a");
    List<String> done = new ArrayList<>();
    sim.app(
        host,
        "sleeper",
        () -> {
          host.clock().sleep(3 * MILLIS);
          done.add("first");
          sim.app(host, "child", () -> done.add("second"));
          host.clock().sleep(3 * MILLIS);
          done.add("third");
        });
    assertThat(sim.runUntil(() -> !done.isEmpty(), MILLIS)).isFalse();
    assertThat(sim.nowNanos()).isEqualTo(MILLIS);
    assertThat(sim.runUntil(() -> !done.isEmpty(), 100 * MILLIS)).isTrue();
    assertThat(sim.nowNanos()).isEqualTo(3 * MILLIS);
    assertThat(done).containsExactly("first", "second");
    sim.runUntil(7 * MILLIS);
    assertThat(done).containsExactly("first", "second", "third");
    sim.close();
  }

  @Test
  void shouldLetConditionLookAtClockWhenAnotherProgramPauses() {
    Pair pair = new Pair(1, LinkConfig.delay(MILLIS));
    HostStack stack = pair.a.defaultStack();
    List<Long> ends = new ArrayList<>();
    pair.sim.app(
        pair.a,
        "waiter",
        () -> {
          stack.enter();
          stack.await(() -> pair.a.clock().nanoTime() >= MILLIS, Deadline.NEVER);
          stack.exit();
          ends.add(pair.sim.nowNanos());
        });
    pair.sim.app(
        pair.a,
        "caller",
        () -> {
          for (int i = 0; i < 3; i++) {
            stack.enter();
            stack.exit();
            pair.a.clock().sleep(MILLIS);
          }
        });
    pair.sim.run();
    assertThat(ends).hasSize(1);
    assertThat(ends.getFirst()).isBetween(MILLIS, 2 * MILLIS);
  }

  @Test
  void shouldFindOwnHostFirstWhenInterfaceNamesAreShared() {
    Pair pair = new Pair(1, LinkConfig.delay(MILLIS));
    List<Host> found = new ArrayList<>();
    pair.sim.app(pair.b, "b", () -> found.add(Host.withInterface("eth0")));
    pair.sim.run();
    assertThat(found).containsExactly(pair.b);
  }

  @Test
  void shouldSimulateTenHostsFasterThanTheyWouldRun() {
    Simulation sim = new Simulation(3);
    open.add(sim);
    var middle = sim.newSwitch("sw", 10);
    for (int i = 0; i < 10; i++) {
      Host host = sim.host("h" + i).nic("eth0", "10.0.0." + (i + 1) + "/24");
      sim.link(host.nic("eth0"), middle.socket(i), LinkConfig.rate(1_000_000_000, 1_000));
      sim.app(
          host,
          "talker",
          () -> {
            HostSocket socket = new HostSocket(host.defaultStack(), 0, 9);
            int peer = 0x0a000001 + (host.name().charAt(1) - '0' + 1) % 10;
            for (int n = 0; n < 800; n++) {
              socket.send(1_000, peer, 9);
              socket.receive(MILLIS);
            }
          });
    }
    sim.run();
    assertThat(sim.nowNanos()).isGreaterThan(0);
    long received = 0;
    for (Host host : sim.fabric().hosts()) {
      received += host.nic("eth0").counters().framesIn();
    }
    assertThat(received).isGreaterThan(7_900);
  }
}
