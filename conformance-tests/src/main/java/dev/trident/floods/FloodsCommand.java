package dev.trident.floods;

import dev.trident.apps.Subcommand;
import dev.trident.apps.Trident;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the floods, and prints a line for each. */
@Command(
    name = "floods",
    description = {
      "Flood a host that serves a connection, in virtual time, and tell what the connection keeps.",
      "The flood fills 1 Gbit/s with short frames; each received frame costs a host 2 us, so that"
          + " three times as many come as it can look at. First with one receive ring for all, then"
          + " with rings of their own for connections, of which half the throughput is demanded.",
      "Behind that, in real time, what a frame of the flood costs beside a useful one."
    })
public final class FloodsCommand implements Subcommand {
  private static final double LEAST_KEPT = 0.5;
  private static final int COST_FRAMES = 100_000;
  private static final String FORMAT = "%-10s %-6s %9s %9s %9s %6s %10s %7s %7s %9s%n";

  @Parameters(
      arity = "0..*",
      paramLabel = "FLOOD",
      description = "which: ${COMPLETION-CANDIDATES} (default: all)")
  private List<Flood> chosen = List.of();

  @Option(
      names = "--frames",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "frames of each flood (default: ${DEFAULT-VALUE})")
  private int frames = 1_000_000;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "where all randomness comes from (default: ${DEFAULT-VALUE})")
  private long seed = 1;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    if (frames < 10_000) {
      throw new ParameterException(
          spec.commandLine(), "--frames must be 10000 or more, to last for some round trips");
    }
    List<Flood> floods = chosen.isEmpty() ? Arrays.asList(Flood.values()) : chosen;
    PrintWriter out = spec.commandLine().getOut();
    double useful = FloodCost.ofUsefulFrame(COST_FRAMES);
    out.printf(
        FORMAT,
        "flood",
        "rings",
        "frames",
        "Mbit/s",
        "flooded",
        "kept",
        "ring drops",
        "cells",
        "conns",
        "ns/frame");
    out.printf(FORMAT, "(useful)", "", "", "", "", "", "", "", "", "%.0f".formatted(useful));
    out.flush();
    boolean kept = true;
    for (Flood flood : floods) {
      double cost = FloodCost.ofFlood(flood, COST_FRAMES);
      print(out, FloodRun.of(flood, frames, false, seed), cost);
      FloodResult steered = FloodRun.of(flood, frames, true, seed);
      print(out, steered, cost);
      kept &= steered.kept() >= LEAST_KEPT;
    }
    out.println("cells, conns: of the victim, at most; ns/frame: processor time in real time");
    out.flush();
    return kept ? Trident.OK : Trident.FAILED;
  }

  private void print(PrintWriter out, FloodResult result, double cost) {
    out.printf(
        FORMAT,
        result.flood(),
        result.rings() ? "own" : "one",
        "%,d".formatted(frames),
        "%.0f".formatted(result.megabitsInPeace()),
        "%.0f".formatted(result.megabitsUnderFlood()),
        "%.0f%%".formatted(100 * result.kept()),
        "%,d".formatted(result.ringDrops()),
        "%,d".formatted(result.cellsHeld()),
        "%,d".formatted(result.connections()),
        "%.0f".formatted(cost));
    out.flush();
  }
}
