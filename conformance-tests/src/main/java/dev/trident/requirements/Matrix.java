package dev.trident.requirements;

import dev.trident.report.JunitXml.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the catalogue against what claims them: each row with its checks and its status. What
 * is wrong with the claims themselves is listed beside: ids that no catalogue has, and rows that
 * are both shown and said to be impossible.
 */
public final class Matrix {
  /** How far a row is shown, the most urgent first. */
  public enum Status {
    FAILING("failing", "a test or script of the row failed"),
    UNCOVERED("uncovered", "nothing claims the row"),
    SKIPPED("pending", "a test or script of the row was skipped, or waits for a later part"),
    COVERED("covered", "all tests and scripts of the row passed"),
    NOT_REPRESENTABLE("not in Java", "cannot exist in Java; the row says why"),
    PERMISSION("permission", "allows something, so that nothing need show it");

    private final String title;
    private final String meaning;

    Status(String title, String meaning) {
      this.title = title;
      this.meaning = meaning;
    }

    public String title() {
      return title;
    }

    public String meaning() {
      return meaning;
    }
  }

  /**
   * A check and how it ended: the worst of its results.
   *
   * @param outcome of a parameterized test, the worst of its invocations
   * @param message why it failed or was skipped; empty if it passed
   */
  public record Checked(Check check, Outcome outcome, String message) {}

  /**
   * One row of the matrix.
   *
   * @param reason why the row cannot exist in Java; empty if it can
   */
  public record Entry(Row row, Status status, List<Checked> checks, String reason) {
    /** Whether the row counts in the bars: permissions stand apart. */
    public boolean counts() {
      return !row.isPermission();
    }
  }

  private final List<Entry> entries = new ArrayList<>();
  private final List<String> unknown = new ArrayList<>();
  private final List<String> contradictions = new ArrayList<>();

  private Matrix() {}

  /** Joins all rows of the catalogue with the checks. */
  public static Matrix of(Catalogue catalogue, List<Checked> checks) {
    Matrix matrix = new Matrix();
    Map<String, List<Checked>> byId = new LinkedHashMap<>();
    for (Checked checked : checks) {
      for (String id : checked.check().ids()) {
        if (catalogue.row(id) == null) {
          matrix.unknown.add(unknownId(id, checked.check()));
        } else {
          byId.computeIfAbsent(id, _ -> new ArrayList<>()).add(checked);
        }
      }
    }
    for (Row row : catalogue.rows()) {
      List<Checked> ofRow = List.copyOf(byId.getOrDefault(row.id(), List.of()));
      @Nullable String reason = catalogue.notRepresentable(row);
      if (reason != null && !ofRow.isEmpty()) {
        matrix.contradictions.add(
            "%s is listed as not representable (%s), but claimed by %s"
                .formatted(row.id(), reason, ofRow.getFirst().check().label()));
      }
      matrix.entries.add(
          new Entry(row, status(row, ofRow, reason), ofRow, reason == null ? "" : reason));
    }
    return matrix;
  }

  /** The ids that no catalogue has, without running anything: class and method, or script. */
  public static List<String> unknownIds(Catalogue catalogue, List<Check> checks) {
    List<String> unknown = new ArrayList<>();
    for (Check check : checks) {
      for (String id : check.ids()) {
        if (catalogue.row(id) == null) {
          unknown.add(unknownId(id, check));
        }
      }
    }
    return unknown;
  }

  private static String unknownId(String id, Check check) {
    return "%s claims %s, which is in no catalogue (requirements/*.csv)"
        .formatted(check.label(), id);
  }

  private static Status status(Row row, List<Checked> checks, @Nullable String reason) {
    if (!checks.isEmpty()) {
      return ofChecks(checks);
    }
    if (reason != null) {
      return Status.NOT_REPRESENTABLE;
    }
    return row.isPermission() ? Status.PERMISSION : Status.UNCOVERED;
  }

  /** Strict: one that was skipped leaves the row open, whatever the others showed. */
  private static Status ofChecks(List<Checked> checks) {
    Status status = Status.COVERED;
    for (Checked checked : checks) {
      switch (checked.outcome()) {
        case FAILED, ERROR -> {
          return Status.FAILING;
        }
        case SKIPPED -> status = Status.SKIPPED;
        case PASSED -> {}
      }
    }
    return status;
  }

  /** The rows of one area, with everything that is wrong; null is all areas. */
  public Matrix only(@Nullable Area area) {
    if (area == null) {
      return this;
    }
    Matrix part = new Matrix();
    entries.stream().filter(entry -> entry.row().area() == area).forEach(part.entries::add);
    part.unknown.addAll(unknown);
    part.contradictions.addAll(contradictions);
    return part;
  }

  /** All rows, in the order of the catalogue. */
  public List<Entry> entries() {
    return List.copyOf(entries);
  }

  /** One line for each claim of an id that no catalogue has, naming who claims it. */
  public List<String> unknown() {
    return List.copyOf(unknown);
  }

  /** One line for each row that is shown although it is said not to exist in Java. */
  public List<String> contradictions() {
    return List.copyOf(contradictions);
  }
}
