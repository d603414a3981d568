package dev.trident.hw.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.buffer.CellBuf;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackConfig;
import dev.trident.hw.nic.NicTiming;
import dev.trident.hw.testkit.HostSocket;
import dev.trident.time.Deadline;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two hosts with a driver thread each; the tests' own threads make the calls. */
@Timeout(30)
class DrivenFabricTest {
  private static final int B = 0x0a000002;
  private static final long SECONDS = 1_000_000_000;

  private final Fabric fabric = Fabric.driven();
  private final Host a = fabric.host("a", 1).nic("df-a", "10.0.0.1/24");
  private final Host b = fabric.host("b", 2).nic("df-b", "10.0.0.2/24");

  DrivenFabricTest() {
    fabric.wire(a.nic("df-a"), b.nic("df-b"));
  }

  /** The driver of the host may be using the default stack just then. */
  @Test
  void shouldJoinAGroupAtTheDefaultStackWhenAStackBehindFiltersDoes() {
    int group = 0xe1010101;
    HostStack direct =
        Objects.requireNonNull(b.openStack("df-b", StackConfig.standard("direct", 3), 512, 512));
    direct.enter();
    try {
      DatagramEndpoint member = Objects.requireNonNull(direct.transport().newDatagram());
      assertThat(member.addBinding(group, 7, 0, 0)).isZero();
      assertThat(b.netInterface("df-b").groups().contains(group)).isTrue();
    } finally {
      direct.exit();
    }
    direct.close();
    assertThat(b.netInterface("df-b").groups().contains(group)).isFalse();
    Counters counted = b.defaultStack().transport().counters();
    assertThat(counted.get(Counter.IGMP_REPORTS_SENT)).isGreaterThanOrEqualTo(2);
  }

  @AfterEach
  void close() {
    fabric.close();
  }

  /** Runs until the host is closed under it. */
  private static void serve(HostStack stack, int address) {
    HostSocket socket = new HostSocket(stack, address, 7);
    try {
      while (true) {
        if (socket.receive(Deadline.NEVER) == AwaitResult.HOLDS) {
          socket.send(
              socket.endpoint.datagramBytes(),
              socket.endpoint.sourceAddress(),
              socket.endpoint.sourcePort());
        }
      }
    } catch (IllegalStateException e) {
      assertThat(e).hasMessageContaining("closed");
    }
  }

  private static int pingPong(HostSocket socket, int count) {
    int answers = 0;
    for (int i = 0; i < count; i++) {
      assertThat(socket.send(64, B, 7)).isEqualTo(64);
      if (socket.receive(5 * SECONDS) == AwaitResult.HOLDS) {
        answers++;
      }
    }
    return answers;
  }

  @Test
  void shouldEchoBetweenThreadsAndEndBlockedCallWhenHostCloses() throws InterruptedException {
    Thread server = new Thread(() -> serve(b.defaultStack(), 0));
    server.start();
    HostSocket probe = new HostSocket(b.defaultStack(), 0, 8);
    while (!isBound(probe, 7)) {
      Thread.onSpinWait();
    }
    assertThat(pingPong(new HostSocket(a.defaultStack(), 0, 5000), 200)).isEqualTo(200);
    b.close();
    server.join();
    assertThatThrownBy(b.defaultStack()::enter).isInstanceOf(IllegalStateException.class);
  }

  private static boolean isBound(HostSocket probe, int port) {
    probe.stack.enter();
    try {
      DatagramEndpoint other = Objects.requireNonNull(probe.stack.transport().newDatagram());
      boolean taken = other.bind(0, port) != 0;
      other.close();
      return taken;
    } finally {
      probe.stack.exit();
    }
  }

  @Test
  void shouldServeManyThreadsOfOneHostWhenAllCallAtOnce() throws InterruptedException {
    Thread server = new Thread(() -> serve(b.defaultStack(), 0));
    server.start();
    HostSocket probe = new HostSocket(b.defaultStack(), 0, 8);
    while (!isBound(probe, 7)) {
      Thread.onSpinWait();
    }
    AtomicInteger answers = new AtomicInteger();
    Thread[] clients = new Thread[4];
    for (int i = 0; i < clients.length; i++) {
      int port = 5000 + i;
      clients[i] =
          new Thread(
              () -> answers.addAndGet(pingPong(new HostSocket(a.defaultStack(), 0, port), 50)));
      clients[i].start();
    }
    for (Thread client : clients) {
      client.join();
    }
    assertThat(answers).hasValue(200);
    b.close();
    server.join();
  }

