package dev.trident.hw.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackConfig;
import dev.trident.hw.nic.VirtualInterface;
import dev.trident.time.Deadline;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several stacks of one host, each by a thread of its own on an interface of the same adapter. */
@Timeout(60)
class StacksOnThreadsTest {
  private static final int STACKS = 4;
  private static final int ROUNDS = 2_000;
  private static final int A = 0x0a000001;
  private static final int B = 0x0a000002;
  private static final int BYTES = 64;

  /** One end of a ping-pong on a stack that nobody else uses. */
  private static final class Player {
    final HostStack stack;
    private final DatagramEndpoint endpoint;
    private final int peer;
    private final int port;
    private final ByteBuf buffer = C.malloc(BYTES);

    Player(Host host, String interfaceName, int number, int peer) {
      StackConfig config = StackConfig.standard("s" + number, number).withCells(2_048, 64);
      stack = Objects.requireNonNull(host.openStack(interfaceName, config, 512, 512));
      this.peer = peer;
      port = 7_000 + number;
      endpoint = Objects.requireNonNull(stack.transport().newDatagram());
      stack.enter();
      try {
        assertThat(endpoint.bind(peer == B ? A : B, port)).isZero();
      } finally {
        stack.exit();
      }
    }

    /** Number, round and pattern, all of which the peer checks. */
    void send(int round) {
      buffer.setInt(0, port);
      buffer.setInt(4, round);
      stack.enter();
      try {
        int sent;
        do {
          sent = endpoint.send(buffer, 0, BYTES, peer, port);
          if (sent < 0) { // the next hop is being resolved
            stack.await(() -> false, 100_000);
          }
        } while (sent < 0);
      } finally {
        stack.exit();
      }
    }

    void receive(int round) {
      stack.enter();
      try {
        assertThat(
                stack.await(() -> endpoint.readiness().isAny(Readiness.READABLE), Deadline.NEVER))
            .isEqualTo(AwaitResult.HOLDS);
        assertThat(endpoint.receive(buffer, 0, BYTES)).isEqualTo(BYTES);
      } finally {
        stack.exit();
      }
      assertThat(buffer.getInt(0)).as("whose").isEqualTo(port);
      assertThat(buffer.getInt(4)).as("which").isEqualTo(round);
    }

    void play(boolean serves) {
      for (int round = 0; round < ROUNDS; round++) {
        if (serves) {
          send(round);
          receive(round);
        } else {
          receive(round);
          send(round);
        }
      }
    }
  }

  @Test
  void shouldServeFourStacksOfOneAdapterAtOnce() throws InterruptedException, ExecutionException {
    try (Fabric fabric = Fabric.driven();
        ExecutorService threads = Executors.newFixedThreadPool(2 * STACKS)) {
      Host a = fabric.host("a", 1).nic("st-a", "10.0.0.1/24");
      Host b = fabric.host("b", 2).nic("st-b", "10.0.0.2/24");
      fabric.wire(a.nic("st-a"), b.nic("st-b"));
      List<Future<?>> games = new ArrayList<>();
      List<Player> players = new ArrayList<>();
      for (int i = 0; i < STACKS; i++) {
        Player left = new Player(a, "st-a", i, B);
        Player right = new Player(b, "st-b", i, A);
        players.add(left);
        players.add(right);
        games.add(threads.submit(() -> left.play(true)));
        games.add(threads.submit(() -> right.play(false)));
      }
      for (Future<?> game : games) {
        game.get();
      }
      for (Player player : players) {
        VirtualInterface device = player.stack.devices()[0];
        assertThat(device.counters().framesIn()).as("%s", player.stack).isEqualTo(ROUNDS);
        assertThat(device.counters().framesOut()).isEqualTo(ROUNDS);
        assertThat(device.counters().drops()).isZero();
      }
      assertThat(players.stream().map(player -> player.stack.devices()[0].number()))
          .containsExactlyInAnyOrder(1, 1, 2, 2, 3, 3, 4, 4);
      assertThat(a.nic("st-a").counters().ringOverruns()).isZero();
    }
  }
}
