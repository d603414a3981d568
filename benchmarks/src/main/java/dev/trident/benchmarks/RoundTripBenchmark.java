package dev.trident.benchmarks;

import dev.trident.c.C;
import dev.trident.c.Iovec;
import dev.trident.tcpdirect.Zf;
import dev.trident.tcpdirect.Zft;
import dev.trident.tcpdirect.Zfur;
import dev.trident.tcpdirect.ZfurMsg;
import dev.trident.tcpdirect.Zfut;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * 64 bytes there and back, and a stream of full segments, through the TCPDirect API: both ends on
 * one thread, whole Ethernet frames over a direct wire, checksums computed and verified.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgs = "-XX:+UseSerialGC")
@Warmup(iterations = 10, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 20, time = 200, timeUnit = TimeUnit.MILLISECONDS)
public class RoundTripBenchmark {
  private static final int BYTES = 64;
  private static final int SEGMENT_BYTES = 1_460;
  private static final int SEGMENTS = 32;

  private final ZfPair pair = new ZfPair();
  private final Zft[] stream = pair.connect();
  private final Zft client = stream[0];
  private final Zft server = stream[1];
  private final Zfur receiverA = pair.receiver(true);
  private final Zfur receiverB = pair.receiver(false);
  private final Zfut senderA = pair.sender(true);
  private final Zfut senderB = pair.sender(false);
  private final ByteBuf out = C.malloc(BYTES);
  private final ByteBuf segment = C.malloc(SEGMENT_BYTES);
  private final Iovec[] in = {new Iovec(C.malloc(2 * SEGMENT_BYTES), 2 * SEGMENT_BYTES)};
  private final ZfurMsg message = new ZfurMsg(1);

  @TearDown
  public void close() {
    pair.close();
  }

  @Benchmark
  public void tcp64() {
    ZfPair.check(Zf.zft_send_single(client, out, BYTES, 0));
    Zf.zf_reactor_perform(pair.b);
    ZfPair.check(Zf.zft_recv(server, in, 1, 0));
    ZfPair.check(Zf.zft_send_single(server, out, BYTES, 0));
    Zf.zf_reactor_perform(pair.a);
    ZfPair.check(Zf.zft_recv(client, in, 1, 0));
  }

  @Benchmark
  public void udp64() {
    ZfPair.check(Zf.zfut_send_single(senderA, out, BYTES));
    Zf.zf_reactor_perform(pair.b);
    take(receiverB);
    ZfPair.check(Zf.zfut_send_single(senderB, out, BYTES));
    Zf.zf_reactor_perform(pair.a);
    take(receiverA);
  }

  private void take(Zfur receiver) {
    message.iovcnt = 1;
    Zf.zfur_zc_recv(receiver, message, 0);
    if (message.iovcnt != 1) {
      throw new IllegalStateException("nothing received");
    }
    Zf.zfur_zc_recv_done(receiver, message);
  }

  /** Per segment, acknowledgments included; copying at both ends. */
  @Benchmark
  @OperationsPerInvocation(SEGMENTS)
  public void tcpBulk() {
    int sent = 0;
    int received = 0;
    while (received < SEGMENTS * SEGMENT_BYTES) {
      while (sent < SEGMENTS * SEGMENT_BYTES) {
        int length = Math.min(SEGMENT_BYTES, SEGMENTS * SEGMENT_BYTES - sent);
        int count = Zf.zft_send_single(client, segment, length, 0);
        if (count < 0) {
          break;
        }
        sent += count;
      }
      Zf.zf_reactor_perform(pair.b);
      int count = Zf.zft_recv(server, in, 1, 0);
      while (count > 0) {
        received += count;
        count = Zf.zft_recv(server, in, 1, 0);
      }
      if (Zf.zf_stack_has_pending_work(pair.a) != 0) {
        Zf.zf_reactor_perform(pair.a);
      }
    }
  }
}
