package dev.trident.report;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Results in the XML dialect that Ant's JUnit task began and integration machines read: one {@code
 * testsuite} with a {@code testcase} each, in the order given.
 */
public final class JunitXml {
  /** How a case ended. */
  public enum Outcome {
    PASSED,
    /** What was checked is not so. */
    FAILED,
    /** It could not be checked: an exception nobody foresaw, a JVM that died. */
    ERROR,
    SKIPPED
  }

  /**
   * One result.
   *
   * @param className what readers group by: a class, or the folder of a script
   * @param seconds how long it took, not negative
   * @param message one line why; empty if it passed
   * @param detail everything else, such as a stack trace or packets side by side; may be empty
   */
  public record Case(
      String className,
      String name,
      double seconds,
      Outcome outcome,
      String message,
      String detail) {}

  private JunitXml() {}

  /**
   * Writes one suite, replacing the file; its folder is made if it is missing.
   *
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, String suite, List<Case> cases) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
      out.write(
          "<testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"%d\" skipped=\"%d\" time=\"%s\">\n"
              .formatted(
                  XmlText.attribute(suite),
                  cases.size(),
                  count(cases, Outcome.FAILED),
                  count(cases, Outcome.ERROR),
                  count(cases, Outcome.SKIPPED),
                  seconds(cases.stream().mapToDouble(Case::seconds).sum())));
      for (Case test : cases) {
        out.write(element(test));
      }
      out.write("</testsuite>\n");
    }
  }

  private static String element(Case test) {
    String head =
        "  <testcase classname=\"%s\" name=\"%s\" time=\"%s\""
            .formatted(
                XmlText.attribute(test.className()),
                XmlText.attribute(test.name()),
                seconds(test.seconds()));
    return switch (test.outcome()) {
      case PASSED -> head + "/>\n";
      case FAILED -> head + ">\n" + reason("failure", test) + "  </testcase>\n";
      case ERROR -> head + ">\n" + reason("error", test) + "  </testcase>\n";
      case SKIPPED -> head + ">\n" + reason("skipped", test) + "  </testcase>\n";
    };
  }

  private static String reason(String tag, Case test) {
    return "    <%s message=\"%s\">%s</%s>\n"
        .formatted(tag, XmlText.attribute(test.message()), XmlText.content(test.detail()), tag);
  }

  private static long count(List<Case> cases, Outcome outcome) {
    return cases.stream().filter(test -> test.outcome() == outcome).count();
  }

  /** A point, whatever the machine's language. */
  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.3f", seconds);
  }
}
