package dev.trident.requirements;

import static dev.trident.report.XmlText.attribute;
import static dev.trident.report.XmlText.content;

import dev.trident.report.JunitXml.Case;
import dev.trident.report.JunitXml.Outcome;
import dev.trident.requirements.Matrix.Checked;
import dev.trident.requirements.Matrix.Entry;
import dev.trident.requirements.Matrix.Status;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The matrix as one page that needs nothing else: the first screen compares the areas, below it one
 * opens area, group and row. Without scripts everything but the filter works.
 */
final class MatrixHtml {
  /** What a bar shows, from left to right. */
  private static final List<Status> BAR =
      List.of(
          Status.COVERED,
          Status.FAILING,
          Status.SKIPPED,
          Status.UNCOVERED,
          Status.NOT_REPRESENTABLE);

  private final Matrix matrix;
  private final List<Case> cases;
  private final String made;
  private final StringBuilder out = new StringBuilder(1 << 21);

  private MatrixHtml(Matrix matrix, List<Case> cases, String made) {
    this.matrix = matrix;
    this.cases = cases;
    this.made = made;
  }

  /**
   * Writes the page.
   *
   * @param cases every test and script that ran
   * @param made when and by what, for the foot of the page
   */
  static void write(Path file, Matrix matrix, List<Case> cases, String made) throws IOException {
    Files.writeString(file, new MatrixHtml(matrix, cases, made).page());
  }

