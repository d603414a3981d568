package dev.trident.hw.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.endpoint.Endpoint;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.hw.host.AwaitResult;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.link.Link;
import dev.trident.hw.link.LinkConfig;
import dev.trident.hw.link.LinkFaults;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocking programs move bytes by TCP over a link that does everything wrong. */
@Timeout(60)
class TcpOverFaultsTest {
  private static final int B = 0x0a000002;
  private static final int BYTES = 300_000;
  private static final long MILLIS = 1_000_000;
  private static final long MINUTES = 60_000 * MILLIS;

  private static void await(HostStack stack, Endpoint endpoint, int readiness) {
    assertThat(stack.await(() -> endpoint.readiness().isAny(readiness), 10 * MINUTES))
        .isEqualTo(AwaitResult.HOLDS);
  }

  /** Sends bytes whose values tell their places, then FIN. */
  private static void send(HostStack stack, StreamEndpoint stream) {
    ByteBuf buffer = C.malloc(10_000);
    for (int sent = 0; sent < BYTES; ) {
      int length = Math.min(buffer.capacity(), BYTES - sent);
      for (int i = 0; i < length; i++) {
        buffer.setByte(i, valueAt(sent + i));
      }
      stack.enter();
      int count = stream.send(buffer, 0, length, 0);
      if (count == StackError.WOULD_BLOCK.code) {
        await(stack, stream, Readiness.WRITABLE);
      } else {
        assertThat(count).isPositive();
        sent += count;
      }
      stack.exit();
    }
    stack.enter();
    assertThat(stream.shutdownSend()).isZero();
    stack.exit();
  }

  /** Receives to the end of the stream and checks every byte. */
  private static void receive(HostStack stack, StreamEndpoint stream) {
    ByteBuf buffer = C.malloc(7_000);
    int received = 0;
    while (true) {
      stack.enter();
      int count = stream.receive(buffer, 0, buffer.capacity());
      if (count == StackError.WOULD_BLOCK.code) {
        await(stack, stream, Readiness.READABLE | Readiness.PEER_CLOSED);
      }
      stack.exit();
      if (count == 0) {
        break;
      }
      for (int i = 0; i < count; i++) {
        if (buffer.getByte(i) != valueAt(received + i)) {
          throw new AssertionError("byte " + (received + i) + " is wrong");
        }
      }
      received += Math.max(count, 0);
    }
    assertThat(received).isEqualTo(BYTES);
  }

  private static byte valueAt(int place) {
    return (byte) (place * 31 + (place >>> 8));
  }

  private static StreamListener listen(HostStack stack) {
    stack.enter();
    StreamListener listener = Objects.requireNonNull(stack.transport().newListener());
    assertThat(listener.bind(0, 80)).isZero();
    assertThat(listener.listen(4)).isZero();
    stack.exit();
    return listener;
  }

  private static void server(HostStack stack) {
    StreamListener listener = listen(stack);
    stack.enter();
    await(stack, listener, Readiness.READABLE);
    StreamEndpoint stream = Objects.requireNonNull(listener.accept());
    stack.exit();
    receive(stack, stream);
    send(stack, stream);
    stack.enter();
    stream.close();
    listener.close();
    stack.exit();
  }

  private static void client(HostStack stack) {
    stack.enter();
    StreamEndpoint stream = Objects.requireNonNull(stack.transport().newStream());
    assertThat(stream.connect(B, 80)).isZero();
    await(stack, stream, Readiness.CONNECTED | Readiness.ERROR);
    assertThat(stream.pendingError()).isZero();
    stack.exit();
    send(stack, stream);
    receive(stack, stream);
    stack.enter();
    stream.close();
    stack.exit();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldDeliverEachByteOnceAndGiveBackAllMemoryWhenLinkIsBad(long seed) {
    Simulation sim = new Simulation(seed);
    sim.limits(30 * MINUTES, Long.MAX_VALUE);
    Host a = sim.host("a").nic("eth0", "10.0.0.1/24");
    Host b = sim.host("b").nic("eth0", "10.0.0.2/24");
    int rate = (int) (seed % 4) * 10_000;
    LinkFaults faults = new LinkFaults(rate, rate, rate, 2 * MILLIS, rate / 2, 100_000);
    Link link =
        sim.link(
            a.nic("eth0"), b.nic("eth0"), LinkConfig.rate(100_000_000, MILLIS).withFaults(faults));
    sim.app(b, "server", () -> server(b.defaultStack()));
    sim.app(
        a,
        "client",
        () -> {
          a.clock().sleep(MILLIS);
          client(a.defaultStack());
        });
    sim.run();
    if (rate != 0) {
      assertThat(link.counters().lost()).isPositive();
    }
    link.faults(LinkFaults.NONE);
    sim.runFor(5 * MINUTES);
    HostStack[] stacks = {a.defaultStack(), b.defaultStack()};
    sim.close();
    for (HostStack stack : stacks) {
      assertThat(stack.transport().pool().freeCells()).isEqualTo(stack.transport().pool().cells());
      assertThat(stack.transport().pool().handles().live()).isZero();
    }
  }
}
