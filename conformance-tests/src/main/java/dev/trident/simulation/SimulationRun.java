package dev.trident.simulation;

import dev.trident.hw.host.Host;
import dev.trident.hw.link.FaultSource;
import dev.trident.hw.link.Link;
import dev.trident.hw.link.LinkCounters;
import dev.trident.hw.link.LinkFaults;
import dev.trident.hw.link.Switch;
import dev.trident.hw.nic.FrameTap;
import dev.trident.hw.nic.WireEnd;
import dev.trident.hw.sim.Simulation;
import dev.trident.hw.time.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One run: programs under faults, then without, then stacks that must still answer and have
 * everything back.
 *
 * <pre>
 *   0 ........ seconds .................. + 120 s ............... + 200 s, ...
 *   faults     healed                     doubtful programs       all must have ended,
 *                                         are ended               or be getting on
 * </pre>
 */
final class SimulationRun {
  private static final long SECOND = 1_000_000_000L;

  /** Peers of what was aborted may never learn of it: a reset can be lost. */
  private static final long DOUBTFUL_SECONDS = 120;

  /** Longer than three retransmission timeouts at their cap: nothing arrives for that long. */
  private static final long LIVENESS_SECONDS = 200;

  /**
   * Who still gets on then is slow, not stuck: many small segments lost at once are sent again one
   * burst per timeout. It is counted and ended.
   */
  private static final long PATIENCE_SECONDS = 2_000;

  /** Longer than TIME-WAIT and FIN-WAIT-2 of any profile one after the other. */
  private static final long QUIET_SECONDS = 400;

  private static final long MAX_STEPS = 50_000_000L;

  private final SimulationOptions options;
  private final UnaryOperator<WireEnd> plug;
  private final Simulation simulation;
  private final Ledger ledger;
  private final FaultLog log = new FaultLog();
  private final List<BiFunction<Topology, Ledger, Program>> added = new ArrayList<>();
  private @Nullable FrameTap tap;

  SimulationRun(SimulationOptions options) {
    this(options, UnaryOperator.identity());
  }

  /**
   * A run whose wires are not what they seem, to see whether that is noticed.
   *
   * @param plug stands between each adapter and its link
   */
  SimulationRun(SimulationOptions options, UnaryOperator<WireEnd> plug) {
    this.options = options;
    this.plug = plug;
    simulation = new Simulation(options.seed());
    ledger = new Ledger(simulation);
  }

  /** Every adapter's frames are shown to {@code newTap}; the history does not change by that. */
  SimulationRun watchedBy(FrameTap newTap) {
    tap = newTap;
    return this;
  }

  /** A program besides those that the options say: tests add wrong ones, to see them found. */
  SimulationRun also(BiFunction<Topology, Ledger, Program> program) {
    added.add(program);
    return this;
  }

  /** What links have done wrong by chance, frame by frame. */
  List<FaultEvent> faultEvents() {
    return log.events();
  }

  /** Runs it all, once. */
  Report run() {
    List<Node> nodes = List.of();
    Report report = null;
    try (simulation) {
      simulation.limits(Long.MAX_VALUE / 2, MAX_STEPS);
      Topology topology = new Topology(simulation, options, plug);
      nodes = topology.nodes();
      if (tap != null) {
        topology.watch(tap);
      }
      Casting casting = new Casting(options, topology, ledger);
      Outages outages = new Outages(simulation, topology);
      startFaults(topology, outages);
      List<Program> programs = casting.draw();
      added.forEach(program -> programs.add(program.apply(topology, ledger)));
      play(programs, outages, topology, options.seconds());
      play(casting.epilogue(), outages, topology, 0);
      simulation.runFor(QUIET_SECONDS * SECOND);
      Invariants invariants = new Invariants(nodes, ledger);
      invariants.checkQuiet();
      report = report(topology);
    } catch (RuntimeException | Error failure) {
      complain(failure);
    }
    if (report == null) {
      return new Report(
          simulation.nowNanos(),
          0,
          0,
          0,
          0,
          0,
          0,
          LinkCounters.ZERO,
          0,
          simulation.historyHash(),
          ledger.complaints());
    }
    new Invariants(nodes, ledger).checkClosed();
    return report.with(ledger.complaints());
  }

  /** What escapes from a program or the engine is a fault of ours, wherever it is from. */
  private void complain(Throwable failure) {
    StringBuilder text = new StringBuilder(failure.toString());
    for (StackTraceElement place : failure.getStackTrace()) {
      text.append("\n    at ").append(place);
    }
    ledger.complain(text.toString());
  }

