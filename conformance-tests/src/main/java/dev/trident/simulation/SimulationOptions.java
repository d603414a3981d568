package dev.trident.simulation;

import com.google.common.collect.ImmutableMap;
import dev.trident.endpoint.TcpProfile;
import dev.trident.simulation.StreamProgram.Fate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Everything that decides about a run. Two runs with equal options have equal histories.
 *
 * @param apps programs; each has two ends
 * @param only the programs to run, by number; all if empty. For shrinking: the others keep their
 *     dice
 * @param seconds of virtual time until the links are healed
 * @param faults what links do wrong by chance until then
 * @param events what they do wrong instead, frame by frame; used if {@code faults} name none
 */
record SimulationOptions(
    long seed,
    int hosts,
    int apps,
    List<Integer> only,
    int seconds,
    Network network,
    Memory memory,
    Mix mix,
    FaultSpec faults,
    List<FaultEvent> events) {

  /** Profiles that hosts may have, by name. */
  static final ImmutableMap<String, TcpProfile> PROFILES =
      ImmutableMap.of("standard", TcpProfile.STANDARD, "tcpdirect", TcpProfile.TCPDIRECT);

  /**
   * What joins the hosts.
   *
   * @param bitsPerSecond of the fastest link; 0 for no limit
   * @param delayNanos of the longest link
   */
  record Network(
      Topology.Form form, int mtu, long bitsPerSecond, long delayNanos, int queueFrames) {}

  /**
   * What hosts have.
   *
   * @param cells packet memory of a host; TCPDirect stacks have their own
   * @param sendBytes buffer of a stream, 0 for the profile's
   * @param receiveBytes the same for receiving
   */
  record Memory(
      int rxRing, int txRing, int cells, int sendBytes, int receiveBytes, String profile) {
    /** Whether a program that sends much leaves enough for the others. */
    boolean isAmple() {
      return cells >= SimArguments.STANDARD_CELLS;
    }

    TcpProfile tcpProfile() {
      TcpProfile chosen = PROFILES.getOrDefault(profile, TcpProfile.STANDARD);
      TcpProfile.Buffers buffers = chosen.buffers();
      int send = sendBytes == 0 ? buffers.sendBytes() : sendBytes;
      int receive = receiveBytes == 0 ? buffers.receiveBytes() : receiveBytes;
      int most = receiveBytes == 0 ? buffers.maxReceiveBytes() : receiveBytes;
      return chosen.withBuffers(new TcpProfile.Buffers(send, receive, most));
    }
  }

  /**
   * What programs do.
   *
   * @param apis share of each API, 0 for none
   */
  record Mix(Map<Api, Integer> apis, EnumSet<Kind> programs, EnumSet<Fate> fates) {}

  /** Kinds of programs. */
  enum Kind {
    STREAM,
    CHURN,
    DATAGRAM,
    REFUSED
  }

  SimulationOptions withOnly(List<Integer> programs) {
    return new SimulationOptions(
        seed, hosts, apps, programs, seconds, network, memory, mix, faults, events);
  }

  SimulationOptions withHosts(int count) {
    return new SimulationOptions(
        seed, count, apps, only, seconds, network, memory, mix, faults, events);
  }

  SimulationOptions withSeconds(int count) {
    return new SimulationOptions(
        seed, hosts, apps, only, count, network, memory, mix, faults, events);
  }

  SimulationOptions withFaults(FaultSpec spec) {
    return new SimulationOptions(
        seed, hosts, apps, only, seconds, network, memory, mix, spec, events);
  }

  /** These faults, and nothing by chance but cuts and partitions. */
  SimulationOptions withEvents(List<FaultEvent> list) {
    FaultSpec outages =
        FaultSpec.NONE
            .with(Fault.CUT, faults.most(Fault.CUT))
            .with(Fault.SPLIT, faults.most(Fault.SPLIT));
    return new SimulationOptions(
        seed, hosts, apps, only, seconds, network, memory, mix, outages, list);
  }

  /** Whether program {@code number} is to be run. */
  boolean runs(int number) {
    return only.isEmpty() || only.contains(number);
  }

  /** The command line that repeats the run. */
  String toCommandLine() {
    List<String> words = new ArrayList<>(List.of("./trident", "sim", "--seed", "" + seed));
    add(words, "--hosts", hosts);
    add(words, "--apps", apps);
    if (!only.isEmpty()) {
      add(words, "--only", only.stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
    add(words, "--seconds", seconds);
    add(words, "--topology", network.form.name().toLowerCase(Locale.ROOT));
    add(words, "--mtu", network.mtu);
    add(words, "--rate", Units.ofBitsPerSecond(network.bitsPerSecond));
    add(words, "--delay", Units.ofNanos(network.delayNanos));
    add(words, "--queue", network.queueFrames);
    add(words, "--rings", memory.rxRing + "/" + memory.txRing);
    add(words, "--cells", memory.cells);
    add(words, "--buffers", memory.sendBytes + "/" + memory.receiveBytes);
    add(words, "--profile", memory.profile);
    add(words, "--apis", shares(mix.apis));
    add(words, "--programs", names(mix.programs));
    add(words, "--fates", names(mix.fates));
    add(words, "--faults", faults);
    if (!events.isEmpty()) {
      add(
          words,
          "--events",
          events.stream().map(FaultEvent::toString).collect(Collectors.joining(",")));
    }
    return String.join(" ", words);
  }

  private static void add(List<String> words, String name, Object value) {
    words.add(name);
    words.add(value.toString());
  }

  private static String shares(Map<Api, Integer> apis) {
    return apis.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(","));
  }

  private static String names(EnumSet<?> set) {
    return set.isEmpty()
        ? "none"
        : set.stream()
            .map(value -> value.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(","));
  }

  /** Equal shares. */
  static Map<Api, Integer> allApis() {
    Map<Api, Integer> shares = new EnumMap<>(Api.class);
    for (Api api : Api.values()) {
      shares.put(api, 1);
    }
    return shares;
  }
}
