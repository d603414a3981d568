package dev.trident.benchmarks;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Taking and giving back a cell, and a user's handle of one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgs = "-XX:+UseSerialGC")
@Warmup(iterations = 10, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 20, time = 200, timeUnit = TimeUnit.MILLISECONDS)
public class PacketPoolBenchmark {
  private final PacketPool pool = new PacketPool(1_024, 0, 16);

  @TearDown
  public void close() {
    pool.close();
  }

  @Benchmark
  public void allocateAndRelease() {
    Objects.requireNonNull(pool.allocate()).release();
  }

  @Benchmark
  public void issueAndReleaseHandle() {
    Packet packet = Objects.requireNonNull(pool.allocate());
    CellBuf handle = pool.handles().issue(packet, packet.offset(), 64);
    handle.release();
  }
}
