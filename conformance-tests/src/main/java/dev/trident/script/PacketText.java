package dev.trident.script;

import dev.trident.script.lang.Event.Direction;
import dev.trident.script.lang.Event.PacketAction;
import dev.trident.script.lang.Event.Ports;
import dev.trident.script.lang.IpMarks;
import dev.trident.script.lang.Segment;
import dev.trident.script.lang.Segment.TcpOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes packets as a script would. */
final class PacketText {
  private static final String FLAG_LETTERS = "FSRP.UEWA";
  private static final int ACK = 0x10;
  private static final int ACE_SHIFT = 6;

  private PacketText() {}

  static String of(PacketAction packet) {
    StringBuilder text = new StringBuilder();
    text.append(packet.direction() == Direction.INBOUND ? "< " : "> ");
    text.append(marks(packet.marks()));
    Ports ports = packet.ports();
    if (ports != null) {
      text.append(ports.source()).append(" > ").append(ports.destination()).append(' ');
    }
    return text.append(of(packet.segment())).toString();
  }

  private static String marks(IpMarks marks) {
    List<String> written = new ArrayList<>();
    switch (marks.ecn()) {
      case UNSET -> {}
      case NOT_ECT -> written.add("noecn");
      case ECT0 -> written.add("ect0");
      case ECT1 -> written.add("ect1");
      case CE -> written.add("ce");
      case EITHER -> written.add("ect01");
    }
    if (marks.tos() != IpMarks.UNSET) {
      written.add("tos 0x" + Integer.toHexString(marks.tos()));
    }
    if (marks.ttl() != IpMarks.UNSET) {
      written.add("ttl " + marks.ttl());
    }
    return written.isEmpty() ? "" : "[" + String.join(",", written) + "] ";
  }

  static String of(Segment segment) {
    return switch (segment) {
      case Segment.Tcp tcp -> of(tcp);
      case Segment.Udp udp -> "udp (" + udp.payloadBytes() + ")";
      case Segment.Icmp icmp -> of(icmp);
    };
  }

  private static String of(Segment.Icmp icmp) {
    StringBuilder text = new StringBuilder("icmp type_").append(icmp.type());
    text.append(" code_").append(icmp.code());
    if (icmp.mtu() != Segment.UNSET) {
      text.append(" mtu ").append(icmp.mtu());
    }
    Segment echo = icmp.echo();
    if (echo != null) {
      text.append(" [")
          .append(echo instanceof Segment.Tcp tcp ? of(tcp.sequence()) : of(echo))
          .append(']');
    }
    return text.toString();
  }

  private static String of(Segment.Tcp tcp) {
    StringBuilder text = new StringBuilder(flags(tcp)).append(' ').append(of(tcp.sequence()));
    if ((tcp.flags() & ACK) != 0 || tcp.acknowledgment() != 0) {
      text.append(" ack ").append(tcp.acknowledgment());
    }
    if (tcp.window() != Segment.UNSET) {
      text.append(" win ").append(tcp.window());
    }
    if (tcp.urgentPointer() != 0) {
      text.append(" urg ").append(tcp.urgentPointer());
    }
    @Nullable List<TcpOption> options = tcp.options();
    if (options == null) {
      text.append(" <...>");
    } else if (!options.isEmpty()) {
      text.append(" <");
      for (int i = 0; i < options.size(); i++) {
        text.append(i == 0 ? "" : ",").append(of(options.get(i)));
      }
      text.append('>');
    }
    return text.toString();
  }

  private static String flags(Segment.Tcp tcp) {
    StringBuilder text = new StringBuilder();
    int bits = tcp.flags();
    if (tcp.ace() != Segment.UNSET) {
      bits &= (1 << ACE_SHIFT) - 1;
      text.append(tcp.ace());
    }
    for (int i = FLAG_LETTERS.length() - 1; i >= 0; i--) {
      if ((bits & 1 << i) != 0) {
        text.append(FLAG_LETTERS.charAt(i));
      }
    }
    if (text.isEmpty()) {
      return "-";
    }
    // The usual order has the letters of RFC 9293 before the dot: "S.", "P.", "SEW".
    StringBuilder ordered = new StringBuilder();
    for (char letter : "SFRPUEWA01234567.".toCharArray()) {
      if (text.indexOf(String.valueOf(letter)) >= 0) {
        ordered.append(letter);
      }
    }
    return ordered.toString();
  }

  private static String of(Segment.Sequence sequence) {
    if (!sequence.startKnown()) {
      return "...(" + sequence.length() + ")";
    }
    long end = sequence.start() + sequence.length() & 0xffff_ffffL;
    return sequence.start()
        + (sequence.absolute() ? "!:" : ":")
        + end
        + "("
        + sequence.length()
        + ")";
  }

  static String of(TcpOption option) {
    return switch (option) {
      case TcpOption.Nop _ -> "nop";
      case TcpOption.Eol _ -> "eol";
      case TcpOption.Mss mss -> "mss " + mss.bytes();
      case TcpOption.WindowScale scale -> "wscale " + scale.shift();
      case TcpOption.SackPermitted _ -> "sackOK";
      case TcpOption.Sack sack -> {
        StringBuilder text = new StringBuilder("sack");
        for (TcpOption.Block block : sack.blocks()) {
          text.append(' ').append(block.left()).append(':').append(block.right());
        }
        yield text.toString();
      }
      case TcpOption.Timestamps ts ->
          "TS val "
              + (ts.value() == null ? "..." : ts.value())
              + " ecr "
              + ts.echo()
              + (ts.echoAbsolute() ? "!" : "");
      case TcpOption.FastOpen fast -> (fast.experimental() ? "FOEXP " : "FO ") + fast.cookie();
      case TcpOption.Md5 md5 -> md5.valid() ? "md5 valid" : "md5";
      case TcpOption.Raw raw -> {
        StringBuilder text = new StringBuilder("gen");
        for (int value : raw.bytes()) {
          text.append(String.format(Locale.ROOT, " %02x", value));
        }
        yield text.toString();
      }
    };
  }
}
