package dev.trident.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.trident.trace.Counter;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** An established connection makes no garbage, with loss too. */
class TcpGarbageTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static long allocated(Runnable operation) {
    for (int i = 0; i < 20_000; i++) {
      operation.run();
    }
    long thread = Thread.currentThread().threadId();
    long best = Long.MAX_VALUE;
    for (int window = 0; window < 5; window++) {
      long before = THREADS.getThreadAllocatedBytes(thread);
      for (int i = 0; i < 5_000; i++) {
        operation.run();
      }
      best = Math.min(best, THREADS.getThreadAllocatedBytes(thread) - before);
    }
    return best;
  }

  @Test
  void shouldMakeNoGarbageWhenMessagesGoBackAndForth() {
    try (TcpPair pair = new TcpPair()) {
      assertThat(allocated(pair::roundTrip)).isZero();
    }
  }

  @Test
  void shouldMakeNoGarbageWhenSegmentsAreFull() {
    try (TcpPair pair = new TcpPair()) {
      assertThat(allocated(() -> pair.bulk(8))).isZero();
    }
  }

  @Test
  void shouldMakeNoGarbageWhenSegmentsAreLost() {
    try (TcpPair pair = new TcpPair()) {
      pair.clientWire.loseEvery = 97;
      assertThat(
              allocated(
                  () -> {
                    pair.bulk(8);
                    pair.now += 10_000_000;
                  }))
          .isZero();
      assertThat(pair.client.counters().get(Counter.TCP_RETRANSMISSIONS)).isPositive();
    }
  }
}
