package dev.trident.requirements;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.report.JunitXml.Outcome;
import dev.trident.requirements.Matrix.Checked;
import dev.trident.script.OwnScripts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No test and no script of this build claims a row that does not exist. */
class ClaimsTest {
  @Test
  void shouldKnowEveryIdWhenTestsOfAllModulesClaimRows() throws Exception {
    List<Check> checks = TestScan.ofThisJvm().checks();

    assertThat(Matrix.unknownIds(Catalogue.load(), checks)).isEmpty();
    // Seven modules have tests; a scan that misses one would find no wrong id in it.
    assertThat(TestRoots.ofThisJvm())
        .extracting(ClaimsTest::module)
        .hasSize(7)
        .doesNotHaveDuplicates();
    assertThat(checks)
        .extracting(Check::owner)
        .contains(
            "dev.trident.tcp.OpenTest",
            "dev.trident.hw.nic.TransmitAlternativesTest",
            "dev.trident.treck.ConnectionTest",
            "dev.trident.xti.XtiEchoTest",
            "dev.trident.tcpdirect.UdpTest");
  }

  @Test
  void shouldKnowEveryIdWhenScriptsClaimRows() throws Exception {
    assertThat(Matrix.unknownIds(Catalogue.load(), ScriptScan.of(OwnScripts.all()))).isEmpty();
  }

  @Test
  void shouldFindNoClaimForARowThatCannotExistInJava() throws Exception {
    List<Checked> all = new ArrayList<>();
    for (Check check : TestScan.ofThisJvm().checks()) {
      all.add(new Checked(check, Outcome.PASSED, ""));
    }
    for (Check check : ScriptScan.of(OwnScripts.all())) {
      all.add(new Checked(check, Outcome.PASSED, ""));
    }

    assertThat(Matrix.of(Catalogue.load(), all).contradictions()).isEmpty();
  }

  /** {@code .../MODULE/target/test-classes}, or the name of the test-jar. */
  private static String module(Path root) {
    return root.endsWith("test-classes")
        ? root.getName(root.getNameCount() - 3).toString()
        : String.valueOf(root.getFileName());
  }
}
