package dev.trident.requirements;

import dev.trident.report.JunitXml.Case;
import dev.trident.report.JunitXml.Outcome;
import dev.trident.requirements.Matrix.Checked;
import dev.trident.script.RunOptions;
import dev.trident.script.ScriptFile;
import dev.trident.script.ScriptSummary;
import java.util.List;
import java.util.Map;

/** Runs scripts on the engine, one after the other: a hundred take less than a JVM's start. */
final class ScriptRun {
  private ScriptRun() {}

  /** Runs them in order; one that our interpreter breaks on is an error, and the others go on. */
  static void run(
      List<ScriptFile> scripts, List<Checked> checked, List<Case> cases, ProgressLine progress) {
    int failed = 0;
    for (int i = 0; i < scripts.size(); i++) {
      Case result = result(scripts.get(i));
      if (result.outcome() == Outcome.FAILED || result.outcome() == Outcome.ERROR) {
        failed++;
      }
      cases.add(result);
      checked.add(new Checked(ScriptScan.of(scripts.get(i)), result.outcome(), result.message()));
      progress.show(i + 1, scripts.size(), failed);
    }
  }

  private static Case result(ScriptFile script) {
    try {
      return ScriptSummary.caseOf(script.run(RunOptions.STANDARD, Map.of()));
    } catch (RuntimeException | AssertionError bug) {
      Check check = ScriptScan.of(script);
      return new Case(
          check.owner().replace('/', '.'),
          check.name(),
          0,
          Outcome.ERROR,
          "the interpreter broke: " + bug,
          TestWorker.trace(bug));
    }
  }
}
