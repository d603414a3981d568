package dev.trident.requirements;

import dev.trident.report.JunitXml.Case;
import dev.trident.report.JunitXml.Outcome;
import dev.trident.requirements.Matrix.Checked;
import java.util.ArrayList;
import java.util.List;

/** From results of single tests to how each check ended. */
final class Verdicts {
  private static final String NO_TEST = "claims rows, but no test of this name ran";

  private Verdicts() {}

  /**
   * The worst result of each check. One that claims rows and never ran is an error: a claim that
   * nothing holds.
   */
  static List<Checked> ofTests(List<Check> checks, List<TestResult> results) {
    List<Checked> verdicts = new ArrayList<>();
    for (Check check : checks) {
      Checked worst = new Checked(check, Outcome.ERROR, NO_TEST);
      int rank = -1;
      for (TestResult result : results) {
        if (result.belongsTo(check) && rank(result.outcome()) > rank) {
          rank = rank(result.outcome());
          worst = new Checked(check, result.outcome(), result.message());
        }
      }
      verdicts.add(worst);
    }
    return verdicts;
  }

  /** Nothing was run, for a reason. */
  static List<Checked> notRun(List<Check> checks, String why) {
    return checks.stream().map(check -> new Checked(check, Outcome.SKIPPED, why)).toList();
  }

  /** An error for each claim that nothing holds, for the reports. */
  static List<Case> claimsWithoutTest(List<Check> checks, List<TestResult> results) {
    return checks.stream()
        .filter(check -> results.stream().noneMatch(result -> result.belongsTo(check)))
        .map(check -> new Case(check.owner(), check.name(), 0, Outcome.ERROR, NO_TEST, ""))
        .toList();
  }

  static List<Case> cases(List<TestResult> results) {
    return results.stream()
        .map(
            r ->
                new Case(
                    r.className(), r.display(), r.seconds(), r.outcome(), r.message(), r.detail()))
        .toList();
  }

  private static int rank(Outcome outcome) {
    return switch (outcome) {
      case PASSED -> 0;
      case SKIPPED -> 1;
      case FAILED -> 2;
      case ERROR -> 3;
    };
  }
}
