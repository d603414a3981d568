package dev.trident.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The scripts that the build carries, on the engine, with no tolerance in time. */
class OwnScriptsTest {
  /** How many there are to be of those that pass. */
  private static final int LEAST = 120;

  private static final RunOptions STRICT = RunOptions.STANDARD.withStrict(true);

  @TestFactory
  Stream<DynamicTest> shouldPassOrWaitForTheirTopic() throws IOException {
    return OwnScripts.all().stream()
        .map(script -> DynamicTest.dynamicTest(script.name(), () -> passesOrIsPending(script)));
  }

  private static void passesOrIsPending(ScriptFile script) {
    ScriptResult result = script.run(STRICT, Map.of());
    assertThat(result.verdict())
        .as("%s\n%s\n%s", script.name(), result.detail(), String.join("\n", result.trace()))
        .isIn(Verdict.PASSED, Verdict.PENDING);
    assertThat(result.requirements()).as("requirement lines of %s", script.name()).isNotEmpty();
  }

  @Test
  void shouldBeManyThatPass() throws IOException {
    List<ScriptFile> all = OwnScripts.all();

    assertThat(all.stream().map(script -> script.run(STRICT, Map.of())))
        .filteredOn(result -> result.verdict() == Verdict.PASSED)
        .hasSizeGreaterThanOrEqualTo(LEAST);
  }

  @Test
  void shouldRunTheSameTwiceFromOneSeed() throws IOException {
    for (ScriptFile script : OwnScripts.all()) {
      assertThat(script.run(STRICT, Map.of()).trace())
          .as(script.name())
          .isEqualTo(script.run(STRICT, Map.of()).trace());
    }
  }
}
