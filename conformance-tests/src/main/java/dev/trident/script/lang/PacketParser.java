package dev.trident.script.lang;

import dev.trident.script.lang.Event.Direction;
import dev.trident.script.lang.IpMarks.Ecn;
import dev.trident.script.lang.Segment.Sequence;
import dev.trident.script.lang.Segment.TcpOption;
import dev.trident.script.lang.Token.Kind;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Packet lines: direction, marks, ports, and what IP carries. */
final class PacketParser {
  private static final int MOST_UDP_BYTES = 0xffff - 20 - 8;

  /** Words that open packets of protocols and encapsulations that nothing here speaks. */
  private static final Set<String> UNSUPPORTED =
      Set.of("ipv4", "ipv6", "gre", "mpls", "encap", "psp", "sctp", "udplite", "icmpv6", "dccp");

  private final TokenCursor cursor;
  private final TcpOptionParser optionParser;

  PacketParser(TokenCursor cursor) {
    this.cursor = cursor;
    this.optionParser = new TcpOptionParser(cursor);
  }

  Event.PacketAction packet() throws ScriptSyntaxException, UnsupportedFeatureException {
    boolean outbound = cursor.take().isSymbol(">");
    IpMarks marks = IpMarks.NONE;
    if (cursor.accept("[")) {
      marks = marks("]", outbound);
    } else if (cursor.accept("(")) {
      marks = marks(")", outbound);
    }
    refuseUnsupported();
    Event.@Nullable Ports ports = null;
    if (cursor.at(Kind.NUMBER) && cursor.peek(1).isSymbol(">")) {
      int source = cursor.number16("a port");
      cursor.expect(">");
      ports = new Event.Ports(source, cursor.number16("a port"));
    }
    Segment segment;
    if (cursor.acceptWord("udp")) {
      segment = udp();
    } else if (cursor.acceptWord("icmp")) {
      segment = icmp();
    } else {
      segment = tcp(outbound);
    }
    if (cursor.at("/")) {
      throw new UnsupportedFeatureException(cursor.position(), "encapsulation in UDP");
    }
    Direction direction = outbound ? Direction.OUTBOUND : Direction.INBOUND;
    return new Event.PacketAction(direction, marks, segment, ports);
  }

  private void refuseUnsupported() throws UnsupportedFeatureException {
    Token token = cursor.peek();
    if (token.is(Kind.WORD) && UNSUPPORTED.contains(token.text())) {
      throw new UnsupportedFeatureException(cursor.position(), "packet header " + token.text());
    }
  }

  private IpMarks marks(String closing, boolean outbound)
      throws ScriptSyntaxException, UnsupportedFeatureException {
    Ecn ecn = Ecn.UNSET;
    int tos = IpMarks.UNSET;
    int ttl = IpMarks.UNSET;
    do {
      Token token = cursor.peek();
      if (token.isWord("flowlabel")) {
        throw new UnsupportedFeatureException(cursor.position(), "IPv6 flow label");
      }
      cursor.take();
      if (token.isWord("tos") && tos == IpMarks.UNSET) {
        tos = (int) cursor.number("a TOS octet", 0, 0xff);
      } else if (token.isWord("ttl") && ttl == IpMarks.UNSET) {
        ttl = (int) cursor.number("a time to live", 0, 0xff);
      } else if (token.is(Kind.WORD) && ecn == Ecn.UNSET) {
        ecn = ecn(token, outbound);
      } else {
        throw cursor.expected(token, "an IP mark not yet given (ECN, tos or ttl)");
      }
      cursor.accept(",");
    } while (!cursor.accept(closing));
    return new IpMarks(ecn, tos, ttl);
  }

  private Ecn ecn(Token token, boolean outbound) throws ScriptSyntaxException {
    return switch (token.text()) {
      case "noecn" -> Ecn.NOT_ECT;
      case "ect0" -> Ecn.ECT0;
      case "ect1" -> Ecn.ECT1;
      case "ce" -> Ecn.CE;
      case "ect01" -> {
        if (!outbound) {
          throw cursor.expected(token, "ect0 or ect1 (ect01 is for outbound packets)");
        }
        yield Ecn.EITHER;
      }
      default ->
          throw cursor.expected(token, "an IP mark (noecn, ect0, ect1, ect01, ce, tos or ttl)");
    };
  }

