package dev.trident.script.lang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.entry;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SnippetTest {
  private static final Map<String, Long> FIELDS =
      Map.of("tcpi_rtt", 1000L, "tcpi_options", 5L, "FLAG", 4L, "tcpi_snd_cwnd", 10L);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "assert tcpi_snd_cwnd == 10",
        "assert tcpi_snd_cwnd == 10, tcpi_snd_cwnd",
        "assert tcpi_snd_cwnd == 10, 'a; b' # c",
        "assert (tcpi_options & FLAG) != 0, tcpi_options",
        "assert (tcpi_options & 2) == 0",
        "assert tcpi_options & FLAG",
        "assert 900 <= tcpi_rtt <= 1100",
        "assert 900 <= tcpi_rtt and tcpi_rtt <= 1100",
        "assert tcpi_rtt == 1 or tcpi_rtt == 0x3e8",
        "assert not tcpi_rtt == 1",
        "assert not not tcpi_rtt == 1000",
        "assert 1 + 2 * 3 - 4 == 3",
        "assert (1 + 2) * 3 == 9",
        "assert 10 - 3 - 2 == 5",
        "assert 1 | 2 & 3 ^ 1 == 3",
        "assert 5 / 2 == 2.5 and 5 // 2 == 2 and -5 // 2 == -3 and -5 % 3 == 1",
        "assert 1 << 4 == 16 and 17 >> 4 == 1",
        "assert -1 < 0 and ~0 == -1 and +1 == 1",
        "assert tcpi_rtt * 0.9 <= 900.0",
        "assert abs(-3) == max(1, 3, 2) == 3 and min(2, 1) == 1 and int(2.7) == 2",
        "assert True and not False",
        "assert 0 == 0 or unknown",
        "assert (1 +\n  1) == \\\n 2",
        "x = tcpi_rtt; y = x // 2\nassert y == 500; y += 1; y <<= 1\n\nassert y == 1002",
        "print('x', unknown)\nprint tcpi_rtt, ')'\n# only a comment",
        "",
      })
  void shouldHold(String text) throws Exception {
    assertThat(evaluate(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "assert tcpi_snd_cwnd == 11",
        "assert (tcpi_options & FLAG) == 0",
        "assert 900 <= tcpi_rtt <= 999",
        "assert 1001 <= tcpi_rtt and tcpi_rtt <= 1100",
        "assert 5 / 2 <= 2",
        "assert not 1",
        "assert 1 < 3 < 2",
        "assert 0",
        "tcpi_rtt = 5; assert tcpi_rtt == 1000",
        "assert 1; assert 1 == 2",
      })
  void shouldNotHold(String text) throws Exception {
    assertThat(evaluate(text)).isPresent();
  }

  @Test
  void shouldTellFirstFailureWithItsPlaceAndValues() throws Exception {
    Snippet.Failure failure =
        evaluate("assert 1 == 1\n  assert (tcpi_options & FLAG) == 0 , 'no \"flag\"' # x\nassert 0")
            .orElseThrow();

    assertThat(failure.position()).isEqualTo(new Position("a.pkt", 4, 3));
    assertThat(failure.assertion()).isEqualTo("assert (tcpi_options & FLAG) == 0");
    assertThat(failure.message()).isEqualTo("'no \"flag\"'");
    assertThat(failure.values()).containsExactly(entry("tcpi_options", 5L), entry("FLAG", 4L));
    assertThat(failure.description())
        .isEqualTo("assert (tcpi_options & FLAG) == 0 with tcpi_options=5, FLAG=4");
  }

  @Test
  void shouldKeepVariablesForLaterSnippets() throws Exception {
    Map<String, Number> variables = new HashMap<>();

    assertThat(parse("start = tcpi_rtt").evaluate(SnippetTest::field, variables)).isEmpty();
    assertThat(parse("assert start + 1 == 1001").evaluate(SnippetTest::field, variables)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '^',
      value = {
        "assert 1 == unknown ! 3:13 ! name 'unknown' in a snippet",
        "assert 1 // 0 ! 3:10 ! division by zero in a snippet",
        "assert 9223372036854775807 + 1 ! 3:28 ! a number beyond 64 bits in a snippet",
        "assert 1.5 & 1 ! 3:12 ! '&' of a fraction in a snippet",
        "if x: y = 1 ! 3:1 ! 'if' in a snippet",
        "assert a[0] == 1 ! 3:9 ! '[' in a snippet",
        "assert 1 if x else 2 ! 3:10 ! 'if' in a snippet",
        "assert 'a' == b ! 3:8 ! a string in an expression",
        "assert f(1) ! 3:8 ! function 'f'",
        "f(1) ! 3:2 ! function 'f'",
        "import os ! 3:1 ! 'import' in a snippet",
      })
  void shouldNameUnsupportedFeature(String text, String place, String feature) {
    UnsupportedFeatureException error =
        catchThrowableOfType(UnsupportedFeatureException.class, () -> evaluate(text));

    assertThat(error).hasMessage("a.pkt:" + place + ": " + feature + " is not supported");
    assertThat(error.feature()).isEqualTo(feature);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '^',
      value = {
        "assert ! 3:7 ! a number, a name or '(', found the end of the statement",
        "assert a = 1 ! 3:10 ! an operator or the end of the statement, found '='",
        "assert (a == 1 ! 3:15 ! an operator or ')', found the end of the statement",
        "assert (a, 'b') ! 3:10 ! an operator or ')', found ','",
        "assert a b ! 3:10 ! an operator or the end of the statement, found name 'b'",
        "a 1 ! 3:3 ! '=', found number 1",
        "== 1 ! 3:1 ! 'assert', 'print' or an assignment, found '=='",
        "assert 'a ! 3:8 ! ' at the end of a string, found no such",
        "assert 1.2.3 ! 3:8 ! a number, found number 1.2.3",
        "assert 99999999999999999999 ! 3:8 ! a number below 2 to the 63rd, found number"
            + " 99999999999999999999",
        "assert min(1) ! 3:13 ! two or more arguments of min, found ')'",
      })
  void shouldNamePlaceAndExpectation(String text, String place, String message) {
    ScriptSyntaxException error =
        catchThrowableOfType(ScriptSyntaxException.class, () -> evaluate(text));

    assertThat(error).hasMessage("a.pkt:" + place + ": expected " + message);
  }

  @Test
  void shouldRefuseNestingBeyondReason() {
    for (String unit : new String[] {"(", "-", "1+"}) {
      assertThat(
              catchThrowableOfType(
                  ScriptSyntaxException.class, () -> evaluate("assert " + unit.repeat(100_000))))
          .hasMessageContaining("expected at most 64 ");
    }
    assertThat(
            catchThrowableOfType(
                ScriptSyntaxException.class, () -> evaluate("assert " + "not ".repeat(100_000))))
        .hasMessageContaining("expected a number, a name or '('");
  }

  private static Optional<Snippet.Failure> evaluate(String text)
      throws ScriptSyntaxException, UnsupportedFeatureException {
    return parse(text).evaluate(SnippetTest::field);
  }

  private static Snippet parse(String text)
      throws ScriptSyntaxException, UnsupportedFeatureException {
    return Snippet.parse(new Event.Snippet(text, new Position("a.pkt", 3, 1)));
  }

  private static OptionalLong field(String name) {
    Long value = FIELDS.get(name);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
