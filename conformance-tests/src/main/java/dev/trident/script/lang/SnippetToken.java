package dev.trident.script.lang;

/**
 * A piece of a code snippet.
 *
 * @param start offset in the snippet
 * @param end offset behind its last character
 */
record SnippetToken(Kind kind, String text, int start, int end) {
  enum Kind {
    NAME,
    NUMBER,
    STRING,
    OPERATOR,
    /** A newline outside brackets, or a semicolon. */
    SEPARATOR,
    END
  }

  boolean is(Kind wanted) {
    return kind == wanted;
  }

  boolean isOperator(String wanted) {
    return kind == Kind.OPERATOR && text.equals(wanted);
  }

  boolean isName(String wanted) {
    return kind == Kind.NAME && text.equals(wanted);
  }

  String description() {
    return switch (kind) {
      case NAME -> "name '" + text + "'";
      case NUMBER -> "number " + text;
      case STRING -> "a string";
      case OPERATOR -> "'" + text + "'";
      case SEPARATOR, END -> "the end of the statement";
    };
  }
}
