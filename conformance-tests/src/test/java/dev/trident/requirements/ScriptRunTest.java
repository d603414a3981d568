package dev.trident.requirements;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.trident.report.JunitXml.Case;
import dev.trident.report.JunitXml.Outcome;
import dev.trident.requirements.Matrix.Checked;
import dev.trident.script.ScriptFile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How the outcome of a script becomes the outcome of the rows it names. */
class ScriptRunTest {
  private static final String REFUSED =
      """
      0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
      +0 listen(3, 1) = %s
      """;

  private final List<Checked> checked = new ArrayList<>();
  private final List<Case> cases = new ArrayList<>();

  @Test
  void shouldPassFailAndWaitWhenScriptsDo() {
    String claim = "// requirement: RFC9293-listen-01\n";
    run(
        new ScriptFile("tcp/wrong.pkt", claim + REFUSED.formatted("77")),
        new ScriptFile("tcp/waits.pkt", claim + "// pending: IGMP\n" + REFUSED.formatted("77")),
        new ScriptFile("broken.pkt", claim + "0 socket("));

    assertThat(cases)
        .extracting(Case::className, Case::name, Case::outcome)
        .containsExactly(
            tuple("tcp", "wrong.pkt", Outcome.FAILED),
            tuple("tcp", "waits.pkt", Outcome.SKIPPED),
            tuple("scripts", "broken.pkt", Outcome.FAILED));
    assertThat(checked)
        .extracting(c -> c.check().label(), c -> c.check().ids(), Checked::outcome)
        .containsExactly(
            tuple("tcp/wrong.pkt", List.of("RFC9293-listen-01"), Outcome.FAILED),
            tuple("tcp/waits.pkt", List.of("RFC9293-listen-01"), Outcome.SKIPPED),
            tuple("broken.pkt", List.of("RFC9293-listen-01"), Outcome.FAILED));
    assertThat(checked.get(1).message()).contains("IGMP");
  }

  private void run(ScriptFile... scripts) {
    ProgressLine progress = new ProgressLine(new PrintWriter(new StringWriter()), "scripts");
    ScriptRun.run(List.of(scripts), checked, cases, progress);
  }
}
