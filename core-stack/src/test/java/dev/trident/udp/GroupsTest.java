package dev.trident.udp;

import static dev.trident.testkit.StackHarness.OUR_ADDRESS;
import static dev.trident.testkit.StackHarness.PEER_ADDRESS;
import static dev.trident.testkit.StackHarness.PEER_MAC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.StackError;
import dev.trident.link.NetInterface;
import dev.trident.testkit.FragmentFrames;
import dev.trident.testkit.Frames;
import dev.trident.testkit.RecordingDevice;
import dev.trident.testkit.Requirement;
import dev.trident.testkit.StackHarness;
import dev.trident.trace.Counter;
import dev.trident.trace.DropReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagrams to groups and broadcast addresses: who receives them, and how they are sent. */
class GroupsTest {
  private static final int GROUP = 0xe1020304;
  private static final int OTHER = 0xe1020305;
  private static final int PORT = 5_000;
  private static final int SECOND_ADDRESS = 0x0a010001;
  private static final int OTHER_SOURCE = 0x0a000077;
  private static final int ADDRESS_IN_USE = StackError.ADDRESS_IN_USE.code;
  private static final int NOT_AVAILABLE = StackError.ADDRESS_NOT_AVAILABLE.code;
  private static final int INVALID = StackError.INVALID_ARGUMENT.code;

  private final StackHarness host = new StackHarness();
  private final RecordingDevice secondDevice = new RecordingDevice();
  private final NetInterface second =
      new NetInterface("eth1", secondDevice, 0x0200_0000_0009L, 1_500, NetInterface.NO_VLAN);
  private final List<DatagramEndpoint> sockets = new ArrayList<>();
  private final ByteBuf buffer = Unpooled.buffer(3_000, 3_000);

  @BeforeEach
  void addInterface() {
    second.addAddress(SECOND_ADDRESS, 24);
    host.stack.addInterface(second);
    buffer.setBytes(0, Frames.pattern(3_000, 1));
  }

  @AfterEach
  void close() {
    sockets.forEach(DatagramEndpoint::close);
    host.drain();
    host.passSeconds(30);
    host.device.complete();
    secondDevice.complete();
    assertThat(host.stack.pool().freeCells()).isEqualTo(host.stack.pool().cells());
    assertThat(host.stack.pool().handles().live()).isZero();
    assertThat(host.ports.count()).isZero();
    assertThat(host.device.filters()).isEmpty();
    secondDevice.close();
    host.close();
  }

  private DatagramEndpoint socket() {
    DatagramEndpoint socket = Objects.requireNonNull(host.stack.newDatagram());
    sockets.add(socket);
    return socket;
  }

  /** A socket that shares its port. */
  private DatagramEndpoint bound(int address) {
    DatagramEndpoint socket = socket();
    socket.reuseAddress(true);
    assertThat(socket.bind(address, PORT)).isZero();
    return socket;
  }

  private DatagramEndpoint member(int address, int group) {
    DatagramEndpoint socket = bound(address);
    assertThat(socket.groups().join(group, 0)).isZero();
    return socket;
  }

  private static byte[] datagram(int source, int destination, int bytes) {
    byte[] segment = Frames.udp(source, 1_111, destination, PORT, Frames.pattern(bytes, 7));
    long mac =
        destination >>> 28 == 0xe
            ? 0x0100_5e00_0000L | (destination & 0x7f_ffff)
            : Frames.BROADCAST_MAC;
    return Frames.ethernet(
        mac, PEER_MAC, Frames.IPV4, Frames.ipv4(source, destination, Frames.UDP_PROTOCOL, segment));
  }

  private void receive(int source, int destination) {
    host.receive(datagram(source, destination, 100));
  }

  private void receiveBySecond(byte[] frame) {
    var packet = Objects.requireNonNull(host.stack.pool().allocateForReceive());
    host.stack.pool().slab().copyFrom(frame, 0, packet.offset(), frame.length);
    packet.setRange(packet.offset(), frame.length);
    host.stack.receive(packet, second, 0, host.clock.nowNanos());
  }

