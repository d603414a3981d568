package dev.trident.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.buffer.CellBuf;
import dev.trident.c.C;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.testkit.Frames;
import dev.trident.testkit.Requirement;
import dev.trident.trace.DropReason;
import dev.trident.wire.TcpHeader;
import io.netty.util.IllegalReferenceCountException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ripple20: what broke the Treck stack in 2020 (ICSA-20-168-01), CVE by CVE. */
class Ripple20Test {
  private static final int OPEN_PORT = 7;
  private static final int CLOSED_PORT = 9;
  private static final int ECHO_REQUEST = 8;
  private static final byte[] NONE = {};
  private static final byte[] SOME = Frames.pattern(40, 1);

  private final Victim victim = new Victim();

  @AfterEach
  void close() {
    victim.close();
  }

  private byte[] frame(int protocol, byte[] data) {
    return Craft.frame(victim, Craft.datagram(protocol, data));
  }

  /** CVE-2020-11896, -11902: a datagram in a datagram. */
  @ParameterizedTest
  @ValueSource(ints = {4, 41})
  @Requirement({"SEC-RIPPLE20-01", "SEC-RIPPLE20-11"})
  void shouldNotUnpackATunnelledDatagram(int protocol) {
    DatagramEndpoint socket = victim.datagramAt(OPEN_PORT);
    byte[] inner = Craft.datagram(Craft.UDP, Craft.udp(OPEN_PORT, SOME));

    victim.attackInVain(DropReason.IP_TUNNEL, frame(protocol, inner));
    victim.attackInVain(DropReason.IP_TUNNEL, frame(protocol, Craft.totalLength(inner, 24)));
    victim.attackInVain(DropReason.IP_TUNNEL, frame(protocol, Craft.totalLength(inner, 0xffff)));
    victim.attackInVain(DropReason.IP_TUNNEL, frame(protocol, NONE));
    assertThat(socket.receivableDatagrams()).isZero();
  }

  /**
   * CVE-2020-11896, the exploit itself: the inner datagram split over outer fragments, its own
   * length a lie, for a socket that has something queued.
   */
  @ParameterizedTest
  @ValueSource(ints = {4, 41})
  @Requirement({"SEC-RIPPLE20-01", "SEC-RIPPLE20-02", "SEC-RIPPLE20-08"})
  void shouldLeaveASocketAloneWhenATunnelComesInFragments(int protocol) {
    DatagramEndpoint socket = victim.datagramAt(OPEN_PORT);
    victim.send(frame(Craft.UDP, Craft.udp(OPEN_PORT, SOME)));
    byte[] inner =
        Craft.totalLength(Craft.datagram(Craft.UDP, Craft.udp(OPEN_PORT, new byte[1_400])), 60);
    victim.attack(
        Craft.frame(victim, Craft.fragment(7, protocol, 0, true, Arrays.copyOf(inner, 24))),
        Craft.frame(
            victim,
            Craft.fragment(7, protocol, 24, false, Arrays.copyOfRange(inner, 24, inner.length))));
    assertThat(victim.drops(DropReason.IP_TUNNEL)).isPositive();
    assertThat(socket.receivableDatagrams()).isEqualTo(1);
    assertThat(socket.nextBytes()).isEqualTo(SOME.length);
    victim.run(socket::close);
    victim.passSeconds(60);
    assertThat(victim.cellsHeld()).isZero();
  }

