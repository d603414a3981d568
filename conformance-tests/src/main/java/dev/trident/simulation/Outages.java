package dev.trident.simulation;

import dev.trident.hw.host.Host;
import dev.trident.hw.link.Link;
import dev.trident.hw.link.LinkFaults;
import dev.trident.hw.link.Switch;
import dev.trident.hw.sim.Simulation;
import dev.trident.hw.time.SeededRandom;
import java.util.List;
import java.util.stream.IntStream;

/** Cuts of links and partitions of switches, each for a while, and the end of all faults. */
final class Outages {
  private static final long SECOND = 1_000_000_000L;
  private static final long LONGEST_NANOS = 2 * SECOND;

  private final Simulation simulation;
  private final Topology topology;
  private final Host host;

  /** Nothing is to go wrong any more. */
  private boolean healed;

  /** Of a network in which nothing is cut yet. */
  Outages(Simulation simulation, Topology topology) {
    this.simulation = simulation;
    this.topology = topology;
    host = topology.nodes().getFirst().host();
  }

  /** Draws as many as {@code options} say, and when each begins and ends. */
  void start(SimulationOptions options, SeededRandom random) {
    long during = options.seconds() * SECOND;
    List<Link> links = topology.links();
    for (int i = 0; i < options.faults().most(Fault.CUT); i++) {
      Link link = links.get((int) random.below(links.size()));
      schedule("cut" + i, random, during, () -> link.cut(true), () -> link.cut(false));
    }
    List<Switch> switches = topology.switches();
    for (int i = 0; i < options.faults().most(Fault.SPLIT) && !switches.isEmpty(); i++) {
      Switch hub = switches.get((int) random.below(switches.size()));
      int[] part = part(hub.sockets(), random);
      schedule("split" + i, random, during, () -> hub.partition(part), hub::mend);
    }
  }

  /** Each socket belongs to it or not, by chance. */
  private static int[] part(int sockets, SeededRandom random) {
    return IntStream.range(0, sockets).filter(number -> random.below(2) == 0).toArray();
  }

  private void schedule(
      String name, SeededRandom random, long during, Runnable begin, Runnable end) {
    long from = random.below(during);
    long length = random.below(LONGEST_NANOS);
    simulation.app(
        host,
        name,
        () -> {
          host.clock().sleep(from);
          if (!healed) {
            begin.run();
            host.clock().sleep(length);
            end.run();
          }
        });
  }

  /** Ends all faults, those of links by chance, too. */
  void heal() {
    healed = true;
    for (Link link : topology.links()) {
      link.faults(LinkFaults.NONE);
      link.cut(false);
    }
    topology.switches().forEach(Switch::mend);
  }
}
