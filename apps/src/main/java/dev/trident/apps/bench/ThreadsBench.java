package dev.trident.apps.bench;

import dev.trident.apps.Trident;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Whether stacks on several threads get into each other's way: pairs of hosts, each pair on a
 * thread of its own, do 64-byte round trips on a connection; one pair alone, then all at once, in
 * turn. In real time the ratio needs idle processors; the CPU time of a round trip needs fewer.
 */
@Command(
    name = "threads",
    description = "Round trips of several pairs of hosts, a thread each, against those of one.")
public final class ThreadsBench implements Callable<Integer> {
  private static final int SIZE = 64;
  private static final int WARM_UP_RUNS = 3;
  private static final int BATCH = 100;
  private static final long NANOS_PER_MS = 1_000_000;

  @Mixin private RunOptions options = new RunOptions();

  @Option(
      names = "--pairs",
      defaultValue = "2",
      description = "pairs, each on a thread (default: ${DEFAULT-VALUE})")
  private int pairs;

  @Option(
      names = "--millis",
      defaultValue = "300",
      description = "length of a run (default: ${DEFAULT-VALUE})")
  private int millis;

  @Spec private CommandSpec spec = CommandSpec.create();

  /** What a thread did in a run. */
  private record Work(long roundTrips, long cpuNanos, long garbageBytes) {}

  @Override
  public Integer call() throws InterruptedException {
    options.check();
    options.demand(pairs >= 2, "--pairs must be 2 or more");
    options.demand(millis >= 1, "--millis must be 1 or more");
    int runs = options.runs;
    Samples alone = new Samples(runs);
    Samples together = new Samples(runs);
    Samples cpuAlone = new Samples(runs);
    Samples cpuTogether = new Samples(runs);
    Samples ratio = new Samples(runs);
    long garbage = Long.MAX_VALUE;
    String loadBefore = Machine.load();
    List<PairOnThread> all = new ArrayList<>();
    try {
      for (int i = 0; i < pairs; i++) {
        all.add(new PairOnThread(i));
      }
      for (int i = -WARM_UP_RUNS; i < runs; i++) {
        Work one = run(all.subList(i & 1, (i & 1) + 1));
        Work many = run(all);
        if (i >= 0) {
          alone.add(perSecond(one) / 1_000);
          together.add(perSecond(many) / 1_000);
          cpuAlone.add((double) one.cpuNanos / one.roundTrips);
          cpuTogether.add((double) many.cpuNanos / many.roundTrips);
          ratio.add(perSecond(many) / perSecond(one));
          garbage = Math.min(garbage, many.garbageBytes);
        }
      }
    } finally {
      all.forEach(PairOnThread::close);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%s; at the end %s%n", loadBefore, Machine.load());
    out.printf("TCP round trips, %d B, median of %d runs of %d ms%n", SIZE, runs, millis);
    out.printf("  one pair, thousands a second  %s%n", alone);
    out.printf("  %d pairs on %d threads         %s%n", pairs, pairs, together);
    out.printf("  times as many                 %s%n", ratio);
    out.printf("  ns of CPU each, alone         %s%n", cpuAlone);
    out.printf("  ns of CPU each, at once       %s%n", cpuTogether);
    out.printf("garbage of a run, all threads %d B%n", garbage);
    out.flush();
    return Trident.OK;
  }

  private double perSecond(Work work) {
    return work.roundTrips * 1_000.0 / millis;
  }

  private Work run(List<PairOnThread> running) throws InterruptedException {
    long end = System.nanoTime() + millis * NANOS_PER_MS;
    List<Future<Work>> results = new ArrayList<>();
    for (PairOnThread pair : running) {
      results.add(pair.runUntil(end));
    }
    Work sum = new Work(0, 0, 0);
    for (Future<Work> result : results) {
      Work work = get(result);
      sum =
          new Work(
              sum.roundTrips + work.roundTrips,
              sum.cpuNanos + work.cpuNanos,
              sum.garbageBytes + work.garbageBytes);
    }
    return sum;
  }

  private static <T> T get(Future<T> result) throws InterruptedException {
    try {
      return result.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a pair has failed", e.getCause());
    }
  }

  /** Two hosts on a direct wire, with a connection, and the thread to which they are confined. */
  private static final class PairOnThread {
    private final ExecutorService thread;
    private final Fabric fabric = Fabric.polled();
    private final ZfEnd client;
    private final ZfEnd server;

    PairOnThread(int number) throws InterruptedException {
      String nameA = "bench" + number + "a";
      String nameB = "bench" + number + "b";
      Host a = fabric.host("a", 1).nic(nameA, "10.7.0.1/24");
      Host b = fabric.host("b", 2).nic(nameB, "10.7.0.2/24");
      fabric.wire(a.nic(nameA), b.nic(nameB));
      client = new ZfEnd(nameA, SIZE);
      server = new ZfEnd(nameB, SIZE);
      SockAddrIn address = SockAddrIn.of("10.7.0.2", 4_000);
      server.listen(address);
      client.connect(address);
      boolean isOpen;
      do {
        boolean isAccepted = server.isConnected();
        isOpen = client.isConnected() && isAccepted;
      } while (!isOpen);
      fabric.handOver();
      thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().name("pair").factory());
    }

    Future<Work> runUntil(long endNanos) {
      return thread.submit(() -> work(endNanos));
    }

    private Work work(long endNanos) {
      long garbage = Machine.allocatedBytes();
      long cpu = Machine.cpuNanos();
      long roundTrips = 0;
      do { // once at least, however late the thread gets a processor
        for (int i = 0; i < BATCH; i++) {
          roundTrip();
        }
        roundTrips += BATCH;
      } while (System.nanoTime() - endNanos < 0);
      cpu = Machine.cpuNanos() - cpu;
      garbage = Machine.allocatedBytes() - garbage;
      return new Work(roundTrips, cpu, garbage);
    }

    private void roundTrip() {
      client.send();
      server.awaitMessage();
      server.send();
      client.awaitMessage();
    }

    void close() {
      try (thread) {
        thread.execute(
            () -> {
              client.close();
              server.close();
              fabric.close();
            });
      }
    }
  }
}