  /** Takes all frames with UDP in them. */
  private static List<byte[]> sentBy(RecordingDevice device) {
    List<byte[]> frames = device.drain();
    frames.removeIf(frame -> Frames.getByte(frame, 23) != Frames.UDP_PROTOCOL);
    device.complete();
    return frames;
  }

  private long drops(DropReason reason) {
    return host.stack.counters().get(reason);
  }

  // ---- who receives
  // -------------------------------------------------------------------------------

  /** Around the lengths at which one cell holds what came in two fragments. */
  @ParameterizedTest
  @ValueSource(ints = {1_473, 1_892, 1_893, 1_942, 1_943, 5_000})
  void shouldDeliverFragmentedDatagramsToEveryMember(int length) {
    List<DatagramEndpoint> members = List.of(member(0, GROUP), member(GROUP, GROUP));
    byte[] payload = Frames.pattern(length, 5);
    byte[] segment = Frames.udp(PEER_ADDRESS, 1_111, GROUP, PORT, payload);
    for (FragmentFrames.Part part : FragmentFrames.cut(segment.length, 1_480)) {
      int end = part.offset() + part.length();
      byte[] fragment =
          FragmentFrames.fragment(
              PEER_ADDRESS,
              GROUP,
              Frames.UDP_PROTOCOL,
              length,
              part.offset(),
              part.more(),
              Arrays.copyOfRange(segment, part.offset(), end));
      host.receive(Frames.ethernet(0x0100_5e02_0304L, PEER_MAC, Frames.IPV4, fragment));
    }
    ByteBuf large = Unpooled.buffer(length, length);
    for (DatagramEndpoint receiver : members) {
      assertThat(receiver.receive(large, 0, length)).isEqualTo(length);
      assertThat(large.array()).isEqualTo(payload);
      assertThat(receiver.destinationAddress()).isEqualTo(GROUP);
    }
  }

  @Test
  void shouldDeliverToEveryMemberThatIsBoundToThePort() {
    DatagramEndpoint byGroup = member(GROUP, GROUP);
    DatagramEndpoint byAny = member(0, GROUP);
    DatagramEndpoint memberOfAnother = member(0, OTHER);
    DatagramEndpoint noMember = bound(0);
    DatagramEndpoint ofAnAddress = member(OUR_ADDRESS, GROUP);
    receive(PEER_ADDRESS, GROUP);
    for (DatagramEndpoint receiver : List.of(byGroup, byAny)) {
      assertThat(receiver.receive(buffer, 0, 200)).isEqualTo(100);
      assertThat(receiver.sourceAddress()).isEqualTo(PEER_ADDRESS);
      assertThat(receiver.sourcePort()).isEqualTo(1_111);
      assertThat(receiver.destinationAddress()).isEqualTo(GROUP);
      assertThat(buffer.getByte(99)).isEqualTo(Frames.pattern(100, 7)[99]);
      assertThat(receiver.receivableDatagrams()).isZero();
    }
    for (DatagramEndpoint stranger : List.of(memberOfAnother, noMember, ofAnAddress)) {
      assertThat(stranger.receivableDatagrams()).isZero();
    }
    assertThat(host.stack.counters().totalDrops()).isZero();
  }

  /** What one user writes into his buffer, another must not read. */
  @Test
  void shouldGiveEachMemberMemoryOfItsOwn() {
    DatagramEndpoint one = member(GROUP, GROUP);
    DatagramEndpoint other = member(GROUP, GROUP);
    receive(PEER_ADDRESS, GROUP);
    CellBuf first = Objects.requireNonNull(one.receiveMessage());
    first.setZero(0, 100);
    CellBuf next = Objects.requireNonNull(other.receiveMessage());
    first.release();
    assertThat(next.getByte(50)).isEqualTo(Frames.pattern(100, 7)[50]);
    next.release();
    assertThat(host.stack.counters().get(Counter.BYTES_COPIED_WITHIN)).isEqualTo(128);
  }

  @Test
  void shouldDeliverOnceWhenASocketIsBoundTwice() {
    DatagramEndpoint socket = socket();
    assertThat(socket.addBinding(GROUP, PORT, 0, 0)).isZero();
    assertThat(socket.addBinding(GROUP, PORT, PEER_ADDRESS, 1_111)).isZero();
    receive(PEER_ADDRESS, GROUP);
    assertThat(socket.receivableDatagrams()).isEqualTo(1);
  }

