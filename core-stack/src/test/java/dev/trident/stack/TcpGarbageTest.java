package dev.trident.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.trident.endpoint.TcpInfo;
import dev.trident.endpoint.TcpProfile;
import dev.trident.trace.Counter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

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

  /** Where a user's bytes may be; each kind is copied in another way. */
  enum Kind {
    HEAP,
    DIRECT,
    POOLED;

    ByteBuf buffer() {
      return switch (this) {
        case HEAP -> Unpooled.buffer(1 << 16);
        case DIRECT -> Unpooled.directBuffer(1 << 16);
        case POOLED -> PooledByteBufAllocator.DEFAULT.directBuffer(1 << 16);
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void shouldMakeNoGarbageWhenMessagesGoBackAndForth(Kind kind) {
    try (TcpPair pair = new TcpPair(kind.buffer())) {
      assertThat(allocated(pair::roundTrip)).isZero();
    }
  }

  @Test
  void shouldMakeNoGarbageWhenSegmentsAreFull() {
    try (TcpPair pair = new TcpPair(Unpooled.buffer(1 << 16))) {
      assertThat(allocated(() -> pair.bulk(8))).isZero();
    }
  }

  @Test
  void shouldMakeNoGarbageWhenSegmentsAreLost() {
    try (TcpPair pair = new TcpPair(Unpooled.buffer(1 << 16))) {
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

  /** With SACK and without it, and where everything behind a loss is sent again. */
  private static TcpProfile[] recoveries() {
    TcpProfile standard = TcpProfile.STANDARD;
    TcpProfile.Options options = standard.options();
    TcpProfile.Options withoutSack =
        new TcpProfile.Options(options.windowScale(), options.timestamps(), false, options.order());
    return new TcpProfile[] {standard, standard.withOptions(withoutSack), TcpProfile.TCPDIRECT};
  }

  @ParameterizedTest
  @MethodSource("recoveries")
  void shouldMakeNoGarbageWhenSegmentsAreLostSwappedAndDoubled(TcpProfile profile) {
    try (TcpPair pair = new TcpPair(Unpooled.buffer(1 << 16), profile, profile)) {
      pair.clientWire.loseEvery = 97;
      pair.clientWire.swapEvery = 13;
      pair.clientWire.duplicateEvery = 19;
      pair.serverWire.loseEvery = 23;
      pair.serverWire.swapEvery = 7;
      pair.serverWire.duplicateEvery = 11;
      assertThat(
              allocated(
                  () -> {
                    pair.bulkAsFits(8);
                    pair.now += 10_000_000;
                  }))
          .isZero();
      TcpInfo far = new TcpInfo();
      pair.far.info(far);
      assertThat(pair.client.counters().get(Counter.TCP_RETRANSMISSIONS)).isGreaterThan(100);
      assertThat(far.outOfOrderReceived).isGreaterThan(100);
      assertThat(far.bytesReceived).isGreaterThan(10_000L * 1_460);
    }
  }
}
