package dev.trident.simulation;

import dev.trident.endpoint.StackConfig;
import dev.trident.hw.host.NicOptions;
import dev.trident.hw.link.Link;
import dev.trident.hw.link.LinkConfig;
import dev.trident.hw.link.LinkFaults;
import dev.trident.hw.link.Switch;
import dev.trident.hw.nic.FrameTap;
import dev.trident.hw.nic.WireEnd;
import dev.trident.hw.sim.Simulation;
import dev.trident.hw.time.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The hosts and links of one run. */
final class Topology {
  /** How hosts are joined. */
  enum Form {
    /** All to one switch. */
    SWITCH,
    /** Even ones to one switch, odd ones to another, which are joined. */
    SWITCHES,
    /** Each to the next by a link of its own. */
    LINKS
  }

  /** Two programs' places that can reach each other. */
  record Pair(Place server, Place client) {}

  private final Simulation simulation;
  private final SimulationOptions options;
  private final SeededRandom random;
  private final UnaryOperator<WireEnd> plug;
  private final List<Node> nodes = new ArrayList<>();
  private final List<Link> links = new ArrayList<>();
  private final List<Switch> switches = new ArrayList<>();

  /** For each link, whether its second end is an adapter; the first always is, or none is. */
  private final List<Boolean> betweenAdapters = new ArrayList<>();

  private final List<List<Place>> neighborhoods = new ArrayList<>();

  /**
   * Builds everything, without faults.
   *
   * @param plug stands between an adapter and its link; the identity, unless a test wants to
   */
  Topology(Simulation simulation, SimulationOptions options, UnaryOperator<WireEnd> plug) {
    this.simulation = simulation;
    this.options = options;
    this.plug = plug;
    random = new SeededRandom(options.seed() ^ 0x70b0);
    for (int i = 0; i < options.hosts(); i++) {
      nodes.add(Node.on(simulation.host(stackConfig(i))));
    }
    switch (options.network().form()) {
      case SWITCH -> buildSwitches(1);
      case SWITCHES -> buildSwitches(2);
      case LINKS -> buildLinks();
    }
  }

  private StackConfig stackConfig(int number) {
    SimulationOptions.Memory memory = options.memory();
    StackConfig config = StackConfig.standard("h" + number, random.nextLong());
    return config.withCells(memory.cells(), config.runCells()).withProfile(memory.tcpProfile());
  }

  private Place addNic(Node node, String interfaceName, String address) {
    SimulationOptions.Memory memory = options.memory();
    NicOptions nic =
        NicOptions.STANDARD
            .withMtu(options.network().mtu())
            .withRings(memory.rxRing(), memory.txRing());
    node.host().nic(interfaceName, address + "/24", nic);
    return new Place(node, interfaceName, address);
  }

  private WireEnd nic(Place place) {
    return plug.apply(place.node().host().nic(place.interfaceName()));
  }

  private void buildSwitches(int count) {
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      switches.add(simulation.newSwitch("switch" + i, nodes.size() + 1));
    }
    for (int i = 0; i < nodes.size(); i++) {
      Place place = addNic(nodes.get(i), "s" + i, "10.0.0." + (i + 1));
      join(nic(place), switches.get(i % count).socket(i), false);
      places.add(place);
    }
    if (count == 2) {
      join(switches.get(0).socket(nodes.size()), switches.get(1).socket(nodes.size()), false);
    }
    neighborhoods.add(places);
  }

  private void buildLinks() {
    for (int i = 0; i + 1 < nodes.size(); i++) {
      Place left = addNic(nodes.get(i), "s" + i + "r", "10.0." + i + ".1");
      Place right = addNic(nodes.get(i + 1), "s" + (i + 1) + "l", "10.0." + i + ".2");
      join(nic(left), nic(right), true);
      neighborhoods.add(List.of(left, right));
    }
  }

  /** Links differ: rates by up to a factor of 8, delays by any. */
  private void join(WireEnd a, WireEnd b, boolean secondIsAdapter) {
    SimulationOptions.Network network = options.network();
    LinkConfig config =
        new LinkConfig(
            network.bitsPerSecond() >> random.below(4),
            random.below(network.delayNanos() + 1),
            network.queueFrames(),
            LinkFaults.NONE);
    links.add(simulation.link(a, b, config));
    betweenAdapters.add(secondIsAdapter);
  }

  /** Every adapter's frames are shown to {@code tap}. */
  void watch(FrameTap tap) {
    for (Node node : nodes) {
      for (String name : node.host().interfaceNames()) {
        node.host().nic(name).watch(tap);
      }
    }
  }

  List<Node> nodes() {
    return nodes;
  }

  List<Link> links() {
    return links;
  }

  List<Switch> switches() {
    return switches;
  }

  /**
   * Whether memory errors may strike what arrives in {@code direction}, as numbered in {@link
   * FaultEvent}: only at adapters, so that no frame is struck twice on its way.
   */
  boolean leadsToAdapter(int direction) {
    boolean fromSwitch = direction % 2 == 1;
    boolean trunk = direction / 2 >= nodes.size();
    return betweenAdapters.get(direction / 2) || (fromSwitch && !trunk);
  }

  /** Two hosts that can reach each other, by chance. */
  Pair draw(SeededRandom chance) {
    List<Place> places = neighborhoods.get((int) chance.below(neighborhoods.size()));
    int server = (int) chance.below(places.size());
    int client = (server + 1 + (int) chance.below(places.size() - 1L)) % places.size();
    return new Pair(places.get(server), places.get(client));
  }

  /** Pairs in which every host occurs. */
  List<Pair> everybody() {
    List<Pair> pairs = new ArrayList<>();
    for (List<Place> places : neighborhoods) {
      for (int i = 0; i + 1 < places.size(); i++) {
        pairs.add(new Pair(places.get(i), places.get(i + 1)));
      }
    }
    return pairs;
  }
}
