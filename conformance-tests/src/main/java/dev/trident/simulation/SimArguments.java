package dev.trident.simulation;

import com.google.common.base.Splitter;
import dev.trident.hw.time.SeededRandom;
import dev.trident.simulation.SimulationOptions.Kind;
import dev.trident.simulation.SimulationOptions.Memory;
import dev.trident.simulation.SimulationOptions.Mix;
import dev.trident.simulation.SimulationOptions.Network;
import dev.trident.simulation.StreamProgram.Fate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * What of the options was given on the command line, as text; the rest is drawn from the seed. An
 * option's dice are thrown whether it was given or not, so that giving one as it was drawn changes
 * nothing.
 */
final class SimArguments {
  private static final int MAX_HOSTS = 10;
  private static final int MAX_APPS = 1_000;
  private static final int MAX_SECONDS = 100_000;

  /** The adapter of a host's traffic to itself posts so many cells. */
  private static final int LOOPBACK_CELLS = 256;

  /** Below that not even the reserved cells and a few segments fit. */
  private static final int LEAST_SPARE_CELLS = 48;

  static final int STANDARD_CELLS = 6_144;

  @Option(names = "--hosts", paramLabel = "H", description = "Hosts, 2 to 10.")
  @Nullable String hosts;

  @Option(names = "--apps", paramLabel = "A", description = "Programs with two ends each.")
  @Nullable String apps;

  @Option(names = "--only", paramLabel = "N,...", description = "Run only these programs.")
  @Nullable String only;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Virtual seconds with faults; then all links are healed.")
  @Nullable String seconds;

  @Option(
      names = "--faults",
      paramLabel = "LIST",
      description = {
        "Most that links do wrong: none, or of loss, burst (the next ten frames or so are lost),"
            + " dup, reorder, corrupt (found by the FCS), flip (behind the FCS) the probability; of"
            + " late and jitter a time; of cut (a link) and split (a switch in two parts), each for"
            + " a while, a number.",
        "Example:"
            + " loss=0.05,burst=0.002,dup=0.01,reorder=0.1,late=5ms,jitter=20ms,cut=2,split=1"
      })
  @Nullable String faults;

  @Option(
      names = "--events",
      paramLabel = "LIST",
      description = "Faults frame by frame, as shrinking prints them.")
  @Nullable String events;

  @Option(names = "--topology", paramLabel = "T", description = "switch, switches or links.")
  @Nullable String topology;

  @Option(names = "--mtu", paramLabel = "BYTES", description = "68 to 1500.")
  @Nullable String mtu;

  @Option(
      names = "--rate",
      paramLabel = "RATE",
      description = "Fastest link: 1G, 20M; 0: no limit.")
  @Nullable String rate;

  @Option(names = "--delay", paramLabel = "TIME", description = "Longest link: 5ms.")
  @Nullable String delay;

  @Option(names = "--queue", paramLabel = "FRAMES", description = "Queue of each link.")
  @Nullable String queue;

  @Option(names = "--rings", paramLabel = "RX/TX", description = "Descriptors of default stacks.")
  @Nullable String rings;

  @Option(names = "--cells", paramLabel = "N", description = "Packet memory of a host, 2 KiB each.")
  @Nullable String cells;

  @Option(
      names = "--buffers",
      paramLabel = "SND/RCV",
      description = "Buffers of streams in bytes, 0 for the profile's.")
  @Nullable String buffers;

  @Option(names = "--profile", paramLabel = "NAME", description = "standard or tcpdirect.")
  @Nullable String profile;

  @Option(names = "--apis", paramLabel = "LIST", description = "Shares: treck=1,xti=1,tcpdirect=0.")
  @Nullable String apis;

  @Option(
      names = "--programs",
      paramLabel = "LIST",
      description = "Kinds of programs: stream,churn,datagram,refused.")
  @Nullable String programs;

  @Option(
      names = "--fates",
      paramLabel = "LIST",
      description = "How streams may end besides normally: abort,stop,deaf; or none.")
  @Nullable String fates;

  /**
   * The options of the run of {@code seed}.
   *
   * @throws IllegalArgumentException naming the argument, its value, and what would be right
   */
  SimulationOptions draw(long seed) {
    SeededRandom random = new SeededRandom(seed);
    OptionDice dice = new OptionDice(random);
    int hostCount = Given.number("--hosts", hosts, dice.hosts(), 2, MAX_HOSTS);
    int appCount = Given.number("--apps", apps, dice.apps(), 1, MAX_APPS);
    int secondCount = Given.number("--seconds", seconds, dice.seconds(), 1, MAX_SECONDS);
    Network network = network(dice);
    Memory memory = memory(dice);
    Mix mix = mix(dice);
    FaultSpec spec = dice.faults();
    if (faults != null) {
      spec = Given.named("--faults", faults, FaultSpec::parse);
    }
    return new SimulationOptions(
        seed,
        hostCount,
        appCount,
        only(appCount),
        secondCount,
        network,
        memory,
        mix,
        spec,
        events());
  }