  @Test
  void shouldDeliverBroadcastsToEverySocketOfThePort() {
    DatagramEndpoint one = bound(0);
    DatagramEndpoint other = bound(0);
    DatagramEndpoint ofAnAddress = bound(OUR_ADDRESS);
    receive(PEER_ADDRESS, -1);
    receive(PEER_ADDRESS, 0x0a0000ff);
    assertThat(one.receivableDatagrams()).isEqualTo(2);
    assertThat(other.receivableDatagrams()).isEqualTo(2);
    assertThat(ofAnAddress.receivableDatagrams()).isZero();
  }

  @Test
  void shouldDeliverADatagramToUsToTheSocketThatWasBoundLast() {
    DatagramEndpoint one = bound(0);
    DatagramEndpoint other = bound(0);
    host.receiveUdp(1_111, PORT, new byte[5]);
    assertThat(one.receivableDatagrams()).isZero();
    assertThat(other.receivableDatagrams()).isEqualTo(1);
    sockets.remove(other);
    other.close();
    host.receiveUdp(1_111, PORT, new byte[5]);
    assertThat(one.receivableDatagrams()).isEqualTo(1);
  }

  @Test
  void shouldShareAPortOnlyAmongThoseThatAllSaidSo() {
    bound(0);
    DatagramEndpoint alone = socket();
    assertThat(alone.bind(0, PORT)).isEqualTo(ADDRESS_IN_USE);
    assertThat(alone.bind(0, PORT + 1)).isZero();
    DatagramEndpoint sharing = socket();
    sharing.reuseAddress(true);
    assertThat(sharing.bind(0, PORT + 1)).isEqualTo(ADDRESS_IN_USE);
  }

  @Test
  void shouldDropForOneMemberOnlyWhenItsQueueIsFull() {
    DatagramEndpoint full = member(GROUP, GROUP);
    full.receiveBufferBytes(150);
    DatagramEndpoint other = member(GROUP, GROUP);
    receive(PEER_ADDRESS, GROUP);
    receive(PEER_ADDRESS, GROUP);
    assertThat(full.receivableDatagrams()).isEqualTo(1);
    assertThat(full.queueDrops()).isEqualTo(1);
    assertThat(other.receivableDatagrams()).isEqualTo(2);
    assertThat(drops(DropReason.UDP_QUEUE_FULL)).isEqualTo(1);
  }

  @Test
  @Requirement("RFC1112-host-01")
  void shouldAcceptAGroupOnTheJoinedInterfaceOnly() {
    DatagramEndpoint socket = bound(0);
    assertThat(socket.groups().join(GROUP, SECOND_ADDRESS)).isZero();
    receive(PEER_ADDRESS, GROUP);
    assertThat(socket.receivableDatagrams()).isZero();
    assertThat(drops(DropReason.ETHERNET_NOT_FOR_US)).isEqualTo(1);
    receiveBySecond(datagram(0x0a010002, GROUP, 100));
    assertThat(socket.receivableDatagrams()).isEqualTo(1);
    assertThat(sentBy(host.device)).isEmpty();
  }

  @Test
  @Requirement("RFC1112-host-01")
  void shouldDeliverByInterfaceWhenBothHaveMembers() {
    DatagramEndpoint byFirst = bound(0);
    assertThat(byFirst.groups().join(GROUP, OUR_ADDRESS)).isZero();
    DatagramEndpoint bySecond = bound(0);
    assertThat(bySecond.groups().join(GROUP, SECOND_ADDRESS)).isZero();
    receive(PEER_ADDRESS, GROUP);
    receiveBySecond(datagram(0x0a010002, GROUP, 100));
    receiveBySecond(datagram(0x0a010002, GROUP, 100));
    assertThat(byFirst.receivableDatagrams()).isEqualTo(1);
    assertThat(bySecond.receivableDatagrams()).isEqualTo(2);
  }

