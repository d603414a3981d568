package dev.trident.stack;

import static dev.trident.testkit.StackHarness.OUR_ADDRESS;
import static dev.trident.testkit.StackHarness.OUR_MAC;
import static dev.trident.testkit.StackHarness.PEER_ADDRESS;
import static dev.trident.testkit.StackHarness.PEER_MAC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.testkit.FragmentFrames;
import dev.trident.testkit.Frames;
import dev.trident.testkit.Requirement;
import dev.trident.testkit.StackHarness;
import dev.trident.trace.DropReason;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way in which a frame can be wrong, rung by rung: it is dropped under its reason, its cell
 * comes back, and a ping afterwards is answered.
 */
class InputLadderTest {
  private static final int OPEN_PORT = 7;
  private static final int CLOSED_PORT = 9;
  private static final int LOOPBACK = 0x7f000001;
  private static final int OUR_BROADCAST = 0x0a0000ff;
  private static final int GROUP = 0xe1020304;
  private static final long OTHER_MAC = 0x0200_0000_00ffL;
  private static final byte[] SOME = Frames.pattern(40, 1);

  private final StackHarness host = new StackHarness();
  private DatagramEndpoint socket;

  @BeforeEach
  void open() {
    host.introducePeer();
    socket = Objects.requireNonNull(host.stack.newDatagram());
    assertThat(socket.bind(0, OPEN_PORT)).isZero();
  }

  @AfterEach
  void close() {
    socket.close();
    host.close();
  }

  // ---- makers -----------------------------------------------------------------------------------

  private static byte[] frame(int type, byte[] data) {
    return Frames.ethernet(OUR_MAC, PEER_MAC, type, data);
  }

  private static byte[] ip(byte[] datagram) {
    return frame(Frames.IPV4, datagram);
  }

