package dev.trident.apps.bench;

import dev.trident.apps.Trident;
import dev.trident.hw.link.DirectWire;
import dev.trident.hw.nic.Doorbell;
import dev.trident.hw.nic.InterfaceOptions;
import dev.trident.hw.nic.Nic;
import dev.trident.hw.nic.NicExhaustedException;
import dev.trident.hw.nic.NicFeatures;
import dev.trident.hw.nic.RingOptions;
import dev.trident.hw.nic.VirtualInterface;
import dev.trident.hw.time.VirtualClock;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What the model of adapter, filter and wire adds to the engine, per frame: datagrams there and
 * back between two engines on one thread, by adapters on a direct wire, and by devices that do
 * nothing but copy. CPU time is compared, which others on the machine disturb less than real time.
 */
@Command(
    name = "hop",
    description =
        "What adapters and a direct wire cost per frame, above the engine's own cost, on one"
            + " thread.")
public final class HopBench implements Callable<Integer> {
  private static final int WARM_UP_RUNS = 4;
  private static final int POLL_BUDGET = 16;
  private static final int RING = 512;
  private static final int MTU_BYTES = 1_500;
  private static final double TARGET_NANOS = 25;

  /** Time stands still: no timer is armed, and none must become due. */
  private static final long NOW = 1;

  @Mixin private DatagramOptions options = new DatagramOptions();

  @Option(
      names = "--round-trips",
      defaultValue = "1000000",
      description = "of one run (default: ${DEFAULT-VALUE})")
  private int roundTrips;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    options.check();
    options.demand(roundTrips >= 1, "--round-trips must be 1 or more");
    int runs = options.runs;
    int size = options.size;
    Samples bare = new Samples(runs);
    Samples adapters = new Samples(runs);
    Samples hop = new Samples(runs);
    long garbage = Long.MAX_VALUE;
    String loadBefore = Machine.load();
    try (BarePair copying = new BarePair(size);
        AdapterPair wired = new AdapterPair(size)) {
      for (int i = -WARM_UP_RUNS; i < runs; i++) {
        double without = nanos(copying);
        long before = Machine.allocatedBytes();
        double with = nanos(wired);
        garbage = Math.min(garbage, Machine.allocatedBytes() - before);
        if (i >= 0) {
          bare.add(without);
          adapters.add(with);
          hop.add((with - without) / 2);
        }
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%s; at the end %s%n", loadBefore, Machine.load());
    out.printf("UDP round trip, %d B, one thread, ns of CPU: median of %d runs%n", size, runs);
    out.printf("  engines alone                 %s%n", bare);
    out.printf("  with adapters and a wire      %s%n", adapters);
    out.printf("per frame above the engine      %s%n", hop);
    out.printf("garbage of %,d round trips  %d B%n", roundTrips, garbage);
    boolean reached = hop.median() <= TARGET_NANOS && garbage == 0;
    out.printf(
        Locale.ROOT,
        "asked for: %.0f ns and no garbage: %s%n",
        TARGET_NANOS,
        reached ? "reached" : "missed");
    out.flush();
    return reached ? Trident.OK : Trident.FAILED;
  }

  /** CPU time of a round trip in one run. */
  private double nanos(Pair pair) {
    long start = Machine.cpuNanos();
    for (int i = 0; i < roundTrips; i++) {
      pair.roundTrip();
    }
    return (double) (Machine.cpuNanos() - start) / roundTrips;
  }

  /** Two engines joined in some way. */
  private interface Pair extends AutoCloseable {
    void roundTrip();

    @Override
    void close();
  }

  /** Joined by devices that copy. */
  private static final class BarePair implements Pair {
    private final BenchEngine a;
    private final BenchEngine b;
    private final BenchDevice deviceA;
    private final BenchDevice deviceB;

    BarePair(int size) {
      a = new BenchEngine(BenchEngine.End.A, size);
      b = new BenchEngine(BenchEngine.End.B, size);
      deviceA = new BenchDevice(a.stack.pool(), a);
      deviceB = new BenchDevice(b.stack.pool(), b);
      BenchDevice.join(deviceA, deviceB);
      a.attach(deviceA);
      b.attach(deviceB);
    }

    @Override
    public void roundTrip() {
      a.send();
      deviceB.poll(NOW);
      b.receive();
      b.send();
      deviceA.poll(NOW);
      a.receive();
    }

    @Override
    public void close() {
      a.close();
      b.close();
    }
  }

  /** Joined by two adapters and a wire; each engine has a virtual interface with its filter. */
  private static final class AdapterPair implements Pair {
    private final BenchEngine a;
    private final BenchEngine b;
    private final VirtualInterface deviceA;
    private final VirtualInterface deviceB;

    AdapterPair(int size) {
      a = new BenchEngine(BenchEngine.End.A, size);
      b = new BenchEngine(BenchEngine.End.B, size);
      Nic nicA = nic(BenchEngine.End.A);
      Nic nicB = nic(BenchEngine.End.B);
      deviceA = open(nicA, a);
      deviceB = open(nicB, b);
      DirectWire.join(nicA, nicB);
      a.attach(deviceA);
      b.attach(deviceB);
    }

    private static Nic nic(BenchEngine.End end) {
      return new Nic(
          end.name(), end.mac, MTU_BYTES, NicFeatures.SERIES_8000, new VirtualClock(), false);
    }

    private static VirtualInterface open(Nic nic, BenchEngine engine) {
      InterfaceOptions options = InterfaceOptions.of(RingOptions.of(RING, RING));
      try {
        return nic.openFurther(engine.stack.pool(), options, engine, new Doorbell());
      } catch (NicExhaustedException e) {
        throw new IllegalStateException("an adapter that nobody else uses", e);
      }
    }

    @Override
    public void roundTrip() {
      a.send();
      deviceA.announce();
      deviceB.poll(NOW, POLL_BUDGET);
      b.receive();
      b.send();
      deviceB.announce();
      deviceA.poll(NOW, POLL_BUDGET);
      a.receive();
    }

    @Override
    public void close() {
      deviceA.close();
      deviceB.close();
      a.close();
      b.close();
    }
  }
}
