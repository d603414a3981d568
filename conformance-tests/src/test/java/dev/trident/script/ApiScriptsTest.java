package dev.trident.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Our own scripts through the three APIs, with no tolerance in time. */
@Timeout(120)
class ApiScriptsTest {
  /**
   * Each API passes at least as many scripts as when this was written: fewer means that a driver
   * refuses what it could say. Raise the number with the scripts.
   */
  @ParameterizedTest
  @CsvSource({"treck, 554", "xti, 508", "tcpdirect, 489"})
  void shouldPassWhatItCanSayAndNameTheRest(String api, int leastPassed) throws IOException {
    RunOptions options = RunOptions.STANDARD.withApi(api).withStrict(true);
    List<String> failures = new ArrayList<>();
    List<String> withoutReason = new ArrayList<>();
    int passed = 0;
    for (ScriptFile script : OwnScripts.all()) {
      ScriptResult result = script.run(options, Map.of());
      switch (result.verdict()) {
        case PASSED -> passed++;
        case FAILED -> failures.add(result.name() + ": " + result.detail());
        case SKIPPED, PENDING, NOT_EXPRESSIBLE -> {
          if (result.reason().isBlank()) {
            withoutReason.add(result.name() + ": " + result.verdict());
          }
        }
      }
    }
    assertThat(failures).isEmpty();
    assertThat(withoutReason).isEmpty();
    assertThat(passed).isGreaterThanOrEqualTo(leastPassed);
  }
}