  /** CVE-2020-11896: in a chain of buffers too there is one length, and all agree on it. */
  @Test
  @Requirement({"SEC-RIPPLE20-03", "SEC-RIPPLE20-04"})
  void shouldTrimAChainOfFragmentsToOneLength() {
    DatagramEndpoint socket = victim.datagramAt(OPEN_PORT);
    byte[] whole = Craft.udp(OPEN_PORT, Frames.pattern(3_000, 1));
    for (int told : new int[] {8, 9, 1_400, 1_401, 2_000, 3_007, 3_008}) {
      byte[] lie = Craft.udpUnsummed(Craft.with16(whole, 4, told));
      for (int from = 0; from < lie.length; from += 1_400) {
        byte[] piece = Arrays.copyOfRange(lie, from, Math.min(lie.length, from + 1_400));
        byte[] datagram = Craft.fragment(told, Craft.UDP, from, from + 1_400 < lie.length, piece);
        // Something behind the datagram, as padding would be.
        victim.send(Craft.frame(victim, Frames.concat(datagram, new byte[14])));
      }
      assertThat(socket.nextBytes()).isEqualTo(told - 8);
      CellBuf handle = Objects.requireNonNull(victim.call(socket::receiveMessage));
      byte[] read = new byte[handle.readableBytes()];
      handle.getBytes(handle.readerIndex(), read);
      assertThat(read).isEqualTo(Frames.pattern(told - 8, 1));
      handle.release();
    }
    assertThat(victim.cellsHeld()).isZero();
  }

  /** CVE-2020-11904: offsets and lengths whose sums pass what an int, or a datagram, holds. */
  @Test
  @Requirement("SEC-RIPPLE20-13")
  void shouldAddNoFragmentsBeyondTheLongestDatagram() {
    for (int offset = 65_528; offset > 60_000; offset -= 344) {
      for (int bytes : new int[] {8, 16, 520, 1_480}) {
        Effect effect =
            victim.attack(
                Craft.frame(
                    victim,
                    Craft.fragment(offset + bytes, Craft.UDP, offset, false, new byte[bytes])),
                Craft.frame(
                    victim,
                    Craft.fragment(offset + bytes, Craft.UDP, offset, true, new byte[bytes])));
        effect.isSilent();
        victim.passSeconds(31);
      }
    }
    assertThat(victim.drops(DropReason.IP_FRAGMENT_TOO_LONG)).isPositive();
    assertThat(victim.cellsHeld()).isZero();
  }

  /** CVE-2020-11896: what is behind the total length of IP is no part of the datagram. */
  @Test
  @Requirement("SEC-RIPPLE20-03")
  void shouldTrimADatagramToItsTotalLengthWhateverFollows() {
    DatagramEndpoint socket = victim.datagramAt(OPEN_PORT);
    for (int behind : new int[] {1, 2, 18, 700, 1_432}) {
      byte[] datagram = Craft.datagram(Craft.UDP, Craft.udp(OPEN_PORT, SOME));
      victim.send(Craft.frame(victim, Frames.concat(datagram, new byte[behind])));
      assertThat(socket.nextBytes()).isEqualTo(SOME.length);
      CellBuf handle = Objects.requireNonNull(victim.call(socket::receiveMessage));
      assertThat(handle.readableBytes()).isEqualTo(SOME.length);
      assertThat(handle.capacity()).as("nothing behind it either").isEqualTo(SOME.length);
      handle.release();
    }
    assertThat(victim.cellsHeld()).isZero();
  }

  /** CVE-2020-11896: every length field that a copy could be sized from, in every possible lie. */
  @Test
  @Requirement({"SEC-RIPPLE20-04", "SEC-RIPPLE20-13"})
  void shouldNeverBelieveALengthFieldMoreThanTheBytesPresent() {
    DatagramEndpoint socket = victim.datagramAt(OPEN_PORT);
    byte[] datagram = Craft.datagram(Craft.UDP, Craft.udp(OPEN_PORT, SOME));
    for (int length = datagram.length + 1; length <= 0xffff; length += 97) {
      victim.attackInVain(
          DropReason.IP_BAD_TOTAL_LENGTH, Craft.frame(victim, Craft.totalLength(datagram, length)));
    }
    for (int length = 8 + SOME.length + 1; length <= 0xffff; length += 97) {
      byte[] lie = Craft.udpSummed(Craft.with16(Craft.udp(OPEN_PORT, SOME), 4, length));
      victim.attackInVain(DropReason.UDP_BAD_LENGTH, frame(Craft.UDP, lie));
      victim.attackInVain(DropReason.UDP_BAD_LENGTH, frame(Craft.UDP, Craft.udpUnsummed(lie)));
    }
    assertThat(socket.receivableDatagrams()).isZero();
  }

