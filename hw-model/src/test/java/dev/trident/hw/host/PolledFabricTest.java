package dev.trident.hw.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.c.C;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.StreamState;
import dev.trident.hw.nic.NicFeatures;
import dev.trident.hw.testkit.HostSocket;
import dev.trident.hw.time.VirtualClock;
import dev.trident.time.Deadline;
import dev.trident.trace.DropReason;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two hosts on a direct wire, polled, in time that is moved by waiting. */
class PolledFabricTest {
  private static final int A = 0x0a000001;
  private static final int B = 0x0a000002;

  private final VirtualClock clock = new VirtualClock();
  private final Fabric fabric = Fabric.polled(clock);
  private final Host a = fabric.host("a", 1).nic("pf-a", "10.0.0.1/24");
  private final Host b = fabric.host("b", 2).nic("pf-b", "10.0.0.2/24");
  private final ByteBuf buffer = C.malloc(64);

  PolledFabricTest() {
    fabric.wire(a.nic("pf-a"), b.nic("pf-b"));
  }

  @AfterEach
  void close() {
    fabric.close();
  }

  @Test
  void shouldCarryDatagramWhenReceiverWaits() {
    HostSocket sender = new HostSocket(a.defaultStack(), 0, 5000);
    HostSocket receiver = new HostSocket(b.defaultStack(), 0, 6000);
    assertThat(sender.send(8, B, 6000)).isEqualTo(8);
    assertThat(receiver.awaitReadable(Deadline.NEVER)).isEqualTo(AwaitResult.HOLDS);
    assertThat(receiver.endpoint.receivableDatagrams()).isEqualTo(1);
    assertThat(clock.nanoTime()).as("nothing needed time").isZero();
  }

  @Test
  void shouldNotRunPeerWhenTransmitting() {
    HostSocket sender = new HostSocket(a.defaultStack(), 0, 5000);
    HostSocket receiver = new HostSocket(b.defaultStack(), 0, 6000);
    sender.send(8, B, 6000);
    assertThat(receiver.endpoint.receivableDatagrams()).isZero();
  }

  @Test
  void shouldAdvanceTimeToTimeoutWhenNothingHappens() {
    HostSocket receiver = new HostSocket(b.defaultStack(), 0, 6000);
    assertThat(receiver.awaitReadable(5_000_000_000L)).isEqualTo(AwaitResult.TIMED_OUT);
    assertThat(clock.nanoTime()).isEqualTo(5_000_000_000L);
  }

  @Test
  void shouldNotHoldUpTimeWhenStackThatNobodyPollsIsLate() {
    HostStack idle = Objects.requireNonNull(openDirect(b, "pf-b"));
    resolve();
    idle.enter();
    StreamEndpoint stream = Objects.requireNonNull(idle.transport().newStream());
    assertThat(stream.connect(A, 80)).isZero();
    idle.exit();
    clock.sleep(5_000_000_000L);
    HostSocket receiver = new HostSocket(b.defaultStack(), 0, 6000);
    assertThat(receiver.awaitReadable(1_000_000_000L)).isEqualTo(AwaitResult.TIMED_OUT);
    assertThat(clock.nanoTime()).isEqualTo(6_000_000_000L);
  }

  /** Lets both hosts know each other's hardware address. */
  private void resolve() {
    HostSocket sender = new HostSocket(b.defaultStack(), 0, 4000);
    sender.send(8, A, 4000);
    for (int i = 0; i < 4; i++) {
      fabric.poll();
    }
  }

  @Test
  void shouldTellMtuAndTagOfFirstInterface() {
    Host tagged =
        fabric
            .host("tagged", 4)
            .nic("pf-t", "10.2.0.1/24", NicOptions.STANDARD.withMtu(1_400).withVlan(7));
    assertThat(tagged.defaultStack().mtuBytes()).isEqualTo(1_400);
    assertThat(tagged.defaultStack().hasVlan()).isTrue();
    assertThat(a.defaultStack().hasVlan()).isFalse();
  }

