package dev.trident.apps.bench;

import dev.trident.apps.Failure;
import dev.trident.apps.Trident;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Messages there and back between two processes, on a connection of ours through shared memory and
 * on one of the kernel's through its loopback; both polled in the same way, by the same threads, in
 * turn.
 */
@Command(
    name = "shm",
    description =
        "TCP round trips between two processes: ours through shared memory against the kernel's.")
public final class ShmBench implements Callable<Integer> {
  private static final int WARM_UP_RUNS = 3;
  private static final int MOST_BYTES = 1_460;
  private static final double TARGET_RATIO = 10;

  /** How long the other process may take to leave. */
  private static final long END_SECONDS = 10;

  @Mixin private RunOptions options = new RunOptions();

  @Option(
      names = "--size",
      defaultValue = "64",
      description = "bytes of a message, 1 to " + MOST_BYTES + " (default: ${DEFAULT-VALUE})")
  private int size;

  @Option(
      names = "--round-trips",
      defaultValue = "50000",
      description =
          "of a run through shared memory; a tenth of it by the kernel (default: ${DEFAULT-VALUE})")
  private int roundTrips;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException, InterruptedException, Failure {
    options.check();
    options.demand(size >= 1 && size <= MOST_BYTES, "--size must be 1 to " + MOST_BYTES);
    options.demand(roundTrips >= 10, "--round-trips must be 10 or more");
    String wire = "bench" + ProcessHandle.current().pid();
    // The other process always leaves first: the last at the wire removes its files.
    try (ShmHost host = new ShmHost(wire, "10.7.0.1/24", size)) {
      Process peer = startPeer(wire);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(peer, host), "end of both"));
      try {
        boolean reached = measure(host, peer);
        awaitEnd(peer);
        return reached ? Trident.OK : Trident.FAILED;
      } finally {
        destroy(peer);
      }
    }
  }

  /** A signal ends this process, wherever it is; after a run nothing is left to be done. */
  private static void leave(Process peer, ShmHost host) {
    destroy(peer);
    host.abandon();
  }

  private Process startPeer(String wire) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            ShmBenchPeer.class.getName(),
            wire,
            String.valueOf(size),
            String.valueOf(WARM_UP_RUNS + options.runs),
            String.valueOf(roundTrips),
            String.valueOf(roundTrips / 10));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** The peer says on which port of the loopback it listens. */
  private static SocketChannel connectTo(Process peer) throws IOException, Failure {
    String port = peer.inputReader().readLine();
    if (port == null) {
      throw new Failure("the other process ended before it began; it has said why");
    }
    return SocketChannel.open(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port)));
  }

  /** After its last answer the other process leaves by itself. */
  private static void awaitEnd(Process peer) throws InterruptedException, Failure {
    if (!peer.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      throw new Failure(
          "the other process, %d, had not ended %d s after the last run, and was ended;"
                  .formatted(peer.pid(), END_SECONDS)
              + " measure again, and see by jstack where it waits");
    }
    if (peer.exitValue() != 0) {
      throw new Failure(
          "the other process ended with status " + peer.exitValue() + "; it has said why");
    }
  }

  /** Ends the other process in the middle of its work, if it has not ended. */
  private static void destroy(Process peer) {
    peer.destroy();
    try {
      if (!peer.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        peer.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean measure(ShmHost host, Process peer) throws IOException, Failure {
    try (KernelEnd kernel = new KernelEnd(connectTo(peer), size)) {
      return measure(host.connect(), kernel);
    }
  }

  private boolean measure(MessageEnd shm, MessageEnd kernel) {
    int runs = options.runs;
    long[] shmNanos = new long[roundTrips];
    long[] kernelNanos = new long[roundTrips / 10];
    Samples ours = new Samples(runs);
    Samples kernels = new Samples(runs);
    Samples ratio = new Samples(runs);
    long garbage = Long.MAX_VALUE;
    String loadBefore = Machine.load();
    for (int i = -WARM_UP_RUNS; i < runs; i++) {
      long before = Machine.allocatedBytes();
      shm.ask(shmNanos);
      garbage = Math.min(garbage, Machine.allocatedBytes() - before);
      kernel.ask(kernelNanos);
      if (i >= 0) {
        ours.add((double) median(shmNanos));
        kernels.add((double) median(kernelNanos));
        ratio.add((double) median(kernelNanos) / (double) median(shmNanos));
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%s; at the end %s%n", loadBefore, Machine.load());
    out.printf("TCP round trip, %d B, two processes, ns: median of %d runs' medians%n", size, runs);
    out.printf("  ours through shared memory    %s%n", ours);
    out.printf("  the kernel's loopback         %s%n", kernels);
    out.printf("times faster                    %s%n", ratio);
    out.printf("garbage of %,d round trips  %d B%n", roundTrips, garbage);
    // A frame costs none. What a short run shows is the port's look after its peer, once in a
    // millisecond: system calls allocate until they are compiled, which so few are for a long time.
    boolean reached = ratio.median() >= TARGET_RATIO && garbage < roundTrips;
    out.printf(
        "asked for: %.0f times and no garbage per frame: %s%n",
        TARGET_RATIO, reached ? "reached" : "missed");
    out.flush();
    return reached;
  }

  private static long median(long[] nanos) {
    Arrays.sort(nanos);
    return nanos[nanos.length / 2];
  }
}