  /** CVE-2020-11897, -11899, -11913, -27337, -27336: whatever an IPv6 frame says. */
  @Test
  @Requirement("SEC-RIPPLE20-05")
  void shouldDropIpv6WhateverIsInside() {
    Random random = new Random(6);
    for (int length = 0; length <= 200; length++) {
      byte[] packet = new byte[length];
      random.nextBytes(packet);
      if (length > 6) {
        packet[0] = 0x60;
        packet[6] = (byte) (length % 3 == 0 ? 43 : length % 3 == 1 ? 44 : 0); // extension headers
      }
      victim.attackInVain(DropReason.ETHERNET_IPV6, Craft.bare(victim, 0x86dd, packet));
    }
  }

  /** CVE-2020-11898: an error quotes what came, and nothing that lies behind it. */
  @Test
  @Requirement("SEC-RIPPLE20-06")
  void shouldQuoteNoMoreThanCameWhenItSendsAnError() {
    for (int bytes = 0; bytes <= 1_472; bytes += 23) {
      byte[] datagram = Craft.datagram(Craft.UDP, Craft.udp(CLOSED_PORT, new byte[bytes]));
      byte[] padded = Frames.concat(datagram, bytes < 600 ? Frames.pattern(64, 0x51) : NONE);
      Effect effect = victim.attack(Craft.frame(victim, padded));
      byte[] error =
          Frames.data(Frames.datagram(effect.isDropped(DropReason.UDP_NO_ENDPOINT).answer()));
      byte[] quoted = Arrays.copyOfRange(error, 8, error.length);
      assertThat(error[0]).isEqualTo((byte) 3);
      assertThat(quoted)
          .hasSize(Math.min(datagram.length, 540))
          .isEqualTo(Arrays.copyOf(datagram, quoted.length));
      victim.passNanos(Victim.SECOND / 50);
    }
  }

  /** CVE-2020-11898: memory that held somebody's secret is sent again, but not the secret. */
  @Test
  @Requirement("SEC-RIPPLE20-07")
  void shouldNotSendWhatAReusedBufferHeldBefore() {
    byte[] secret = new byte[1_472];
    Arrays.fill(secret, (byte) 0xa5);
    for (int i = 0; i < 2 * victim.stack.transport().pool().cells(); i++) {
      victim.attacker.send(frame(Craft.UDP, Craft.udpUnsummed(Craft.udp(CLOSED_PORT, secret))));
      if (i % 64 == 63) {
        victim.settle();
      }
    }
    victim.settle();
    victim.passSeconds(10);
    victim.attacker.take();

    StreamListener listener = victim.listenAt(80, 5);
    victim.send(
        Craft.frame(
            victim, Frames.ARP, Frames.arp(1, Attacker.MAC, Attacker.ADDRESS, 0, Victim.ADDRESS)),
        frame(Craft.ICMP, Craft.icmp(ECHO_REQUEST, 0, NONE)),
        frame(Craft.UDP, Craft.udp(CLOSED_PORT, NONE)),
        TcpTarget.frame(victim, TcpTarget.segment(9, 80, 1, 0, TcpHeader.SYN, NONE, NONE)),
        TcpTarget.frame(victim, TcpTarget.segment(9, 81, 1, 0, TcpHeader.SYN, NONE, NONE)));
    assertThat(victim.attacker.take())
        .as("ARP reply, echo reply, port unreachable, SYN,ACK, RST")
        .hasSize(5)
        .allSatisfy(
            sent -> {
              assertThat(sent.length).isGreaterThanOrEqualTo(Frames.MIN_FRAME);
              int end = Frames.etherType(sent) == Frames.ARP ? 42 : 14 + Frames.getShort(sent, 16);
              assertThat(Arrays.copyOfRange(sent, end, sent.length))
                  .as("padding")
                  .isEqualTo(new byte[sent.length - end]);
              assertThat(indexOfRun(sent)).as("bytes of the secret").isNegative();
            });
    victim.run(listener::close);
  }

  /** Where two bytes of the secret follow each other, or -1. */
  private static int indexOfRun(byte[] bytes) {
    for (int i = 1; i < bytes.length; i++) {
      if (bytes[i] == (byte) 0xa5 && bytes[i - 1] == (byte) 0xa5) {
        return i;
      }
    }
    return -1;
  }