  @Test
  void shouldReportEndlessWaitWhenNoTimerIsArmed() {
    HostSocket receiver = new HostSocket(b.defaultStack(), 0, 6000);
    assertThatThrownBy(() -> receiver.awaitReadable(Deadline.NEVER))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("wait without end");
  }

  @Test
  void shouldEndWaitAndClearFlagWhenInterrupted() {
    HostSocket receiver = new HostSocket(b.defaultStack(), 0, 6000);
    Thread.currentThread().interrupt();
    assertThat(receiver.awaitReadable(Deadline.NEVER)).isEqualTo(AwaitResult.INTERRUPTED);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void shouldMakeProgressWhenCallsFindNothing() {
    HostSocket sender = new HostSocket(a.defaultStack(), 0, 5000);
    HostSocket receiver = new HostSocket(b.defaultStack(), 0, 6000);
    sender.send(8, B, 6000);
    HostStack stack = b.defaultStack();
    int calls = 0;
    for (int got = -1; got < 0; calls++) {
      stack.enter();
      got = receiver.endpoint.receive(buffer, 0, 64);
      if (got == StackError.WOULD_BLOCK.code) {
        stack.foundNothing();
      }
      stack.exit();
      assertThat(calls).isLessThan(10);
    }
    assertThat(b.defaultStack().apiCalls()).isEqualTo(calls + 1);
  }

  @Test
  void shouldLoopBackWhenHostTalksToItself() {
    HostSocket sender = new HostSocket(a.defaultStack(), 0, 5000);
    HostSocket receiver = new HostSocket(a.defaultStack(), 0, 6000);
    sender.send(8, 0x7f000001, 6000);
    assertThat(receiver.awaitReadable(Deadline.NEVER)).isEqualTo(AwaitResult.HOLDS);
    sender.send(8, A, 6000);
    assertThat(receiver.endpoint.nextBytes()).isEqualTo(8);
  }

  @Test
  void shouldRejectOtherThreadsUntilHandedOver() throws InterruptedException {
    new HostSocket(a.defaultStack(), 0, 5000);
    assertThat(failureOnOtherThread())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("confined to");
    fabric.handOver();
    assertThat(failureOnOtherThread()).as("it hands over again").isNull();
    assertThat(fabric.poll()).isZero();
  }

  /** Enters and leaves on another thread, which hands over again if it may. */
  private @Nullable Throwable failureOnOtherThread() throws InterruptedException {
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Thread other =
        new Thread(
            () -> {
              try {
                a.defaultStack().enter();
                a.defaultStack().exit();
                fabric.handOver();
              } catch (IllegalStateException e) {
                failure.set(e);
              }
            });
    other.start();
    other.join();
    return failure.get();
  }

  @Test
  void shouldDirectFramesToStackWhoseFilterMatches() {
    HostStack direct = Objects.requireNonNull(openDirect(b, "pf-b"));
    HostSocket receiver = new HostSocket(direct, B, 6000);
    HostSocket sender = new HostSocket(a.defaultStack(), 0, 5000);
    sender.send(8, B, 6000);
    fabric.poll();
    fabric.poll();
    assertThat(receiver.endpoint.receivableDatagrams()).as("its user alone polls it").isZero();
    assertThat(direct.hasPendingWork()).isTrue();
    direct.enter();
    assertThat(direct.perform(1)).isTrue();
    direct.exit();
    assertThat(receiver.endpoint.receivableDatagrams()).isEqualTo(1);
    assertThat(direct.hasPendingWork()).isFalse();
  }

  @Test
  void shouldSendAtOnceFromStackBehindFiltersWhenNeighbourWasSetByHand() {
    a.neighbor(B, b.nic("pf-b").mac(), "pf-a");
    HostStack direct = Objects.requireNonNull(openDirect(a, "pf-a"));
    HostSocket sender = new HostSocket(direct, A, 5000);
    HostSocket receiver = new HostSocket(b.defaultStack(), 0, 6000);
    long longerThanAnyEntryLives = 3_600_000_000_000L;
    assertThat(receiver.awaitReadable(longerThanAnyEntryLives)).isEqualTo(AwaitResult.TIMED_OUT);
    assertThat(sender.send(8, B, 6000)).isEqualTo(8);
    fabric.poll();
    assertThat(receiver.endpoint.receivableDatagrams()).isEqualTo(1);
  }

  @Test
  void shouldDropWithoutAnswerWhatIsForPortOfTcpDirectStack() {
    HostStack direct = Objects.requireNonNull(openDirect(b, "pf-b"));
    direct.enter();
    StreamListener reserved = Objects.requireNonNull(direct.transport().newListener());
    assertThat(reserved.bind(B, 80)).isZero();
    direct.exit();
    HostStack caller = a.defaultStack();
    caller.enter();
    StreamEndpoint stream = Objects.requireNonNull(caller.transport().newStream());
    assertThat(stream.connect(B, 80)).isZero();
    caller.await(() -> stream.readiness().isAny(Readiness.ERROR), 500_000_000);
    caller.exit();
    assertThat(stream.state()).isEqualTo(StreamState.SYN_SENT);
    assertThat(b.defaultStack().transport().counters().get(DropReason.RESERVED_PORT)).isEqualTo(1);
  }

  @Test
  void shouldKeepPortReservedForOtherStacksOfHostUntilReleased() {
    HostStack direct = Objects.requireNonNull(openDirect(b, "pf-b"));
    HostSocket first = new HostSocket(direct, B, 6000);
    HostStack shared = b.defaultStack();
    shared.enter();
    DatagramEndpoint second = Objects.requireNonNull(shared.transport().newDatagram());
    assertThat(second.bind(0, 6000)).isEqualTo(StackError.ADDRESS_IN_USE.code);
    shared.exit();
    first.close();
    shared.enter();
    assertThat(second.bind(0, 6000)).isZero();
    shared.exit();
  }

  private static @Nullable HostStack openDirect(Host host, String interfaceName) {
    return host.openStack(
        interfaceName, StackConfig.standard("direct", 3).withCells(2048, 128), 512, 512);
  }

  @Test
  void shouldRunOutOfVirtualInterfacesWhenAllAreOpen() {
    Host small =
        fabric
            .host("small", 3)
            .nic(
                "pf-s",
                "10.1.0.1/24",
                NicOptions.STANDARD.withFeatures(NicFeatures.SERIES_8000.withInterfaces(2, 64)));
    HostStack first = openDirect(small, "pf-s");
    assertThat(first).isNotNull();
    assertThat(openDirect(small, "pf-s")).isNull();
    Objects.requireNonNull(first).close();
    assertThat(openDirect(small, "pf-s")).isNotNull();
  }

  @Test
  void shouldGiveBackAllCellsWhenClosed() {
    HostSocket sender = new HostSocket(a.defaultStack(), 0, 5000);
    new HostSocket(b.defaultStack(), 0, 6000);
    for (int i = 0; i < 20; i++) {
      sender.send(8, B, 6000);
      fabric.poll();
    }
    HostStack stackA = a.defaultStack();
    HostStack stackB = b.defaultStack();
    HostStack direct = Objects.requireNonNull(openDirect(b, "pf-b"));
    fabric.close();
    for (HostStack stack : new HostStack[] {stackA, stackB, direct}) {
      assertThat(stack.transport().pool().freeCells()).isEqualTo(stack.transport().pool().cells());
    }
    assertThat(Host.withInterface("pf-a")).isNull();
    assertThatThrownBy(stackA::enter).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldFindHostByInterfaceNameAndRefuseBadNames() {
    assertThat(Host.withInterface("pf-a")).isSameAs(a);
    Host c = fabric.host("c", 3);
    assertThatThrownBy(() -> c.nic("pf-a", "10.0.0.3/24"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("taken");
    assertThatThrownBy(() -> c.nic("sixteencharacter", "10.0.0.3/24"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("15");
    assertThatThrownBy(() -> c.nic("x", "10.0.0/24"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("10.0.0/24");
  }
}
