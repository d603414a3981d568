package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.TcpProfile;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What an established connection with all options costs while nothing happens on it. */
class IdleConnectionTest {
  private static final int CONNECTIONS = 20_000;
  private static final int BUDGET_BYTES = 1_024;

  private static final int[] SACK_PERMITTED_AND_TIMESTAMPS = {4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0};
  private static final int[] TIMESTAMPS = {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0};

  private static long usedHeap() {
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
    }
    return used;
  }

  @Test
  void shouldStayWithinABudgetOfOneKibibyte() {
    TcpHost host =
        new TcpHost(
            FakeIp.LOCAL,
            StackConfig.standard("many", 1)
                .withProfile(TcpProfile.STANDARD)
                .withEndpoints(CONNECTIONS, 4, 1));
    StreamListener listener = host.listen(80, 10);
    StreamEndpoint[] streams = new StreamEndpoint[CONNECTIONS];
    Peer peer = new Peer(host);
    long before = usedHeap();
    for (int i = 0; i < CONNECTIONS; i++) {
      peer.port = 1_000 + i;
      peer.hostPort = 80;
      peer.sends(Seg.syn().seq(0).mss(1_460).scale(7).options(SACK_PERMITTED_AND_TIMESTAMPS));
      peer.expects(Seg.synAck());
      peer.sends(Seg.ack().seq(1).ack(1).options(TIMESTAMPS));
      streams[i] = Objects.requireNonNull(listener.accept());
    }
    long each = (usedHeap() - before) / CONNECTIONS;
    assertThat(host.pool.freeCells()).isEqualTo(host.pool.cells());
    assertThat(streams[CONNECTIONS - 1].remotePort()).isEqualTo(1_000 + CONNECTIONS - 1);
    assertThat(each).as("bytes of heap per idle connection").isBetween(1L, (long) BUDGET_BYTES);
  }
}
