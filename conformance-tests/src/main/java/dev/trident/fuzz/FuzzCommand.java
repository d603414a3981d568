package dev.trident.fuzz;

import dev.trident.apps.Failure;
import dev.trident.apps.Subcommand;
import dev.trident.apps.Trident;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the fuzzers one after the other, and says how far each got. */
@Command(
    name = "fuzz",
    description = {
      "Look for inputs that break the engine or the script parser, led by coverage (Jazzer).",
      "What a fuzzer has learnt stays in conformance-tests/.cifuzz-corpus for the next run; what it"
          + " finds goes beside its seeds in src/test/resources, where the build runs it again."
    })
public final class FuzzCommand implements Subcommand {
  @Parameters(
      arity = "0..*",
      paramLabel = "FUZZER",
      description = "which: ${COMPLETION-CANDIDATES} (default: all)")
  private List<Fuzzer> chosen = List.of();

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "120",
      description = "time of all together (default: ${DEFAULT-VALUE})")
  private int seconds = 120;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Failure, IOException {
    if (seconds < 1) {
      throw new ParameterException(spec.commandLine(), "--seconds must be 1 or more");
    }
    Set<Fuzzer> fuzzers = chosen.isEmpty() ? EnumSet.allOf(Fuzzer.class) : EnumSet.copyOf(chosen);
    int shares = fuzzers.stream().mapToInt(fuzzer -> fuzzer.share).sum();
    PrintWriter out = spec.commandLine().getOut();
    Path home = home();
    boolean clean = true;
    for (Fuzzer fuzzer : fuzzers) {
      long own = Math.max(1, (long) seconds * fuzzer.share / shares);
      out.println(fuzzer + ", " + own + " s:");
      out.flush();
      FuzzRun run = FuzzRun.of(fuzzer, own, home);
      run.summary().forEach(line -> out.println("  " + line));
      if (!run.succeeded()) {
        out.println("  FOUND an input that breaks it; what happened is in " + run.log());
        clean = false;
      }
      out.flush();
    }
    return clean ? Trident.OK : Trident.FAILED;
  }

  /** The folder of this module, seen from the jar in its target folder. */
  private static Path home() throws Failure {
    try {
      Path jar =
          Path.of(FuzzCommand.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return Objects.requireNonNull(jar.getParent()).resolve("..").normalize();
    } catch (URISyntaxException e) {
      throw new Failure("this program lies at no path: " + e.getMessage());
    }
  }
}
