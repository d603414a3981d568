package dev.trident.simulation;

import dev.trident.hw.time.SeededRandom;
import dev.trident.simulation.SimulationOptions.Kind;
import dev.trident.simulation.StreamProgram.Fate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Draws the programs of a run. Each has dice of its own, so that leaving one out changes no other.
 */
final class Casting {
  /** A stream over tiny segments takes long: so many segments at most. */
  private static final int MAX_SEGMENTS = 1_000;

  private final SimulationOptions options;
  private final Topology topology;
  private final Ledger ledger;

  Casting(SimulationOptions options, Topology topology, Ledger ledger) {
    this.options = options;
    this.topology = topology;
    this.ledger = ledger;
  }

  List<Program> draw() {
    List<Program> programs = new ArrayList<>();
    for (int number = 0; number < options.apps(); number++) {
      if (options.runs(number)) {
        programs.add(draw(number));
      }
    }
    return programs;
  }

  private Program draw(int number) {
    SeededRandom chance = new SeededRandom(options.seed() * 31 + number + 1);
    List<Kind> kinds = List.copyOf(options.mix().programs());
    Kind kind = kinds.get((int) chance.below(kinds.size()));
    Topology.Pair pair = topology.draw(chance);
    Api client = api(chance);
    Api server = api(chance);
    long start = chance.below(options.seconds() * 500_000_000L);
    return switch (kind) {
      case STREAM ->
          new StreamProgram(
              number,
              pair,
              client,
              server,
              fate(chance),
              start,
              mostBytes(),
              options.memory().isAmple(),
              ledger,
              chance);
      case CHURN -> new ChurnProgram(number, pair, client, server, start, ledger, chance);
      case DATAGRAM ->
          new DatagramProgram(number, pair, client, server, start, options, ledger, chance);
      case REFUSED ->
          new RefusedProgram(
              number,
              pair,
              client == Api.TCPDIRECT ? Api.XTI : client,
              isSilent(),
              start,
              ledger,
              chance);
    };
  }

  private Api api(SeededRandom chance) {
    Map<Api, Integer> shares = options.mix().apis();
    int sum = shares.values().stream().mapToInt(Integer::intValue).sum();
    int drawn = (int) chance.below(sum);
    for (Map.Entry<Api, Integer> share : shares.entrySet()) {
      drawn -= share.getValue();
      if (drawn < 0) {
        return share.getKey();
      }
    }
    throw new AssertionError("shares " + shares);
  }

  private Fate fate(SeededRandom chance) {
    List<Fate> fates = List.copyOf(options.mix().fates());
    int drawn = (int) chance.below(8);
    return drawn < fates.size() ? fates.get(drawn) : Fate.NORMAL;
  }

  /** Whether nobody can lose a frame: no fault, and only this program. */
  private boolean isSilent() {
    return options.faults().isNone() && options.events().isEmpty() && options.apps() == 1;
  }

  private int mostBytes() {
    int segment = Math.max(options.network().mtu() - 40, 1);
    int receive = options.memory().receiveBytes();
    int piece = receive == 0 ? segment : Math.min(segment, receive);
    return MAX_SEGMENTS * piece;
  }

  /** Small streams by every API between neighbours: after all that, the stacks still answer. */
  List<Program> epilogue() {
    List<Program> programs = new ArrayList<>();
    int number = options.apps();
    for (Topology.Pair pair : topology.everybody()) {
      Api api = Api.values()[number % Api.values().length];
      SeededRandom chance = new SeededRandom(options.seed() * 31 + number);
      programs.add(
          new StreamProgram(
              number, pair, api, api, Fate.NORMAL, 1_000_000L, 100, true, ledger, chance));
      number++;
    }
    return programs;
  }
}
