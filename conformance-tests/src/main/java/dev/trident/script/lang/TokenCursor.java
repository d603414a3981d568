package dev.trident.script.lang;

import dev.trident.script.lang.Token.Kind;
import java.util.List;
import java.util.OptionalLong;

/** Reads tokens one after the other; what does not fit becomes a message here. */
final class TokenCursor {
  private final String file;
  private final List<Token> tokens;
  private int next;

  /** {@code tokens} end with {@link Kind#END}. */
  TokenCursor(String file, List<Token> tokens) {
    this.file = file;
    this.tokens = tokens;
  }

  /** The token to be read next. */
  Token peek() {
    return tokens.get(next);
  }

  /** The token so many behind the next; the end repeats. */
  Token peek(int ahead) {
    return tokens.get(Math.min(next + ahead, tokens.size() - 1));
  }

  /** Reads a token, whatever it is; the end stays. */
  Token take() {
    Token token = peek();
    if (!token.is(Kind.END)) {
      next++;
    }
    return token;
  }

  boolean at(String symbol) {
    return peek().isSymbol(symbol);
  }

  boolean at(Kind kind) {
    return peek().is(kind);
  }

  /** Reads that symbol if it is next. */
  boolean accept(String symbol) {
    if (at(symbol)) {
      next++;
      return true;
    }
    return false;
  }

  /** Reads that word if it is next. */
  boolean acceptWord(String word) {
    if (peek().isWord(word)) {
      next++;
      return true;
    }
    return false;
  }

  boolean acceptEllipsis() {
    if (at(Kind.ELLIPSIS)) {
      next++;
      return true;
    }
    return false;
  }

  void expect(String symbol) throws ScriptSyntaxException {
    if (!accept(symbol)) {
      throw expected("'" + symbol + "'");
    }
  }

  void expectWord(String word) throws ScriptSyntaxException {
    if (!acceptWord(word)) {
      throw expected("'" + word + "'");
    }
  }

  /** Reads a whole number, decimal or hexadecimal. */
  long number(String what, long min, long max) throws ScriptSyntaxException {
    Token token = peek();
    OptionalLong value = token.is(Kind.NUMBER) ? integer(token.text()) : OptionalLong.empty();
    if (value.isEmpty() || value.getAsLong() < min || value.getAsLong() > max) {
      throw expected(what + " from " + min + " to " + max);
    }
    next++;
    return value.getAsLong();
  }

  int number16(String what) throws ScriptSyntaxException {
    return (int) number(what, 0, 0xffff);
  }

  long number32(String what) throws ScriptSyntaxException {
    return number(what, 0, 0xffff_ffffL);
  }

  /** The value of a number's text, or nothing for a fraction or one beyond 64 bits. */
  static OptionalLong integer(String text) {
    try {
      return OptionalLong.of(
          text.startsWith("0x") || text.startsWith("0X")
              ? Long.parseUnsignedLong(text, 2, text.length(), 16)
              : Long.parseLong(text));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** Whether no blank stands between the next token and the one before. */
  boolean adjacent() {
    return next > 0 && tokens.get(next - 1).end() == peek().start();
  }

  /** Whether the next token is the first on its line. */
  boolean firstOnLine() {
    return next == 0 || tokens.get(next - 1).line() != peek().line();
  }

  Position position() {
    return position(peek());
  }

  Position position(Token token) {
    return new Position(file, token.line(), token.column());
  }

  /** To be thrown: the next token is not what it should be. */
  ScriptSyntaxException expected(String what) {
    return expected(peek(), what);
  }

  ScriptSyntaxException expected(Token found, String what) {
    return new ScriptSyntaxException(
        position(found), "expected " + what + ", found " + found.description());
  }
}
