package dev.trident.script.lang;

import static dev.trident.script.lang.Samples.call;
import static dev.trident.script.lang.Samples.event;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScriptParserTest {
  private static final Position HERE = new Position("a.pkt", 1, 1);

  @Test
  void shouldReadScriptOfGooglesDialect() throws Exception {
    Script script = Samples.parse(Samples.GOOGLE);

    assertThat(script.header())
        .extracting(Script.Header::key, Script.Header::value)
        .containsExactly(tuple("requirement", "TCP-1, TCP-2"), tuple("profile", "linux"));
    assertThat(script.options())
        .extracting(Script.Option::name, Script.Option::value)
        .containsExactly(tuple("strict", ""), tuple("local_ip", "10.0.0.1"));
    assertThat(script.init()).isNotNull();
    assertThat(script.cleanup()).isNotNull();
    assertThat(script.events())
        .hasSize(13)
        .noneMatch(event -> event.action() instanceof Event.Unsupported);
    assertThat(script.lines().getFirst()).isEqualTo("// requirement: TCP-1, TCP-2");
    assertThat(script.lines().get(9)).contains("socket(");
    assertThat(script.events().getFirst().position().line()).isEqualTo(10);
  }

  @Test
  void shouldReadScriptOfNplabsDialect() throws Exception {
    Script script = Samples.parse(Samples.NPLAB);

    assertThat(script.init()).isNull();
    assertThat(script.events()).hasSize(14);
    assertThat(script.events())
        .filteredOn(event -> event.action() instanceof Event.Unsupported)
        .extracting(event -> event.position().line())
        .containsExactly(11, 12);
  }

  @ParameterizedTest
  @CsvSource({
    "0, AT, false, 0, 0",
    "1.5, AT, false, 1500000, 1500000",
    "+.000001, AT, true, 1, 1",
    "+ 0.1, AT, true, 100000, 100000",
    "+0.1234567, AT, true, 123456, 123456",
    "1~2, RANGE, false, 1000000, 2000000",
    "+0~+.2, RANGE, true, 0, 200000",
    "*, ANY, true, 0, 0",
  })
  void shouldReadTimeOfOutboundPacket(
      String text, Time.Kind kind, boolean relative, long start, long end) throws Exception {
    assertThat(event(text + " > . 1:1(0) ack 1").time())
        .isEqualTo(new Time(kind, relative, start, end));
  }

  @ParameterizedTest
  @CsvSource({"10...12, false, 10000000, 12000000", "+0.1...0.3, true, 100000, 300000"})
  void shouldReadTimesOfBlockingCall(String text, boolean relative, long start, long end)
      throws Exception {
    assertThat(event(text + " close(3) = 0").time())
        .isEqualTo(new Time(Time.Kind.BLOCKING, relative, start, end));
  }

  @ParameterizedTest
  @CsvSource({
    "= 0, 0, ",
    "= 0x2 (flags O_RDWR), 2, ",
    "= -1 EINPROGRESS (Operation now (still) in progress), -1, EINPROGRESS",
    "= -1, -1, ",
    "= -1 EPIPE, -1, EPIPE",
  })
  void shouldReadResult(String text, long value, String errno) throws Exception {
    Event.SystemCall call = call("f() " + text);

    assertThat(call.result())
        .isInstanceOfSatisfying(
            Expr.Int.class, number -> assertThat(number.value()).isEqualTo(value));
    assertThat(call.errno()).isEqualTo(errno);
  }

  @Test
  void shouldReadResultLeftToTheInterpreter() throws Exception {
    assertThat(call("f() = ...").result()).isInstanceOf(Expr.Ellipsis.class);
    assertThat(call("f() = O_RDWR|O_NONBLOCK").result()).isInstanceOf(Expr.Or.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      value = {
        "1 ! 1",
        "-7 ! -7",
        "0xffffffffffffffff ! -1",
        "NULL ! NULL",
        "A|0x10|C ! (A|16|C)",
        "\"a\\x41\\n\\101\\\\\" \"b\" ! 'aA$A\\b'",
        "... ! ...",
        "[] ! []",
        "[1, ECONNRESET] ! [1, ECONNRESET]",
        "{..., 500} ! iov(..., 500)",
        "[{..., 500}, {NULL, 4}] ! [iov(..., 500), iov(NULL, 4)]",
        "htons(80) ! htons(80)",
        "{a = 1, b(2)=[3], c={d=...}} ! {a=1, b(2)=[3], c={d=...}}",
        "{events=EPOLLIN|EPOLLET, fd=4} ! {events=(EPOLLIN|EPOLLET), fd=4}",
      })
  void shouldReadArgument(String text, String expected) throws Exception {
    assertThat(show(call("f(" + text + ") = 0").arguments().getFirst()))
        .isEqualTo(expected.replace('$', '\n'));
  }

  @Test
  void shouldPlaceArguments() throws Exception {
    Event.SystemCall call = (Event.SystemCall) event("+0 f(1,\n  {a=B})\n = 0").action();

    assertThat(call.arguments().get(0).position()).isEqualTo(new Position("a.pkt", 1, 6));
    assertThat(call.arguments().get(1).position()).isEqualTo(new Position("a.pkt", 2, 3));
    assertThat(call.result().position()).isEqualTo(new Position("a.pkt", 3, 4));
  }

  @Test
  void shouldKeepCodeAsWrittenAndSayWhereItBegins() throws Exception {
    Event.Snippet snippet = (Event.Snippet) event("+0 %{\n   assert a == 1\n  b = 2\n}%").action();

    assertThat(snippet.text()).isEqualTo("assert a == 1\n  b = 2");
    assertThat(snippet.begins()).isEqualTo(new Position("a.pkt", 2, 4));
  }

  @Test
  void shouldReplaceDefinedWords() throws Exception {
    Map<String, String> definitions =
        Map.of("N", "-5", "W", "AF_INET", "T", "\"a\\tb\"", "RUN", "`go now`");

    Script script =
        ScriptParser.parse("a.pkt", "RUN +0 f(N, W, T, \"W\") = 0 // W\n+1 RUN", definitions);

    assertThat(script.init()).isEqualTo(new Script.Command(HERE, "go now"));
    assertThat(((Event.SystemCall) script.events().getFirst().action()).arguments())
        .extracting(ScriptParserTest::show)
        .containsExactly("-5", "AF_INET", "'a\tb'", "'W'");
    assertThat(script.events().getLast().action()).isEqualTo(new Event.ShellCommand("go now"));
  }

  @Test
  void shouldTakeOnlyCommentsBeforeTheFirstEventAsHeader() throws Exception {
    Script script =
        Samples.parse("// a: 1\n// two words: 2\n/* b: 2 */\n+0 f() = 0 // c: 3\n// d: 4");

    assertThat(script.header()).containsExactly(new Script.Header(HERE, "a", "1"));
  }

  /** Without positions. */
  private static String show(Expr expr) {
    return switch (expr) {
      case Expr.Int number -> Long.toString(number.value());
      case Expr.Word word -> word.name();
      case Expr.Text text -> "'" + text.value() + "'";
      case Expr.Or or -> "(" + join(or.parts(), "|") + ")";
      case Expr.Ellipsis e -> "...";
      case Expr.Items items -> "[" + join(items.items(), ", ") + "]";
      case Expr.Iov iov -> "iov(" + show(iov.base()) + ", " + show(iov.length()) + ")";
      case Expr.Struct struct ->
          struct.fields().stream().map(ScriptParserTest::show).collect(joining(", ", "{", "}"));
      case Expr.Apply apply -> apply.function() + "(" + join(apply.arguments(), ", ") + ")";
    };
  }

  private static String show(Expr.Field field) {
    String arguments = field.arguments().isEmpty() ? "" : "(" + join(field.arguments(), ", ") + ")";
    return field.name() + arguments + "=" + show(field.value());
  }

  private static String join(List<Expr> parts, String separator) {
    return String.join(separator, parts.stream().map(ScriptParserTest::show).toList());
  }
}
