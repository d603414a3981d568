package dev.trident.simulation;

import dev.trident.hw.time.SeededRandom;
import dev.trident.simulation.SimulationOptions.Kind;
import dev.trident.simulation.StreamProgram.Fate;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/**
 * What a seed makes of each option. Runs differ in kind, not in degree only (swarm testing, Groce
 * et al. 2012): each fault, fate and kind of program is switched off in many runs, because what
 * happens rarely together with everything else happens often alone. Every method throws its dice
 * once, in the order of the calls.
 */
final class OptionDice {
  private final SeededRandom random;

  OptionDice(SeededRandom random) {
    this.random = random;
  }

  private int below(int bound) {
    return (int) random.below(bound);
  }

  private boolean oneIn(int n) {
    return below(n) == 0;
  }

  private <T> T oneOf(List<T> values) {
    return values.get(below(values.size()));
  }

  int hosts() {
    return oneIn(4) ? 2 + below(9) : 2 + below(3);
  }

  int apps() {
    return 1 + below(8);
  }

  int seconds() {
    return 2 + below(8);
  }

  Topology.Form form() {
    return oneOf(List.of(Topology.Form.values()));
  }

  int mtu() {
    int small = 68 + below(200);
    return oneOf(List.of(1_500, 1_500, 1_500, 576, small));
  }

  long bitsPerSecond() {
    return oneOf(List.of(0L, 1_000_000_000L, 100_000_000L, 20_000_000L));
  }

  long delayNanos() {
    return oneOf(List.of(0L, 1_000L, 100_000L, 5_000_000L, 50_000_000L));
  }

  int queueFrames() {
    return oneOf(List.of(10, 100, 1_000));
  }

  int rxRing() {
    return oneOf(List.of(32, 512, 512));
  }

  int txRing() {
    return oneOf(List.of(8, 512, 512));
  }

  /** Cells beyond the least, 0 for as many as usual. */
  int spareCells() {
    int few = 150 + below(300);
    return oneIn(4) ? few : 0;
  }

  int sendBytes() {
    int some = 1_000 + below(30_000);
    return oneIn(3) ? some : 0;
  }

  int receiveBytes() {
    int tiny = 1 + below(500);
    int some = 500 + below(30_000);
    return oneOf(List.of(0, 0, 0, some, some, tiny));
  }

  String profile() {
    return oneOf(SimulationOptions.PROFILES.keySet().asList());
  }

  Map<Api, Integer> apis() {
    Map<Api, Integer> shares = new EnumMap<>(Api.class);
    int sum = 0;
    for (Api api : Api.values()) {
      int share = below(4);
      shares.put(api, share);
      sum += share;
    }
    return sum == 0 ? SimulationOptions.allApis() : shares;
  }

  EnumSet<Kind> programs() {
    EnumSet<Kind> set = some(EnumSet.allOf(Kind.class), 2);
    set.add(oneOf(List.of(Kind.STREAM, Kind.CHURN)));
    return set;
  }

  EnumSet<Fate> fates() {
    return some(EnumSet.complementOf(EnumSet.of(Fate.NORMAL)), 2);
  }

  private <E extends Enum<E>> EnumSet<E> some(EnumSet<E> all, int oneIn) {
    all.removeIf(value -> oneIn(oneIn));
    return all;
  }

  FaultSpec faults() {
    FaultSpec spec =
        FaultSpec.NONE
            .with(Fault.LOSS, maybe(150_000))
            .with(Fault.DUP, maybe(100_000))
            .with(Fault.REORDER, maybe(200_000))
            .with(Fault.LATE, 1_000L * (1 + below(20_000)))
            .with(Fault.JITTER, oneIn(2) ? 0 : 1_000L * below(20_000))
            .with(Fault.CORRUPT, maybe(30_000))
            .with(Fault.FLIP, maybe(30_000))
            .with(Fault.CUT, oneIn(2) ? 0 : below(4));
    boolean none = oneIn(10);
    spec = spec.with(Fault.BURST, maybe(5_000)).with(Fault.SPLIT, oneIn(2) ? 0 : below(4));
    if (none) {
      return FaultSpec.NONE;
    }
    return spec.most(Fault.REORDER) == 0 ? spec.with(Fault.LATE, 0) : spec;
  }

  /** Off in half of the runs; small more often than large. */
  private int maybe(int most) {
    int some = below(1 + below(most));
    return oneIn(2) ? 0 : some;
  }
}
