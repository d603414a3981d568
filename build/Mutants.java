import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * Who tests the tests: breaks the engine on purpose, one way at a time, and runs packet scripts and
 * simulations on it. Each damage must be noticed. Run from the root of the checkout, after
 * {@code ./trident --version} has built it: {@code java build/Mutants.java [WORD...]} with JDK 25;
 * words choose the mutants whose names contain one. Ends with 1 if one goes unnoticed.
 */
public final class Mutants {
  private static final Path SOURCES = Path.of("core-stack/src/main/java");
  private static final Path JAR =
      Path.of("conformance-tests/target/conformance-tests-0.1.0-SNAPSHOT.jar");
  private static final long LIMIT_SECONDS = 300;
  private static final Pattern FAILED = Pattern.compile("^failed +([\\d,]+)", Pattern.MULTILINE);

  /** A piece of a source file, which must be there exactly once, and what replaces it. */
  private record Mutant(String name, String file, String text, String replacement) {}

  private static final Mutant UNHARMED =
      new Mutant("none (must not be noticed)", "dev/trident/tcp/Reno.java", "final class Reno", "final class Reno");

  private static final List<Mutant> ALL =
      List.of(
          new Mutant(
              "RTO never backs off",
              "dev/trident/tcp/Retransmission.java",
              "    backOff(attempts, connection.state() == StreamState.SYN_SENT);\n",
              "\n"),
          new Mutant(
              "FIN not retransmitted",
              "dev/trident/tcp/Sender.java",
              "boolean again = finSent;",
              "boolean again = finSent; if (again) { return true; }"),
          new Mutant(
              "any fast open cookie is good",
              "dev/trident/tcp/FastOpenCookies.java",
              "if (expected.isSameCookie(shown)) {",
              "if (shown != null) {"),
          new Mutant(
              "pending fast opens without bound",
              "dev/trident/tcp/FastOpenServer.java",
              "if (queue.used(nowNanos) >= limit) {",
              "if (queue.used(nowNanos) < 0) {"),
          new Mutant(
              "data of a SYN not sent again",
              "dev/trident/tcp/SendOpening.java",
              "if (taken < bytes) {",
              "if (taken < 0) {"),
          new Mutant(
              "window ignored",
              "dev/trident/tcp/Sender.java",
              "int usable = sndWnd - flight;",
              "int usable = 1 << 30;"),
          new Mutant(
              "checksum not verified",
              "dev/trident/tcp/Segment.java",
              "if (InternetChecksum.fold(sum) != GOOD_SUM) {",
              "if (sum < 0) {"),
          new Mutant(
              "buffer not released on RST",
              "dev/trident/tcp/SendBuffer.java",
              "    unsent = null;\n    while (packet != null) {",
              "    unsent = null;\n    while (packet != null && unsent != null) {"),
          new Mutant(
              "congestion window ignored",
              "dev/trident/tcp/Sender.java",
              "if (!override && (length > recovery.roomBytes() + syn || isHeld())) {",
              "if (!override && isHeld()) {"),
          new Mutant(
              "Nagle's algorithm ignored",
              "dev/trident/tcp/Sender.java",
              "return !moreComing && hurry ? length : 0;",
              "return moreComing ? 0 : length;"));

  public static void main(String[] args) throws Exception {
    if (!Files.exists(JAR)) {
      System.err.println("no " + JAR + ": build it with ./trident --version, from the root");
      System.exit(1);
    }
    System.out.printf("%-28s %-28s %s%n", "mutant", "scripts", "simulation");
    int unnoticed = 0;
    if (isNoticed(UNHARMED)) {
      System.err.println("the engine fails as it is; nothing can be said about mutants");
      System.exit(1);
    }
    for (Mutant mutant : ALL) {
      if (args.length == 0 || Stream.of(args).anyMatch(mutant.name()::contains)) {
        unnoticed += isNoticed(mutant) ? 0 : 1;
      }
    }
    System.exit(unnoticed == 0 ? 0 : 1);
  }

  private static boolean isNoticed(Mutant mutant) throws Exception {
    Path folder = Files.createTempDirectory("mutant");
    try {
      compile(mutant, folder);
      Run scripts = Run.of(folder, "script", "--strict");
      Run simulation = Run.of(folder, "sim", "--soak", "--seed", "1", "--runs", "60", "--no-shrink");
      Matcher failed = FAILED.matcher(scripts.output());
      String count = failed.find() ? "noticed by " + failed.group(1) : "noticed: it ended";
      System.out.printf(
          "%-28s %-28s %s%n",
          mutant.name(),
          scripts.isNoticed() ? count : "not noticed",
          simulation.isNoticed() ? "noticed" : "not noticed");
      scripts.output().lines().filter(line -> line.startsWith("FAILED ")).limit(3)
          .forEach(line -> System.out.println("  " + line.substring("FAILED ".length())));
      return scripts.isNoticed() || simulation.isNoticed();
    } finally {
      try (Stream<Path> made = Files.walk(folder)) {
        made.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
      }
    }
  }

  private static void compile(Mutant mutant, Path folder) throws IOException {
    Path original = SOURCES.resolve(mutant.file());
    String source = Files.readString(original);
    int at = source.indexOf(mutant.text());
    if (at < 0 || source.indexOf(mutant.text(), at + 1) >= 0) {
      throw new IllegalStateException(
          original + " has not exactly one: " + mutant.text() + "; bring this mutant up to date");
    }
    Path changed = folder.resolve(original.getFileName());
    Files.writeString(changed, source.replace(mutant.text(), mutant.replacement()));
    List<String> call = new ArrayList<>(List.of("-nowarn", "-proc:none", "-d", folder.toString()));
    call.addAll(List.of("-cp", JAR.toString(), changed.toString()));
    if (ToolProvider.getSystemJavaCompiler().run(null, null, null, call.toArray(String[]::new))
        != 0) {
      throw new IllegalStateException("the mutant does not compile: " + mutant.name());
    }
  }

  /** One command on the engine whose damaged classes lie in a folder. */
  private record Run(int code, String output) {
    static Run of(Path folder, String... command) throws Exception {
      List<String> call = new ArrayList<>();
      call.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      call.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"));
      call.add("-Djdk.virtualThreadScheduler.parallelism=1");
      call.addAll(List.of("-cp", folder + File.pathSeparator + JAR, "dev.trident.apps.Trident"));
      call.addAll(List.of(command));
      Path output = folder.resolve("output.txt");
      Process process =
          new ProcessBuilder(call)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      return new Run(ended ? process.exitValue() : -1, Files.readString(output));
    }

    /** 1 is a failed check; 2, a wrong command line, must not be taken for one. */
    boolean isNoticed() {
      if (code == 2) {
        throw new IllegalStateException(output);
      }
      return code != 0;
    }
  }
}