  private String page() throws IOException {
    out.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    out.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    out.append("<meta name=\"color-scheme\" content=\"light dark\">\n");
    out.append("<title>Trident: conformance</title>\n");
    out.append("<style>\n").append(resource("matrix.css")).append("</style>\n</head>\n<body>\n");
    head();
    problems();
    overview();
    out.append("<main>\n");
    filter();
    for (Area area : areas()) {
      area(area);
    }
    out.append("<p id=\"none\" hidden>No row matches.</p>\n</main>\n");
    out.append("<footer>").append(content(made)).append("</footer>\n");
    out.append("<script>\n").append(resource("matrix.js")).append("</script>\n</body>\n</html>\n");
    return out.toString();
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = MatrixHtml.class.getResourceAsStream("/report/" + name)) {
      if (in == null) {
        throw new FileNotFoundException("report/" + name + " is missing from this build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void head() {
    long passed = cases.stream().filter(c -> c.outcome() == Outcome.PASSED).count();
    long skipped = cases.stream().filter(c -> c.outcome() == Outcome.SKIPPED).count();
    long failed = cases.size() - passed - skipped;
    out.append("<header>\n<h1>Conformance</h1>\n<p>");
    out.append("Every sentence of three manuals and of the TCP/IP standards that a test can hold,");
    out.append(" and whether one does. A row is <em>covered</em> when all tests and scripts that");
    out.append(" name it pass.</p>\n<p class=\"ran\">");
    out.append(
        cases.isEmpty()
            ? "Nothing was run."
            : "%s ran: %s passed, <span class=\"%s\">%s failed</span>, %s skipped."
                .formatted(
                    "%,d tests and scripts".formatted(cases.size()),
                    number(passed),
                    failed > 0 ? "bad" : "",
                    number(failed),
                    number(skipped)));
    out.append("</p>\n</header>\n");
  }

  /** What a reader must see before any figure. */
  private void problems() {
    List<String> lines = new ArrayList<>(matrix.unknown());
    lines.addAll(matrix.contradictions());
    for (Case test : cases) {
      if (test.outcome() == Outcome.FAILED || test.outcome() == Outcome.ERROR) {
        lines.add(test.className() + " " + test.name() + ": " + test.message());
      }
    }
    if (lines.isEmpty()) {
      return;
    }
    out.append("<section class=\"problems\">\n<h2>To be put right</h2>\n<ul>\n");
    for (String line : lines) {
      out.append("<li>").append(content(line)).append("</li>\n");
    }
    out.append("</ul>\n</section>\n");
  }

  private void overview() {
    out.append("<section class=\"overview\" aria-label=\"Overview\">\n");
    for (Area area : areas()) {
      List<Entry> entries = of(area);
      Tally tally = Tally.of(entries);
      out.append("<article class=\"card\">\n");
      out.append("<h2><a href=\"#area-%s\">%s</a></h2>\n".formatted(area.id(), area.title()));
      out.append(
          "<p class=\"figure\"><b>%d<small>%%</small></b> <span>%s of %s rows</span></p>\n"
              .formatted(
                  tally.coveredPercent(),
                  number(tally.count(Status.COVERED)),
                  number(tally.all() - tally.count(Status.NOT_REPRESENTABLE))));
      bar(tally);
      out.append("<dl>\n");
      area.levels().forEach((level, meaning) -> level(level, meaning, entries));
      out.append("</dl>\n");
      if (tally.permissions() > 0) {
        out.append(
            "<p class=\"apart\">apart: %d %s, %d shown</p>\n"
                .formatted(
                    tally.permissions(),
                    tally.permissions() == 1 ? "permission" : "permissions",
                    tally.permissionsShown()));
      }
      out.append("</article>\n");
    }
    out.append("</section>\n<ul class=\"legend\">\n");
    for (Status status : BAR) {
      out.append(
          "<li><i class=\"%s\"></i>%s <small>%s</small></li>\n"
              .formatted(css(status), status.title(), content(status.meaning())));
    }
    out.append("</ul>\n");
  }

  private void level(String level, String meaning, List<Entry> ofArea) {
    Tally tally = Tally.of(ofArea.stream().filter(e -> e.row().level().equals(level)).toList());
    out.append(
        "<div><dt>%s <small>%s</small></dt><dd>%s<small>/%s</small></dd>"
            .formatted(
                content(level),
                content(meaning),
                number(tally.count(Status.COVERED)),
                number(tally.all())));
    bar(tally);
    out.append("</div>\n");
  }

  private void bar(Tally tally) {
    StringBuilder label = new StringBuilder();
    StringBuilder parts = new StringBuilder();
    for (Status status : BAR) {
      int count = tally.count(status);
      if (count > 0) {
        label.append(label.isEmpty() ? "" : ", ").append(count).append(' ').append(status.title());
        parts.append("<i class=\"%s\" style=\"flex-grow:%d\"></i>".formatted(css(status), count));
      }
    }
    out.append(
        "<div class=\"bar\" role=\"img\" aria-label=\"%1$s\" title=\"%1$s\">%2$s</div>"
            .formatted(label.isEmpty() ? "no rows" : label, parts));
  }

  private void filter() {
    out.append("<h2>Rows</h2>\n<form class=\"filter\" hidden>\n");
    out.append("<input type=\"search\" id=\"text\" placeholder=\"Filter: id, words, test\"");
    out.append(" aria-label=\"Filter rows by text\" autocomplete=\"off\">\n<fieldset>\n");
    out.append("<legend>Status</legend>\n");
    out.append("<label><input type=\"radio\" name=\"status\" value=\"\" checked>all</label>\n");
    for (Status status : Status.values()) {
      long count = matrix.entries().stream().filter(e -> e.status() == status).count();
      if (count > 0) {
        out.append(
            "<label><input type=\"radio\" name=\"status\" value=\"%s\">%s <small>%s</small></label>\n"
                .formatted(css(status), status.title(), number(count)));
      }
    }
    out.append("</fieldset>\n<output id=\"found\"></output>\n</form>\n");
  }

  private void area(Area area) {
    Map<String, Map<String, List<Entry>>> families = new LinkedHashMap<>();
    for (Entry entry : of(area)) {
      families
          .computeIfAbsent(entry.row().family(), _ -> new LinkedHashMap<>())
          .computeIfAbsent(entry.row().group(), _ -> new ArrayList<>())
          .add(entry);
    }
    out.append("<details class=\"area\" id=\"area-%s\">\n<summary>".formatted(area.id()));
    summary(area.title(), Tally.of(of(area)));
    out.append("</summary>\n");
    families.forEach(
        (family, groups) -> {
          out.append("<section class=\"family\">\n<h3>").append(content(family)).append("</h3>\n");
          groups.forEach(this::group);
          out.append("</section>\n");
        });
    out.append("</details>\n");
  }

  private void group(String name, List<Entry> entries) {
    out.append("<details class=\"group\">\n<summary>");
    summary(name, Tally.of(entries));
    out.append("</summary>\n<ul class=\"rows\">\n");
    entries.forEach(this::row);
    out.append("</ul>\n</details>\n");
  }

  private void summary(String name, Tally tally) {
    out.append("<span class=\"name\">").append(content(name)).append("</span>");
    bar(tally);
    String count = "%s/%s".formatted(number(tally.count(Status.COVERED)), number(tally.all()));
    out.append("<span class=\"count\">")
        .append(tally.all() == 0 ? "apart" : count)
        .append("</span>");
  }

  private void row(Entry entry) {
    Row row = entry.row();
    out.append(
        "<li class=\"row\" id=\"%s\" data-status=\"%s\">\n"
            .formatted(attribute(row.id()), css(entry.status())));
    out.append(
        "<div class=\"what\"><a href=\"#%s\">%s</a> <span class=\"status %s\">%s</span></div>\n"
            .formatted(
                attribute(row.id()),
                content(row.id()),
                css(entry.status()),
                entry.status().title()));
    out.append("<div class=\"says\"><p>").append(content(row.statement())).append("</p>\n");
    out.append(
        "<p class=\"from\">%s, %s · %s · %s</p>\n"
            .formatted(
                content(row.source()),
                content(row.section()),
                content(row.level()),
                content(row.kind())));
    if (!entry.reason().isEmpty()) {
      out.append("<p class=\"reason\">Not in Java: ").append(content(entry.reason()));
      out.append("</p>\n");
    }
    if (!entry.checks().isEmpty()) {
      out.append("<ul class=\"checks\">\n");
      entry.checks().forEach(this::check);
      out.append("</ul>\n");
    }
    out.append("</div></li>\n");
  }

  private void check(Checked checked) {
    String style =
        switch (checked.outcome()) {
          case PASSED -> "covered";
          case FAILED, ERROR -> "failing";
          case SKIPPED -> "skipped";
        };
    out.append(
        "<li class=\"%s\"><code title=\"%s\">%s</code>"
            .formatted(
                style,
                attribute(checked.check().label()),
                breakable(checked.check().shortLabel())));
    if (!checked.message().isEmpty()) {
      out.append(" <span>").append(content(checked.message())).append("</span>");
    }
    out.append("</li>\n");
  }

  /** A long name breaks between its words, if it must. */
  private static String breakable(String label) {
    return content(label).replaceAll("(?<=[a-z])(?=[A-Z])|(?<=[#/])", "<wbr>");
  }

  private List<Area> areas() {
    return List.of(Area.values()).stream().filter(area -> !of(area).isEmpty()).toList();
  }

  private List<Entry> of(Area area) {
    return matrix.entries().stream().filter(e -> e.row().area() == area).toList();
  }

  private static String css(Status status) {
    return status.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
