package dev.trident.requirements;

import dev.trident.apps.Failure;
import dev.trident.apps.Subcommand;
import dev.trident.apps.Trident;
import dev.trident.report.JunitXml;
import dev.trident.report.JunitXml.Case;
import dev.trident.report.JunitXml.Outcome;
import dev.trident.requirements.Matrix.Checked;
import dev.trident.requirements.Matrix.Entry;
import dev.trident.requirements.Matrix.Status;
import dev.trident.script.OwnScripts;
import dev.trident.script.ScriptFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs what claims rows of the catalogue, and writes the matrix. */
@Command(
    name = "conformance",
    description = {
      "Run the tests and scripts that claim rows of the requirement catalogue, and write the"
          + " matrix: index.html, requirements.csv and junit.xml.",
      "A row is covered if all tests and scripts that name it pass. Tests that need network devices"
          + " are skipped where those cannot be made; with TRIDENT_REQUIRE_NET=1 they fail instead."
    })
public final class ConformanceCommand implements Subcommand {
  private static final int MAX_PROBLEMS_PRINTED = 20;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "target/conformance",
      description = "where the reports go (default: ${DEFAULT-VALUE})")
  private Path out = Path.of("");

  @Option(
      names = "--no-tests",
      description = "run the scripts only; rows that tests claim are shown as pending")
  private boolean noTests;

  @Option(
      names = "--area",
      paramLabel = "AREA",
      description = "only this catalogue: ${COMPLETION-CANDIDATES} (default: all)")
  private @Nullable Area area;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "JVMs that run tests side by side (default: as many as processors, at most 4)")
  private int jobs = Math.min(4, Runtime.getRuntime().availableProcessors());

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Failure, IOException {
    if (jobs < 1) {
      throw new ParameterException(spec.commandLine(), "--jobs must be 1 or more");
    }
    Catalogue catalogue = catalogue();
    try {
      Files.createDirectories(out);
    } catch (IOException e) {
      throw new Failure(
          "cannot write the reports (" + Failure.reason(e) + "); choose another --out");
    }
    List<Checked> checked = new ArrayList<>();
    List<Case> cases = new ArrayList<>();
    runTests(catalogue, checked, cases);
    runScripts(catalogue, checked, cases);

    Matrix matrix = Matrix.of(catalogue, checked).only(area);
    MatrixHtml.write(out.resolve("index.html"), matrix, cases, made());
    MatrixCsv.write(out.resolve("requirements.csv"), matrix.entries());
    JunitXml.write(out.resolve("junit.xml"), "conformance", cases);
    return print(matrix, cases) ? Trident.OK : Trident.FAILED;
  }

  private static Catalogue catalogue() throws Failure, IOException {
    try {
      return Catalogue.load();
    } catch (CatalogueException e) {
      throw new Failure("the catalogue cannot be used: " + e.getMessage());
    }
  }

  private void runTests(Catalogue catalogue, List<Checked> checked, List<Case> cases)
      throws Failure, IOException {
    TestScan scan = TestScan.ofThisJvm();
    List<Check> tests = scan.checks().stream().filter(check -> isOfArea(catalogue, check)).toList();
    if (scan.checks().isEmpty()) {
      throw new Failure("no tests on the class path; start this command by ./trident");
    }
    if (noTests) {
      checked.addAll(Verdicts.notRun(tests, "not run (--no-tests)"));
      return;
    }
    ProgressLine progress = new ProgressLine(spec.commandLine().getErr(), "test classes");
    List<TestResult> results = new TestRun(scan, out, jobs, progress::show).run(tests);
    progress.end();
    checked.addAll(Verdicts.ofTests(tests, results));
    cases.addAll(Verdicts.cases(results));
    cases.addAll(Verdicts.claimsWithoutTest(tests, results));
  }

  private void runScripts(Catalogue catalogue, List<Checked> checked, List<Case> cases)
      throws IOException {
    List<ScriptFile> scripts =
        OwnScripts.all().stream()
            .filter(script -> isOfArea(catalogue, ScriptScan.of(script)))
            .toList();
    ProgressLine progress = new ProgressLine(spec.commandLine().getErr(), "scripts");
    ScriptRun.run(scripts, checked, cases, progress);
    progress.end();
  }

  /** Whether it claims a row of the area; unknown ids belong to every area. */
  private boolean isOfArea(Catalogue catalogue, Check check) {
    return area == null
        || check.ids().stream()
            .map(catalogue::row)
            .anyMatch(row -> row == null || row.area() == area);
  }

  private static String made() {
    return "Trident, %s, Java %s, %s %s"
        .formatted(
            Instant.now().truncatedTo(ChronoUnit.SECONDS),
            Runtime.version(),
            System.getProperty("os.name"),
            System.getProperty("os.arch"));
  }

  /** Prints the table, and what must be put right; whether that is nothing. */
  private boolean print(Matrix matrix, List<Case> cases) {
    PrintWriter text = spec.commandLine().getOut();
    text.printf(
        "%-10s %6s %8s %8s %8s %10s %8s   %s%n",
        "", "rows", "covered", "failing", "pending", "uncovered", "not Java", "permissions");
    for (Area each : Area.values()) {
      List<Entry> entries = matrix.entries().stream().filter(e -> e.row().area() == each).toList();
      if (!entries.isEmpty()) {
        line(text, each.title(), Tally.of(entries));
      }
    }
    if (area == null) {
      line(text, "all", Tally.of(matrix.entries()));
    }
    List<String> problems = new ArrayList<>(matrix.unknown());
    for (Case test : cases) {
      if (isFailure(test.outcome())) {
        problems.add("%s %s: %s".formatted(test.className(), test.name(), test.message()));
      }
    }
    long skipped = cases.stream().filter(test -> test.outcome() == Outcome.SKIPPED).count();
    long failed = cases.stream().filter(test -> isFailure(test.outcome())).count();
    text.printf(
        "%,d tests and scripts: %,d passed, %,d failed, %,d skipped%n",
        cases.size(), cases.size() - failed - skipped, failed, skipped);
    problems.stream().limit(MAX_PROBLEMS_PRINTED).forEach(line -> text.println("  " + line));
    if (problems.size() > MAX_PROBLEMS_PRINTED) {
      text.printf("  and %,d more%n", problems.size() - MAX_PROBLEMS_PRINTED);
    }
    matrix.contradictions().forEach(line -> text.println("note: " + line));
    text.printf("Reports: %s%n", out.resolve("index.html"));
    text.flush();
    return problems.isEmpty();
  }

  private static boolean isFailure(Outcome outcome) {
    return outcome == Outcome.FAILED || outcome == Outcome.ERROR;
  }

  private static void line(PrintWriter text, String title, Tally tally) {
    text.printf(
        Locale.ROOT,
        "%-10s %,6d %,8d %,8d %,8d %,10d %,8d   %,d, %,d shown%n",
        title,
        tally.all(),
        tally.count(Status.COVERED),
        tally.count(Status.FAILING),
        tally.count(Status.SKIPPED),
        tally.count(Status.UNCOVERED),
        tally.count(Status.NOT_REPRESENTABLE),
        tally.permissions(),
        tally.permissionsShown());
  }
}
