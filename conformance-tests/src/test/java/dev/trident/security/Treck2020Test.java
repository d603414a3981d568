package dev.trident.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.testkit.Frames;
import dev.trident.testkit.Requirement;
import dev.trident.trace.DropReason;
import dev.trident.wire.TcpHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What followed Ripple20 in December 2020 (ICSA-20-353-01), and by what scanners know Treck. */
class Treck2020Test {
  private static final byte[] NONE = {};
  private static final byte[] SOME = Frames.pattern(40, 1);
  private static final int TTL = 8;

  private final Victim victim = new Victim();

  @AfterEach
  void close() {
    victim.close();
  }

  private byte[] icmp(int type, int code, byte[] data) {
    return Craft.frame(victim, Craft.datagram(Craft.ICMP, Craft.icmp(type, code, data)));
  }

  @Test
  @Requirement("SEC-TRECK2020-01")
  void shouldNotAnswerTheMessageThatScannersKnowTreckBy() {
    for (int code = 0; code < 256; code += 51) {
      victim.attackInVain(DropReason.ICMP_UNKNOWN_TYPE, icmp(165, code, SOME));
      victim.attackInVain(DropReason.ICMP_UNKNOWN_TYPE, icmp(166, code, SOME));
    }
    victim.attackInVain(DropReason.ICMP_UNKNOWN_TYPE, icmp(165, 0, NONE));
  }

  @Test
  @Requirement("SEC-TRECK2020-02")
  void shouldSendEchoRepliesAndSegmentsWithTheSameTtl() {
    byte[] reply = Frames.datagram(victim.attack(icmp(8, 0, SOME)).isAccepted().answer());
    byte[] syn = TcpTarget.segment(5, 81, 1, 0, TcpHeader.SYN, NONE, NONE);
    byte[] reset =
        Frames.datagram(
            victim
                .attack(TcpTarget.frame(victim, syn))
                .isDropped(DropReason.TCP_NO_ENDPOINT)
                .answer());
    victim.listenAt(80, 1);
    victim.send(TcpTarget.frame(victim, TcpTarget.segment(5, 80, 1, 0, TcpHeader.SYN, NONE, NONE)));
    byte[] synAck = Frames.datagram(victim.attacker.take().getFirst());
    assertThat(reply[TTL]).isEqualTo((byte) 64);
    assertThat(reset[TTL]).isEqualTo((byte) 64);
    assertThat(synAck[TTL]).isEqualTo((byte) 64);
  }

  /** CVE-2020-27336, -27337, -27338: no way in for IPv6, by itself or in something else. */
  @Test
  @Requirement("SEC-TRECK2020-03")
  void shouldHaveNoWayInForIpv6() {
    byte[] hopByHop = new byte[80];
    hopByHop[0] = 0x60;
    hopByHop[5] = 40;
    hopByHop[40] = 58;
    hopByHop[41] = (byte) 0xff;
    victim.attackInVain(DropReason.ETHERNET_IPV6, Craft.frame(victim, 0x86dd, hopByHop));
    victim.attackInVain(
        DropReason.ETHERNET_NOT_FOR_US,
        Frames.ethernet(0x3333_0000_0001L, Attacker.MAC, 0x86dd, hopByHop));
    victim.attackInVain(
        DropReason.ETHERNET_IPV6, Frames.tagged(victim.mac, Attacker.MAC, 0, 0x86dd, hopByHop));
    victim.attackInVain(DropReason.IP_TUNNEL, Craft.frame(victim, Craft.datagram(41, hopByHop)));
    victim.attackInVain(
        DropReason.IP_BAD_VERSION, Craft.frame(victim, Craft.with8(hopByHop, 0, 0x65)));
    Effect icmpv6 = victim.attack(Craft.frame(victim, Craft.datagram(58, hopByHop)));
    assertThat(icmpv6.isDropped(DropReason.IP_UNKNOWN_PROTOCOL).answers())
        .as("protocol unreachable")
        .hasSize(1);
    AbsentServices.assertNobodyListens(victim, 546, hopByHop);
    AbsentServices.assertNoSuchClass("ipv6", "icmpv6", "dhcp");
  }

  /** CVE-2020-25066: a host serves nothing by itself. */
  @Test
  void shouldServeNothingByItself() {
    for (int port : new int[] {21, 22, 23, 25, 80, 443, 8_080}) {
      byte[] syn = TcpTarget.segment(5, port, 1, 0, TcpHeader.SYN, NONE, NONE);
      byte[] answer =
          Frames.data(
              Frames.datagram(
                  victim
                      .attack(TcpTarget.frame(victim, syn))
                      .isDropped(DropReason.TCP_NO_ENDPOINT)
                      .answer()));
      assertThat(TcpTarget.flags(answer)).isEqualTo(TcpHeader.RST | TcpHeader.ACK);
    }
  }
}
