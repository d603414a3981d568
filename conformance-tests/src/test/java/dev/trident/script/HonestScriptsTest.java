package dev.trident.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Own scripts hold what they say: whichever number one expects is changed, it fails. */
class HonestScriptsTest {
  /** As many numbers are expected at least, by all scripts together. */
  private static final int LEAST = 5_000;

  private static final BigDecimal MICROSECOND = new BigDecimal("0.000001");
  private static final RunOptions STRICT = RunOptions.STANDARD.withStrict(true);

  /** Numbers of an outbound packet, and its time; of a call, its result. */
  private static final List<Pattern> OF_PACKETS =
      List.of(
          Pattern.compile("(?<=^\\+)\\d*\\.?\\d+(?= )"),
          Pattern.compile("(?<= ack )\\d+"),
          Pattern.compile("(?<= win )\\d+"),
          Pattern.compile("(?<=mss )\\d+"),
          Pattern.compile("(?<=wscale )\\d+"));

  private static final Pattern OUTBOUND = Pattern.compile("^\\+\\S+ > .*$", Pattern.MULTILINE);
  private static final Pattern RESULT =
      Pattern.compile("^\\+.*\\) = (\\d+)\\s*$", Pattern.MULTILINE);

  /** Their number names the descriptor for the rest of the script: any will do. */
  private static final Pattern OPENS = Pattern.compile(" (socket|accept4?|dup|epoll_create1?)\\(");

  /** A script and a number in it that it expects. */
  private record Expectation(ScriptFile script, int from, int to) {
    ScriptFile changed() {
      String number = script.text().substring(from, to);
      String other =
          number.contains(".")
              ? new BigDecimal(number).add(MICROSECOND).toPlainString()
              : String.valueOf(Long.parseLong(number) + 1);
      String text = script.text().substring(0, from) + other + script.text().substring(to);
      return new ScriptFile(script.name(), text);
    }

    String line() {
      int begin = script.text().lastIndexOf('\n', from) + 1;
      int end = script.text().indexOf('\n', from);
      return script.text().substring(begin, end < 0 ? script.text().length() : end);
    }
  }

  @Test
  void shouldFailWhicheverExpectedNumberIsChanged() throws IOException {
    int changed = 0;
    for (ScriptFile script : OwnScripts.all()) {
      if (script.run(STRICT, Map.of()).verdict() == Verdict.PASSED) {
        for (Expectation expectation : expectations(script)) {
          ScriptResult result = expectation.changed().run(STRICT, Map.of());
          assertThat(result.verdict())
              .as(
                  "%s, with the number at %d changed in the line: %s\n%s",
                  script.name(), expectation.from(), expectation.line(), result.detail())
              .isEqualTo(Verdict.FAILED);
          changed++;
        }
      }
    }
    assertThat(changed).isGreaterThan(LEAST);
  }

  private static List<Expectation> expectations(ScriptFile script) {
    List<Expectation> found = new ArrayList<>();
    Matcher packets = OUTBOUND.matcher(script.text());
    while (packets.find()) {
      for (Pattern number : OF_PACKETS) {
        number
            .matcher(packets.group())
            .results()
            .forEach(at -> found.add(within(script, packets.start(), at)));
      }
    }
    Matcher results = RESULT.matcher(script.text());
    while (results.find()) {
      if (!OPENS.matcher(results.group()).find()) {
        found.add(new Expectation(script, results.start(1), results.end(1)));
      }
    }
    return found;
  }

  private static Expectation within(ScriptFile script, int start, MatchResult number) {
    return new Expectation(script, start + number.start(), start + number.end());
  }
}