  private Segment.Udp udp() throws ScriptSyntaxException {
    cursor.expect("(");
    int bytes = (int) cursor.number("a payload length", 0, MOST_UDP_BYTES);
    cursor.expect(")");
    return new Segment.Udp(bytes);
  }

  private Segment.Icmp icmp() throws ScriptSyntaxException, UnsupportedFeatureException {
    Token typeWord = cursor.take();
    OptionalInt type =
        typeWord.is(Kind.WORD) ? IcmpNames.type(typeWord.text()) : OptionalInt.empty();
    if (type.isEmpty()) {
      throw cursor.expected(typeWord, "an ICMP type (" + IcmpNames.typeNames() + ")");
    }
    int code = 0;
    if (cursor.at(Kind.WORD) && !cursor.peek().isWord("mtu")) {
      Token codeWord = cursor.take();
      OptionalInt known = IcmpNames.code(type.getAsInt(), codeWord.text());
      if (known.isEmpty()) {
        throw cursor.expected(
            codeWord,
            "a code of ICMP "
                + typeWord.text()
                + " ("
                + IcmpNames.codeNames(type.getAsInt())
                + "), 'mtu' or '['");
      }
      code = known.getAsInt();
    }
    int mtu = Segment.UNSET;
    if (cursor.peek().isWord("mtu")) {
      if (type.getAsInt() != IcmpNames.UNREACHABLE || code != IcmpNames.FRAG_NEEDED) {
        throw cursor.expected("'[' or the next event ('mtu' goes with frag_needed only)");
      }
      cursor.take();
      mtu = cursor.number16("an MTU");
    }
    return new Segment.Icmp(type.getAsInt(), code, mtu, cursor.accept("[") ? echo() : null);
  }

  /** What the quoted packet carried. */
  private Segment echo() throws ScriptSyntaxException, UnsupportedFeatureException {
    refuseUnsupported();
    Segment quoted;
    if (cursor.acceptWord("udp")) {
      quoted = udp();
    } else {
      cursor.acceptWord("tcp");
      quoted = new Segment.Tcp(0, Segment.UNSET, sequence(), 0, Segment.UNSET, 0, List.of());
    }
    cursor.expect("]");
    return quoted;
  }

  private Segment.Tcp tcp(boolean outbound)
      throws ScriptSyntaxException, UnsupportedFeatureException {
    TcpFlags flags = TcpFlags.parse(cursor);
    Sequence sequence = sequence();
    long acknowledgment = 0;
    if (cursor.acceptWord("ack")) {
      acknowledgment = cursor.number32("an acknowledgment number");
    } else if ((flags.bits() & TcpFlags.ACK) != 0) {
      throw cursor.expected("'ack' (the flags have a dot)");
    }
    int window = Segment.UNSET;
    if (cursor.acceptWord("win")) {
      window = cursor.number16("a window");
    } else if (!outbound) {
      throw cursor.expected("'win' (inbound packets state their window)");
    }
    int urgentPointer = cursor.acceptWord("urg") ? cursor.number16("an urgent pointer") : 0;
    List<TcpOption> options = cursor.at("<") ? optionParser.options(outbound) : List.of();
    return new Segment.Tcp(
        flags.bits(), flags.ace(), sequence, acknowledgment, window, urgentPointer, options);
  }

  /** {@code start:end(length)} or {@code ...(length)}; an exclamation mark behind either number. */
  private Sequence sequence() throws ScriptSyntaxException {
    if (cursor.acceptEllipsis()) {
      return new Sequence(false, false, 0, length());
    }
    long start = cursor.number32("a sequence number");
    boolean absolute = cursor.accept("!");
    cursor.expect(":");
    Token endToken = cursor.peek();
    long end = cursor.number32("the end of the sequence range");
    absolute |= cursor.accept("!");
    int length = length();
    absolute |= cursor.accept("!");
    long sum = start + length & 0xffff_ffffL;
    if (end != sum) {
      throw cursor.expected(
          endToken, "an end of " + sum + ", which is " + start + " and " + length + " bytes");
    }
    return new Sequence(true, absolute, start, length);
  }

  private int length() throws ScriptSyntaxException {
    cursor.expect("(");
    int length = cursor.number16("a payload length");
    cursor.expect(")");
    return length;
  }
}
