package dev.trident.requirements;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.trident.report.JunitXml.Outcome;
import dev.trident.requirements.fixture.CannotBegin;
import dev.trident.requirements.fixture.EndsTheJvm;
import dev.trident.requirements.fixture.OneOfEach;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fixtures in JVMs of their own: what comes back, also when one dies. */
class TestRunTest {
  @TempDir private Path folder = Path.of("");
  private final List<String> progress = new ArrayList<>();

  @Test
  void shouldReportEveryOutcomeWhenAClassHasOneOfEach() throws Exception {
    List<TestResult> results = run(OneOfEach.class);

    assertThat(results)
        .extracting(TestResult::display, TestResult::outcome, TestResult::message)
        .containsExactlyInAnyOrder(
            tuple("passes", Outcome.PASSED, ""),
            tuple("fails", Outcome.FAILED, "one is not two"),
            tuple("breaks", Outcome.ERROR, "For input string: \"broken\""),
            tuple("isDisabled", Outcome.SKIPPED, "not today"),
            tuple("aborts", Outcome.SKIPPED, "not here"),
            tuple("takes [1] 7", Outcome.PASSED, ""),
            tuple("takes [2] 8", Outcome.PASSED, ""));
    assertThat(results).allMatch(result -> result.owner().equals(result.className()));
    assertThat(results)
        .filteredOn(result -> result.display().equals("breaks"))
        .allMatch(result -> result.detail().contains("OneOfEach.java"));
    assertThat(progress).containsExactly("1 of 1, 2 failed");
    assertThat(folder.resolve("tests-1.log")).content().contains("a test prints");
  }

  @Test
  void shouldBlameTheTestAndGoOnWhenItsJvmEnds() throws Exception {
    List<TestResult> results = run(EndsTheJvm.class, OneOfEach.class);

    assertThat(results)
        .filteredOn(result -> result.className().equals(EndsTheJvm.class.getName()))
        .extracting(TestResult::method, TestResult::outcome, TestResult::message)
        .containsExactly(
            tuple("", Outcome.ERROR, "the JVM ended with exit code 42 during exits()"));
    assertThat(results)
        .filteredOn(result -> result.className().equals(OneOfEach.class.getName()))
        .hasSize(7);
  }

  @Test
  void shouldFailTheWholeClassWhenItCannotBegin() throws Exception {
    List<TestResult> results = run(CannotBegin.class);

    assertThat(results)
        .extracting(TestResult::method, TestResult::outcome, TestResult::message)
        .containsExactly(tuple("", Outcome.ERROR, "For input string: \"no beginning\""));
    assertThat(
            results
                .getFirst()
                .belongsTo(
                    new Check(Check.Kind.TEST, CannotBegin.class.getName(), "never", List.of())))
        .isTrue();
  }

  private List<TestResult> run(Class<?>... classes) throws Exception {
    List<Check> checks = new ArrayList<>();
    for (Class<?> type : classes) {
      checks.add(new Check(Check.Kind.TEST, type.getName(), "", List.of()));
    }
    Files.createDirectories(folder);
    return new TestRun(
            TestScan.of(List.of()),
            folder,
            1,
            (done, all, failed) -> progress.add("%d of %d, %d failed".formatted(done, all, failed)))
        .run(checks);
  }
}
