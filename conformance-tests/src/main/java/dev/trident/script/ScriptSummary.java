package dev.trident.script;

import dev.trident.report.JunitXml;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Results of many scripts counted, for a terminal and for JUnit XML. */
public final class ScriptSummary {
  private static final double NANOS_PER_SECOND = 1e9;

  private final List<ScriptResult> results;
  private final Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);

  ScriptSummary(List<ScriptResult> results) {
    this.results = results;
    for (ScriptResult result : results) {
      counts.merge(result.verdict(), 1, Integer::sum);
    }
  }

  int count(Verdict verdict) {
    return counts.getOrDefault(verdict, 0);
  }

  /** One line for each verdict, below it the reasons with their counts. */
  void print(PrintWriter out) {
    line(out, "passed", Verdict.PASSED);
    line(out, "failed", Verdict.FAILED);
    line(out, "pending", Verdict.PENDING);
    line(out, "skipped", Verdict.SKIPPED);
    line(out, "not expressible", Verdict.NOT_EXPRESSIBLE);
    double seconds = results.stream().mapToLong(ScriptResult::realNanos).sum() / NANOS_PER_SECOND;
    out.printf("%-16s %6d  in %.1f s of work%n", "scripts", results.size(), seconds);
  }

  private void line(PrintWriter out, String name, Verdict verdict) {
    out.printf("%-16s %6d%n", name, count(verdict));
    Map<String, Integer> reasons = new TreeMap<>();
    for (ScriptResult result : results) {
      if (result.verdict() == verdict && !result.reason().isEmpty()) {
        reasons.merge(result.reason(), 1, Integer::sum);
      }
    }
    reasons.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .forEach(each -> out.printf("  %21d  %s%n", each.getValue(), each.getKey()));
  }

  /** A case for each script, grouped by folder. */
  List<JunitXml.Case> cases() {
    return results.stream().map(ScriptSummary::caseOf).toList();
  }

  /** One result as JUnit XML has it: failed, skipped, or passed. */
  public static JunitXml.Case caseOf(ScriptResult result) {
    int slash = result.name().lastIndexOf('/');
    String folder = slash < 0 ? "scripts" : result.name().substring(0, slash);
    String detail = result.detail();
    int line = detail.indexOf('\n');
    return new JunitXml.Case(
        folder.replace('/', '.'),
        result.name().substring(slash + 1),
        result.realNanos() / NANOS_PER_SECOND,
        outcome(result.verdict()),
        message(result, line < 0 ? detail : detail.substring(0, line)),
        result.verdict() == Verdict.FAILED
            ? detail + "\n\n" + String.join("\n", result.trace())
            : detail);
  }

  private static String message(ScriptResult result, String firstLine) {
    return switch (result.verdict()) {
      case PASSED -> "";
      case FAILED -> firstLine;
      case SKIPPED -> "skipped: " + firstLine;
      case NOT_EXPRESSIBLE -> "not expressible: " + firstLine;
      case PENDING -> "pending: " + result.reason();
    };
  }

  private static JunitXml.Outcome outcome(Verdict verdict) {
    return switch (verdict) {
      case PASSED -> JunitXml.Outcome.PASSED;
      case FAILED -> JunitXml.Outcome.FAILED;
      case SKIPPED, NOT_EXPRESSIBLE, PENDING -> JunitXml.Outcome.SKIPPED;
    };
  }
}
