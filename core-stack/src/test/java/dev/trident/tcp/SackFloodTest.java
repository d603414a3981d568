package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.TcpInfo;
import dev.trident.endpoint.TcpProfile;
import dev.trident.testkit.Requirement;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A peer with the smallest MSS that acknowledges by thousands of blocks (CVE-2019-11477, -8). */
class SackFloodTest {
  private static final int MSS = 88;

  /** A full send buffer of 256 KiB. */
  private static final int MANY = 2_900;

  private static final int FEW = MANY / 10;

  /** A connection with a full window in flight, and the blocks that the peer will send. */
  private static final class Flood extends Script {
    final StreamEndpoint stream;
    final int freeBefore;
    final TcpInfo info = new TcpInfo();
    private final List<byte[]> blocks = new ArrayList<>();

    Flood(int segments) {
      super(PROFILE.withInitialWindow(new TcpProfile.InitialWindow(0, segments * MSS)));
      stream = established(Seg.synAck().wnd(65_535).mss(MSS).scale(10).options(4, 2, 1, 1));
      peer.sends(Seg.ack().seq(1).ack(1).wnd(65_535));
      freeBefore = host.pool.freeCells();
      host.ip.silent = true;
      assertThat(send(stream, segments * MSS)).isEqualTo(segments * MSS);
      host.flush();
      assertThat(read().flightSizeBytes).as("all in flight").isEqualTo(segments * MSS);
      host.now += 10 * MILLIS;
      // Every second segment, from the last to the first: no block is near the one before.
      for (int segment = segments - 1; segment > 4; segment -= 6) {
        blocks.add(bytes(sacked(segment, segment - 2, segment - 4)));
      }
    }

    /** An acknowledgment of the first octet that has those segments as blocks. */
    Seg sacked(int... which) {
      int[] options = new int[4 + 8 * which.length];
      options[0] = 1;
      options[1] = 1;
      options[2] = 5;
      options[3] = 2 + 8 * which.length;
      for (int i = 0; i < which.length; i++) {
        int left = peer.hostIss + 1 + which[i] * MSS;
        for (int octet = 0; octet < 4; octet++) {
          options[4 + 8 * i + octet] = left >>> (24 - 8 * octet) & 0xff;
          options[8 + 8 * i + octet] = (left + MSS) >>> (24 - 8 * octet) & 0xff;
        }
      }
      return Seg.ack().seq(1).ack(1).wnd(65_535).options(options);
    }

    private byte[] bytes(Seg seg) {
      return seg.encode(
          FakeIp.PEER, FakeIp.LOCAL, peer.port, peer.hostPort, Peer.ISS, peer.hostIss);
    }

    /** Sends all blocks, twice: those of the second time are known. */
    void run() {
      for (int time = 0; time < 2; time++) {
        for (byte[] each : blocks) {
          host.deliver(each, FakeIp.PEER, 0);
          host.flush();
        }
      }
    }

    long cpuNanosPerAck() {
      ThreadMXBean threads = ManagementFactory.getThreadMXBean();
      long before = threads.getCurrentThreadCpuTime();
      run();
      return (threads.getCurrentThreadCpuTime() - before) / (2L * blocks.size());
    }

    TcpInfo read() {
      stream.info(info);
      return info;
    }
  }

  @Test
  @Requirement("SEC-SACKPANIC-01")
  void shouldCountEverySegmentOfAFullBuffer() {
    Flood flood = new Flood(MANY);
    flood.run();
    TcpInfo info = flood.read();
    assertThat(info.sackedSegments).isEqualTo(MANY / 6 * 3);
    assertThat(info.pipeBytes)
        .isEqualTo(
            info.flightSizeBytes
                - MSS * (info.sackedSegments + info.lostSegments - info.resentSegments));
    flood.host.ip.silent = false;
    flood.host.advance(2 * Script.SECONDS); // forgets the blocks, and sends again
    Seg seg = flood.peer.next();
    assertThat(seg).isNotNull();
    for (; seg != null; seg = flood.peer.next()) {
      assertThat(seg.data.length).isEqualTo(MSS);
    }
    flood.run();
    flood.peer.sends(Seg.ack().seq(1).ack(1 + MANY * MSS).wnd(65_535));
    assertThat(flood.read().flightSizeBytes).isZero();
    assertThat(info.sackedSegments + info.lostSegments + info.pipeBytes).isZero();
    assertThat(flood.host.pool.freeCells()).isEqualTo(flood.freeBefore);
  }

  @Test
  @Requirement("SEC-SACKPANIC-01")
  void shouldNotCountBeyondWhatACounterHolds() {
    Flood flood = new Flood(FEW);
    int times = Character.MAX_VALUE + 100;
    byte[] duplicate = flood.bytes(flood.sacked(-1));
    for (int i = 0; i < times; i++) {
      flood.host.deliver(duplicate, FakeIp.PEER, 0);
      flood.host.flush();
    }
    assertThat(flood.read().duplicatesReported).isEqualTo(Character.MAX_VALUE);
  }

  /**
   * The marks lie in the segments, so they need no memory of their own; and ten times as many
   * segments may cost ten times as much for each block, because a walk goes from one to the next,
   * but not a hundred times.
   */
  @Test
  @Requirement("SEC-SACKPANIC-03")
  void shouldCostNoMoreThanAWalkForEachBlock() {
    long few = Long.MAX_VALUE;
    long many = Long.MAX_VALUE;
    for (int round = 0; round < 12; round++) {
      few = Math.min(few, new Flood(FEW).cpuNanosPerAck());
      Flood flood = new Flood(MANY);
      int free = flood.host.pool.freeCells();
      many = Math.min(many, flood.cpuNanosPerAck());
      assertThat(flood.host.pool.freeCells()).isEqualTo(free);
    }
    assertThat(many).as("few cost %d ns", few).isLessThan(40 * few);
  }
}
