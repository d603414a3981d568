package dev.trident.script.lang;

import static dev.trident.script.lang.Samples.packet;
import static dev.trident.script.lang.Samples.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.script.lang.IpMarks.Ecn;
import dev.trident.script.lang.Segment.Sequence;
import dev.trident.script.lang.Segment.TcpOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PacketLineTest {
  private static final int NONE = Segment.UNSET;

  @ParameterizedTest
  @CsvSource({
    "-, 0, -1",
    "F, 1, -1",
    "S, 2, -1",
    "R, 4, -1",
    "P., 24, -1",
    ".P, 24, -1",
    "U, 32, -1",
    "SEW, 194, -1",
    "SEWA, 450, -1",
    "S5., 338, 5",
    ".5, 336, 5",
    "P.1, 88, 1",
    "S0, 2, 0",
    "7, 448, 7",
    "FSRPUEWA., 511, -1",
  })
  void shouldReadFlagsInAnyOrder(String flags, int bits, int ace) throws Exception {
    Segment.Tcp segment = tcp("> " + flags + " 0:0(0) ack 1");

    assertThat(segment.flags()).isEqualTo(bits);
    assertThat(segment.ace()).isEqualTo(ace);
  }

  @Test
  void shouldReadWholeTcpLine() throws Exception {
    Event.PacketAction action =
        packet(
            "< [ect1, tos 0x1f ttl 9] 80 > 1024 PU. 1:501(500) ack 7 win 257 urg 3 <nop,nop,TS val"
                + " 30 ecr 12>");

    assertThat(action)
        .isEqualTo(
            new Event.PacketAction(
                Event.Direction.INBOUND,
                new IpMarks(Ecn.ECT1, 0x1f, 9),
                new Segment.Tcp(
                    56,
                    NONE,
                    new Sequence(true, false, 1, 500),
                    7,
                    257,
                    3,
                    List.of(
                        new TcpOption.Nop(),
                        new TcpOption.Nop(),
                        new TcpOption.Timestamps(30L, 12, false))),
                new Event.Ports(80, 1024)));
  }

  @Test
  void shouldLeaveUnsetWhatAnOutboundLineDoesNotSay() throws Exception {
    assertThat(packet("> F 1:1(0)"))
        .isEqualTo(
            new Event.PacketAction(
                Event.Direction.OUTBOUND,
                IpMarks.NONE,
                new Segment.Tcp(1, NONE, new Sequence(true, false, 1, 0), 0, NONE, 0, List.of()),
                null));
  }

  @ParameterizedTest
  @CsvSource({
    "4294967295:4294967295(0), true, false, 4294967295, 0",
    "4294967295:9(10), true, false, 4294967295, 10",
    "0x10:0x12(2), true, false, 16, 2",
    "5!:6!(1), true, true, 5, 1",
    "5:6(1)!, true, true, 5, 1",
    "...(65535), false, false, 0, 65535",
  })
  void shouldReadSequenceRange(
      String text, boolean startKnown, boolean absolute, long start, int length) throws Exception {
    assertThat(tcp("> . " + text + " ack 4294967295"))
        .extracting(Segment.Tcp::sequence, Segment.Tcp::acknowledgment)
        .containsExactly(new Sequence(startKnown, absolute, start, length), 0xffff_ffffL);
  }

  @ParameterizedTest
  @CsvSource({
    "[noecn], NOT_ECT, -1, -1",
    "(ect0), ECT0, -1, -1",
    "[ect01], EITHER, -1, -1",
    "[ce], CE, -1, -1",
    "(ttl 64), UNSET, -1, 64",
    "[tos 0xff], UNSET, 255, -1",
  })
  void shouldReadMarksInEitherBrackets(String marks, Ecn ecn, int tos, int ttl) throws Exception {
    assertThat(packet("> " + marks + " . 1:1(0) ack 1").marks())
        .isEqualTo(new IpMarks(ecn, tos, ttl));
  }

  @Test
  void shouldReadEveryTcpOption() throws Exception {
    assertThat(
            tcp("> . 1:1(0) ack 1 <mss 1460,nop,wscale 14,sackOK,eol,eol,nop,nop,sack 1:2"
                    + " 3:4294967295>")
                .options())
        .containsExactly(
            new TcpOption.Mss(1460),
            new TcpOption.Nop(),
            new TcpOption.WindowScale(14),
            new TcpOption.SackPermitted(),
            new TcpOption.Eol(),
            new TcpOption.Eol(),
            new TcpOption.Nop(),
            new TcpOption.Nop(),
            new TcpOption.Sack(
                List.of(new TcpOption.Block(1, 2), new TcpOption.Block(3, 0xffff_ffffL))));
    assertThat(tcp("> . 1:1(0) ack 1 <FO,FO COOKIE,FOEXP 12ab,md5,raw 253 4 0 7>").options())
        .containsExactly(
            new TcpOption.FastOpen(false, ""),
            new TcpOption.FastOpen(false, "1f2e3d4c"),
            new TcpOption.FastOpen(true, "12ab"),
            new TcpOption.Md5(false),
            new TcpOption.Raw(List.of(253, 4, 0, 7)));
    assertThat(tcp("> . 1:1(0) ack 1 <md5 valid,TS val ... ecr 9!>").options())
        .containsExactly(new TcpOption.Md5(true), new TcpOption.Timestamps(null, 9, true));
    assertThat(tcp("> S 0:0(0) <...>").options()).isNull();
  }

  @Test
  void shouldSpellAccurateEcnCountersAsBytes() throws Exception {
    assertThat(tcp("> . 1:1(0) ack 1 <ECN e1b 1 ceb 0x010203 e0b 4,nop>").options())
        .first()
        .isEqualTo(new TcpOption.Raw(List.of(174, 11, 0, 0, 1, 1, 2, 3, 0, 0, 4)));
    assertThat(tcp("> . 1:1(0) ack 1 <ECN e0b 1,nop,nop,nop>").options())
        .first()
        .isEqualTo(new TcpOption.Raw(List.of(172, 5, 0, 0, 1)));
  }

  @Test
  void shouldReadUdp() throws Exception {
    assertThat(packet("< udp (1000)").segment()).isEqualTo(new Segment.Udp(1000));
    assertThat(packet("> udp(0)").segment()).isEqualTo(new Segment.Udp(0));
  }

  @ParameterizedTest
  @CsvSource({
    "echo_reply, 0, 0",
    "unreachable, 3, 0",
    "unreachable net_unreachable, 3, 0",
    "unreachable host_unreachable, 3, 1",
    "unreachable protocol_unreachable, 3, 2",
    "unreachable CODE, 3, 3",
    "unreachable frag_needed, 3, 4",
    "unreachable source_route_failed, 3, 5",
    "unreachable net_unknown, 3, 6",
    "unreachable host_unknown, 3, 7",
    "unreachable source_host_isolated, 3, 8",
    "unreachable net_prohibited, 3, 9",
    "unreachable host_prohibited, 3, 10",
    "unreachable net_unreachable_for_tos, 3, 11",
    "unreachable host_unreachable_for_tos, 3, 12",
    "unreachable packet_filtered, 3, 13",
    "unreachable precedence_violation, 3, 14",
    "unreachable precedence_cutoff, 3, 15",
    "source_quench, 4, 0",
    "redirect code_1, 5, 1",
    "echo_request, 8, 0",
    "time_exceeded ttl_exceeded_in_transit, 11, 0",
    "time_exceeded frag_reass_exceeded, 11, 1",
    "parameter_problem, 12, 0",
    "timestamp_request, 13, 0",
    "timestamp_reply, 14, 0",
    "information_request, 15, 0",
    "information_reply, 16, 0",
    "address_mask_request, 17, 0",
    "address_mask_reply, 18, 0",
    "type_255 code_255, 255, 255",
  })
  void shouldReadIcmpTypeAndCode(String text, int type, int code) throws Exception {
    assertThat(packet("< icmp " + text).segment())
        .isEqualTo(new Segment.Icmp(type, code, NONE, null));
  }

  @Test
  void shouldReadMtuAndQuotedPacket() throws Exception {
    assertThat(packet("< icmp unreachable frag_needed mtu 1200[1:1461(1460)]").segment())
        .isEqualTo(
            new Segment.Icmp(
                3,
                4,
                1200,
                new Segment.Tcp(
                    0, NONE, new Sequence(true, false, 1, 1460), 0, NONE, 0, List.of())));
    assertThat(packet("< icmp unreachable [udp (9)]").segment())
        .isEqualTo(new Segment.Icmp(3, 0, NONE, new Segment.Udp(9)));
  }

  @ParameterizedTest
  @CsvSource({
    "< sctp: INIT[flgs=0; tag=1], 1:6, packet header sctp",
    "> udplite (1; 2), 1:6, packet header udplite",
    "> [ect0] ipv4 1.1.1.1 > 2.2.2.2: . 1:1(0), 1:13, packet header ipv4",
    "< . 1:1(0) ack 1 win 5 /udp(9811 > 1), 1:27, encapsulation in UDP",
    "> . 1:1(0) ack 1 <gen 0x1:0x2>, 1:22, TCP option 'gen'",
    "> (flowlabel 0x1) . 1:1(0) ack 1, 1:7, IPv6 flow label",
    "< icmp unreachable [sctp (1)], 1:24, packet header sctp",
  })
  void shouldMarkWhatWeLackWithoutLosingTheNextEvent(String line, String place, String feature)
      throws Exception {
    Script script = Samples.parse("+0 " + line.replace(';', ',') + "\n  +1 close(3) = 0\n`x`");

    assertThat(script.events()).hasSize(2);
    assertThat(script.events().getFirst().action())
        .isInstanceOfSatisfying(
            Event.Unsupported.class,
            unsupported -> {
              assertThat(unsupported.at()).hasToString("a.pkt:" + place);
              assertThat(unsupported.feature()).isEqualTo(feature);
            });
    assertThat(script.events().getLast().action()).isInstanceOf(Event.SystemCall.class);
    assertThat(script.cleanup()).isNotNull();
  }
}
