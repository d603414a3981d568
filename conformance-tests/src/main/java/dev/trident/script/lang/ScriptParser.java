package dev.trident.script.lang;

import dev.trident.script.lang.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads whole scripts: options, commands without a time, and events. */
public final class ScriptParser {
  private final String name;
  private final String text;
  private final Lexer lexer;
  private final TokenCursor cursor;
  private final TimeParser timeParser;
  private final PacketParser packetParser;
  private final ExprParser exprParser;

  private ScriptParser(String name, String text, Map<String, String> definitions)
      throws ScriptSyntaxException {
    this.name = name;
    this.text = text;
    lexer = new Lexer(name, text, definitions);
    cursor = new TokenCursor(name, lexer.tokens());
    timeParser = new TimeParser(cursor);
    packetParser = new PacketParser(cursor);
    exprParser = new ExprParser(cursor);
  }

  /**
   * Reads a script.
   *
   * @param name file name, for messages
   * @param definitions words that stand for something else wherever they occur: an integer, a word,
   *     a string in quotes or a command in back quotes
   * @throws ScriptSyntaxException at the first place that is not as the language wants it; what the
   *     language has and we lack is no error but an {@link Event.Unsupported}
   */
  public static Script parse(String name, String text, Map<String, String> definitions)
      throws ScriptSyntaxException {
    return new ScriptParser(name, text, definitions).script();
  }

  private Script script() throws ScriptSyntaxException {
    List<Script.Option> options = new ArrayList<>();
    while (cursor.at(Kind.OPTION)) {
      options.add(option());
    }
    Script.Command init = command();
    List<Script.Header> header = header();
    List<Event> events = new ArrayList<>();
    while (timeParser.atTime()) {
      events.add(event());
    }
    if (events.isEmpty()) {
      throw cursor.expected(
          init == null
              ? "an option '--name=value', a shell command or an event that begins with its time"
              : "an event that begins with its time");
    }
    Script.Command cleanup = command();
    if (!cursor.at(Kind.END)) {
      throw cursor.expected(
          cleanup == null
              ? "an event that begins with its time, or the end of the script"
              : "the end of the script (between events a shell command needs a time)");
    }
    return new Script(
        name, header, List.copyOf(options), init, List.copyOf(events), cleanup, lines());
  }

  private Script.Option option() {
    Position position = cursor.position();
    String option = cursor.take().text();
    int equals = option.indexOf('=');
    return equals < 0
        ? new Script.Option(position, option, "")
        : new Script.Option(position, option.substring(0, equals), option.substring(equals + 1));
  }

  private Script.@Nullable Command command() {
    if (!cursor.at(Kind.COMMAND)) {
      return null;
    }
    Position position = cursor.position();
    return new Script.Command(position, cursor.take().text());
  }

  /** The comments before the next token that have the form of a header line. */
  private List<Script.Header> header() {
    Token firstEvent = cursor.peek();
    List<Script.Header> header = new ArrayList<>();
    for (Lexer.Comment comment : lexer.comments()) {
      if (comment.position().line() >= firstEvent.line()) {
        break;
      }
      int colon = comment.text().indexOf(':');
      if (colon > 0 && comment.text().chars().limit(colon).allMatch(ScriptParser::isKey)) {
        header.add(
            new Script.Header(
                comment.position(),
                comment.text().substring(0, colon),
                comment.text().substring(colon + 1).strip()));
      }
    }
    return List.copyOf(header);
  }

  private static boolean isKey(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
  }

  private Event event() throws ScriptSyntaxException {
    Token first = cursor.peek();
    Time time = timeParser.time();
    Event.Action action;
    try {
      action = action();
    } catch (UnsupportedFeatureException e) {
      skipEvent();
      action = new Event.Unsupported(e.position(), e.feature());
    }
    checkTime(first, time, action);
    return new Event(cursor.position(first), time, action);
  }

