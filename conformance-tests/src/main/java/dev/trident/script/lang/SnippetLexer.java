package dev.trident.script.lang;

import dev.trident.script.lang.SnippetToken.Kind;
import java.util.ArrayList;
import java.util.List;

/** Cuts the text of a snippet, which is written in Python, into tokens. */
final class SnippetLexer {
  /** Longest first. */
  private static final String[] OPERATORS = {
    "<<=", ">>=", "**=", "//=", "==", "!=", "<=", ">=", "<<", ">>", "//", "**", "+=", "-=", "*=",
    "/=", "&=", "|=", "^=", "%=", "->", ":="
  };

  private final Position begins;
  private final String text;
  private final List<SnippetToken> tokens = new ArrayList<>();
  private int at;
  private int depth;

  SnippetLexer(Position begins, String text) {
    this.begins = begins;
    this.text = text;
  }

  /** All tokens; the last one is {@link Kind#END}. */
  List<SnippetToken> tokens() throws ScriptSyntaxException {
    while (at < text.length()) {
      char c = text.charAt(at);
      if ((c == '\n' && depth <= 0) || c == ';') {
        add(Kind.SEPARATOR, at + 1);
      } else if (c <= ' ' || text.startsWith("\\\n", at)) {
        at += c == '\\' ? 2 : 1;
      } else if (c == '#') {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (c == '"' || c == '\'') {
        string(c);
      } else if (isDigit(c) || (c == '.' && at + 1 < text.length() && isDigit(charAt(at + 1)))) {
        add(Kind.NUMBER, endOfNumber());
      } else if (isNamePart(c)) {
        add(Kind.NAME, endOfName(at));
      } else {
        depth += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
        add(Kind.OPERATOR, endOfOperator());
      }
    }
    add(Kind.END, at);
    return tokens;
  }

  /** The place of an offset of the snippet in the script. */
  static Position position(Position begins, String text, int offset) {
    int newline = text.lastIndexOf('\n', offset - 1);
    return newline < 0
        ? new Position(begins.file(), begins.line(), begins.column() + offset)
        : new Position(
            begins.file(),
            begins.line() + (int) text.chars().limit(offset).filter(c -> c == '\n').count(),
            offset - newline);
  }

  private void add(Kind kind, int end) {
    tokens.add(new SnippetToken(kind, text.substring(at, end), at, end));
    at = end;
  }

  private void string(char quote) throws ScriptSyntaxException {
    String triple = String.valueOf(quote).repeat(3);
    if (text.startsWith(triple, at)) {
      int end = text.indexOf(triple, at + 3);
      if (end < 0) {
        throw notClosed(triple);
      }
      add(Kind.STRING, end + 3);
      return;
    }
    int end = at + 1;
    while (end < text.length() && text.charAt(end) != quote && text.charAt(end) != '\n') {
      end += text.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= text.length() || text.charAt(end) != quote) {
      throw notClosed(String.valueOf(quote));
    }
    add(Kind.STRING, end + 1);
  }

  private ScriptSyntaxException notClosed(String quote) {
    return new ScriptSyntaxException(
        position(begins, text, at), "expected " + quote + " at the end of a string, found no such");
  }

  /** Decimal, hexadecimal or with a fraction. */
  private int endOfNumber() {
    int end = at;
    if (text.startsWith("0x", at) || text.startsWith("0X", at)) {
      return endOfName(at);
    }
    while (end < text.length() && (isDigit(charAt(end)) || charAt(end) == '.')) {
      end++;
    }
    return end;
  }

  private int endOfName(int start) {
    int end = start;
    while (end < text.length() && (isNamePart(charAt(end)) || isDigit(charAt(end)))) {
      end++;
    }
    return end;
  }

  private int endOfOperator() {
    for (String operator : OPERATORS) {
      if (text.startsWith(operator, at)) {
        return at + operator.length();
      }
    }
    return at + 1;
  }

  private char charAt(int index) {
    return text.charAt(index);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isNamePart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }
}
