package dev.trident.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.report.JunitXml.Case;
import dev.trident.report.JunitXml.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

/** What was written is read back by the JDK's own parser. */
class JunitXmlTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void shouldCountOutcomesWhenOneOfEachIsWritten() throws Exception {
    Element suite =
        written(
            List.of(
                new Case("a.B", "passes", 0.25, Outcome.PASSED, "", ""),
                new Case("a.B", "fails", 0.5, Outcome.FAILED, "1 is not 2", "at line 3"),
                new Case("a.B", "breaks", 1, Outcome.ERROR, "NullPointerException", "trace"),
                new Case("a.C", "waits", 0, Outcome.SKIPPED, "not root", "")));

    assertThat(suite.getTagName()).isEqualTo("testsuite");
    assertThat(suite.getAttribute("name")).isEqualTo("suite");
    assertThat(suite.getAttribute("tests")).isEqualTo("4");
    assertThat(suite.getAttribute("failures")).isEqualTo("1");
    assertThat(suite.getAttribute("errors")).isEqualTo("1");
    assertThat(suite.getAttribute("skipped")).isEqualTo("1");
    assertThat(suite.getAttribute("time")).isEqualTo("1.750");
    assertThat(only(suite, "failure").getAttribute("message")).isEqualTo("1 is not 2");
    assertThat(only(suite, "failure").getTextContent()).isEqualTo("at line 3");
    assertThat(only(suite, "error").getTextContent()).isEqualTo("trace");
    assertThat(only(suite, "skipped").getAttribute("message")).isEqualTo("not root");
  }

  @Test
  void shouldKeepOrderAndNamesWhenSeveralCasesAreWritten() throws Exception {
    Element suite =
        written(
            List.of(
                new Case("z", "2", 0, Outcome.PASSED, "", ""),
                new Case("y", "1", 0.0004, Outcome.PASSED, "", "")));

    assertThat(test(suite, 0).getAttribute("classname")).isEqualTo("z");
    assertThat(test(suite, 0).getAttribute("name")).isEqualTo("2");
    assertThat(test(suite, 1).getAttribute("classname")).isEqualTo("y");
    assertThat(test(suite, 1).getAttribute("time")).isEqualTo("0.000");
    assertThat(test(suite, 0).hasChildNodes()).isFalse();
  }

  @Test
  void shouldReadBackTheSameTextWhenItHoldsMarkupAndWhiteSpace() throws Exception {
    String text = "<a b=\"c\" d='e'>&amp; ]]> \t tab\nline\r\nend \u00e4\u20ac \ud83d\udd31";
    Element suite = written(List.of(new Case(text, text, 0, Outcome.FAILED, text, text)));

    assertThat(test(suite, 0).getAttribute("classname")).isEqualTo(text);
    assertThat(test(suite, 0).getAttribute("name")).isEqualTo(text);
    assertThat(only(suite, "failure").getAttribute("message")).isEqualTo(text);
    assertThat(only(suite, "failure").getTextContent()).isEqualTo(text);
  }

  @Test
  void shouldShowCharactersByNumberWhenXmlForbidsThem() throws Exception {
    for (int c = 0; c <= 0xffff; c++) {
      boolean forbidden =
          (c < 0x20 && c != '\t' && c != '\n' && c != '\r')
              || Character.isSurrogate((char) c)
              || c >= 0xfffe;
      if (forbidden) {
        assertThat(XmlText.content("a" + (char) c + "b")).isEqualTo("a\\u%04Xb".formatted(c));
        assertThat(XmlText.attribute("a" + (char) c + "b")).isEqualTo("a\\u%04Xb".formatted(c));
      }
    }
    String text = "bytes \u0000\u001b\u0085\ud800\uffff";
    Element suite = written(List.of(new Case("a", "b", 0, Outcome.ERROR, text, text)));

    assertThat(only(suite, "error").getTextContent())
        .isEqualTo("bytes \\u0000\\u001B\\u0085\\uD800\\uFFFF");
  }

  @Test
  void shouldMakeTheFolderAndReplaceTheFileWhenWrittenTwice() throws Exception {
    Path file = folder.resolve("deep/er/junit.xml");
    JunitXml.write(file, "first", List.of(new Case("a", "b", 0, Outcome.PASSED, "", "")));
    JunitXml.write(file, "second", List.of());

    assertThat(parsed(file).getAttribute("name")).isEqualTo("second");
    assertThat(parsed(file).getAttribute("tests")).isEqualTo("0");
  }

  private Element written(List<Case> cases) throws Exception {
    Path file = folder.resolve("junit.xml");
    JunitXml.write(file, "suite", cases);
    return parsed(file);
  }

  private static Element parsed(Path file) throws Exception {
    try (var in = Files.newInputStream(file)) {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(in)
          .getDocumentElement();
    }
  }

  private static Element test(Element suite, int index) {
    return (Element) suite.getElementsByTagName("testcase").item(index);
  }

  private static Element only(Element suite, String tag) {
    assertThat(suite.getElementsByTagName(tag).getLength()).isEqualTo(1);
    return (Element) suite.getElementsByTagName(tag).item(0);
  }
}
