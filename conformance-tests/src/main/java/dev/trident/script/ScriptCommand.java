package dev.trident.script;

import dev.trident.apps.Failure;
import dev.trident.apps.Subcommand;
import dev.trident.apps.Trident;
import dev.trident.report.JunitXml;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code trident script}: runs packet scripts. */
@Command(
    name = "script",
    description = {
      "Run packet scripts (the packetdrill language) in virtual time.",
      "Without files it runs the scripts that this build carries."
    })
public final class ScriptCommand implements Subcommand {
  private static final long PROGRESS_NANOS = 2_000_000_000L;

  @Parameters(
      paramLabel = "FILE|DIR",
      description = "scripts, or folders of files named *.pkt",
      arity = "0..*")
  private List<Path> files = List.of();

  @Option(
      names = "--api",
      paramLabel = "API",
      description = "what the calls go to: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})",
      completionCandidates = ApiNames.class,
      defaultValue = Drivers.ENGINE)
  private String api = Drivers.ENGINE;

  @Option(
      names = "--profile",
      paramLabel = "PROFILE",
      description = "TCP's constants: ${COMPLETION-CANDIDATES} (default: what the script wants)",
      completionCandidates = ProfileNames.class)
  private @Nullable String profile;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "scripts run side by side (default: ${DEFAULT-VALUE})")
  private int jobs = 1;

  @Option(
      names = "-D",
      paramLabel = "NAME=value",
      description = "replaces the word NAME everywhere in the scripts")
  private Map<String, String> definitions = new LinkedHashMap<>();

  @Option(
      names = "--strict",
      description = "no tolerance in time, and no packet left over at the end")
  private boolean strict;

  @Option(names = "--seed", paramLabel = "N", description = "of the stack's randomness")
  private long seed = 1;

  @Option(names = "--junit", paramLabel = "FILE", description = "write JUnit XML")
  private @Nullable Path junit;

  @Option(names = "--verbose", description = "show every script with its result and trace")
  private boolean verbose;

  @Spec private CommandSpec spec = CommandSpec.create();

  /** Names for the help page. */
  static final class ApiNames extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    ApiNames() {
      super(Drivers.names());
    }
  }

  /** Names for the help page. */
  static final class ProfileNames extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    ProfileNames() {
      super(Profiles.names());
    }
  }

  @Override
  public Integer call() throws Failure, IOException {
    RunOptions options = options();
    List<ScriptFile> scripts = scripts();
    if (jobs < 1) {
      throw new Failure("--jobs " + jobs + ": must be 1 or more");
    }
    PrintWriter out = spec.commandLine().getOut();
    List<ScriptResult> results = run(scripts, options, out);
    ScriptSummary summary = new ScriptSummary(results);
    summary.print(out);
    out.flush();
    if (junit != null) {
      JunitXml.write(junit, "scripts " + api, summary.cases());
    }
    return summary.count(Verdict.FAILED) == 0 ? Trident.OK : Trident.FAILED;
  }

  private RunOptions options() throws Failure {
    if (!Drivers.names().contains(api)) {
      throw new Failure("no API " + api + ": choose one of " + String.join(", ", Drivers.names()));
    }
    RunOptions options = new RunOptions(api, null, strict, seed);
    String wanted = profile;
    if (wanted == null) {
      return options;
    }
    return options.withProfile(
        Profiles.named(wanted)
            .orElseThrow(
                () ->
                    new Failure(
                        "no profile "
                            + wanted
                            + ": choose one of "
                            + String.join(", ", Profiles.names()))));
  }

  private List<ScriptFile> scripts() throws Failure, IOException {
    if (files.isEmpty()) {
      List<ScriptFile> own = OwnScripts.all();
      if (own.isEmpty()) {
        throw new Failure("this build carries no scripts: name files or folders");
      }
      return own;
    }
    List<ScriptFile> scripts = new ArrayList<>();
    for (Path file : files) {
      if (Files.isDirectory(file)) {
        List<ScriptFile> below = OwnScripts.below(file);
        if (below.isEmpty()) {
          throw new Failure(file + ": no file named *.pkt in this folder; name one that has some");
        }
        for (ScriptFile script : below) {
          scripts.add(new ScriptFile(file.resolve(script.name()).toString(), script.text()));
        }
      } else {
        scripts.add(new ScriptFile(file.toString(), Files.readString(file)));
      }
    }
    return scripts;
  }

  /** Results in the order of the scripts; failures are shown as they come in that order. */
  private List<ScriptResult> run(List<ScriptFile> scripts, RunOptions options, PrintWriter out)
      throws Failure {
    List<ScriptResult> results = new ArrayList<>();
    Map<String, String> names = new LinkedHashMap<>(FastOpenSettings.NAMES);
    names.putAll(definitions);
    long shown = System.nanoTime();
    try (ExecutorService workers = Executors.newFixedThreadPool(jobs)) {
      List<Future<ScriptResult>> running = new ArrayList<>();
      for (ScriptFile script : scripts) {
        running.add(workers.submit(() -> script.run(options, names)));
      }
      for (Future<ScriptResult> each : running) {
        ScriptResult result = take(each, scripts.get(results.size()));
        results.add(result);
        show(result, out);
        if (System.nanoTime() - shown > PROGRESS_NANOS) {
          shown = System.nanoTime();
          out.printf("... %d of %d%n", results.size(), scripts.size());
          out.flush();
        }
      }
    }
    return results;
  }

  private static ScriptResult take(Future<ScriptResult> running, ScriptFile script) throws Failure {
    try {
      return running.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(script.name() + ": " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted");
    }
  }

  private void show(ScriptResult result, PrintWriter out) {
    boolean failed = result.verdict() == Verdict.FAILED;
    if (failed || verbose) {
      out.printf("%s %s%n", result.verdict(), result.name());
      result.detail().lines().forEach(line -> out.println("  " + line));
    }
    if (verbose || failed) {
      result.trace().forEach(line -> out.println("    " + line));
      out.flush();
    }
  }
}