  private static byte[] good() {
    return Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 17, udp(OPEN_PORT));
  }

  private static byte[] udp(int port) {
    return Frames.udp(PEER_ADDRESS, 4_000, OUR_ADDRESS, port, SOME);
  }

  private static byte[] spoilt(byte[] bytes, UnaryOperator<byte[]> change) {
    return change.apply(bytes.clone());
  }

  private static byte[] set(byte[] bytes, int offset, int value) {
    byte[] copy = bytes.clone();
    copy[offset] = (byte) value;
    return copy;
  }

  private static byte[] setShort(byte[] bytes, int offset, int value) {
    byte[] copy = bytes.clone();
    Frames.putShort(copy, offset, value);
    return copy;
  }

  private static byte[] ipWithLength(int totalLength) {
    return ip(Frames.withIpv4Checksum(setShort(good(), 2, totalLength)));
  }

  private static byte[] ipFrom(int source) {
    return ip(Frames.ipv4(source, OUR_ADDRESS, 17, udp(OPEN_PORT)));
  }

  private static byte[] ipTo(int destination) {
    return ip(Frames.ipv4(PEER_ADDRESS, destination, 17, udp(OPEN_PORT)));
  }

  private static byte[] ipProtocol(int protocol) {
    return ip(Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, protocol, good()));
  }

  private static byte[] ipOptions(int... options) {
    byte[] bytes = new byte[options.length];
    for (int i = 0; i < options.length; i++) {
      bytes[i] = (byte) options[i];
    }
    return ip(Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 17, bytes, 0, udp(OPEN_PORT)));
  }

  private static byte[] fragment(int protocol, int offset, boolean more, byte[] data) {
    return FragmentFrames.fragment(PEER_ADDRESS, OUR_ADDRESS, protocol, 9, offset, more, data);
  }

  private static byte[] icmp(int type, int code, byte[] data) {
    return ip(Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 1, Frames.icmp(type, code, 0, data)));
  }

  private static byte[] udpIn(byte[] segment) {
    return ip(Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 17, segment));
  }

  private static byte[] arp(UnaryOperator<byte[]> change) {
    byte[] request = Frames.arp(1, PEER_MAC, PEER_ADDRESS, 0, OUR_ADDRESS);
    return frame(Frames.ARP, change.apply(request));
  }

  private static byte[] arpFrom(long mac, int sender) {
    return frame(Frames.ARP, Frames.arp(1, mac, sender, 0, OUR_ADDRESS));
  }

  private static byte[] ourQuote(int protocol) {
    return Frames.ipv4(OUR_ADDRESS, PEER_ADDRESS, protocol, Frames.pattern(8, 1));
  }

  // ---- the rungs --------------------------------------------------------------------------------

  static Stream<Arguments> badFrames() {
    return Stream.of(ethernet(), arps(), datagrams(), icmps(), udps()).flatMap(rung -> rung);
  }

  private static Stream<Arguments> ethernet() {
    byte[] good = ip(good());
    return Stream.of(
        arguments(DropReason.ETHERNET_TRUNCATED, Arrays.copyOf(good, 13)),
        arguments(DropReason.ETHERNET_TRUNCATED, new byte[0]),
        arguments(DropReason.ETHERNET_TOO_LONG, Arrays.copyOf(good, 1_515)),
        arguments(
            DropReason.ETHERNET_NOT_FOR_US,
            Frames.ethernet(OTHER_MAC, PEER_MAC, Frames.IPV4, good())),
        arguments(
            DropReason.ETHERNET_NOT_FOR_US,
            Frames.ethernet(0x0100_5e02_0304L, PEER_MAC, Frames.IPV4, good())),
        arguments(
            DropReason.ETHERNET_SOURCE_MULTICAST,
            Frames.ethernet(OUR_MAC, 0x0100_5e00_0001L, Frames.IPV4, good())),
        arguments(
            DropReason.ETHERNET_SOURCE_MULTICAST,
            Frames.ethernet(OUR_MAC, Frames.BROADCAST_MAC, Frames.IPV4, good())),
        arguments(DropReason.ETHERNET_UNKNOWN_TYPE, frame(0x88cc, SOME)),
        arguments(DropReason.ETHERNET_LENGTH_FORMAT, frame(46, SOME)),
        arguments(DropReason.ETHERNET_LENGTH_FORMAT, frame(1_500, SOME)),
        arguments(
            DropReason.ETHERNET_VLAN_TRUNCATED,
            Frames.unpadded(OUR_MAC, PEER_MAC, 0x8100, new byte[3])),
        arguments(
            DropReason.ETHERNET_VLAN_MISMATCH,
            Frames.tagged(OUR_MAC, PEER_MAC, 5, Frames.IPV4, good())),
        arguments(
            DropReason.ETHERNET_VLAN_MISMATCH,
            Frames.tagged(OUR_MAC, PEER_MAC, 0xfff, Frames.IPV4, good())),
        arguments(
            DropReason.ETHERNET_DOUBLE_TAG, Frames.tagged(OUR_MAC, PEER_MAC, 0, 0x8100, good())),
        arguments(DropReason.ETHERNET_DOUBLE_TAG, frame(0x88a8, good())),
        arguments(DropReason.ETHERNET_IPV6, frame(0x86dd, SOME)),
        arguments(DropReason.ETHERNET_RARP, frame(0x8035, SOME)));
  }

  private static Stream<Arguments> arps() {
    return Stream.of(
        arguments(
            DropReason.ARP_TRUNCATED, Frames.unpadded(OUR_MAC, PEER_MAC, Frames.ARP, new byte[27])),
        arguments(DropReason.ARP_BAD_HARDWARE_TYPE, arp(a -> setShort(a, 0, 6))),
        arguments(DropReason.ARP_BAD_PROTOCOL_TYPE, arp(a -> setShort(a, 2, 0x86dd))),
        arguments(DropReason.ARP_BAD_LENGTHS, arp(a -> set(a, 4, 8))),
        arguments(DropReason.ARP_BAD_LENGTHS, arp(a -> set(a, 5, 16))),
        arguments(DropReason.ARP_UNKNOWN_OPERATION, arp(a -> setShort(a, 6, 3))),
        arguments(DropReason.ARP_BAD_SENDER, arpFrom(PEER_MAC, GROUP)),
        arguments(DropReason.ARP_BAD_SENDER, arpFrom(PEER_MAC, -1)),
        arguments(DropReason.ARP_BAD_SENDER, arpFrom(PEER_MAC, OUR_BROADCAST)),
        arguments(DropReason.ARP_BAD_SENDER, arpFrom(PEER_MAC, LOOPBACK)),
        arguments(DropReason.ARP_BAD_SENDER, arpFrom(Frames.BROADCAST_MAC, 0x0a000009)),
        arguments(DropReason.ARP_BAD_SENDER, arpFrom(0, 0x0a000009)),
        arguments(DropReason.ARP_BAD_SENDER, arpFrom(OUR_MAC, OUR_ADDRESS)),
        arguments(DropReason.ARP_CONFLICT, arpFrom(OTHER_MAC, OUR_ADDRESS)),
        arguments(
            DropReason.ARP_NOT_FOR_US,
            frame(Frames.ARP, Frames.arp(1, OTHER_MAC, 0x0a000009, 0, 0x0a000008))));
  }

  private static Stream<Arguments> datagrams() {
    return Stream.of(
        arguments(
            DropReason.IP_TRUNCATED,
            Frames.unpadded(OUR_MAC, PEER_MAC, Frames.IPV4, Arrays.copyOf(good(), 19))),
        arguments(DropReason.IP_BAD_VERSION, ip(set(good(), 0, 0x65))),
        arguments(DropReason.IP_BAD_HEADER_LENGTH, ip(set(good(), 0, 0x44))),
        arguments(DropReason.IP_BAD_HEADER_LENGTH, ip(set(good(), 0, 0x40))),
        arguments(
            DropReason.IP_BAD_HEADER_LENGTH,
            Frames.unpadded(
                OUR_MAC, PEER_MAC, Frames.IPV4, set(Arrays.copyOf(good(), 59), 0, 0x4f))),
        arguments(DropReason.IP_BAD_TOTAL_LENGTH, ipWithLength(19)),
        arguments(DropReason.IP_BAD_TOTAL_LENGTH, ipWithLength(0)),
        arguments(DropReason.IP_BAD_TOTAL_LENGTH, ipWithLength(69)),
        arguments(DropReason.IP_BAD_TOTAL_LENGTH, ipWithLength(0xffff)),
        arguments(DropReason.IP_BAD_CHECKSUM, ip(set(good(), 8, 63))),
        arguments(DropReason.IP_BAD_SOURCE, ipFrom(0)),
        arguments(DropReason.IP_BAD_SOURCE, ipFrom(LOOPBACK)),
        arguments(DropReason.IP_BAD_SOURCE, ipFrom(GROUP)),
        arguments(DropReason.IP_BAD_SOURCE, ipFrom(-1)),
        arguments(DropReason.IP_BAD_SOURCE, ipFrom(0xf0000001)),
        arguments(DropReason.IP_BAD_SOURCE, ipFrom(OUR_BROADCAST)),
        arguments(DropReason.IP_BAD_SOURCE, ipFrom(OUR_ADDRESS)),
        arguments(DropReason.IP_BAD_DESTINATION, ipTo(0)),
        arguments(DropReason.IP_BAD_DESTINATION, ipTo(LOOPBACK)),
        arguments(DropReason.IP_BAD_DESTINATION, ipTo(0xf0000001)),
        arguments(
            DropReason.IP_BAD_DESTINATION,
            Frames.ethernet(Frames.BROADCAST_MAC, PEER_MAC, Frames.IPV4, good())),
        arguments(DropReason.IP_NOT_FOR_US, ipTo(0x0a000009)),
        arguments(DropReason.IP_NOT_FOR_US, ipTo(GROUP)),
        arguments(DropReason.IP_BAD_OPTIONS, ipOptions(7, 1, 0, 0)),
        arguments(DropReason.IP_BAD_OPTIONS, ipOptions(7, 5, 0, 0)),
        arguments(DropReason.IP_BAD_OPTIONS, ipOptions(1, 1, 1, 7)),
        arguments(DropReason.IP_SOURCE_ROUTE, ipOptions(131, 7, 4, 10, 0, 0, 9, 0)),
        arguments(DropReason.IP_SOURCE_ROUTE, ipOptions(137, 3, 4, 0)),
        arguments(DropReason.IP_SOURCE_ROUTE, ipOptions(1, 131, 255, 255)),
        arguments(DropReason.IP_FRAGMENT_BAD_LENGTH, ip(fragment(17, 0, true, new byte[12]))),
        arguments(DropReason.IP_FRAGMENT_BAD_LENGTH, ip(fragment(17, 8, false, new byte[0]))),
        arguments(DropReason.IP_FRAGMENT_TOO_LONG, ip(fragment(17, 65_528, false, new byte[8]))),
        arguments(DropReason.IP_FRAGMENT_TINY, ip(fragment(6, 0, true, new byte[16]))),
        arguments(DropReason.IP_FRAGMENT_TINY, ip(fragment(6, 8, false, SOME))),
        arguments(DropReason.IP_TUNNEL, ipProtocol(4)),
        arguments(DropReason.IP_TUNNEL, ipProtocol(41)),
        arguments(DropReason.IP_UNKNOWN_PROTOCOL, ipProtocol(132)));
  }

  private static Stream<Arguments> icmps() {
    byte[] quote = ourQuote(17);
    return Stream.of(
        arguments(
            DropReason.ICMP_TRUNCATED, ip(Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 1, new byte[7]))),
        arguments(
            DropReason.ICMP_BAD_CHECKSUM,
            ip(Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 1, set(Frames.icmp(8, 0, 0, SOME), 9, 99)))),
        arguments(DropReason.ICMP_UNKNOWN_TYPE, icmp(13, 0, new byte[12])),
        arguments(DropReason.ICMP_UNKNOWN_TYPE, icmp(15, 0, SOME)),
        arguments(DropReason.ICMP_UNKNOWN_TYPE, icmp(17, 0, new byte[4])),
        arguments(DropReason.ICMP_UNKNOWN_TYPE, icmp(18, 0, new byte[4])),
        arguments(DropReason.ICMP_UNKNOWN_TYPE, icmp(165, 0, SOME)),
        arguments(DropReason.ICMP_BAD_CODE, icmp(8, 9, SOME)),
        arguments(DropReason.ICMP_BAD_CODE, icmp(3, 16, quote)),
        arguments(DropReason.ICMP_BAD_CODE, icmp(11, 2, quote)),
        arguments(DropReason.ICMP_BAD_CODE, icmp(12, 3, quote)),
        arguments(DropReason.ICMP_BAD_QUOTE, icmp(3, 3, new byte[0])),
        arguments(DropReason.ICMP_BAD_QUOTE, icmp(3, 3, Arrays.copyOf(quote, 27))),
        arguments(DropReason.ICMP_BAD_QUOTE, icmp(3, 3, set(quote, 0, 0x4f))),
        arguments(DropReason.ICMP_BAD_QUOTE, icmp(3, 3, set(quote, 0, 0x44))),
        arguments(DropReason.ICMP_BAD_QUOTE, icmp(3, 3, set(quote, 0, 0x65))),
        arguments(DropReason.ICMP_BAD_QUOTE, icmp(3, 3, setShort(quote, 6, 1))),
        arguments(DropReason.ICMP_BAD_QUOTE, icmp(3, 3, good())),
        arguments(DropReason.ICMP_BAD_MTU, icmp(3, 4, quote)),
        arguments(DropReason.ICMP_NO_ENDPOINT, icmp(3, 3, quote)),
        arguments(DropReason.ICMP_NO_ENDPOINT, icmp(3, 2, ourQuote(132))),
        arguments(DropReason.ICMP_NO_ENDPOINT, icmp(11, 0, ourQuote(1))),
        arguments(DropReason.ICMP_NO_ENDPOINT, icmp(0, 0, SOME)),
        arguments(DropReason.ICMP_REDIRECT_IGNORED, icmp(5, 1, quote)),
        arguments(DropReason.ICMP_QUENCH_IGNORED, icmp(4, 0, quote)),
        arguments(
            DropReason.ICMP_BROADCAST_ECHO,
            Frames.ethernet(
                Frames.BROADCAST_MAC,
                PEER_MAC,
                Frames.IPV4,
                Frames.ipv4(PEER_ADDRESS, OUR_BROADCAST, 1, Frames.icmp(8, 0, 0, SOME)))),
        arguments(
            DropReason.ICMP_BROADCAST_ECHO,
            ip(Frames.ipv4(PEER_ADDRESS, -1, 1, Frames.icmp(8, 0, 0, SOME)))));
  }

  private static Stream<Arguments> udps() {
    return Stream.of(
        arguments(DropReason.UDP_TRUNCATED, udpIn(Arrays.copyOf(udp(OPEN_PORT), 7))),
        arguments(DropReason.UDP_TRUNCATED, udpIn(new byte[0])),
        arguments(DropReason.UDP_BAD_LENGTH, udpIn(setShort(udp(OPEN_PORT), 4, 7))),
        arguments(DropReason.UDP_BAD_LENGTH, udpIn(setShort(udp(OPEN_PORT), 4, 0))),
        arguments(DropReason.UDP_BAD_LENGTH, udpIn(setShort(udp(OPEN_PORT), 4, 49))),
        arguments(DropReason.UDP_BAD_LENGTH, udpIn(setShort(udp(OPEN_PORT), 4, 0xffff))),
        arguments(DropReason.UDP_BAD_CHECKSUM, udpIn(set(udp(OPEN_PORT), 20, 99))),
        arguments(DropReason.UDP_BAD_PORT, udpIn(udp(0))),
        arguments(DropReason.UDP_NO_ENDPOINT, udpIn(udp(CLOSED_PORT))));
  }

  @ParameterizedTest(name = "{index} {0}")
  @MethodSource("badFrames")
  @Requirement({
    "SEC-LADDER-01",
    "SEC-LADDER-02",
    "SEC-LADDER-04",
    "SEC-LADDER-05",
    "SEC-LADDER-06",
    "SEC-LADDER-07",
    "SEC-LADDER-08",
    "SEC-LAND-02",
    "SEC-RIPPLE20-01",
    "SEC-RIPPLE20-05",
    "SEC-RIPPLE20-11",
    "SEC-RIPPLE20-18",
    "SEC-RIPPLE20-19",
    "SEC-RIPPLE20-20",
    "SEC-TRECK2020-01",
    "SEC-URGENT11-02",
    "SEC-URGENT11-09",
    "SEC-NUCLEUS13-03",
    "SEC-RESOURCE-05",
    "IEEE8021Q-tag-02",
    "IEEE8021Q-tag-04",
    "IEEE8021Q-tag-05",
    "IEEE8021Q-tag-08",
    "RFC826-arp-01",
    "RFC1122-link-02",
    "RFC1122-ip-01",
    "RFC1122-ip-02",
    "RFC1122-ip-03",
    "RFC1122-ip-04",
    "RFC1122-ip-05",
    "RFC1122-ip-30",
    "RFC1122-icmp-01",
    "RFC1122-icmp-15",
    "RFC1122-icmp-20",
    "RFC1122-icmp-24",
    "RFC1122-icmp-25",
    "RFC1122-icmp-26",
    "RFC1122-udp-05",
    "RFC768-header-01",
    "RFC791-header-01",
    "RFC792-message-01",
    "SEC-LADDER-03"
  })
  void shouldDropUnderOneReasonAndGoOn(DropReason reason, byte[] frame) {
    int free = host.stack.pool().freeCells();
    long before = host.stack.counters().get(reason);
    long dropsBefore = host.stack.counters().totalDrops();
    host.receive(frame);
    host.device.complete();
    assertThat(host.stack.counters().get(reason)).isEqualTo(before + 1);
    assertThat(host.stack.counters().totalDrops()).isEqualTo(dropsBefore + 1);
    assertThat(host.stack.pool().freeCells()).isEqualTo(free);
    assertThat(socket.receivableDatagrams()).isZero();
    host.device.drain();
    assertPingIsAnswered();
  }

  private void assertPingIsAnswered() {
    byte[] echo = Frames.icmp(8, 0, 0x00010001, SOME);
    host.receiveDatagram(Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 1, echo));
    byte[] reply = Frames.datagram(host.device.next());
    assertThat(Frames.data(reply)).isEqualTo(Frames.icmp(0, 0, 0x00010001, SOME));
    host.device.complete();
  }

  @Test
  void shouldHaveARungForEveryReasonOfTheseLayers() {
    Set<DropReason> tested =
        badFrames()
            .map(row -> (DropReason) row.get()[0])
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(DropReason.class)));
    Set<DropReason> reasons =
        Arrays.stream(DropReason.values())
            .filter(r -> r.name().matches("(ETHERNET|ARP|IP|ICMP|UDP)_.*"))
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(DropReason.class)));
    reasons.removeAll(tested);
    assertThat(reasons)
        .as("those that no single frame can reach have tests of their own")
        .containsExactlyInAnyOrder(
            DropReason.ARP_TABLE_FULL,
            DropReason.ARP_QUEUE_FULL,
            DropReason.ARP_UNRESOLVED,
            DropReason.IP_NO_ROUTE,
            DropReason.IP_FRAGMENT_DUPLICATE,
            DropReason.IP_FRAGMENT_OVERLAP,
            DropReason.IP_FRAGMENT_END_MISMATCH,
            DropReason.IP_FRAGMENT_ECN_MISMATCH,
            DropReason.IP_FRAGMENT_TIMEOUT,
            DropReason.IP_FRAGMENT_EVICTED,
            DropReason.IP_FRAGMENT_REFUSED,
            DropReason.UDP_QUEUE_FULL);
  }

  @Test
  @Requirement({"SEC-INFRAHALT-01", "SEC-INFRAHALT-04", "SEC-NUCLEUS13-04"})
  void shouldSurviveEveryTruncationOfEveryKindOfFrame() {
    int free = host.stack.pool().freeCells();
    badFrames()
        .map(row -> (byte[]) row.get()[1])
        .forEach(
            frame -> {
              for (int length = 0; length < Math.min(frame.length, 120); length++) {
                host.receive(Arrays.copyOf(frame, length));
                host.device.complete();
                host.device.drain();
              }
            });
    assertThat(host.stack.pool().freeCells() + socket.receivableDatagrams()).isEqualTo(free);
    assertPingIsAnswered();
  }

  @Test
  @Requirement({"SEC-LADDER-01", "SEC-RIPPLE20-08"})
  void shouldSurviveRandomChangesOfGoodFrames() {
    Random random = new Random(7);
    byte[][] seeds = {
      ip(good()), icmp(8, 0, SOME), icmp(3, 3, ourQuote(17)), arp(a -> a), ipOptions(7, 4, 4, 0)
    };
    int free = host.stack.pool().freeCells();
    for (int round = 0; round < 20_000; round++) {
      byte[] frame =
          spoilt(
              seeds[random.nextInt(seeds.length)],
              bytes -> {
                for (int n = random.nextInt(4); n >= 0; n--) {
                  bytes[14 + random.nextInt(bytes.length - 14)] = (byte) random.nextInt();
                }
                return random.nextBoolean() && bytes[12] == 8 && bytes[13] == 0
                    ? Frames.concat(
                        Arrays.copyOf(bytes, 14),
                        Frames.withIpv4Checksum(Arrays.copyOfRange(bytes, 14, bytes.length)))
                    : bytes;
              });
      host.receive(frame);
      host.device.complete();
      host.device.drain();
      while (socket.receivableDatagrams() > 0) {
        Objects.requireNonNull(socket.receiveMessage()).release();
      }
    }
    host.passSeconds(200);
    host.device.complete();
    host.device.drain();
    assertThat(host.stack.pool().freeCells()).isEqualTo(free);
    host.introducePeer();
    assertPingIsAnswered();
  }
}