  @Test
  @Requirement("RFC1112-host-10")
  void shouldReceiveUntilTheLastMemberLeaves() {
    DatagramEndpoint one = member(0, GROUP);
    DatagramEndpoint other = member(0, GROUP);
    assertThat(one.groups().leave(GROUP, 0)).isZero();
    receive(PEER_ADDRESS, GROUP);
    assertThat(one.receivableDatagrams()).isZero();
    assertThat(other.receivableDatagrams()).isEqualTo(1);
    assertThat(other.groups().leave(GROUP, 0)).isZero();
    receive(PEER_ADDRESS, GROUP);
    assertThat(drops(DropReason.ETHERNET_NOT_FOR_US)).isEqualTo(1);
  }

  @Test
  @Requirement("RFC3376-host-11")
  void shouldDeliverOnlyFromSourcesThatAreWanted() {
    DatagramEndpoint blocking = member(0, GROUP);
    assertThat(blocking.groups().block(GROUP, 0, PEER_ADDRESS)).isZero();
    DatagramEndpoint choosing = bound(0);
    assertThat(choosing.groups().joinSource(GROUP, 0, PEER_ADDRESS)).isZero();
    receive(PEER_ADDRESS, GROUP);
    receive(OTHER_SOURCE, GROUP);
    assertThat(blocking.receivableDatagrams()).isEqualTo(1);
    assertThat(choosing.receivableDatagrams()).isEqualTo(1);
    assertThat(blocking.receive(buffer, 0, 100)).isEqualTo(100);
    assertThat(blocking.sourceAddress()).isEqualTo(OTHER_SOURCE);
    assertThat(choosing.receive(buffer, 0, 100)).isEqualTo(100);
    assertThat(choosing.sourceAddress()).isEqualTo(PEER_ADDRESS);
    assertThat(choosing.groups().leaveSource(GROUP, 0, PEER_ADDRESS)).isZero();
    receive(PEER_ADDRESS, GROUP);
    assertThat(drops(DropReason.UDP_NO_ENDPOINT)).isEqualTo(1);
  }

  @Test
  void shouldReceiveOfOneRemoteWhenBoundForIt() {
    DatagramEndpoint socket = socket();
    assertThat(socket.addBinding(GROUP, PORT, OTHER_SOURCE, 0)).isZero();
    receive(PEER_ADDRESS, GROUP);
    receive(OTHER_SOURCE, GROUP);
    assertThat(socket.receivableDatagrams()).isEqualTo(1);
    assertThat(socket.removeBinding(GROUP, PORT, OTHER_SOURCE, 0)).isZero();
    receive(OTHER_SOURCE, GROUP);
    assertThat(drops(DropReason.ETHERNET_NOT_FOR_US)).isEqualTo(1);
  }

  @Test
  @Requirement({"RFC1112-host-12", "RFC1122-icmp-04"})
  void shouldSendNoIcmpErrorAboutAGroupOrBroadcast() {
    member(0, GROUP);
    byte[] toNobody = Frames.udp(PEER_ADDRESS, 1_111, GROUP, PORT + 1, new byte[4]);
    host.receive(
        Frames.ethernet(
            0x0100_5e02_0304L,
            PEER_MAC,
            Frames.IPV4,
            Frames.ipv4(PEER_ADDRESS, GROUP, Frames.UDP_PROTOCOL, toNobody)));
    receive(PEER_ADDRESS, GROUP);
    host.passSeconds(5);
    assertThat(host.device.drain()).allMatch(frame -> Frames.getByte(frame, 23) == 2);
    assertThat(drops(DropReason.UDP_NO_ENDPOINT)).isEqualTo(1);
    assertThat(host.stack.counters().get(Counter.ICMP_SENT)).isZero();
  }

  // ---- joining
  // --------------------------------------------------------------------------------------

