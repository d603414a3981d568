package dev.trident.script.lang;

import dev.trident.script.lang.Token.Kind;

/** The time at the head of an event. */
final class TimeParser {
  private static final int MICRO_DIGITS = 6;

  /** Seconds: beyond thirty years it is a typing error, and the sum of a script's times fits. */
  private static final int MOST_INTEGER_DIGITS = 9;

  private final TokenCursor cursor;

  TimeParser(TokenCursor cursor) {
    this.cursor = cursor;
  }

  /** Whether the next token can begin a time. */
  boolean atTime() {
    return cursor.at(Kind.NUMBER) || cursor.at("+") || cursor.at("*");
  }

  Time time() throws ScriptSyntaxException {
    if (cursor.accept("*")) {
      return new Time(Time.Kind.ANY, true, 0, 0);
    }
    boolean relative = cursor.accept("+");
    long start = micros();
    Token second = cursor.peek(cursor.at("~") && relative ? 2 : 1);
    Time.Kind kind = Time.Kind.AT;
    long end = start;
    if (cursor.accept("~")) {
      if (relative) {
        cursor.expect("+");
      }
      kind = Time.Kind.RANGE;
      end = micros();
    } else if (cursor.acceptEllipsis()) {
      kind = Time.Kind.BLOCKING;
      end = micros();
    }
    if (end < start) {
      throw cursor.expected(second, "a second time not before the first");
    }
    return new Time(kind, relative, start, end);
  }

  /** Seconds as microseconds; digits beyond those are cut off. */
  private long micros() throws ScriptSyntaxException {
    Token token = cursor.peek();
    String text = token.text();
    int dot = text.indexOf('.');
    int integerDigits = dot < 0 ? text.length() : dot;
    boolean decimal =
        token.is(Kind.NUMBER) && text.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    if (!decimal || integerDigits > MOST_INTEGER_DIGITS) {
      throw cursor.expected("a time in seconds");
    }
    cursor.take();
    long micros = 0;
    for (int i = 0; i < integerDigits; i++) {
      micros = micros * 10 + (text.charAt(i) - '0');
    }
    for (int i = 1; i <= MICRO_DIGITS; i++) {
      int index = integerDigits + i;
      micros = micros * 10 + (index < text.length() ? text.charAt(index) - '0' : 0);
    }
    return micros;
  }
}
