package dev.trident.script.lang;

import dev.trident.script.lang.Segment.TcpOption;
import dev.trident.script.lang.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The option list of a TCP packet line, in angle brackets. */
final class TcpOptionParser {
  /** Data offset 15 leaves so much (RFC 9293 section 3.1). */
  private static final int MOST_BYTES = 40;

  /** RFC 9768: kinds of the two orders of the counters. */
  private static final int ACCECN0 = 172;

  private static final int ACCECN1 = 174;

  private static final Set<String> UNSUPPORTED =
      Set.of("gen", "TARR", "tarr", "AccECN0", "AccECN1", "accecn0", "accecn1", "acc_ecn");

  private static final String OPTION =
      "a TCP option (nop, eol, mss, wscale, sackOK, sack, TS, FO, FOEXP, md5, ECN or raw)";

  private final TokenCursor cursor;

  TcpOptionParser(TokenCursor cursor) {
    this.cursor = cursor;
  }

  /** The list from {@code <} to {@code >}, or null for {@code <...>}. */
  @Nullable List<TcpOption> options(boolean outbound)
      throws ScriptSyntaxException, UnsupportedFeatureException {
    Token open = cursor.peek();
    cursor.expect("<");
    if (cursor.at(Kind.ELLIPSIS)) {
      if (!outbound) {
        throw cursor.expected("TCP options ('<...>' is for outbound packets)");
      }
      cursor.take();
      cursor.expect(">");
      return null;
    }
    List<TcpOption> options = new ArrayList<>();
    do {
      options.add(option());
    } while (cursor.accept(","));
    if (!cursor.accept(">")) {
      throw cursor.expected("',' or '>'");
    }
    int bytes = options.stream().mapToInt(TcpOptionParser::bytes).sum();
    if (bytes % 4 != 0 || bytes > MOST_BYTES) {
      throw new ScriptSyntaxException(
          cursor.position(open),
          "expected TCP options of a multiple of 4 bytes, at most "
              + MOST_BYTES
              + ", found "
              + bytes
              + " bytes");
    }
    return List.copyOf(options);
  }

  /** Length on the wire. */
  private static int bytes(TcpOption option) {
    return switch (option) {
      case TcpOption.Nop() -> 1;
      case TcpOption.Eol() -> 1;
      case TcpOption.Mss mss -> 4;
      case TcpOption.WindowScale scale -> 3;
      case TcpOption.SackPermitted() -> 2;
      case TcpOption.Sack sack -> 2 + 8 * sack.blocks().size();
      case TcpOption.Timestamps stamps -> 10;
      case TcpOption.FastOpen open -> (open.experimental() ? 4 : 2) + open.cookie().length() / 2;
      case TcpOption.Md5 md5 -> 18;
      case TcpOption.Raw raw -> raw.bytes().size();
    };
  }

  private TcpOption option() throws ScriptSyntaxException, UnsupportedFeatureException {
    Token token = cursor.peek();
    if (!token.is(Kind.WORD)) {
      throw cursor.expected(OPTION);
    }
    if (UNSUPPORTED.contains(token.text())) {
      throw new UnsupportedFeatureException(cursor.position(), "TCP option '" + token.text() + "'");
    }
    cursor.take();
    return switch (token.text()) {
      case "nop" -> new TcpOption.Nop();
      case "eol" -> new TcpOption.Eol();
      case "mss" -> new TcpOption.Mss(cursor.number16("a maximum segment size"));
      case "wscale" -> new TcpOption.WindowScale((int) cursor.number("a shift count", 0, 0xff));
      case "sackOK" -> new TcpOption.SackPermitted();
      case "sack" -> sack();
      case "TS" -> timestamps();
      case "FO" -> new TcpOption.FastOpen(false, cookie());
      case "FOEXP" -> new TcpOption.FastOpen(true, cookie());
      case "md5" -> new TcpOption.Md5(cursor.acceptWord("valid"));
      case "ECN" -> accurateEcn();
      case "raw" -> raw();
      default -> throw cursor.expected(token, OPTION);
    };
  }

  private TcpOption sack() throws ScriptSyntaxException {
    List<TcpOption.Block> blocks = new ArrayList<>();
    do {
      long left = cursor.number32("the left edge of a SACK block");
      cursor.expect(":");
      blocks.add(new TcpOption.Block(left, cursor.number32("the right edge of a SACK block")));
    } while (cursor.at(Kind.NUMBER));
    return new TcpOption.Sack(List.copyOf(blocks));
  }

  private TcpOption timestamps() throws ScriptSyntaxException {
    cursor.expectWord("val");
    Long value = cursor.acceptEllipsis() ? null : cursor.number32("a timestamp");
    cursor.expectWord("ecr");
    long echo = cursor.number32("an echoed timestamp");
    return new TcpOption.Timestamps(value, echo, cursor.accept("!"));
  }

  /** Hexadecimal digits; the lexer may have cut them where digits meet letters. */
  private String cookie() throws ScriptSyntaxException {
    Token first = cursor.peek();
    if (cursor.at(",") || cursor.at(">")) {
      return "";
    }
    StringBuilder digits = new StringBuilder();
    while ((cursor.at(Kind.WORD) || cursor.at(Kind.NUMBER))
        && (digits.isEmpty() || cursor.adjacent())) {
      digits.append(cursor.take().text());
    }
    if (digits.length() > 2 && digits.charAt(0) == '0' && digits.charAt(1) == 'x') {
      digits.delete(0, 2);
    }
    if (digits.isEmpty()
        || digits.length() % 2 != 0
        || !digits.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
      throw cursor.expected(first, "a cookie of an even number of hexadecimal digits");
    }
    return digits.toString();
  }

  /** RFC 9768 section 3.2.3: three counters of 24 bits, of which the last may be left out. */
  private TcpOption accurateEcn() throws ScriptSyntaxException {
    boolean ect1First = cursor.peek().isWord("e1b");
    String[] order =
        ect1First ? new String[] {"e1b", "ceb", "e0b"} : new String[] {"e0b", "ceb", "e1b"};
    if (!ect1First && !cursor.peek().isWord("e0b")) {
      throw cursor.expected("'e0b' or 'e1b'");
    }
    List<Integer> bytes = new ArrayList<>(List.of(ect1First ? ACCECN1 : ACCECN0, 0));
    for (String name : order) {
      if (!cursor.acceptWord(name)) {
        break;
      }
      int count = (int) cursor.number("a counter of 24 bits", 0, 0xff_ffff);
      bytes.addAll(List.of(count >> 16, count >> 8 & 0xff, count & 0xff));
    }
    bytes.set(1, bytes.size());
    return new TcpOption.Raw(List.copyOf(bytes));
  }

  /** Our own: any bytes, so that scripts can send what no other option spells. */
  private TcpOption raw() throws ScriptSyntaxException {
    List<Integer> bytes = new ArrayList<>();
    do {
      bytes.add((int) cursor.number("a byte", 0, 0xff));
    } while (cursor.at(Kind.NUMBER));
    return new TcpOption.Raw(List.copyOf(bytes));
  }
}
