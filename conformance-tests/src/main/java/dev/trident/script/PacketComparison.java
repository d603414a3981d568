package dev.trident.script;

import dev.trident.script.lang.Event.Direction;
import dev.trident.script.lang.Event.PacketAction;
import dev.trident.script.lang.IpMarks;
import dev.trident.script.lang.Segment;
import dev.trident.script.lang.Segment.TcpOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds a live packet against an outbound line; the first difference counts. Lengths and checksums
 * have been checked by {@link LivePacket}. IP id, DF and unmarked TTL are not compared, nor is what
 * an ICMP message quotes.
 */
final class PacketComparison {
  private static final int FIRST_FLAGS = 6;
  private static final String[] FLAGS = {
    "FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE"
  };
  private static final int ACE_SHIFT = 6;

  private final PacketAction expected;
  private final LivePacket live;
  private final Flow flow;

  PacketComparison(PacketAction expected, LivePacket live, Flow flow) {
    this.expected = expected;
    this.live = live;
    this.flow = flow;
  }

  /**
   * @param clock how TS values are compared, or null if they are not
   */
  void check(@Nullable TimestampCheck clock) throws MismatchException {
    boolean protocol =
        switch (expected.segment()) {
          case Segment.Tcp _ -> live.isTcp();
          case Segment.Udp _ -> live.isUdp();
          case Segment.Icmp _ -> live.isIcmp();
        };
    if (!protocol) {
      throw new MismatchException("IP protocol: live packet has " + live.protocol());
    }
    require("IP options", "none", live.hasIpOptions() ? "some" : "none");
    checkMarks(expected.marks());
    switch (expected.segment()) {
      case Segment.Tcp tcp -> checkTcp(tcp, clock);
      case Segment.Udp udp -> require("UDP length", udp.payloadBytes(), live.payloadBytes());
      case Segment.Icmp icmp -> {
        require("ICMP type", icmp.type(), live.icmpType());
        require("ICMP code", icmp.code(), live.icmpCode());
      }
    }
  }

  private static void require(String what, long expected, long live) throws MismatchException {
    if (expected != live) {
      throw new MismatchException(what + ": expected " + expected + ", live " + live);
    }
  }

  private static void require(String what, String expected, String live) throws MismatchException {
    if (!expected.equals(live)) {
      throw new MismatchException(what + ": expected " + expected + ", live " + live);
    }
  }

  private void checkMarks(IpMarks marks) throws MismatchException {
    int ecn = live.tos() & 3;
    switch (marks.ecn()) {
      case UNSET -> {}
      case NOT_ECT -> require("IP ECN bits", 0, ecn);
      case ECT0 -> require("IP ECN bits", 2, ecn);
      case ECT1 -> require("IP ECN bits", 1, ecn);
      case CE -> require("IP ECN bits", 3, ecn);
      case EITHER -> {
        if (ecn != 1 && ecn != 2) {
          throw new MismatchException("IP ECN bits: expected 1 or 2, live " + ecn);
        }
      }
    }
    if (marks.tos() != IpMarks.UNSET) {
      require("IP TOS", marks.tos(), live.tos());
    }
    if (marks.ttl() != IpMarks.UNSET) {
      require("IP TTL", marks.ttl(), live.ttl());
    }
  }

  // ---- TCP ----------------------------------------------------------------------------------

  private void checkTcp(Segment.Tcp tcp, @Nullable TimestampCheck clock) throws MismatchException {
    boolean syn = live.has(TcpFlag.SYN);
    checkFlags(tcp);
    require("TCP reserved bits", 0, live.reservedBits());
    Segment.Sequence sequence = tcp.sequence();
    if (sequence.startKnown()) {
      long start =
          sequence.absolute()
              ? live.sequence() & 0xffff_ffffL
              : flow.scriptSequence(Direction.OUTBOUND, syn, live.sequence());
      require("sequence number", sequence.start(), start);
    }
    long acknowledgment =
        live.has(TcpFlag.ACK)
            ? flow.scriptAcknowledgment(Direction.OUTBOUND, syn, live.acknowledgment())
            : live.acknowledgment() & 0xffff_ffffL;
    require("acknowledgment number", tcp.acknowledgment(), acknowledgment);
    if (tcp.window() != Segment.UNSET) {
      require("window", tcp.window(), live.window());
    }
    require("urgent pointer", tcp.urgentPointer(), live.urgentPointer());
    List<TcpOption> options = tcp.options();
    if (options != null) {
      checkOptions(options, flow.timestamps(), syn, clock);
    }
    require("payload length", sequence.length(), live.payloadBytes());
    int wrong = live.firstNonZero();
    if (wrong >= 0) {
      throw new MismatchException("payload: byte " + wrong + " is not zero");
    }
  }

