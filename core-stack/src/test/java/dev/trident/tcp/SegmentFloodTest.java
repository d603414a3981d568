package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.StreamEndpoint;
import dev.trident.testkit.Requirement;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A peer that sends single octets with gaps between (CVE-2018-5390). */
class SegmentFloodTest {
  private static final int SEGMENTS = 10_000;

  /** Twice what a receive buffer of full segments takes, and eight more. */
  private static final int MAX_CELLS = 2 * ((256 << 10) / 1_460) + 8;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** In which order the octets come; the one that would let them be delivered stays away. */
  enum Order {
    /** Every second one, each behind all that are kept. */
    UPWARDS,
    /** Every second one, each before all that are kept: what is kept last is thrown out for it. */
    DOWNWARDS,
    /** Without gaps in the end, but blocks are joined all the time. */
    SHUFFLED;

    int sequence(int i) {
      return switch (this) {
        case UPWARDS -> 3 + 2 * i;
        case DOWNWARDS -> 3 + 2 * (SEGMENTS - i);
        case SHUFFLED -> 2 + SHUFFLE.get(i);
      };
    }
  }

  private static final List<Integer> SHUFFLE = shuffled();

  private static List<Integer> shuffled() {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < SEGMENTS; i++) {
      numbers.add(i);
    }
    Collections.shuffle(numbers, new Random(1));
    return numbers;
  }

  /** An established connection, and one octet of data each in that order. */
  private static final class Flood extends Script {
    final StreamEndpoint stream = established();
    private final List<byte[]> segments = new ArrayList<>();

    Flood(IntUnaryOperator sequence) {
      for (int i = 0; i < SEGMENTS; i++) {
        Seg seg = Seg.ack().seq(sequence.applyAsInt(i)).ack(1).data(new byte[] {1});
        segments.add(
            seg.encode(
                FakeIp.PEER, FakeIp.LOCAL, peer.port, peer.hostPort, Peer.ISS, peer.hostIss));
      }
      host.ip.silent = true;
    }

    /** Processor time for all of them, and for the acknowledgments they draw. */
    long cpuNanos() {
      long before = THREADS.getCurrentThreadCpuTime();
      for (byte[] each : segments) {
        host.deliver(each, FakeIp.PEER, 0);
        host.flush();
      }
      return THREADS.getCurrentThreadCpuTime() - before;
    }
  }

  @ParameterizedTest
  @EnumSource(Order.class)
  @Requirement("SEC-SEGMENTSMACK-02")
  void shouldCostLittleMoreThanTheSameOctetsInOrder(Order order) {
    long inOrder = Long.MAX_VALUE;
    long ahead = Long.MAX_VALUE;
    for (int round = 0; round < 5; round++) {
      Flood good = new Flood(i -> 1 + i);
      inOrder = Math.min(inOrder, good.cpuNanos());
      assertThat(good.stream.receivableBytes()).isEqualTo(SEGMENTS);
      Flood bad = new Flood(order::sequence);
      int free = bad.host.pool.freeCells();
      ahead = Math.min(ahead, bad.cpuNanos());
      assertThat(bad.stream.receivableBytes()).isZero();
      assertThat(free - bad.host.pool.freeCells()).as("cells").isBetween(1, MAX_CELLS);
    }
    assertThat(ahead).as("in order %d ns", inOrder).isLessThan(20 * inOrder);
  }
}
