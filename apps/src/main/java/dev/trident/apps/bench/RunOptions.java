package dev.trident.apps.bench;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What benchmarks have in common that take the median of several runs. */
class RunOptions {
  @Option(
      names = "--runs",
      defaultValue = "15",
      description = "runs of each, taken in turn (default: ${DEFAULT-VALUE})")
  int runs;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  /** Refuses what cannot be. */
  void check() {
    demand(runs >= 1, "--runs must be 1 or more");
  }

  /** Ends the command with {@code otherwise}, and its usage, unless an option holds. */
  final void demand(boolean holds, String otherwise) {
    if (!holds) {
      throw new ParameterException(command.commandLine(), otherwise);
    }
  }
}