  @Test
  void shouldSayWhatIsWrongWithAMembership() {
    DatagramEndpoint socket = bound(0);
    assertThat(socket.groups().join(PEER_ADDRESS, 0)).isEqualTo(INVALID);
    assertThat(socket.groups().join(GROUP, PEER_ADDRESS)).isEqualTo(NOT_AVAILABLE);
    assertThat(socket.groups().leave(GROUP, 0)).isEqualTo(NOT_AVAILABLE);
    assertThat(socket.groups().block(GROUP, 0, PEER_ADDRESS)).isEqualTo(INVALID);
    assertThat(socket.groups().join(GROUP, 0)).isZero();
    assertThat(socket.groups().join(GROUP, OUR_ADDRESS)).isEqualTo(ADDRESS_IN_USE);
    assertThat(socket.groups().joinSource(GROUP, 0, PEER_ADDRESS)).isEqualTo(INVALID);
    assertThat(socket.groups().leaveSource(GROUP, 0, PEER_ADDRESS)).isEqualTo(INVALID);
    assertThat(socket.groups().block(GROUP, 0, GROUP)).isEqualTo(INVALID);
    assertThat(socket.groups().block(GROUP, 0, PEER_ADDRESS)).isZero();
    assertThat(socket.groups().block(GROUP, 0, PEER_ADDRESS)).isEqualTo(NOT_AVAILABLE);
    assertThat(socket.groups().unblock(GROUP, 0, OTHER_SOURCE)).isEqualTo(NOT_AVAILABLE);
    assertThat(socket.groups().joinSource(OTHER, 0, GROUP)).isEqualTo(INVALID);
    assertThat(socket.groups().joinSource(OTHER, 0, PEER_ADDRESS)).isZero();
    assertThat(socket.groups().joinSource(OTHER, 0, PEER_ADDRESS)).isEqualTo(NOT_AVAILABLE);
    assertThat(socket.groups().block(OTHER, 0, PEER_ADDRESS)).isEqualTo(INVALID);
    assertThat(socket.groups().unblock(OTHER, 0, PEER_ADDRESS)).isEqualTo(INVALID);
    assertThat(socket.groups().leaveSource(OTHER, 0, OTHER_SOURCE)).isEqualTo(NOT_AVAILABLE);
    assertThat(socket.groups().leave(OTHER, 0)).isZero();
    for (int i = 0; i < 64; i++) {
      assertThat(socket.groups().joinSource(OTHER, 0, OTHER_SOURCE + i)).isZero();
    }
    assertThat(socket.groups().joinSource(OTHER, 0, PEER_ADDRESS))
        .isEqualTo(StackError.NO_BUFFERS.code);
  }

  // ---- sending
  // --------------------------------------------------------------------------------------

  @Test
  @Requirement({"RFC1112-host-02", "RFC1112-host-04"})
  void shouldSendToAGroupWithTtlOneUnlessAskedOtherwise() {
    DatagramEndpoint socket = bound(0);
    socket.ttl(77);
    for (int ttl : new int[] {1, 32, 255}) {
      socket.groups().ttl(ttl);
      assertThat(socket.send(buffer, 0, 10, 0xe1828384, PORT)).isEqualTo(10);
      byte[] frame = sentBy(host.device).getFirst();
      assertThat(Frames.getByte(frame, 22)).isEqualTo(ttl);
      assertThat(Frames.getMac(frame, 0)).isEqualTo(0x0100_5e02_8384L);
    }
    assertThat(socket().groups().ttl()).isEqualTo(1);
    assertThatThrownBy(() -> socket.groups().ttl(256)).hasMessageContaining("0..255");
  }

  @Test
  void shouldKeepADatagramOnThisHostWhenItsTtlIsZero() {
    DatagramEndpoint socket = member(0, GROUP);
    socket.groups().ttl(0);
    assertThat(socket.send(buffer, 0, 10, GROUP, PORT)).isEqualTo(10);
    assertThat(sentBy(host.device)).isEmpty();
    assertThat(socket.receivableDatagrams()).isEqualTo(1);
  }

  @Test
  @Requirement({"RFC1112-host-03", "RFC1122-ip-06"})
  void shouldNeverSendFromAGroupOrBroadcastAddress() {
    DatagramEndpoint socket = member(GROUP, GROUP);
    assertThat(socket.send(buffer, 0, 10, OTHER, PORT)).isEqualTo(10);
    assertThat(Frames.getInt(sentBy(host.device).getFirst(), 26)).isEqualTo(OUR_ADDRESS);
    for (int wrong : new int[] {GROUP, -1, 0x0a0000ff}) {
      assertThat(socket().transmitOnly(wrong, PORT, PEER_ADDRESS, PORT))
          .isEqualTo(StackError.INVALID_ADDRESS.code);
    }
    assertThat(socket().bind(0x0a0000ff, PORT)).isEqualTo(NOT_AVAILABLE);
  }