  private Network network(OptionDice dice) {
    Topology.Form form = dice.form();
    if (topology != null) {
      form = Given.constant("--topology", Topology.Form.class, topology);
    }
    int bytes = Given.number("--mtu", mtu, dice.mtu(), 68, 1_500);
    long bits = dice.bitsPerSecond();
    if (rate != null) {
      bits = Given.named("--rate", rate, Units::bitsPerSecond);
    }
    long nanos = dice.delayNanos();
    if (delay != null) {
      nanos = Given.named("--delay", delay, Units::nanos);
    }
    int frames = Given.number("--queue", queue, dice.queueFrames(), 1, 100_000);
    return new Network(form, bytes, bits, nanos, frames);
  }

  private Memory memory(OptionDice dice) {
    int[] ring = Given.pair("--rings", rings, dice.rxRing(), dice.txRing());
    for (int size : ring) {
      if (Integer.bitCount(size) != 1 || size > 4_096) {
        throw Given.bad("--rings", size + " is not a power of two up to 4096");
      }
    }
    if (ring[0] < 16 || ring[1] < 2) {
      throw Given.bad("--rings", rings + ": at least 16 to receive and 2 to transmit");
    }
    int least = LOOPBACK_CELLS + 2 * ring[0] + LEAST_SPARE_CELLS;
    int spare = dice.spareCells();
    int drawn = spare == 0 ? Math.max(STANDARD_CELLS, 2 * least) : least + spare;
    int cellCount = Given.number("--cells", cells, drawn, least, 500_000);
    int[] sizes = Given.pair("--buffers", buffers, dice.sendBytes(), dice.receiveBytes());
    String name = dice.profile();
    if (profile != null) {
      name = profile;
    }
    if (!SimulationOptions.PROFILES.containsKey(name)) {
      throw Given.bad(
          "--profile",
          name + " is none of " + String.join(", ", SimulationOptions.PROFILES.keySet()));
    }
    return new Memory(ring[0], ring[1], cellCount, sizes[0], sizes[1], name);
  }

  private Mix mix(OptionDice dice) {
    Map<Api, Integer> shares = dice.apis();
    if (apis != null) {
      shares = shares(apis);
    }
    EnumSet<Kind> kinds = dice.programs();
    if (programs != null) {
      kinds = Given.constants("--programs", Kind.class, programs);
    }
    if (kinds.isEmpty()) {
      throw Given.bad("--programs", "none: name at least one of stream, churn, datagram, refused");
    }
    EnumSet<Fate> ends = dice.fates();
    if (fates != null) {
      ends = Given.constants("--fates", Fate.class, fates);
      ends.remove(Fate.NORMAL);
    }
    return new Mix(shares, kinds, ends);
  }

  private static Map<Api, Integer> shares(String text) {
    Map<Api, Integer> shares = new EnumMap<>(Api.class);
    int sum = 0;
    for (String part : Splitter.on(',').split(text)) {
      int equals = part.indexOf('=');
      Api api = Given.constant("--apis", Api.class, equals < 0 ? part : part.substring(0, equals));
      String share = equals < 0 ? "1" : part.substring(equals + 1);
      shares.put(api, Given.number("--apis", share, 0, 0, 1_000));
    }
    for (Api api : Api.values()) {
      sum += shares.computeIfAbsent(api, absent -> 0);
    }
    if (sum == 0) {
      throw Given.bad("--apis", text + " leaves no API; give one a share above 0");
    }
    return shares;
  }

  private List<Integer> only(int appCount) {
    List<Integer> numbers = new ArrayList<>();
    if (only != null) {
      for (String part : Splitter.on(',').split(only)) {
        numbers.add(Given.number("--only", part, 0, 0, appCount - 1));
      }
    }
    return numbers;
  }

  private List<FaultEvent> events() {
    List<FaultEvent> list = new ArrayList<>();
    if (events != null) {
      for (String part : Splitter.on(',').split(events)) {
        list.add(Given.named("--events", part, FaultEvent::parse));
      }
    }
    return list;
  }
}