  @Test
  void shouldEchoWithTcpDirectStackOutsideTheGate() throws InterruptedException {
    HostStack direct =
        Objects.requireNonNull(
            b.openStack("df-b", StackConfig.standard("direct", 3).withCells(2048, 128), 512, 512));
    CountDownLatch ready = new CountDownLatch(1);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Thread server =
        new Thread(
            () -> {
              try {
                HostSocket socket = new HostSocket(direct, B, 7);
                ready.countDown();
                for (int i = 0; i < 100; i++) {
                  assertThat(socket.receive(5 * SECONDS)).isEqualTo(AwaitResult.HOLDS);
                  socket.send(64, socket.endpoint.sourceAddress(), socket.endpoint.sourcePort());
                }
              } catch (RuntimeException | AssertionError e) {
                failure.set(e);
              }
            });
    server.start();
    ready.await();
    assertThat(pingPong(new HostSocket(a.defaultStack(), 0, 5000), 100)).isEqualTo(100);
    server.join();
    assertThat(failure).hasNullValue();
    direct.close();
  }

  @Test
  void shouldEndWaitWhenThreadIsInterruptedOrTimeIsUp() {
    HostSocket socket = new HostSocket(a.defaultStack(), 0, 5000);
    assertThat(socket.receive(1_000_000)).isEqualTo(AwaitResult.TIMED_OUT);
    Thread.currentThread().interrupt();
    assertThat(socket.receive(Deadline.NEVER)).isEqualTo(AwaitResult.INTERRUPTED);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void shouldWakeWaiterWhenAnotherThreadChangesWhatItWaitsFor() throws InterruptedException {
    HostStack stack = a.defaultStack();
    boolean[] flag = new boolean[1];
    AtomicReference<@Nullable AwaitResult> result = new AtomicReference<>();
    CountDownLatch entered = new CountDownLatch(1);
    Thread waiter =
        new Thread(
            () -> {
              stack.enter();
              entered.countDown();
              result.set(stack.await(() -> flag[0], Deadline.NEVER));
              stack.exit();
            });
    waiter.start();
    entered.await();
    stack.enter();
    flag[0] = true;
    stack.exit();
    waiter.join();
    assertThat(result).hasValue(AwaitResult.HOLDS);
  }

  @Test
  void shouldRunCallbacksWithoutTheGateWhenDriverFindsData() throws InterruptedException {
    HostSocket receiver = new HostSocket(b.defaultStack(), 0, 7);
    CountDownLatch called = new CountDownLatch(1);
    receiver.stack.enter();
    receiver
        .endpoint
        .readiness()
        .listen(
            edges -> {
              Thread other =
                  new Thread(
                      () -> {
                        receiver.stack.enter();
                        receiver.stack.exit();
                        called.countDown();
                      });
              other.start();
              joinUninterruptibly(other);
            });
    receiver.stack.exit();
    new HostSocket(a.defaultStack(), 0, 5000).send(10, B, 7);
    called.await();
    assertThat(called.getCount()).isZero();
  }

  private static void joinUninterruptibly(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldGiveBackCellsWhenHandlesAreReleasedByOtherThreads() throws InterruptedException {
    HostSocket receiver = new HostSocket(b.defaultStack(), 0, 7);
    HostSocket sender = new HostSocket(a.defaultStack(), 0, 5000);
    for (int i = 0; i < 50; i++) {
      sender.send(100, B, 7);
      receiver.stack.enter();
      receiver.stack.await(
          () -> receiver.endpoint.readiness().isAny(Readiness.READABLE), 5 * SECONDS);
      CellBuf message = Objects.requireNonNull(receiver.endpoint.receiveMessage());
      receiver.stack.exit();
      assertThat(message.readableBytes()).isEqualTo(100);
      Thread releaser = new Thread(message::release);
      releaser.start();
      releaser.join();
    }
    HostStack[] stacks = {a.defaultStack(), b.defaultStack()};
    receiver.stack.enter();
    receiver.stack.exit();
    fabric.close();
    for (HostStack stack : stacks) {
      assertThat(stack.transport().pool().freeCells()).isEqualTo(stack.transport().pool().cells());
    }
  }

  @Test
  void shouldFreeTheNameOfAnAdapterThatCannotTakeTime() {
    Host host = fabric.host("slow", 1);
    NicOptions slow = NicOptions.STANDARD.withTiming(NicTiming.TYPICAL);
    assertThatThrownBy(() -> host.nic("df-slow", "10.0.0.1/24", slow))
        .hasMessageContaining("needs a polled or simulated fabric");
    assertThat(host.nic("df-slow", "10.0.0.1/24").hasInterface("df-slow")).isTrue();
  }
}