  /** CVE-2020-11900: neither tunnels nor anything malformed frees a buffer twice. */
  @Test
  @Requirement("SEC-RIPPLE20-08")
  void shouldReleaseEveryBufferOnceAndNoticeASecondTime() {
    byte[] inner = Craft.datagram(4, Craft.datagram(Craft.UDP, Craft.udp(OPEN_PORT, SOME)));
    for (int i = 0; i < 1_000; i++) {
      byte[] frame = frame(i % 2 == 0 ? 4 : 41, inner);
      victim.attacker.send(Craft.with8(frame, 14 + i % 60, i));
    }
    victim.settle();
    assertThat(victim.cellsHeld()).isZero();
    victim.assertAnswersPing();

    CellBuf message = Objects.requireNonNull(victim.stack.transport().allocateMessage(10));
    message.release();
    assertThatThrownBy(message::release).isInstanceOf(IllegalReferenceCountException.class);
    assertThat(victim.cellsHeld()).isZero();
  }

  /** CVE-2020-11901: there is nobody whom an answer with a long name could reach. */
  @Test
  @Requirement({"SEC-RIPPLE20-09", "SEC-RIPPLE20-10"})
  void shouldHaveNoResolverThatAnAnswerCouldReach() {
    byte[] looping = Craft.bytes(0, 1, 0x81, 0x80, 0, 1, 0, 9, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1);
    AbsentServices.assertNobodyListens(victim, 53, looping);
    AbsentServices.assertNoSuchClass("dns", "resolv", "hostname", "nameserver");
  }

  /** CVE-2020-11903, -11905, -11908: nor with malformed options. */
  @Test
  @Requirement("SEC-RIPPLE20-12")
  void shouldHaveNoDhcpClientThatAnOfferCouldReach() {
    byte[] offer = new byte[300];
    offer[0] = 2;
    System.arraycopy(Craft.bytes(0x63, 0x82, 0x53, 0x63, 53, 1, 2, 1, 255), 0, offer, 236, 9);
    AbsentServices.assertNobodyListens(victim, 68, offer);
    AbsentServices.assertNobodyListens(victim, 546, offer);
    AbsentServices.assertNoSuchClass("dhcp", "bootp");
  }

  /** CVE-2020-11906. */
  @Test
  @Requirement("SEC-RIPPLE20-14")
  void shouldDropAFrameThatIsShorterThanItsHeader() {
    byte[] good = frame(Craft.ICMP, Craft.icmp(ECHO_REQUEST, 0, SOME));
    for (int length = 0; length < 14; length++) {
      victim.attackInVain(DropReason.ETHERNET_TRUNCATED, Arrays.copyOf(good, length));
    }
  }

  /** CVE-2020-11907: each data offset in segments of each length. */
  @Test
  @Requirement("SEC-RIPPLE20-15")
  void shouldDropASegmentWhoseHeaderDoesNotFit() {
    TcpTarget target = victim.connections(1).getFirst();
    byte[] whole = target.segment(target.seq, target.ack, TcpHeader.ACK, NONE, new byte[44]);
    for (int length = 0; length <= 60; length++) {
      for (int words = 0; words < 16; words++) {
        byte[] segment = Arrays.copyOf(whole, length);
        if (length > 12) {
          segment[12] = (byte) (words << 4);
        }
        if (length < 20) {
          victim.attackInVain(DropReason.TCP_TRUNCATED, frame(Craft.TCP, segment));
        } else if (words < 5 || 4 * words > length) {
          victim.attackInVain(
              DropReason.TCP_BAD_DATA_OFFSET, frame(Craft.TCP, Craft.tcpSummed(segment)));
        }
      }
    }
    assertThat(target.stream.receivableBytes()).isZero();
    target.assertAlive();
  }

