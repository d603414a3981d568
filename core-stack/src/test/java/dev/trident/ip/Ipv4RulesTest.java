package dev.trident.ip;

import static dev.trident.testkit.StackHarness.OUR_ADDRESS;
import static dev.trident.testkit.StackHarness.OUR_MAC;
import static dev.trident.testkit.StackHarness.PEER_ADDRESS;
import static dev.trident.testkit.StackHarness.PEER_MAC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.link.NetInterface;
import dev.trident.testkit.Frames;
import dev.trident.testkit.RecordingDevice;
import dev.trident.testkit.Requirement;
import dev.trident.testkit.StackHarness;
import dev.trident.trace.Counter;
import dev.trident.trace.DropReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses, TTL, TOS, options and routes: RFC 1122 sections 3.2.1 and 3.3. */
class Ipv4RulesTest {
  private static final int PORT = 7;
  private static final int PEER_PORT = 4_000;
  private static final int SECOND_ADDRESS = 0x0a000005;
  private static final int FAR = 0x08080808;
  private static final int GATEWAY = 0x0a0000fe;
  private static final int OTHER_GATEWAY = 0x0a0000fd;
  private static final long GATEWAY_MAC = 0x0200_0000_00feL;
  private static final int GROUP = 0xe1020304;
  private static final int UNREACHABLE = StackError.NETWORK_UNREACHABLE.code;

  private final StackHarness host =
      new StackHarness(
          StackConfig.standard("test", 1).withCells(512, 256),
          NetInterface.NO_VLAN,
          SECOND_ADDRESS);
  private final DatagramEndpoint socket = Objects.requireNonNull(host.stack.newDatagram());
  private final ByteBuf buffer = Unpooled.buffer(2_000, 2_000);

  @BeforeEach
  void open() {
    host.introducePeer();
    Objects.requireNonNull(host.stack.neighbors()).addStatic(host.net, GATEWAY, GATEWAY_MAC);
  }

  @AfterEach
  void close() {
    socket.close();
    host.device.complete();
    assertThat(host.stack.pool().freeCells()).isEqualTo(host.stack.pool().cells());
    host.close();
  }

  private byte[] sent(int address) {
    assertThat(socket.send(buffer, 0, 10, address, PEER_PORT)).isEqualTo(10);
    return Frames.datagram(host.device.next());
  }

  private static int source(byte[] datagram) {
    return Frames.getInt(datagram, 12);
  }

  private byte[] toPort(int port, byte[] payload) {
    return Frames.udp(PEER_ADDRESS, PEER_PORT, OUR_ADDRESS, port, payload);
  }

  // ---- TTL, TOS, DF -----------------------------------------------------------------------------

