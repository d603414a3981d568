package dev.trident.requirements;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.trident.report.JunitXml.Case;
import dev.trident.report.JunitXml.Outcome;
import dev.trident.requirements.Matrix.Checked;
import dev.trident.requirements.Matrix.Entry;
import dev.trident.requirements.Matrix.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From outcomes to statuses, figures and pages. */
class MatrixTest {
  private static final String HEADING = "id,source,section,kind,level,statement\n";
  private static final Map<String, String> FILES =
      Map.of(
          "tcpdirect.csv",
          HEADING
              + "ZF-a-01,guide,1,rule,seed,First <b>&amp; bold\n"
              + "ZF-a-02,guide,2,rule,seed,Second.\n"
              + "ZF-a-03,guide,3,rule,peer,Third.\n"
              + "ZF-b-01,guide,4,permission,seed,May.\n"
              + "ZF-b-02,guide,5,rule,seed,Forks.\n",
          "xti.csv",
          HEADING + "XTI-t_snd-01,sheet,1,rule,standard,Sends.\n",
          "treck.csv",
          HEADING,
          "engine.csv",
          HEADING,
          "not-representable.csv",
          "id,reason\nZF-b-02,a JVM cannot fork itself\n");

  @TempDir private Path folder = Path.of("");
  private final List<Checked> checked = new ArrayList<>();
  private final Catalogue catalogue;

  MatrixTest() throws Exception {
    catalogue = Catalogue.load(FILES::get);
  }

  @Test
  void shouldBeUncoveredWhenNothingClaimsTheRow() {
    assertThat(status("ZF-a-01")).isEqualTo(Status.UNCOVERED);
  }

  @Test
  void shouldBeCoveredWhenAllItsTestsPass() {
    claim(Outcome.PASSED, "ZF-a-01", "ZF-a-02");
    claim(Outcome.PASSED, "ZF-a-01");

    assertThat(status("ZF-a-01")).isEqualTo(Status.COVERED);
    assertThat(status("ZF-a-02")).isEqualTo(Status.COVERED);
    assertThat(status("ZF-a-03")).isEqualTo(Status.UNCOVERED);
  }

  @Test
  void shouldBeFailingWhenOneOfItsTestsFailsOrBreaks() {
    claim(Outcome.PASSED, "ZF-a-01");
    claim(Outcome.FAILED, "ZF-a-01");
    claim(Outcome.SKIPPED, "ZF-a-01");
    claim(Outcome.ERROR, "ZF-a-02");

    assertThat(status("ZF-a-01")).isEqualTo(Status.FAILING);
    assertThat(status("ZF-a-02")).isEqualTo(Status.FAILING);
  }

  @Test
  void shouldBePendingWhenOneOfItsTestsWasSkipped() {
    claim(Outcome.SKIPPED, "ZF-a-01");
    claim(Outcome.PASSED, "ZF-a-01");

    assertThat(status("ZF-a-01")).isEqualTo(Status.SKIPPED);
  }

  @Test
  void shouldStandApartWhenTheRowIsAPermission() {
    assertThat(status("ZF-b-01")).isEqualTo(Status.PERMISSION);
    claim(Outcome.PASSED, "ZF-b-01");
    Tally tally = Tally.of(matrix().entries());

    assertThat(status("ZF-b-01")).isEqualTo(Status.COVERED);
    assertThat(tally.all()).isEqualTo(5);
    assertThat(tally.count(Status.COVERED)).isZero();
    assertThat(tally.permissions()).isEqualTo(1);
    assertThat(tally.permissionsShown()).isEqualTo(1);
  }

  @Test
  void shouldGiveTheReasonWhenTheRowCannotExistInJava() {
    Entry entry = entry("ZF-b-02");

    assertThat(entry.status()).isEqualTo(Status.NOT_REPRESENTABLE);
    assertThat(entry.reason()).isEqualTo("a JVM cannot fork itself");
    assertThat(matrix().contradictions()).isEmpty();
  }

  @Test
  void shouldReportARowThatIsShownAlthoughItCannotExist() {
    claim(Outcome.PASSED, "ZF-b-02");

    assertThat(status("ZF-b-02")).isEqualTo(Status.COVERED);
    assertThat(matrix().contradictions())
        .containsExactly(
            "ZF-b-02 is listed as not representable (a JVM cannot fork itself),"
                + " but claimed by a.ATest#should0");
  }

  @Test
  void shouldReportAnIdThatNoCatalogueHas() {
    claim(Outcome.PASSED, "ZF-a-01", "ZF-c-01");

    assertThat(matrix().unknown())
        .containsExactly(
            "a.ATest#should0 claims ZF-c-01, which is in no catalogue (requirements/*.csv)");
    assertThat(status("ZF-a-01")).isEqualTo(Status.COVERED);
  }

  @Test
  void shouldCountPerCentOfWhatCanExistInJava() {
    claim(Outcome.PASSED, "ZF-a-01", "ZF-a-02");
    Tally tally = Tally.of(matrix().only(Area.TCPDIRECT).entries());

    assertThat(tally.all()).isEqualTo(4);
    assertThat(tally.coveredPercent()).isEqualTo(66);
    assertThat(Tally.of(List.of()).coveredPercent()).isEqualTo(100);
  }