  @Test
  void shouldSendByTheInterfaceChosen() {
    DatagramEndpoint socket = bound(0);
    assertThat(socket.groups().sendBy(PEER_ADDRESS)).isEqualTo(NOT_AVAILABLE);
    assertThat(socket.groups().sendBy(SECOND_ADDRESS)).isZero();
    assertThat(socket.groups().sendsBy()).isEqualTo(SECOND_ADDRESS);
    assertThat(socket.send(buffer, 0, 10, GROUP, PORT)).isEqualTo(10);
    assertThat(Frames.getInt(sentBy(secondDevice).getFirst(), 26)).isEqualTo(SECOND_ADDRESS);
    DatagramEndpoint ofTheFirst = bound(OUR_ADDRESS);
    assertThat(ofTheFirst.groups().sendBy(SECOND_ADDRESS)).isZero();
    assertThat(ofTheFirst.send(buffer, 0, 10, GROUP, PORT)).isEqualTo(10);
    assertThat(Frames.getInt(sentBy(secondDevice).getFirst(), 26)).isEqualTo(OUR_ADDRESS);
    assertThat(socket.groups().sendBy(0)).isZero();
    assertThat(socket.send(buffer, 0, 10, GROUP, PORT)).isEqualTo(10);
    assertThat(sentBy(host.device)).hasSize(1);
    assertThat(sentBy(secondDevice)).isEmpty();
  }

  @Test
  @Requirement("RFC1112-host-11")
  void shouldLoopADatagramBackToOurOwnMembersUnlessSwitchedOff() {
    DatagramEndpoint sender = bound(OUR_ADDRESS);
    DatagramEndpoint receiver = member(0, GROUP);
    List<Object> freed = new ArrayList<>();
    assertThat(sender.send(buffer, 5, 100, GROUP, PORT)).isEqualTo(100);
    assertThat(sender.sendLoan(buffer, 5, 100, "token", freed::add, GROUP, PORT)).isEqualTo(100);
    for (int i = 0; i < 2; i++) {
      CellBuf own = Objects.requireNonNull(receiver.receiveMessage());
      assertThat(receiver.sourceAddress()).isEqualTo(OUR_ADDRESS);
      assertThat(receiver.sourcePort()).isEqualTo(PORT);
      assertThat(receiver.destinationAddress()).isEqualTo(GROUP);
      for (int j = 0; j < 100; j++) {
        assertThat(own.getByte(j)).isEqualTo(buffer.getByte(5 + j));
      }
      own.release();
    }
    assertThat(sentBy(host.device)).hasSize(2);
    host.drain();
    assertThat(freed).hasSize(1);
    sender.groups().loop(false);
    assertThat(sender.send(buffer, 0, 100, GROUP, PORT)).isEqualTo(100);
    assertThat(receiver.receivableDatagrams()).isZero();
    assertThat(host.stack.counters().get(Counter.UDP_LOOPED_BACK)).isEqualTo(2);
  }

  @Test
  void shouldLoopALargeDatagramBackWhole() {
    DatagramEndpoint sender = bound(OUR_ADDRESS);
    DatagramEndpoint one = member(0, GROUP);
    DatagramEndpoint other = member(0, GROUP);
    ByteBuf large = Unpooled.buffer(30_000, 30_000);
    large.setBytes(0, Frames.pattern(30_000, 3));
    assertThat(sender.send(large, 0, 30_000, GROUP, PORT)).isEqualTo(30_000);
    assertThat(sentBy(host.device).size()).isGreaterThan(20);
    for (DatagramEndpoint receiver : List.of(one, other)) {
      large.setZero(0, 30_000);
      assertThat(receiver.receive(large, 0, 30_000)).isEqualTo(30_000);
      assertThat(large.getByte(29_999)).isEqualTo(Frames.pattern(30_000, 3)[29_999]);
      assertThat(large.getByte(14_777)).isEqualTo(Frames.pattern(30_000, 3)[14_777]);
    }
  }