  @Test
  @Requirement({"RFC1122-ip-08", "RFC1122-ip-12", "RFC1122-udp-10", "RFC791-header-09"})
  void shouldSendEachDatagramWithTheTtlTosAndFlagOfItsMoment() {
    byte[] plain = sent(PEER_ADDRESS);
    assertThat(Frames.getByte(plain, 8)).isEqualTo(host.stack.config().profile().ttl());
    assertThat(Frames.getByte(plain, 1)).isZero();
    assertThat(Frames.getShort(plain, 6)).isZero();
    for (int value : new int[] {1, 0xb8, 255}) {
      socket.ttl(value);
      socket.tos(value);
      socket.dontFragment(value == 1);
      byte[] datagram = sent(PEER_ADDRESS);
      assertThat(Frames.getByte(datagram, 8)).isEqualTo(value).isEqualTo(socket.ttl());
      assertThat(Frames.getByte(datagram, 1)).isEqualTo(value).isEqualTo(socket.tos());
      assertThat(Frames.getShort(datagram, 6)).isEqualTo(value == 1 ? 0x4000 : 0);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 256})
  @Requirement({"RFC1122-ip-10", "RFC791-header-08"})
  void shouldNeverSendATtlOfZero(int ttl) {
    assertThatThrownBy(() -> socket.ttl(ttl)).isInstanceOf(IllegalArgumentException.class);
    assertThat(Frames.getByte(sent(PEER_ADDRESS), 8)).isEqualTo(64);
    int tos = ttl == 0 ? -1 : 256;
    assertThatThrownBy(() -> socket.tos(tos)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 184", "64, 3", "255, 255"})
  @Requirement({"RFC1122-ip-09", "RFC1122-ip-11"})
  void shouldTellTheTosAndTtlOfWhatCame(int ttl, int tos) {
    socket.bind(0, PORT);
    byte[] datagram = Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 17, toPort(PORT, new byte[9]));
    datagram[1] = (byte) tos;
    datagram[8] = (byte) ttl;
    host.receiveDatagram(Frames.withIpv4Checksum(datagram));
    assertThat(socket.receive(buffer, 0, 100)).isEqualTo(9);
    assertThat(socket.receivedTos()).isEqualTo(tos);
    assertThat(socket.receivedTtl()).isEqualTo(ttl);
  }

  // ---- sources ----------------------------------------------------------------------------------

  @Test
  @Requirement({"RFC1122-udp-08", "RFC1122-ip-06"})
  void shouldSendFromTheAddressBoundOrFromTheRoutes() {
    assertThat(source(sent(PEER_ADDRESS))).isEqualTo(OUR_ADDRESS);
    for (int bound : new int[] {SECOND_ADDRESS, GROUP}) {
      DatagramEndpoint other = Objects.requireNonNull(host.stack.newDatagram());
      assertThat(other.bind(bound, PORT)).isZero();
      assertThat(other.send(buffer, 0, 10, PEER_ADDRESS, PEER_PORT)).isEqualTo(10);
      assertThat(source(Frames.datagram(host.device.next())))
          .isEqualTo(bound == GROUP ? OUR_ADDRESS : bound);
      other.close();
    }
    for (int foreign : new int[] {PEER_ADDRESS, -1, 0x0a0000ff}) {
      DatagramEndpoint other = Objects.requireNonNull(host.stack.newDatagram());
      assertThat(other.bind(foreign, PORT)).isEqualTo(StackError.ADDRESS_NOT_AVAILABLE.code);
      other.close();
    }
  }

  @Test
  @Requirement("RFC1122-ip-07")
  void shouldNotSendFromAnInterfaceWithoutAddress() {
    RecordingDevice device = new RecordingDevice();
    NetInterface bare = new NetInterface("bare", device, 0x0200_0000_0009L, 1_500, -1);
    host.stack.addInterface(bare);
    host.stack.addRoute(0xc0a80000, 16, 0, bare);
    assertThat(socket.send(buffer, 0, 10, 0xc0a80001, PEER_PORT))
        .isEqualTo(StackError.NETWORK_UNREACHABLE.code);
    assertThat(device.isEmpty()).isTrue();
    device.close();
  }

  /** With a default route as without, and whether the host has a loopback interface or not. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Requirement("RFC1122-ip-05")
  void shouldSendNoLoopbackAddressOnALink(boolean hasLoopback) {
    RecordingDevice device = new RecordingDevice();
    if (hasLoopback) {
      NetInterface loopback = new NetInterface("lo", device, OUR_MAC, 1_500, -1);
      loopback.addAddress(0x7f000001, 8);
      host.stack.addInterface(loopback);
    }
    host.stack.addRoute(0, 0, GATEWAY, host.net);
    for (int to : new int[] {0x7f000001, 0x7f000000, 0x7fffffff, 0x7f010203}) {
      socket.send(buffer, 0, 10, to, PEER_PORT);
    }
    DatagramEndpoint inside = Objects.requireNonNull(host.stack.newDatagram());
    assertThat(inside.bind(0x7f000001, PORT))
        .isEqualTo(hasLoopback ? 0 : StackError.ADDRESS_NOT_AVAILABLE.code);
    for (int to : new int[] {PEER_ADDRESS, FAR, GROUP, -1, 0x0a0000ff}) {
      int result = hasLoopback ? inside.send(buffer, 0, 10, to, PEER_PORT) : 0;
      if (hasLoopback && to == PEER_ADDRESS) {
        assertThat(result).isEqualTo(StackError.NETWORK_UNREACHABLE.code);
      }
    }
    assertThat(host.device.drain()).isEmpty();
    device.complete();
    inside.close();
    device.close();
  }

  @Test
  @Requirement({"RFC1122-ip-28", "RFC1122-ip-25"})
  void shouldTakeTheSourceOfTheRouteOnAMultihomedHost() {
    RecordingDevice device = new RecordingDevice();
    NetInterface second = new NetInterface("eth1", device, 0x0200_0000_0009L, 1_500, -1);
    int there = 0xc0a80001;
    second.addAddress(there, 24);
    host.stack.addInterface(second);
    host.stack.addRoute(0xac100000, 12, 0xc0a800fe, second);
    host.stack.addRoute(0, 0, GATEWAY, host.net);
    for (int neighbour : new int[] {0xc0a80002, 0xc0a800fe}) {
      Objects.requireNonNull(host.stack.neighbors()).addStatic(second, neighbour, neighbour);
    }
    assertThat(source(sent(FAR))).isEqualTo(OUR_ADDRESS);
    for (int far : new int[] {0xc0a80002, 0xac1f0101}) {
      assertThat(socket.send(buffer, 0, 10, far, PEER_PORT)).isEqualTo(10);
      byte[] frame = device.next();
      assertThat(source(Frames.datagram(frame))).isEqualTo(there);
      long hop = far == 0xc0a80002 ? far : 0xc0a800fe;
      assertThat(Frames.getMac(frame, 0)).isEqualTo(hop & 0xffff_ffff_ffffL);
    }
    // An application that gives a source keeps it, whatever interface the route takes.
    assertThat(socket.connect(0, 0)).isZero();
    DatagramEndpoint fixed = Objects.requireNonNull(host.stack.newDatagram());
    fixed.bind(SECOND_ADDRESS, PORT);
    assertThat(fixed.send(buffer, 0, 10, 0xc0a80002, PEER_PORT)).isEqualTo(10);
    assertThat(source(Frames.datagram(device.next()))).isEqualTo(SECOND_ADDRESS);
    fixed.close();
    device.close();
  }

  // ---- routes -----------------------------------------------------------------------------------

  @Test
  @Requirement("RFC1122-ip-26")
  void shouldTakeTheFirstOfSeveralDefaultGatewaysAndTheLongestPrefix() {
    long otherMac = 0x0200_0000_00fdL;
    Objects.requireNonNull(host.stack.neighbors()).addStatic(host.net, OTHER_GATEWAY, otherMac);
    host.stack.addRoute(0, 0, GATEWAY, host.net);
    host.stack.addRoute(0, 0, OTHER_GATEWAY, host.net);
    socket.send(buffer, 0, 10, FAR, PEER_PORT);
    assertThat(Frames.getMac(host.device.next(), 0)).isEqualTo(GATEWAY_MAC);
    host.stack.addRoute(FAR, 8, OTHER_GATEWAY, host.net);
    host.stack.addRoute(FAR, 32, GATEWAY, host.net);
    host.stack.addRoute(FAR, 16, OTHER_GATEWAY, host.net);
    socket.send(buffer, 0, 10, FAR, PEER_PORT);
    assertThat(Frames.getMac(host.device.next(), 0)).isEqualTo(GATEWAY_MAC);
    socket.send(buffer, 0, 10, FAR + 1, PEER_PORT);
    assertThat(Frames.getMac(host.device.next(), 0)).isEqualTo(otherMac);
    socket.send(buffer, 0, 10, 0x01010101, PEER_PORT);
    assertThat(Frames.getMac(host.device.next(), 0)).isEqualTo(GATEWAY_MAC);
  }

  @Test
  @Requirement({"RFC1122-icmp-14", "RFC1122-ip-16", "RFC791-header-08"})
  void shouldNeitherForwardNorRedirect() {
    host.stack.addRoute(0, 0, GATEWAY, host.net);
    byte[] sourceRoute = {(byte) 131, 7, 4, 8, 8, 8, 8, 0};
    byte[] segment = toPort(PORT, new byte[9]);
    int[] destinations = {FAR, PEER_ADDRESS + 1, OUR_ADDRESS};
    for (int destination : destinations) {
      host.receiveDatagram(Frames.ipv4(PEER_ADDRESS, destination, 17, sourceRoute, 0, segment));
      byte[] dying = Frames.ipv4(PEER_ADDRESS, FAR, 17, segment);
      dying[8] = 1;
      host.receiveDatagram(Frames.withIpv4Checksum(dying));
    }
    assertThat(host.device.isEmpty()).isTrue();
    assertThat(host.stack.counters().get(DropReason.IP_NOT_FOR_US)).isEqualTo(5);
    assertThat(host.stack.counters().get(DropReason.IP_SOURCE_ROUTE)).isEqualTo(1);
  }

  // ---- options ----------------------------------------------------------------------------------

  /** Options as they are, and where the octet is that cannot be. */
  @ParameterizedTest
  @CsvSource({
    "'7,1,0,0', 21",
    "'7,0,0,0', 21",
    "'7,5,0,0', 21",
    "'1,1,1,7', 23",
    "'1,68,255,0', 22",
    "'7,3,4,148,40,0,0,0', 24"
  })
  @Requirement({"RFC792-param-01", "RFC791-options-03", "RFC1122-ip-14"})
  void shouldPointAtTheOctetInError(String options, int pointer) {
    socket.bind(0, PORT);
    byte[] offending =
        Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 17, bytes(options), 0, toPort(PORT, new byte[12]));
    host.receiveDatagram(offending);
    byte[] error = Frames.datagram(host.device.next());
    assertThat(Frames.getInt(error, 16)).isEqualTo(PEER_ADDRESS);
    assertThat(Frames.data(error)).isEqualTo(Frames.icmp(12, 0, pointer << 24, offending));
    assertThat(socket.receivableDatagrams()).isZero();
    assertThat(host.stack.counters().get(DropReason.IP_BAD_OPTIONS)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7,7,4,0,0,0,0,0",
        "68,8,5,0,0,0,0,0",
        "148,4,0,0",
        "1,1,1,1",
        "0,255,255,255",
        "7,3,4,0",
        "222,2,1,0"
      })
  @Requirement({"RFC1122-ip-13", "RFC1122-udp-02", "RFC791-options-01", "RFC791-options-02"})
  void shouldSkipOptionsAndAnswerWithoutAny(String options) {
    socket.bind(0, PORT);
    byte[] segment = toPort(PORT, Frames.pattern(12, 1));
    host.receiveDatagram(Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 17, bytes(options), 0, segment));
    assertThat(socket.receive(buffer, 0, 100)).isEqualTo(12);
    byte[] payload = new byte[12];
    buffer.getBytes(0, payload);
    assertThat(payload).isEqualTo(Frames.pattern(12, 1));
    assertThat(Frames.getByte(sent(socket.sourceAddress()), 0)).isEqualTo(0x45);
  }

  private static byte[] bytes(String list) {
    String[] numbers = list.split(",", -1);
    byte[] bytes = new byte[numbers.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(numbers[i]);
    }
    return bytes;
  }

  @Test
  @Requirement({"SEC-LADDER-12", "RFC1122-icmp-04", "RFC1122-icmp-05", "RFC1122-icmp-07"})
  void shouldSendNoParameterProblemWhereNoErrorMayBeSent() {
    byte[] bad = {7, 1, 0, 0};
    byte[] segment = toPort(PORT, new byte[12]);
    byte[] quote = Frames.ipv4(OUR_ADDRESS, PEER_ADDRESS, 17, new byte[8]);
    List<byte[]> silent =
        List.of(
            Frames.ipv4(PEER_ADDRESS, -1, 17, bad, 0, segment),
            Frames.ipv4(PEER_ADDRESS, 0x0a0000ff, 17, bad, 0, segment),
            Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 17, bad, 5, segment),
            Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 1, bad, 0, Frames.icmp(3, 3, 0, quote)),
            Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 1, bad, 0, Frames.icmp(99, 0, 0, quote)),
            Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 1, bad, 0, new byte[0]),
            Frames.ipv4(0, OUR_ADDRESS, 17, bad, 0, segment),
            Frames.ipv4(0x7f000001, OUR_ADDRESS, 17, bad, 0, segment),
            Frames.ipv4(GROUP, OUR_ADDRESS, 17, bad, 0, segment),
            Frames.ipv4(0x0a0000ff, OUR_ADDRESS, 17, bad, 0, segment),
            Frames.ipv4(-1, OUR_ADDRESS, 17, bad, 0, segment));
    for (byte[] datagram : silent) {
      host.receiveDatagram(datagram);
      assertThat(host.device.isEmpty()).as("%s", Arrays.toString(datagram)).isTrue();
    }
    host.receive(
        Frames.ethernet(
            Frames.BROADCAST_MAC,
            PEER_MAC,
            Frames.IPV4,
            Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 17, bad, 0, segment)));
    assertThat(host.device.isEmpty()).isTrue();
    byte[] echo = Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 1, bad, 0, Frames.icmp(8, 0, 0, quote));
    for (int i = 0; i < 100; i++) {
      host.receiveDatagram(echo);
    }
    assertThat(host.device.drain()).hasSize(20);
    assertThat(host.stack.counters().get(Counter.ICMP_ERRORS_SUPPRESSED)).isEqualTo(6 + 80);
  }

  // ---- UDP --------------------------------------------------------------------------------------

  @Test
  @Requirement({"RFC768-header-05", "RFC1122-udp-09", "RFC1122-udp-04"})
  void shouldTakeASourcePortOfZeroAndNoImpossibleSource() {
    socket.bind(0, PORT);
    host.receiveUdp(0, PORT, new byte[5]);
    assertThat(socket.receive(buffer, 0, 100)).isEqualTo(5);
    assertThat(socket.sourcePort()).isZero();
    for (int source : new int[] {-1, 0x0a0000ff, GROUP, 0, 0xf0000001}) {
      byte[] segment = Frames.udp(source, 5, OUR_ADDRESS, PORT, new byte[5]);
      host.receiveDatagram(Frames.ipv4(source, OUR_ADDRESS, 17, segment));
    }
    assertThat(host.stack.counters().get(DropReason.IP_BAD_SOURCE)).isEqualTo(5);
    byte[] wrong = toPort(PORT, new byte[5]);
    wrong[9] ^= 1;
    host.receiveDatagram(Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 17, wrong));
    assertThat(host.stack.counters().get(DropReason.UDP_BAD_CHECKSUM)).isEqualTo(1);
    assertThat(socket.receivableDatagrams()).isZero();
    assertThat(socket.send(buffer, 0, 10, PEER_ADDRESS, PEER_PORT)).isEqualTo(10);
    assertThat(Frames.udpPayload(host.device.next())).hasSize(10);
  }

  @Test
  @Requirement("RFC6864-id-04")
  void shouldGiveWhatIsSentAgainANewIdentification() {
    int first = Frames.getShort(sent(PEER_ADDRESS), 4);
    buffer.setByte(0, 99);
    assertThat(Frames.getShort(sent(PEER_ADDRESS), 4)).isNotEqualTo(first);
  }

  // ---- inside the host --------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(ints = {10, 2_000})
  void shouldLoopDatagramsOfAnySize(int length) {
    RecordingDevice device = new RecordingDevice();
    NetInterface loopback = new NetInterface("lo", device, OUR_MAC, 1_500, -1);
    loopback.addAddress(0x7f000001, 8);
    host.stack.addInterface(loopback);
    socket.bind(0, PORT);
    buffer.setBytes(0, Frames.pattern(length, 1));
    for (int address : new int[] {0x7f000001, OUR_ADDRESS}) {
      assertThat(socket.send(buffer, 0, length, address, PORT)).isEqualTo(length);
      assertThat(host.device.isEmpty()).isTrue();
      for (byte[] frame : device.drain()) {
        var packet = Objects.requireNonNull(host.stack.pool().allocateForReceive());
        host.stack.pool().slab().copyFrom(frame, 0, packet.offset(), frame.length);
        packet.setRange(packet.offset(), frame.length);
        host.stack.receive(packet, loopback, 0, host.clock.nowNanos());
      }
      device.complete();
      ByteBuf into = Unpooled.buffer(length, length);
      assertThat(socket.receive(into, 0, length)).isEqualTo(length);
      assertThat(into.array()).isEqualTo(Frames.pattern(length, 1));
      assertThat(socket.sourceAddress()).isEqualTo(address);
    }
    device.close();
  }

  @Test
  @Requirement("RFC1122-ip-05")
  void shouldSpeakToThisHostOnlyWhenBoundToALoopbackAddress() {
    assertThat(socket.send(buffer, 0, 10, 0x7f000001, PORT)).isEqualTo(UNREACHABLE);
    DatagramEndpoint sender = Objects.requireNonNull(host.stack.newDatagram());
    assertThat(sender.transmitOnly(0x7f000001, PORT, PEER_ADDRESS, PEER_PORT))
        .isEqualTo(StackError.INVALID_ADDRESS.code);
    sender.close();
    RecordingDevice device = new RecordingDevice();
    NetInterface loopback = new NetInterface("lo", device, OUR_MAC, 1_500, -1);
    loopback.addAddress(0x7f000001, 8);
    host.stack.addInterface(loopback);
    DatagramEndpoint bound = Objects.requireNonNull(host.stack.newDatagram());
    assertThat(bound.bind(0x7f000001, PORT)).isZero();
    assertThat(bound.send(buffer, 0, 10, PEER_ADDRESS, PEER_PORT)).isEqualTo(UNREACHABLE);
    assertThat(bound.send(buffer, 0, 10, 0x0a0000ff, PEER_PORT)).isEqualTo(UNREACHABLE);
    assertThat(bound.connect(PEER_ADDRESS, PEER_PORT)).isEqualTo(UNREACHABLE);
    assertThat(bound.groups().sendBy(OUR_ADDRESS)).isZero();
    assertThat(bound.send(buffer, 0, 10, GROUP, PEER_PORT)).isEqualTo(UNREACHABLE);
    assertThat(bound.send(buffer, 0, 10, OUR_ADDRESS, PEER_PORT)).isEqualTo(10);
    StreamEndpoint stream = Objects.requireNonNull(host.stack.newStream());
    assertThat(stream.bind(0x7f000001, PORT)).isZero();
    assertThat(stream.connect(PEER_ADDRESS, PEER_PORT)).isEqualTo(UNREACHABLE);
    assertThat(host.device.isEmpty()).isTrue();
    stream.abort();
    bound.close();
    device.close();
  }
}