  /** CVE-2020-11909: each header length with each total length around it. */
  @Test
  @Requirement("SEC-RIPPLE20-16")
  void shouldDropADatagramWhoseLengthsContradictEachOther() {
    byte[] echo = Craft.datagram(Craft.ICMP, Craft.icmp(ECHO_REQUEST, 0, SOME));
    for (int words = 0; words < 16; words++) {
      for (int total = 0; total <= echo.length + 2; total++) {
        byte[] datagram = Craft.with16(Craft.with8(echo, 0, 0x40 | words), 2, total);
        byte[] frame = Craft.bare(victim, Frames.IPV4, Frames.withIpv4Checksum(datagram));
        if (words < 5) {
          victim.attackInVain(DropReason.IP_BAD_HEADER_LENGTH, frame);
        } else if (total < 4 * words || total > echo.length) {
          victim.attackInVain(DropReason.IP_BAD_TOTAL_LENGTH, frame);
        } else {
          victim.attack(frame);
        }
      }
    }
    byte[] shorter = Craft.bare(victim, Frames.IPV4, Arrays.copyOf(echo, 19));
    victim.attackInVain(DropReason.IP_TRUNCATED, shorter);
    byte[] longHeader = Craft.with8(Arrays.copyOf(echo, 40), 0, 0x4f);
    victim.attackInVain(
        DropReason.IP_BAD_HEADER_LENGTH, Craft.bare(victim, Frames.IPV4, longHeader));
  }

  /** CVE-2020-11910: a message shorter than its type, or than any. */
  @ParameterizedTest
  @ValueSource(ints = {0, 3, 4, 5, 8, 11, 12, 13, 14, 17, 18})
  @Requirement("SEC-RIPPLE20-17")
  void shouldDropAnIcmpMessageThatIsTooShort(int type) {
    for (int length = 0; length < 8; length++) {
      byte[] message = Arrays.copyOf(Craft.icmp(type, 0, NONE), length);
      byte[] summed = length < 4 ? message : Craft.summed(message);
      victim.attackInVain(
          DropReason.ICMP_TRUNCATED,
          Craft.bare(victim, Frames.IPV4, Craft.datagram(Craft.ICMP, summed)));
    }
    boolean quotes = type == 3 || type == 11 || type == 12;
    byte[] quote = Craft.quote(Craft.UDP, OPEN_PORT, 5, 0);
    for (int length = 0; quotes && length < quote.length; length++) {
      victim.attackInVain(
          DropReason.ICMP_BAD_QUOTE,
          frame(Craft.ICMP, Craft.icmp(type, 0, Arrays.copyOf(quote, length))));
    }
  }

  /** CVE-2020-11910: what an error quotes is checked like any header. */
  @Test
  @Requirement("SEC-RIPPLE20-18")
  void shouldCheckTheQuotedHeaderBeforeItIsBelieved() {
    byte[] quote = Craft.quote(Craft.TCP, 80, 5, 0);
    for (int first = 0; first < 256; first++) {
      if (first != 0x45) {
        victim.attackInVain(
            DropReason.ICMP_BAD_QUOTE,
            frame(Craft.ICMP, Craft.icmp(3, 3, Craft.with8(quote, 0, first))));
      }
    }
    byte[] ofAnother = Craft.datagram(Craft.TCP, SOME);
    victim.attackInVain(DropReason.ICMP_BAD_QUOTE, frame(Craft.ICMP, Craft.icmp(3, 3, ofAnother)));
    byte[] laterFragment = Craft.with16(quote, 6, 1);
    victim.attackInVain(
        DropReason.ICMP_BAD_QUOTE, frame(Craft.ICMP, Craft.icmp(3, 3, laterFragment)));
  }

  /** CVE-2020-11911: nobody outside says what our network is. */
  @Test
  @Requirement("SEC-RIPPLE20-19")
  void shouldKeepItsMaskWhenToldAnotherOne() {
    int stranger = 0x0a000102; // outside of /24, inside of /16
    assertThat(victim.stack.transport().isDirectlyConnected(stranger)).isFalse();
    for (int mask : new int[] {0xffff0000, 0, 0xffffffff, 0xff00ff00}) {
      byte[] data = Frames.concat(Craft.bytes(mask >>> 24, mask >>> 16, mask >>> 8, mask));
      victim.attackInVain(DropReason.ICMP_UNKNOWN_TYPE, frame(Craft.ICMP, Craft.icmp(18, 0, data)));
    }
    assertThat(victim.stack.transport().isDirectlyConnected(stranger)).isFalse();
    assertThat(victim.stack.transport().isDirectlyConnected(Attacker.ADDRESS)).isTrue();
  }