  @Test
  @Requirement("RFC1112-host-01")
  void shouldDeliverAFragmentedDatagramToEveryMember() {
    DatagramEndpoint one = member(0, GROUP);
    DatagramEndpoint other = member(GROUP, GROUP);
    byte[] segment = Frames.udp(PEER_ADDRESS, 1_111, GROUP, PORT, Frames.pattern(3_000, 7));
    for (int at = 0; at < segment.length; at += 1_480) {
      int end = Math.min(segment.length, at + 1_480);
      int more = end < segment.length ? 0x2000 : 0;
      byte[] part = Arrays.copyOfRange(segment, at, end);
      host.receive(
          Frames.ethernet(
              0x0100_5e02_0304L,
              PEER_MAC,
              Frames.IPV4,
              Frames.ipv4(PEER_ADDRESS, GROUP, 17, new byte[0], more | (at / 8), part)));
    }
    for (DatagramEndpoint receiver : List.of(one, other)) {
      assertThat(receiver.receive(buffer, 0, 3_000)).isEqualTo(3_000);
      assertThat(receiver.sourceAddress()).isEqualTo(PEER_ADDRESS);
      assertThat(receiver.destinationAddress()).isEqualTo(GROUP);
      assertThat(buffer.getByte(2_999)).isEqualTo(Frames.pattern(3_000, 7)[2_999]);
    }
  }

  @Test
  void shouldDropForOneMemberOnlyWhenMemoryIsShort() {
    DatagramEndpoint one = member(0, GROUP);
    DatagramEndpoint other = member(0, GROUP);
    List<Packet> taken = new ArrayList<>();
    while (host.stack.pool().freeCells() > PacketPool.RESERVED_CELLS + 1) {
      taken.add(Objects.requireNonNull(host.stack.pool().allocate()));
    }
    receive(PEER_ADDRESS, GROUP);
    assertThat(one.receivableDatagrams() + other.receivableDatagrams()).isEqualTo(1);
    assertThat(drops(DropReason.NO_MEMORY)).isEqualTo(1);
    taken.forEach(Packet::release);
  }

  /** The frame was for everybody, the datagram in it for us alone: IP can only know if told. */
  @Test
  @Requirement({"RFC1122-link-04", "RFC1122-ip-30", "RFC1122-icmp-05"})
  void shouldDropADatagramToUsThatCameToEverybody() {
    bound(0);
    byte[] segment = Frames.udp(PEER_ADDRESS, 1_111, OUR_ADDRESS, PORT + 1, new byte[4]);
    byte[] datagram = Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 17, segment);
    for (long mac : new long[] {Frames.BROADCAST_MAC, 0x0100_5e00_0001L}) {
      host.receive(Frames.ethernet(mac, PEER_MAC, Frames.IPV4, datagram));
    }
    assertThat(drops(DropReason.IP_BAD_DESTINATION)).isEqualTo(2);
    host.passSeconds(5);
    assertThat(host.device.isEmpty()).isTrue();
  }

  @Test
  void shouldLoopNothingBackWhenTheDeviceRefuses() {
    DatagramEndpoint socket = member(0, GROUP);
    host.device.room(0);
    assertThat(socket.send(buffer, 0, 100, GROUP, PORT)).isEqualTo(StackError.WOULD_BLOCK.code);
    assertThat(socket.receivableDatagrams()).isZero();
  }

  @Test
  void shouldLoopBroadcastsBackAsOtherSystemsDo() {
    DatagramEndpoint socket = bound(0);
    assertThat(socket.send(buffer, 0, 100, -1, PORT)).isEqualTo(100);
    assertThat(socket.receivableDatagrams()).isEqualTo(1);
    assertThat(sentBy(host.device)).hasSize(1);
  }

  @Test
  void shouldRefuseBroadcastsWithoutPermission() {
    DatagramEndpoint socket = bound(0);
    socket.mayBroadcast(false);
    int denied = StackError.ACCESS_DENIED.code;
    assertThat(socket.send(buffer, 0, 10, -1, PORT)).isEqualTo(denied);
    assertThat(socket.send(buffer, 0, 10, 0x0a0000ff, PORT)).isEqualTo(denied);
    assertThat(socket.send(buffer, 0, 10, GROUP, PORT)).isEqualTo(10);
    socket.mayBroadcast(true);
    assertThat(socket.send(buffer, 0, 10, -1, PORT)).isEqualTo(10);
  }
}
