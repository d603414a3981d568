package dev.trident.script.lang;

import dev.trident.script.lang.Token.Kind;

/**
 * The flags of a TCP packet line: letters and a dot in any order, or a dash for none.
 *
 * @param bits as {@link Segment.Tcp#flags()}
 * @param ace as {@link Segment.Tcp#ace()}
 */
record TcpFlags(int bits, int ace) {
  static final int ACK = 16;

  /** A letter's bit is 1 shifted by its index; {@code .} is ACK. */
  private static final String LETTERS = "FSRP.UEWA";

  private static final int ACE_SHIFT = 6;
  private static final int ACE_BITS = 7 << ACE_SHIFT;

  /**
   * Reads the tokens up to the next blank: {@code P.5} is a word and what looks like a fraction.
   */
  static TcpFlags parse(TokenCursor cursor) throws ScriptSyntaxException {
    Token first = cursor.peek();
    StringBuilder text = new StringBuilder();
    while (!cursor.at(Kind.END) && (text.isEmpty() || cursor.adjacent())) {
      text.append(cursor.take().text());
    }
    if (text.toString().equals("-")) {
      return new TcpFlags(0, Segment.UNSET);
    }
    int bits = 0;
    int ace = Segment.UNSET;
    boolean valid = !text.isEmpty();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int index = LETTERS.indexOf(c);
      if (index >= 0 && (bits & 1 << index) == 0) {
        bits |= 1 << index;
      } else if (c >= '0' && c <= '7' && ace == Segment.UNSET) {
        ace = c - '0';
      } else {
        valid = false;
      }
    }
    if (!valid || (ace != Segment.UNSET && (bits & ACE_BITS) != 0)) {
      throw cursor.expected(
          first,
          "a packet: 'udp', 'icmp' or TCP flags (each of F S R P . U at most once,"
              + " with E W A or a digit 0 to 7; or '-')");
    }
    return new TcpFlags(ace == Segment.UNSET ? bits : bits | ace << ACE_SHIFT, ace);
  }
}