  @Test
  void shouldTakeTheWorstResultWhenATestHasSeveralInvocations() {
    Check check = new Check(Check.Kind.TEST, "a.ATest", "shouldX", List.of("ZF-a-01"));
    List<TestResult> results =
        List.of(
            result("a.ATest", "shouldX", Outcome.PASSED, ""),
            result("a.ATest", "shouldX", Outcome.FAILED, "second"),
            result("a.ATest", "shouldX", Outcome.SKIPPED, "third"),
            result("a.ATest", "shouldY", Outcome.ERROR, "another method"),
            result("a.BTest", "shouldX", Outcome.ERROR, "another class"));

    assertThat(Verdicts.ofTests(List.of(check), results))
        .containsExactly(new Checked(check, Outcome.FAILED, "second"));
  }

  @Test
  void shouldCountNestedClassesWhenTheWholeClassClaims() {
    Check check = new Check(Check.Kind.TEST, "a.ATest", "", List.of("ZF-a-01"));
    List<TestResult> results =
        List.of(
            result("a.ATest", "shouldX", Outcome.PASSED, ""),
            result("a.ATest$Inner", "shouldY", Outcome.FAILED, "inner"),
            result("a.ATestToo", "shouldX", Outcome.ERROR, "another class"));

    assertThat(Verdicts.ofTests(List.of(check), results))
        .containsExactly(new Checked(check, Outcome.FAILED, "inner"));
  }

  @Test
  void shouldBeAnErrorWhenAClaimHasNoTest() {
    Check check = new Check(Check.Kind.TEST, "a.ATest", "shouldX", List.of("ZF-a-01"));
    Checked verdict = Verdicts.ofTests(List.of(check), List.of()).getFirst();

    assertThat(verdict.outcome()).isEqualTo(Outcome.ERROR);
    assertThat(verdict.message()).isEqualTo("claims rows, but no test of this name ran");
    assertThat(Verdicts.claimsWithoutTest(List.of(check), List.of()))
        .extracting(Case::className, Case::name, Case::outcome)
        .containsExactly(tuple("a.ATest", "shouldX", Outcome.ERROR));
    List<TestResult> ran = List.of(result("a.ATest", "shouldX", Outcome.PASSED, ""));
    assertThat(Verdicts.claimsWithoutTest(List.of(check), ran)).isEmpty();
  }

  @Test
  void shouldShowAreasLevelsRowsAndChecksWhenThePageIsWritten() throws Exception {
    claim(Outcome.PASSED, "ZF-a-02");
    claim(Outcome.FAILED, "ZF-a-03", "ZF-nowhere-01");
    String page = page();

    assertThat(page)
        .contains("<a href=\"#area-tcpdirect\">TCPDirect</a>", "<a href=\"#area-xti\">XTI</a>")
        .contains("aria-label=\"1 covered, 1 failing, 1 uncovered, 1 not in Java\"")
        .contains("<li class=\"row\" id=\"ZF-a-02\" data-status=\"covered\">")
        .contains("<li class=\"row\" id=\"ZF-a-03\" data-status=\"failing\">")
        .contains("ATest#<wbr>should0")
        .contains("Not in Java: a JVM cannot fork itself")
        .contains("apart: 1 permission, 0 shown")
        .contains("claims ZF-nowhere-01, which is in no catalogue")
        .contains("a.ATest broken: why &lt;not&gt;")
        .contains("prefers-color-scheme: dark")
        .doesNotContain("area-treck", "http:", "https:", "src=", "@import", "url(");
    assertThat(page.split("class=\"row\"", -1)).hasSize(1 + 6);
  }

  @Test
  void shouldEscapeEveryTextWhenItHoldsMarkup() throws Exception {
    Check check = new Check(Check.Kind.TEST, "a.B\"><i>", "should<script>", List.of("ZF-a-01"));
    checked.add(new Checked(check, Outcome.FAILED, "<img onerror=x>\u0007"));
    String page = page();

    assertThat(page)
        .contains("First &lt;b&gt;&amp;amp; bold")
        .contains("title=\"a.B&quot;&gt;&lt;i&gt;#should&lt;script&gt;\"")
        .contains("&lt;img onerror=x&gt;\\u0007")
        .doesNotContain("<img", "should<script>", "<i>#");
  }

  @Test
  void shouldReadBackEveryRowWhenTheTableIsWritten() throws Exception {
    claim(Outcome.PASSED, "ZF-a-02", "ZF-a-03");
    Path file = folder.resolve("requirements.csv");
    MatrixCsv.write(file, matrix().entries());
    List<Csv.Line> lines = Csv.read("requirements.csv", Files.readString(file));

    assertThat(lines).hasSize(1 + 6);
    assertThat(lines.get(2).fields())
        .containsExactly(
            "ZF-a-02",
            "tcpdirect",
            "a",
            "guide",
            "2",
            "rule",
            "seed",
            "covered",
            "a.ATest#should0",
            "",
            "Second.");
  }

  private void claim(Outcome outcome, String... ids) {
    String name = "should" + checked.size();
    checked.add(
        new Checked(
            new Check(Check.Kind.TEST, "a.ATest", name, List.of(ids)),
            outcome,
            outcome == Outcome.PASSED ? "" : "because"));
  }

  private Matrix matrix() {
    return Matrix.of(catalogue, checked);
  }

  private Entry entry(String id) {
    return matrix().entries().stream()
        .filter(entry -> entry.row().id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private Status status(String id) {
    return entry(id).status();
  }

  private String page() throws Exception {
    Path file = folder.resolve("index.html");
    List<Case> cases =
        List.of(new Case("a.ATest", "broken", 0, Outcome.FAILED, "why <not>", "trace"));
    MatrixHtml.write(file, matrix(), cases, "today");
    return Files.readString(file);
  }

  private static TestResult result(
      String className, String method, Outcome outcome, String message) {
    return new TestResult(className, className, method, method, outcome, 0, message, "");
  }
}