  private void checkFlags(Segment.Tcp tcp) throws MismatchException {
    int compared = tcp.ace() == Segment.UNSET ? FLAGS.length : FIRST_FLAGS;
    for (int i = 0; i < compared; i++) {
      require("TCP flag " + FLAGS[i], tcp.flags() >>> i & 1, live.flags() >>> i & 1);
    }
    if (tcp.ace() != Segment.UNSET) {
      require("TCP ACE bits", tcp.ace(), live.flags() >>> ACE_SHIFT);
    }
  }

  private void checkOptions(
      List<TcpOption> written,
      TimestampTranslation timestamps,
      boolean syn,
      @Nullable TimestampCheck clock)
      throws MismatchException {
    List<TcpOption> options = scriptOptions(flow, live.options(), syn);
    for (int i = 0; i < written.size() && i < options.size(); i++) {
      TcpOption wanted = written.get(i);
      TcpOption found = options.get(i);
      if (wanted instanceof TcpOption.Timestamps ts && found instanceof TcpOption.Timestamps seen) {
        timestamps.onOutbound(ts.value(), rawValue(i));
        if (clock != null && ts.value() != null && seen.value() != null) {
          clock.check(ts.value(), timestamps.toScript(rawValue(i)));
        }
        continue;
      }
      boolean any = wanted instanceof TcpOption.Md5 && isMd5(found);
      if (!any && !Arrays.equals(OptionCodec.encode(wanted), OptionCodec.encode(found))) {
        throw new MismatchException(
            "TCP option %d: expected %s, live %s"
                .formatted(i + 1, PacketText.of(wanted), PacketText.of(found)));
      }
    }
    if (written.size() > options.size()) {
      throw new MismatchException(
          "TCP option "
              + (options.size() + 1)
              + ": expected "
              + PacketText.of(written.get(options.size()))
              + ", live none");
    }
    if (written.size() < options.size()) {
      throw new MismatchException(
          "TCP option "
              + (written.size() + 1)
              + ": expected none, live "
              + PacketText.of(options.get(written.size())));
    }
  }

  private static boolean isMd5(TcpOption option) {
    return option instanceof TcpOption.Raw raw && raw.bytes().getFirst() == 19;
  }

  private int rawValue(int index) {
    return live.options().get(index) instanceof TcpOption.Timestamps ts && ts.value() != null
        ? ts.value().intValue()
        : 0;
  }

  /** Options that the stack sent, with the script's numbers. */
  private static List<TcpOption> scriptOptions(Flow flow, List<TcpOption> live, boolean syn) {
    List<TcpOption> options = new ArrayList<>();
    for (TcpOption option : live) {
      options.add(
          switch (option) {
            case TcpOption.Sack sack -> {
              List<TcpOption.Block> blocks = new ArrayList<>();
              for (TcpOption.Block block : sack.blocks()) {
                blocks.add(
                    new TcpOption.Block(
                        flow.scriptAcknowledgment(Direction.OUTBOUND, syn, (int) block.left()),
                        flow.scriptAcknowledgment(Direction.OUTBOUND, syn, (int) block.right())));
              }
              yield new TcpOption.Sack(blocks);
            }
            case TcpOption.Timestamps ts ->
                new TcpOption.Timestamps(
                    ts.value() == null ? null : flow.timestamps().toScript(ts.value().intValue()),
                    ts.echo(),
                    false);
            default -> option;
          });
    }
    return options;
  }

  /** A live packet as a script line would show it. */
  static PacketAction inScript(LivePacket live, Flow flow) {
    Segment segment;
    if (live.isTcp()) {
      Segment.Tcp tcp = live.tcp();
      boolean syn = live.has(TcpFlag.SYN);
      segment =
          new Segment.Tcp(
              tcp.flags(),
              Segment.UNSET,
              new Segment.Sequence(
                  true,
                  false,
                  flow.scriptSequence(Direction.OUTBOUND, syn, live.sequence()),
                  live.payloadBytes()),
              live.has(TcpFlag.ACK)
                  ? flow.scriptAcknowledgment(Direction.OUTBOUND, syn, live.acknowledgment())
                  : tcp.acknowledgment(),
              tcp.window(),
              tcp.urgentPointer(),
              scriptOptions(flow, live.options(), syn));
    } else if (live.isUdp()) {
      segment = new Segment.Udp(live.payloadBytes());
    } else {
      segment =
          new Segment.Icmp(
              live.isIcmp() ? live.icmpType() : Segment.UNSET,
              live.isIcmp() ? live.icmpCode() : Segment.UNSET,
              Segment.UNSET,
              null);
    }
    return new PacketAction(Direction.OUTBOUND, IpMarks.NONE, segment, null);
  }
}