  /** CVE-2020-11911: not even the gateway says where else to send. */
  @Test
  @Requirement("SEC-RIPPLE20-20")
  void shouldSendByTheSameWayAfterARedirect() {
    victim.host.gateway("10.0.0.2");
    DatagramEndpoint socket = victim.datagramAt(OPEN_PORT);
    int remote = 0x08080808;
    int evil = 0x0a000009;
    byte[] ourHeader = Frames.ipv4(Victim.ADDRESS, remote, Craft.UDP, new byte[8]);
    for (int code = 0; code <= 4; code++) {
      byte[] redirect = Frames.icmp(5, code, evil, ourHeader);
      victim.attackInVain(DropReason.ICMP_REDIRECT_IGNORED, frame(Craft.ICMP, redirect));
    }
    victim.call(() -> socket.send(C.malloc(4), 0, 4, remote, 5));
    byte[] sent = victim.attacker.take().getFirst();
    assertThat(Frames.getMac(sent, 0)).as("by the gateway").isEqualTo(Attacker.MAC);
    assertThat(Frames.getInt(sent, 30)).isEqualTo(remote);
  }

  /** CVE-2020-11912: each kind with each length, in an option area of every size. */
  @Test
  @Requirement("SEC-RIPPLE20-21")
  void shouldStopAtAnOptionThatDoesNotFit() {
    TcpTarget target = victim.connections(1).getFirst();
    for (int kind : new int[] {2, 3, 4, 5, 8, 29, 34, 253, 254, 255}) {
      for (int room = 4; room <= 40; room += 4) {
        for (int length : new int[] {0, 1, room + 1, 128, 255}) {
          byte[] options = new byte[room];
          Arrays.fill(options, (byte) 1);
          options[0] = (byte) kind;
          options[1] = (byte) length;
          byte[] onlyKind = new byte[room];
          Arrays.fill(onlyKind, (byte) 1);
          onlyKind[room - 1] = (byte) kind;
          for (byte[] area : new byte[][] {options, onlyKind}) {
            byte[] segment =
                target.segment(target.seq, target.ack, TcpHeader.ACK, area, Craft.bytes(kind));
            int before = target.stream.receivableBytes();
            victim.send(target.frame(segment));
            if (target.stream.receivableBytes() != before) {
              target.seq++;
              assertThat(target.read(10)).as("the data, no option").isEqualTo(Craft.bytes(kind));
            }
          }
        }
      }
    }
    target.assertAlive();
  }

  /** CVE-2020-11914. */
  @Test
  @Requirement("SEC-RIPPLE20-22")
  void shouldDropAnArpPacketThatIsTooShort() {
    byte[] arp = Frames.arp(1, Attacker.MAC, Attacker.ADDRESS, 0, Victim.ADDRESS);
    for (int length = 0; length < 28; length++) {
      victim.attackInVain(
          DropReason.ARP_TRUNCATED, Craft.bare(victim, Frames.ARP, Arrays.copyOf(arp, length)));
    }
    victim.attackInVain(
        DropReason.ARP_BAD_HARDWARE_TYPE, Craft.frame(victim, Frames.ARP, Craft.with16(arp, 0, 6)));
    victim.attackInVain(
        DropReason.ARP_BAD_PROTOCOL_TYPE,
        Craft.frame(victim, Frames.ARP, Craft.with16(arp, 2, 0x86dd)));
    for (int length : new int[] {0, 5, 7, 255}) {
      victim.attackInVain(
          DropReason.ARP_BAD_LENGTHS, Craft.frame(victim, Frames.ARP, Craft.with8(arp, 4, length)));
      victim.attackInVain(
          DropReason.ARP_BAD_LENGTHS, Craft.frame(victim, Frames.ARP, Craft.with8(arp, 5, length)));
    }
  }
}
