package dev.trident.script.lang;

/**
 * A piece of a script.
 *
 * @param text what it stands for: of strings without quotes and with escapes resolved, of commands
 *     and code what is inside, of options {@code name=value}; otherwise as written, or as a
 *     definition says
 * @param start offset of its first character in the script
 * @param end offset behind its last character
 * @param line of its first character; of code, of the first character inside that is not blank
 * @param column likewise
 */
record Token(Kind kind, String text, int start, int end, int line, int column) {
  enum Kind {
    WORD,
    NUMBER,
    STRING,
    /** Between back quotes. */
    COMMAND,
    /** Between percent-brace and brace-percent. */
    CODE,
    /** Three dots. */
    ELLIPSIS,
    /** {@code --name} or {@code --name=value}. */
    OPTION,
    /** One character of any other sort. */
    SYMBOL,
    END
  }

  private static final int LONGEST_QUOTE = 40;

  boolean is(Kind wanted) {
    return kind == wanted;
  }

  boolean isSymbol(String wanted) {
    return kind == Kind.SYMBOL && text.equals(wanted);
  }

  boolean isWord(String wanted) {
    return kind == Kind.WORD && text.equals(wanted);
  }

  /** For the second half of a message: "expected this, found that". */
  String description() {
    return switch (kind) {
      case WORD -> "word '" + quote() + "'";
      case NUMBER -> "number " + quote();
      case STRING -> "string \"" + quote() + "\"";
      case COMMAND -> "a shell command";
      case CODE -> "a code snippet";
      case ELLIPSIS -> "'...'";
      case OPTION -> "option --" + quote();
      case SYMBOL -> "'" + quote() + "'";
      case END -> "the end of the script";
    };
  }

  private String quote() {
    StringBuilder quoted = new StringBuilder();
    for (char c : text.substring(0, Math.min(text.length(), LONGEST_QUOTE)).toCharArray()) {
      if (c >= ' ' && c < 0x7f) {
        quoted.append(c);
      } else {
        quoted.append("\\u").append(Integer.toHexString(0x10000 | c), 1, 5);
      }
    }
    return quoted.append(text.length() > LONGEST_QUOTE ? "..." : "").toString();
  }
}
