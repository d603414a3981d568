package dev.trident.apps.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups the benchmarks, each of which is a subcommand. */
@Command(
    name = "bench",
    description = "Measure in real time: what adapters, threads and shared memory cost.",
    subcommands = {HopBench.class, ThreadsBench.class, ShmBench.class, PortsBench.class},
    synopsisSubcommandLabel = "NAME")
public final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "which benchmark? there are " + String.join(", ", spec.subcommands().keySet()));
  }
}
