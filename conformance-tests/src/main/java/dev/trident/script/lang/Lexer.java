package dev.trident.script.lang;

import dev.trident.script.lang.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Cuts a script into tokens. Newlines are blanks; words are never keywords, the parser decides by
 * context; any character without a meaning of its own is a symbol, so that the parser can say what
 * it expected there. A word that is defined is replaced wherever it stands outside strings,
 * comments, commands and code.
 */
final class Lexer {
  /** A comment to the end of its line, without the slashes and blanks around. */
  record Comment(Position position, String text) {}

  private static final String[] ASCII = new String[128];

  static {
    for (int c = 0; c < ASCII.length; c++) {
      ASCII[c] = String.valueOf((char) c);
    }
  }

  private final String file;
  private final String text;
  private final Map<String, String> definitions;
  private final List<Token> tokens = new ArrayList<>();
  private final List<Comment> comments = new ArrayList<>();
  private int at;
  private int line = 1;
  private int lineStart;

  Lexer(String file, String text, Map<String, String> definitions) {
    this.file = file;
    this.text = text;
    this.definitions = definitions;
  }

  /** All tokens; the last one, and only that, is {@link Kind#END}. */
  List<Token> tokens() throws ScriptSyntaxException {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (isBlank(c)) {
        skipTo(at + 1);
      } else if (text.startsWith("//", at)) {
        int end = endOfLine(at);
        comments.add(new Comment(position(), text.substring(at + 2, end).strip()));
        at = end;
      } else if (text.startsWith("/*", at)) {
        skipTo(closing("/*", "*/", "a comment") + 2);
      } else if (text.startsWith("%{", at)) {
        code(closing("%{", "}%", "a code snippet"));
      } else if (c == '`') {
        int end = closing("`", "`", "a shell command");
        add(Kind.COMMAND, text.substring(at + 1, end), end + 1);
      } else if (c == '"') {
        string();
      } else if (text.startsWith("...", at)) {
        add(Kind.ELLIPSIS, "...", at + 3);
      } else if (text.startsWith("--", at) && isLetter(charAt(at + 2))) {
        option();
      } else if (isLetter(c)) {
        int end = endOfWord(at);
        word(text.substring(at, end), end);
      } else if (isDigit(c) || (c == '.' && isDigit(charAt(at + 1)))) {
        int end = endOfNumber(at);
        add(Kind.NUMBER, text.substring(at, end), end);
      } else {
        add(Kind.SYMBOL, c < ASCII.length ? ASCII[c] : String.valueOf(c), at + 1);
      }
    }
    add(Kind.END, "", at);
    return tokens;
  }

  /** The comments met so far, in order. */
  List<Comment> comments() {
    return comments;
  }

  private void add(Kind kind, String value, int end) {
    tokens.add(new Token(kind, value, at, end, line, at - lineStart + 1));
    skipTo(end);
  }

  /** Moves on, counting lines. */
  private void skipTo(int end) {
    for (int newline = text.indexOf('\n', at);
        newline >= 0 && newline < end;
        newline = text.indexOf('\n', newline + 1)) {
      line++;
      lineStart = newline + 1;
    }
    at = end;
  }

  /** Offset of the closing mark; the opening one is here. */
  private int closing(String opening, String closing, String what) throws ScriptSyntaxException {
    int end = text.indexOf(closing, at + opening.length());
    if (end < 0) {
      throw new ScriptSyntaxException(
          position(), "expected '" + closing + "' at the end of " + what + ", found no such");
    }
    return end;
  }

  private void code(int end) {
    int first = at + 2;
    while (first < end && isBlank(text.charAt(first))) {
      first++;
    }
    int open = at;
    skipTo(first);
    int column = at - lineStart + 1;
    tokens.add(
        new Token(Kind.CODE, text.substring(first, end).strip(), open, end + 2, line, column));
    skipTo(end + 2);
  }

  private void word(String name, int end) throws ScriptSyntaxException {
    String value = definitions.get(name);
    if (value == null) {
      add(Kind.WORD, name, end);
    } else {
      define(name, value, end);
    }
  }

  private void define(String name, String value, int end) throws ScriptSyntaxException {
    if (isQuoted(value, '`')) {
      add(Kind.COMMAND, value.substring(1, value.length() - 1), end);
    } else if (isQuoted(value, '"')) {
      Lexer inner = new Lexer(file, value, Map.of());
      List<Token> parts = inner.tokens();
      if (parts.size() != 2) {
        throw badDefinition(name, value);
      }
      add(Kind.STRING, parts.getFirst().text(), end);
    } else if (!value.isEmpty() && endOfWord(value, 0) == value.length()) {
      // A cookie such as 1f2e counts as a number here: only its place says what it is.
      add(isLetter(value.charAt(0)) ? Kind.WORD : Kind.NUMBER, value, end);
    } else if (value.length() > 1
        && value.charAt(0) == '-'
        && value.chars().skip(1).allMatch(c -> isDigit((char) c))) {
      add(Kind.NUMBER, value, end);
    } else {
      throw badDefinition(name, value);
    }
  }

  private ScriptSyntaxException badDefinition(String name, String value) {
    return new ScriptSyntaxException(
        position(),
        "expected the definition of "
            + name
            + " to be an integer, a word, a quoted string or a back-quoted command, found "
            + value);
  }

  private static boolean isQuoted(String value, char quote) {
    return value.length() > 1
        && value.charAt(0) == quote
        && value.charAt(value.length() - 1) == quote;
  }

  /** A value lasts to the next blank; one in quotes may contain blanks. */
  private void option() throws ScriptSyntaxException {
    int end = endOfWord(at + 2);
    String name = text.substring(at + 2, end);
    if (charAt(end) != '=') {
      add(Kind.OPTION, name, end);
      return;
    }
    int valueStart = end + 1;
    int valueEnd = valueStart;
    if (charAt(valueStart) == '"') {
      int close = text.indexOf('"', valueStart + 1);
      if (close < 0 || close > endOfLine(valueStart)) {
        throw new ScriptSyntaxException(
            position(), "expected '\"' at the end of the option's value, found no such");
      }
      add(Kind.OPTION, name + '=' + text.substring(valueStart + 1, close), close + 1);
      return;
    }
    while (valueEnd < text.length() && !isBlank(text.charAt(valueEnd))) {
      valueEnd++;
    }
    String value = text.substring(valueStart, valueEnd);
    if (value.isEmpty()) {
      throw new ScriptSyntaxException(
          position(), "expected a value behind --" + name + "=, found a blank");
    }
    add(Kind.OPTION, name + '=' + definitions.getOrDefault(value, value), valueEnd);
  }

  private void string() throws ScriptSyntaxException {
    StringBuilder value = new StringBuilder();
    int next = at + 1;
    while (next < text.length() && text.charAt(next) != '"' && text.charAt(next) != '\n') {
      if (text.charAt(next) == '\\') {
        next = escape(next + 1, value);
      } else {
        value.append(text.charAt(next++));
      }
    }
    if (charAt(next) != '"') {
      throw new ScriptSyntaxException(
          position(), "expected '\"' at the end of a string, found the end of the line");
    }
    add(Kind.STRING, value.toString(), next + 1);
  }

  /** Resolves what follows a backslash; returns the offset behind. */
  private int escape(int start, StringBuilder value) throws ScriptSyntaxException {
    char c = charAt(start);
    int next = start + 1;
    switch (c) {
      case 'n' -> value.append('\n');
      case 't' -> value.append('\t');
      case 'r' -> value.append('\r');
      case '"', '\'', '\\' -> value.append(c);
      case 'x' -> next = digits(start + 1, 2, 16, value);
      case '0', '1', '2', '3', '4', '5', '6', '7' -> next = digits(start, 3, 8, value);
      default -> throw badEscape(start);
    }
    return next;
  }

  private int digits(int start, int most, int radix, StringBuilder value)
      throws ScriptSyntaxException {
    int number = 0;
    int next = start;
    while (next < start + most && Character.digit(charAt(next), radix) >= 0) {
      number = number * radix + Character.digit(charAt(next++), radix);
    }
    if (next == start) {
      throw badEscape(start - 1);
    }
    value.append((char) number);
    return next;
  }

  private ScriptSyntaxException badEscape(int offset) {
    return new ScriptSyntaxException(
        new Position(file, line, offset - lineStart),
        "expected one of \\n \\t \\r \\\\ \\\" \\' \\xHH \\NNN, found another escape");
  }

  private Position position() {
    return new Position(file, line, at - lineStart + 1);
  }

  private int endOfLine(int start) {
    int end = text.indexOf('\n', start);
    return end < 0 ? text.length() : end;
  }

  private int endOfWord(int start) {
    return endOfWord(text, start);
  }

  private static int endOfWord(String text, int start) {
    int end = start;
    while (end < text.length() && (isLetter(text.charAt(end)) || isDigit(text.charAt(end)))) {
      end++;
    }
    return end;
  }

  /** Decimal, hexadecimal, or with a fraction; {@code 1...2} is a number before three dots. */
  private int endOfNumber(int start) {
    int end = start;
    if (text.charAt(start) == '0'
        && (charAt(start + 1) | 0x20) == 'x'
        && Character.digit(charAt(start + 2), 16) >= 0) {
      end += 2;
      while (Character.digit(charAt(end), 16) >= 0) {
        end++;
      }
      return end;
    }
    while (isDigit(charAt(end))) {
      end++;
    }
    if (charAt(end) == '.' && isDigit(charAt(end + 1))) {
      end++;
      while (isDigit(charAt(end))) {
        end++;
      }
    }
    return end;
  }

  /** The character there, or NUL behind the end. */
  private char charAt(int index) {
    return index < text.length() ? text.charAt(index) : '\0';
  }

  private static boolean isBlank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
