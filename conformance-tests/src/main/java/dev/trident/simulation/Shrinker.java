package dev.trident.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Makes a failing run smaller: fewer programs, hosts, seconds and kinds of faults, and in the end
 * single faults, as long as it still fails, no matter how. Lists are halved first and thinned out
 * then (delta debugging, Zeller and Hildebrandt 2002).
 */
final class Shrinker {
  /** A longer list of faults makes no line that a person could read or paste. */
  private static final int MAX_EVENTS = 400;

  private final Predicate<SimulationOptions> fails;
  private final Function<SimulationOptions, List<FaultEvent>> record;
  private final BooleanSupplier mayGoOn;
  private SimulationOptions best;
  private int attempts;

  /**
   * @param failing options that fail
   * @param fails runs and says whether it failed
   * @param record runs and returns what went wrong by chance
   * @param mayGoOn false when there is no time for another run
   */
  Shrinker(
      SimulationOptions failing,
      Predicate<SimulationOptions> fails,
      Function<SimulationOptions, List<FaultEvent>> record,
      BooleanSupplier mayGoOn) {
    best = failing;
    this.fails = fails;
    this.record = record;
    this.mayGoOn = mayGoOn;
  }

  /** Runs so far. */
  int attempts() {
    return attempts;
  }

  /** The smallest options found that fail. */
  SimulationOptions shrink() {
    shrinkPrograms();
    while (best.hosts() > 2 && accept(best.withHosts(best.hosts() - 1))) {}
    while (best.seconds() > 1 && accept(best.withSeconds(best.seconds() / 2))) {}
    for (UnaryOperator<FaultSpec> less : lessFaults()) {
      accept(best.withFaults(less.apply(best.faults())));
    }
    shrinkEvents();
    // What others send no longer decides by chance about the frames of the one that fails.
    shrinkPrograms();
    return best;
  }

  private void shrinkPrograms() {
    List<Integer> programs = IntStream.range(0, best.apps()).filter(best::runs).boxed().toList();
    thinOut(programs, 1, list -> best.withOnly(list));
  }

  private static List<UnaryOperator<FaultSpec>> lessFaults() {
    return List.of(
        spec -> FaultSpec.NONE,
        spec -> spec.with(Fault.JITTER, 0),
        spec -> spec.with(Fault.REORDER, 0).with(Fault.LATE, 0),
        spec -> spec.with(Fault.DUP, 0),
        spec -> spec.with(Fault.FLIP, 0),
        spec -> spec.with(Fault.CORRUPT, 0),
        spec -> spec.with(Fault.LOSS, 0),
        spec -> spec.with(Fault.BURST, 0),
        spec -> spec.with(Fault.CUT, 0),
        spec -> spec.with(Fault.CUT, Math.min(spec.most(Fault.CUT), 1)),
        spec -> spec.with(Fault.SPLIT, 0),
        spec -> spec.with(Fault.SPLIT, Math.min(spec.most(Fault.SPLIT), 1)));
  }

  /** From chance to a list of faults, if it is short enough and does the same. */
  private void shrinkEvents() {
    List<FaultEvent> events = best.events();
    if (events.isEmpty() && mayGoOn.getAsBoolean()) {
      attempts++;
      events = record.apply(best);
    }
    SimulationOptions byChance = best;
    if (!events.isEmpty() && accept(best.withEvents(events))) {
      thinOut(events, 1, list -> best.withEvents(list));
      if (best.events().size() > MAX_EVENTS) {
        best = byChance;
      }
    }
  }

  /** Leaves out parts of a list, halves first, down to single items and {@code least} of them. */
  private <T> void thinOut(List<T> list, int least, Function<List<T>, SimulationOptions> build) {
    List<T> left = list;
    int part = Math.max(left.size() / 2, 1);
    while (mayGoOn.getAsBoolean()) {
      boolean smaller = false;
      for (int from = 0; from < left.size() && left.size() > least; ) {
        List<T> rest = new ArrayList<>(left.subList(0, from));
        rest.addAll(left.subList(Math.min(from + part, left.size()), left.size()));
        if (rest.size() >= least && accept(build.apply(rest))) {
          left = rest;
          smaller = true;
        } else {
          from += part;
        }
      }
      if (part == 1 && !smaller) {
        return;
      }
      part = Math.max(part / 2, 1);
    }
  }

  private boolean accept(SimulationOptions candidate) {
    if (candidate.equals(best) || !mayGoOn.getAsBoolean()) {
      return false;
    }
    attempts++;
    if (fails.test(candidate)) {
      best = candidate;
      return true;
    }
    return false;
  }
}