  // ---- faults -------------------------------------------------------------------------------

  private void startFaults(Topology topology, Outages outages) {
    SeededRandom random = new SeededRandom(options.seed() ^ 0xfa17);
    List<Link> links = topology.links();
    for (int i = 0; i < links.size(); i++) {
      links.get(i).faults(source(topology, 2 * i, random), source(topology, 2 * i + 1, random));
    }
    outages.start(options, random);
  }

  private FaultSource source(Topology topology, int direction, SeededRandom random) {
    LinkFaults chances = options.faults().draw(random, topology.leadsToAdapter(direction));
    FaultSource single = FaultSource.random(chances, random.nextLong());
    FaultSource chance = options.faults().withBursts(random, single);
    return options.events().isEmpty()
        ? log.recording(direction, chance)
        : FaultLog.playing(direction, options.events());
  }

  // ---- programs -----------------------------------------------------------------------------

  private void play(List<Program> programs, Outages outages, Topology topology, int seconds) {
    programs.forEach(program -> program.start(simulation));
    Host host = topology.nodes().getFirst().host();
    simulation.app(host, "supervisor", () -> supervise(programs, outages, host, seconds));
    simulation.run();
  }

  private void supervise(List<Program> programs, Outages outages, Host host, int seconds) {
    waitFor(programs, host, seconds);
    outages.heal();
    waitFor(programs, host, DOUBTFUL_SECONDS);
    programs.stream().filter(Program::isDoubtful).forEach(Program::stop);
    waitWhileGettingOn(programs, host);
    waitFor(programs, host, DOUBTFUL_SECONDS);
    for (Program program : programs) {
      if (!program.isDone()) {
        throw new IllegalStateException(program + " cannot be ended");
      }
    }
  }

  /**
   * Waits for the rest; ends those of whom nothing is heard for long, and in the end all. Where
   * memory is scarce, others may wait for what one holds that gets on slowly.
   */
  private void waitWhileGettingOn(List<Program> programs, Host host) {
    List<Program> waiting = new ArrayList<>(programs);
    for (long waited = 0; waited < PATIENCE_SECONDS; waited += LIVENESS_SECONDS) {
      waiting.removeIf(Program::isDone);
      List<Long> before = waiting.stream().map(Program::progress).toList();
      waitFor(waiting, host, LIVENESS_SECONDS);
      List<Program> still = new ArrayList<>();
      for (int i = 0; i < before.size(); i++) {
        Program program = waiting.get(i);
        if (!program.isDone() && program.progress() == before.get(i)) {
          still.add(program);
        }
      }
      if (options.memory().isAmple() || still.size() == waiting.size()) {
        still.forEach(this::endStuck);
        waiting.removeAll(still);
      }
    }
    waiting.removeIf(Program::isDone);
    for (Program program : waiting) {
      ledger.addSlow();
      program.stop();
    }
  }

  private void endStuck(Program program) {
    ledger.complain(
        program + ": nothing for " + LIVENESS_SECONDS + " s without faults" + simulation.waits());
    program.stop();
  }

  /** Waits until all have ended, but not longer. */
  private static void waitFor(List<Program> programs, Host host, long seconds) {
    for (long left = 10 * seconds; left > 0 && !isDone(programs); left--) {
      host.clock().sleep(SECOND / 10);
    }
  }

  private static boolean isDone(List<Program> programs) {
    return programs.stream().allMatch(Program::isDone);
  }

  // ---- report -------------------------------------------------------------------------------

  private Report report(Topology topology) {
    LinkCounters faults = LinkCounters.ZERO;
    for (Link link : topology.links()) {
      faults = faults.plus(link.counters());
    }
    long packets = 0;
    for (Node node : topology.nodes()) {
      ledger.addCounters(node.host().defaultStack().transport());
      for (String name : node.host().interfaceNames()) {
        packets += node.host().nic(name).counters().framesOut();
      }
    }
    return new Report(
        simulation.nowNanos(),
        packets,
        ledger.bytes(),
        ledger.streams(),
        ledger.datagrams(),
        ledger.slow(),
        ledger.retransmissions(),
        faults,
        topology.switches().stream().mapToLong(Switch::partitioned).sum(),
        simulation.historyHash(),
        ledger.complaints());
  }
}
