package dev.trident.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.BaseEncoding;
import dev.trident.buffer.Slab;
import dev.trident.testkit.Frames;
import dev.trident.testkit.Requirement;
import dev.trident.trace.DropReason;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whole packets read, written back, and cut at every length. */
class HeaderViewsTest {
  /** A DNS query of www.google.com: Ethernet, IPv4, UDP; {@link #goodQuery} sets the checksums. */
  private static final byte[] DNS_QUERY =
      hex(
          "52540012350252540012345608004500003c3c7a40004011e6250a00020f0a000203"
              + "d4310035002818550cc9010000010000000000000377777706676f6f676c6503636f6d0000010001");

  private static final int IP = 14;
  private static final int UDP = 34;

  private final Slab slab = new Slab(4_096);

  @AfterEach
  void close() {
    slab.close();
  }

  private static byte[] hex(String text) {
    return BaseEncoding.base16().lowerCase().decode(text);
  }

  /** Puts bytes at the end of the slab: a read beyond them throws. */
  private int putAtEnd(byte[] bytes, int length) {
    int offset = slab.bytes() - length;
    slab.copyFrom(bytes, 0, offset, length);
    return offset;
  }

  private static byte[] goodQuery() {
    byte[] frame = DNS_QUERY.clone();
    byte[] datagram = Frames.withIpv4Checksum(Arrays.copyOfRange(frame, IP, frame.length));
    byte[] udp = Frames.data(datagram);
    Frames.putShort(udp, 6, 0);
    Frames.putShort(udp, 6, Frames.transportChecksum(0x0a00020f, 0x0a000203, 17, udp));
    System.arraycopy(datagram, 0, frame, IP, 20);
    System.arraycopy(udp, 0, frame, UDP, udp.length);
    return frame;
  }

  @Test
  void shouldReadCapturedHeaders() {
    byte[] frame = goodQuery();
    int at = putAtEnd(frame, frame.length);
    EthernetHeader ethernet = new EthernetHeader(slab).wrap(slab, at);
    assertThat(ethernet.check(frame.length)).isEqualTo(DropReason.NONE);
    assertThat(ethernet.destination()).isEqualTo(MacAddress.parse("52:54:00:12:35:02"));
    assertThat(ethernet.source()).isEqualTo(MacAddress.parse("52:54:00:12:34:56"));
    assertThat(ethernet.type()).isEqualTo(EthernetHeader.TYPE_IPV4);
    assertThat(ethernet.isTagged()).isFalse();

    Ipv4Header ip = new Ipv4Header(slab).wrap(slab, at + IP);
    assertThat(ip.check(frame.length - IP)).isEqualTo(DropReason.NONE);
    assertThat(ip.totalLength()).isEqualTo(60);
    assertThat(ip.identification()).isEqualTo(0x3c7a);
    assertThat(ip.dontFragment()).isTrue();
    assertThat(ip.isFragment()).isFalse();
    assertThat(ip.ttl()).isEqualTo(64);
    assertThat(ip.protocol()).isEqualTo(Ipv4Header.PROTOCOL_UDP);
    assertThat(ip.source()).isEqualTo(Ipv4Address.parse("10.0.2.15"));
    assertThat(ip.destination()).isEqualTo(Ipv4Address.parse("10.0.2.3"));

    UdpHeader udp = new UdpHeader(slab).wrap(slab, at + UDP);
    assertThat(udp.check(frame.length - UDP)).isEqualTo(DropReason.NONE);
    assertThat(udp.sourcePort()).isEqualTo(54_321);
    assertThat(udp.destinationPort()).isEqualTo(53);
    assertThat(udp.length()).isEqualTo(40);
    assertThat(udp.hasGoodChecksum(ip.source(), ip.destination())).isTrue();
  }

  @Test
  @Requirement({"RFC894-frame-05", "RFC791-header-03"})
  void shouldWriteBackWhatItRead() {
    byte[] frame = goodQuery();
    slab.copyFrom(frame, 0, 0, frame.length);
    slab.zero(0, UDP + UdpHeader.BYTES);
    new EthernetHeader(slab)
        .wrap(slab, 0)
        .destination(MacAddress.parse("52:54:00:12:35:02"))
        .source(MacAddress.parse("52:54:00:12:34:56"))
        .type(EthernetHeader.TYPE_IPV4);
    Ipv4Header.write(
        slab, IP, 0, 60, 0x3c7a, Ipv4Header.DONT_FRAGMENT, 64, 17, 0x0a00020f, 0x0a000203);
    long sum =
        InternetChecksum.pseudoHeader(0x0a00020f, 0x0a000203, 17, 40)
            + 54_321
            + 53
            + 40
            + InternetChecksum.sum(slab, UDP + UdpHeader.BYTES, 32);
    UdpHeader.write(slab, UDP, 54_321, 53, 40, InternetChecksum.complementForUdp(sum));
    byte[] written = new byte[frame.length];
    slab.copyTo(0, written, 0, written.length);
    assertThat(written).isEqualTo(frame);
  }

