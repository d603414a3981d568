package dev.trident.apps.examples;

import dev.trident.apps.Failure;
import dev.trident.c.Iovec;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that both pingpongs have, with the letters of the originals. */
final class PingPongOptions {
  @Option(
      names = "-s",
      paramLabel = "BYTES",
      defaultValue = "12",
      description = "payload (default: ${DEFAULT-VALUE})")
  int size;

  @Option(
      names = "-i",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "iterations; both ends must say the same (default: ${DEFAULT-VALUE})")
  int iterations;

  @Option(
      names = "-r",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "warm-up iterations; both ends must say the same. The JIT compiler wants 100000"
              + " (default: ${DEFAULT-VALUE})")
  int warmUps;

  @Option(names = "-f", description = "report full round trips instead of halves")
  boolean full;

  @Option(
      names = "-p",
      paramLabel = "PERCENT",
      defaultValue = "99",
      description = "percentile to report (default: ${DEFAULT-VALUE})")
  double percentile;

  @Option(
      names = "-w",
      paramLabel = "FILE",
      description = "write the time of each iteration to a file instead of reporting")
  private @Nullable Path raw;

  @Option(names = "-R", description = "read all received bytes")
  private boolean touches;

  @Option(names = "-t", description = "time stamps of the adapter (refused: not in this port)")
  private boolean timestamps;

  /** Keeps what {@link #touch} computes from being optimised away. */
  private int unusedSum;

  /** Iterations with those of the warm-up. */
  int rounds() {
    return warmUps + iterations;
  }

  RoundTripTimes newTimes() {
    return new RoundTripTimes(iterations, full);
  }

  /**
   * Refuses what cannot be.
   *
   * @throws Failure that names the option
   */
  void check() throws Failure {
    if (size < 1 || iterations < 1 || warmUps < 0 || rounds() < 0) {
      throw new Failure("-s and -i must be 1 or more, -r 0 or more, -i and -r together below 2^31");
    }
    if (!(percentile >= 0 && percentile <= 100)) {
      throw new Failure("-p must be 0 to 100");
    }
    if (timestamps) {
      throw new Failure(
          "-t: this port reports no time stamps; zfsink -r shows those of an adapter");
    }
  }

  /** Reads every byte if that was asked for, as a program would that uses them. */
  void touch(Iovec piece) {
    if (!touches) {
      return;
    }
    ByteBuf bytes = Objects.requireNonNull(piece.iov_base);
    int sum = 0;
    for (int i = 0; i < piece.iov_len; i++) {
      sum += bytes.getByte(bytes.readerIndex() + i);
    }
    unusedSum += sum;
  }

  /** Prints the times, or writes them to the file that was named. */
  void report(RoundTripTimes times, PrintWriter out) throws IOException {
    if (raw != null) {
      times.write(raw);
    } else {
      times.print(out, size, percentile);
    }
  }
}