  private Event.Action action() throws ScriptSyntaxException, UnsupportedFeatureException {
    Token token = cursor.peek();
    if (cursor.at("<") || cursor.at(">")) {
      return packetParser.packet();
    }
    if (cursor.at(Kind.WORD)) {
      return call();
    }
    if (cursor.at(Kind.COMMAND)) {
      return new Event.ShellCommand(cursor.take().text());
    }
    if (cursor.at(Kind.CODE)) {
      return new Event.Snippet(cursor.take().text(), cursor.position(token));
    }
    throw cursor.expected("'<', '>', a system call, a shell command or a code snippet");
  }

  /** What follows an unsupported feature is not understood; the next event begins a line. */
  private void skipEvent() {
    int depth = 0;
    while (!cursor.at(Kind.END)
        && !(depth <= 0
            && cursor.firstOnLine()
            && (timeParser.atTime() || cursor.at(Kind.COMMAND)))) {
      Token token = cursor.take();
      if (token.isSymbol("(") || token.isSymbol("[") || token.isSymbol("{")) {
        depth++;
      } else if (token.isSymbol(")") || token.isSymbol("]") || token.isSymbol("}")) {
        depth--;
      }
    }
  }

  private void checkTime(Token first, Time time, Event.Action action) throws ScriptSyntaxException {
    switch (time.kind()) {
      case AT -> {}
      case RANGE, ANY -> {
        boolean inbound =
            action instanceof Event.PacketAction packet
                && packet.direction() == Event.Direction.INBOUND;
        if (inbound || !(action instanceof Event.PacketAction || isUnsupported(action))) {
          throw new ScriptSyntaxException(
              cursor.position(first),
              "expected one time (ranges and '*' are for outbound packets), found "
                  + (time.kind() == Time.Kind.ANY ? "'*'" : "a range"));
        }
      }
      case BLOCKING -> {
        if (!(action instanceof Event.SystemCall || isUnsupported(action))) {
          throw new ScriptSyntaxException(
              cursor.position(first),
              "expected one time ('start...end' is for system calls), found two");
        }
      }
    }
  }

  private static boolean isUnsupported(Event.Action action) {
    return action instanceof Event.Unsupported;
  }

  private Event.SystemCall call() throws ScriptSyntaxException {
    String function = cursor.take().text();
    cursor.expect("(");
    List<Expr> arguments = exprParser.list(")");
    cursor.expect("=");
    Token resultToken = cursor.peek();
    Expr result = exprParser.expression();
    switch (result) {
      case Expr.Int i -> {}
      case Expr.Word w -> {}
      case Expr.Or o -> {}
      case Expr.Ellipsis e -> {}
      case Expr.Text t -> throw badResult(resultToken);
      case Expr.Items i -> throw badResult(resultToken);
      case Expr.Iov i -> throw badResult(resultToken);
      case Expr.Struct s -> throw badResult(resultToken);
      case Expr.Apply a -> throw badResult(resultToken);
    }
    String errno = null;
    if (cursor.at(Kind.WORD)) {
      if (!(result instanceof Expr.Int number && number.value() == -1)) {
        throw cursor.expected("a note in parentheses or the next event (errors go with -1)");
      }
      errno = cursor.take().text();
    }
    if (cursor.accept("(")) {
      note();
    }
    return new Event.SystemCall(function, arguments, result, errno);
  }

  private ScriptSyntaxException badResult(Token found) {
    return cursor.expected(found, "a result: a number, a word or '...'");
  }

  /** Free text up to the parenthesis that closes it. */
  private void note() throws ScriptSyntaxException {
    for (int depth = 1; depth > 0; ) {
      if (cursor.at(Kind.END)) {
        throw cursor.expected("')' at the end of a note");
      }
      Token token = cursor.take();
      depth += token.isSymbol("(") ? 1 : token.isSymbol(")") ? -1 : 0;
    }
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    int start = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      lines.add(withoutReturn(text.substring(start, end)));
      start = end + 1;
    }
    lines.add(withoutReturn(text.substring(start)));
    return List.copyOf(lines);
  }

  private static String withoutReturn(String line) {
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }
}