  @Test
  @Requirement({"SEC-RIPPLE20-14", "SEC-RIPPLE20-16", "SEC-AMNESIA33-01", "RFC791-header-02"})
  void shouldReadNothingBeyondTheBytesPresentWhateverTheLength() {
    byte[] frame = goodQuery();
    for (int length = 0; length < frame.length; length++) {
      int at = putAtEnd(frame, length);
      DropReason ethernet = new EthernetHeader(slab).wrap(slab, at).check(length);
      assertThat(ethernet == DropReason.ETHERNET_TRUNCATED).isEqualTo(length < 14);
      if (length >= IP) {
        DropReason ip = new Ipv4Header(slab).wrap(slab, at + IP).check(length - IP);
        assertThat(ip)
            .isEqualTo(length - IP < 20 ? DropReason.IP_TRUNCATED : DropReason.IP_BAD_TOTAL_LENGTH);
      }
      if (length >= UDP) {
        DropReason udp = new UdpHeader(slab).wrap(slab, at + UDP).check(length - UDP);
        assertThat(udp)
            .isEqualTo(length - UDP < 8 ? DropReason.UDP_TRUNCATED : DropReason.UDP_BAD_LENGTH);
      }
    }
  }

  @Test
  @Requirement("SEC-RIPPLE20-22")
  void shouldReadArpOnlyWhenWhole() {
    byte[] arp = Frames.arp(2, 0x0200_0000_0007L, 0x0a000007, 0x0200_0000_0001L, 0x0a000001);
    for (int length = 0; length < arp.length; length++) {
      int at = putAtEnd(arp, length);
      assertThat(new ArpPacket(slab).wrap(slab, at).check(length))
          .isEqualTo(DropReason.ARP_TRUNCATED);
    }
    int at = putAtEnd(arp, arp.length);
    ArpPacket view = new ArpPacket(slab).wrap(slab, at);
    assertThat(view.check(arp.length)).isEqualTo(DropReason.NONE);
    assertThat(view.operation()).isEqualTo(ArpPacket.REPLY);
    assertThat(view.senderMac()).isEqualTo(0x0200_0000_0007L);
    assertThat(view.senderAddress()).isEqualTo(0x0a000007);
    assertThat(view.targetMac()).isEqualTo(0x0200_0000_0001L);
    assertThat(view.targetAddress()).isEqualTo(0x0a000001);
    slab.zero(0, 28);
    new ArpPacket(slab)
        .wrap(slab, 0)
        .operation(ArpPacket.REPLY)
        .sender(0x0200_0000_0007L, 0x0a000007)
        .target(0x0200_0000_0001L, 0x0a000001);
    byte[] written = new byte[28];
    slab.copyTo(0, written, 0, 28);
    assertThat(written).isEqualTo(arp);
  }

  @Test
  @Requirement("SEC-RIPPLE20-17")
  void shouldReadIcmpOnlyWhenItsHeaderIsThere() {
    byte[] echo = Frames.icmp(8, 0, 0x00010002, Frames.pattern(9, 1));
    for (int length = 0; length < echo.length; length++) {
      int at = putAtEnd(echo, length);
      assertThat(new IcmpMessage(slab).wrap(slab, at).check(length))
          .isEqualTo(length < 8 ? DropReason.ICMP_TRUNCATED : DropReason.ICMP_BAD_CHECKSUM);
    }
    int at = putAtEnd(echo, echo.length);
    assertThat(new IcmpMessage(slab).wrap(slab, at).check(echo.length)).isEqualTo(DropReason.NONE);
  }

  @Test
  @Requirement({"RFC791-options-01", "RFC791-options-03", "SEC-URGENT11-01"})
  void shouldWalkEveryOptionListOfFourBytesInsideTheHeader() {
    byte[] options = new byte[4];
    int[] interesting = {0, 1, 2, 3, 4, 5, 7, 68, 130, 131, 137, 148, 255};
    for (int a : interesting) {
      for (int b : interesting) {
        for (int c : interesting) {
          options[0] = (byte) a;
          options[1] = (byte) b;
          options[2] = (byte) c;
          byte[] header = Frames.ipv4(1, 2, 17, options, 0, new byte[0]);
          int at = putAtEnd(header, header.length);
          DropReason reason = new Ipv4Header(slab).read(slab, at).checkOptions();
          assertThat(reason)
              .isIn(DropReason.NONE, DropReason.IP_BAD_OPTIONS, DropReason.IP_SOURCE_ROUTE);
          if (a == 131 || a == 137) {
            assertThat(reason).isEqualTo(DropReason.IP_SOURCE_ROUTE);
          }
          if (a > 1 && a < 131 && b < 2) {
            assertThat(reason).isEqualTo(DropReason.IP_BAD_OPTIONS);
          }
        }
      }
    }
  }
}
