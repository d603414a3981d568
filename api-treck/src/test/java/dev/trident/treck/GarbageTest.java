package dev.trident.treck;

import static dev.trident.treck.TwoHosts.LEFT;
import static dev.trident.treck.TwoHosts.RIGHT;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.trident.c.C;
import dev.trident.c.IntRef;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Fabric;
import io.netty.buffer.ByteBuf;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** After warm-up the copying calls make no garbage: both ends together, with the engine. */
class GarbageTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int PORT = 7_777;
  private static final int WARM_UP = 20_000;
  private static final int ROUNDS = 5_000;
  private static final int WINDOWS = 20;
  private static final int LENGTH = 64;

  private final ByteBuf buffer = C.malloc(LENGTH);
  private final SockAddrIn to = SockAddrIn.of(RIGHT, PORT);
  private final SockAddrIn from = new SockAddrIn();
  private final IntRef fromLength = new IntRef(SockAddrIn.SIZEOF);
  private final FdSet reads = new FdSet();

  private TwoHosts hosts;
  private Treck left;
  private Treck right;
  private int client;
  private int server;

  @BeforeEach
  void start() {
    hosts = new TwoHosts(Fabric.polled());
    left = new Treck(hosts.left());
    right = new Treck(hosts.right());
    left.tfStartTreck();
    right.tfStartTreck();
  }

  @AfterEach
  void stop() {
    hosts.close();
  }

  private static void expectNone(Runnable round) {
    for (int i = 0; i < WARM_UP; i++) {
      round.run();
    }
    long least = Long.MAX_VALUE;
    for (int window = 0; window < WINDOWS; window++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < ROUNDS; i++) {
        round.run();
      }
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).isZero();
  }

  private void connectStream() {
    int listener = right.socket(Treck.AF_INET, Treck.SOCK_STREAM, 0);
    right.bind(listener, to, SockAddrIn.SIZEOF);
    right.listen(listener, 1);
    client = left.socket(Treck.AF_INET, Treck.SOCK_STREAM, 0);
    assertThat(left.connect(client, to, SockAddrIn.SIZEOF)).isZero();
    server = right.accept(listener, null, null);
    // One-way traffic would wait for delayed acknowledgements, in real time.
    IntRef on = new IntRef(1);
    assertThat(left.setsockopt(client, Treck.IP_PROTOTCP, Treck.TCP_NODELAY, on, 4)).isZero();
  }

  private static void require(int result) {
    if (result != LENGTH) {
      throw new AssertionError("result " + result);
    }
  }

  @Test
  void shouldMakeNoGarbageInAStreamPingPong() {
    connectStream();
    expectNone(
        () -> {
          require(left.send(client, buffer, LENGTH, 0));
          require(right.recv(server, buffer, LENGTH, 0));
          require(right.send(server, buffer, LENGTH, 0));
          require(left.recv(client, buffer, LENGTH, 0));
        });
  }

  @Test
  void shouldMakeNoGarbageWithSelect() {
    connectStream();
    expectNone(
        () -> {
          require(left.send(client, buffer, LENGTH, 0));
          FdSet.FD_SET(server, reads);
          if (right.select(server + 1, reads, null, null, null) != 1) {
            throw new AssertionError("not ready");
          }
          require(right.recv(server, buffer, LENGTH, Treck.MSG_DONTWAIT));
        });
  }

  @Test
  void shouldMakeNoGarbageInADatagramPingPong() {
    client = left.socket(Treck.AF_INET, Treck.SOCK_DGRAM, 0);
    server = right.socket(Treck.AF_INET, Treck.SOCK_DGRAM, 0);
    assertThat(right.bind(server, to, SockAddrIn.SIZEOF)).isZero();
    assertThat(left.bind(client, SockAddrIn.of(LEFT, PORT), SockAddrIn.SIZEOF)).isZero();
    expectNone(
        () -> {
          require(left.sendto(client, buffer, LENGTH, 0, to, SockAddrIn.SIZEOF));
          require(right.recvfrom(server, buffer, LENGTH, 0, from, fromLength));
          require(right.sendto(server, buffer, LENGTH, 0, from, SockAddrIn.SIZEOF));
          require(left.recvfrom(client, buffer, LENGTH, 0, null, null));
        });
  }

  @Test
  void shouldMakeNoGarbageWithUserBuffers() {
    connectStream();
    int[] freed = {0};
    TtUserFreeFunc free = token -> freed[0]++;
    expectNone(
        () -> {
          require(left.tfZeroCopyUserBufferSend(client, buffer, buffer, LENGTH, free, 0));
          require(right.recv(server, buffer, LENGTH, 0));
        });
    assertThat(freed[0]).isGreaterThan(WARM_UP);
  }
}
