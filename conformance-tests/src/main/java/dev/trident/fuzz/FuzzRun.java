package dev.trident.fuzz;

import dev.trident.apps.Failure;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One fuzzer in a JVM of its own, which Jazzer instruments.
 *
 * @param succeeded whether it found nothing
 * @param summary executions, coverage and the like, a line each
 * @param log everything it has printed
 */
record FuzzRun(boolean succeeded, List<String> summary, Path log) {
  /** Longest input; a few dozen frames are made of that. */
  private static final int MAX_INPUT_BYTES = 1_024;

  /**
   * How libFuzzer, which is below Jazzer, ends after a finding, too long a run, too much memory.
   */
  private static final Set<Integer> FINDINGS = Set.of(77, 70, 71);

  private static final Pattern LAST_LINE =
      Pattern.compile("#(\\d+)\\s+DONE\\s+cov: (\\d+) ft: (\\d+) corp: (\\d+)/(\\S+).*");

  /**
   * Runs {@code fuzzer} for so many seconds, or until it finds something.
   *
   * @param home the folder of the module: findings go into its test resources
   */
  static FuzzRun of(Fuzzer fuzzer, long seconds, Path home) throws IOException, Failure {
    Path out = Files.createDirectories(home.resolve("target").resolve("fuzz"));
    Path log = out.resolve(fuzzer + ".log");
    Path reached = out.resolve(fuzzer + ".reached");
    Files.deleteIfExists(reached);
    Process process =
        new ProcessBuilder(command(fuzzer, seconds, home, reached))
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      int code = process.waitFor();
      if (code != 0 && !FINDINGS.contains(code)) {
        throw new Failure(
            "the fuzzer %s did not run (exit code %d); what it said is in %s"
                .formatted(fuzzer, code, log));
      }
      return new FuzzRun(code == 0, summary(log, reached), log);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted while fuzzing " + fuzzer);
    } finally {
      process.destroy();
    }
  }

  private static List<String> command(Fuzzer fuzzer, long seconds, Path home, Path reached)
      throws IOException, Failure {
    Path libraries = home.resolve("target").resolve("fuzz-lib").toAbsolutePath();
    if (!Files.isDirectory(libraries)) {
      throw new Failure("Jazzer is not at " + libraries + "; start this command by ./trident");
    }
    Path corpus =
        Files.createDirectories(home.resolve(".cifuzz-corpus").resolve(fuzzer.toString()));
    Path seeds = home.resolve("src/test/resources").resolve(fuzzer.seeds());
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-ea",
        "-XX:+UseSerialGC",
        "-XX:+EnableDynamicAgentLoading",
        "--sun-misc-unsafe-memory-access=allow",
        "-Dtrident.handles=strict",
        "-Dtrident.fuzz.report=" + reached.toAbsolutePath(),
        "-cp",
        absolute(System.getProperty("java.class.path")) + File.pathSeparator + libraries + "/*",
        "com.code_intelligence.jazzer.Jazzer",
        "--target_class=" + fuzzer.className + "$Target",
        "--instrumentation_includes=" + fuzzer.instrumented,
        "--disabled_hooks=**",
        "--reproducer_path=" + corpus,
        "-artifact_prefix=" + seeds + File.separator,
        "-max_total_time=" + seconds,
        "-max_len=" + MAX_INPUT_BYTES,
        "-len_control=0",
        "-rss_limit_mb=0",
        corpus.toString(),
        seeds.toString());
  }

  /** The process runs in another folder. */
  private static String absolute(String classPath) {
    return Stream.of(classPath.split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .reduce((a, b) -> a + File.pathSeparator + b)
        .orElse("");
  }

  private static List<String> summary(Path log, Path reached) throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      Stream<String> done =
          lines
              .map(LAST_LINE::matcher)
              .filter(Matcher::matches)
              .map(
                  m ->
                      "%s executions, %s edges covered, %s features, %s inputs in the corpus"
                          .formatted(m.group(1), m.group(2), m.group(3), m.group(4)));
      Stream<String> reasons =
          Files.exists(reached) ? Files.readAllLines(reached).stream() : Stream.empty();
      return Stream.concat(done, reasons).toList();
    }
  }
}
