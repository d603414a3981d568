package dev.trident.udp;

import static dev.trident.testkit.StackHarness.OUR_ADDRESS;
import static dev.trident.testkit.StackHarness.OUR_MAC;
import static dev.trident.testkit.StackHarness.PEER_ADDRESS;
import static dev.trident.testkit.StackHarness.PEER_MAC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.Packet;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackError;
import dev.trident.testkit.Frames;
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

class UdpSocketTest {
  private static final int PORT = 7;
  private static final int PEER_PORT = 4_000;
  private static final int GROUP = 0xe1020304;
  private static final int GROUP_PORT = 5_000;

  private final StackHarness host = new StackHarness();
  private final DatagramEndpoint socket = Objects.requireNonNull(host.stack.newDatagram());
  private final ByteBuf buffer = Unpooled.buffer(2_000, 2_000);

  @BeforeEach
  void open() {
    host.introducePeer();
    buffer.setBytes(0, Frames.pattern(2_000, 1));
    assertThat(socket.bind(0, PORT)).isZero();
  }

  @AfterEach
  void close() {
    socket.close();
    host.drain();
    host.device.complete();
    host.drain();
    assertThat(host.stack.pool().freeCells()).isEqualTo(host.stack.pool().cells());
    assertThat(host.stack.pool().freeRunCells()).isEqualTo(256);
    assertThat(host.stack.pool().freeLoans()).isEqualTo(host.stack.config().loans());
    assertThat(host.stack.pool().handles().live()).isZero();
    assertThat(host.ports.count()).isZero();
    assertThat(host.device.filters()).isEmpty();
    host.close();
  }

  private void assertSent(byte[] payload) {
    byte[] frame = host.device.next();
    assertThat(frame.length).isEqualTo(Math.max(60, 42 + payload.length));
    assertThat(Frames.getMac(frame, 0)).isEqualTo(PEER_MAC);
    assertThat(Frames.getMac(frame, 6)).isEqualTo(OUR_MAC);
    assertThat(Frames.udpPayload(frame)).isEqualTo(payload);
    byte[] datagram = Frames.datagram(frame);
    assertThat(Frames.getInt(datagram, 12)).isEqualTo(OUR_ADDRESS);
    assertThat(Frames.getInt(datagram, 16)).isEqualTo(PEER_ADDRESS);
    assertThat(Frames.getShort(datagram, 20)).isEqualTo(PORT);
    assertThat(Frames.getShort(datagram, 22)).isEqualTo(PEER_PORT);
    assertThat(Frames.getShort(datagram, 24)).isEqualTo(8 + payload.length);
    byte[] padding = Arrays.copyOfRange(frame, 14 + datagram.length, frame.length);
    assertThat(padding).isEqualTo(new byte[padding.length]);
  }

  // ---- sending
  // ------------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 17, 18, 19, 100, 1_471, 1_472})
  @Requirement({
    "RFC894-frame-01",
    "RFC894-frame-03",
    "RFC768-header-01",
    "RFC768-header-02",
    "RFC1122-udp-04",
    "SEC-RIPPLE20-07"
  })
  void shouldSendTheSameFrameInEveryForm(int length) {
    byte[] payload = Frames.pattern(length, 1);
    assertThat(socket.send(buffer, 0, length, PEER_ADDRESS, PEER_PORT)).isEqualTo(length);
    assertSent(payload);

    ByteBuf[] parts = {buffer, buffer, buffer};
    int third = length / 3;
    int[] indexes = {0, third, 2 * third};
    int[] lengths = {third, third, length - 2 * third};
    assertThat(socket.sendGather(parts, indexes, lengths, 3, PEER_ADDRESS, PEER_PORT))
        .isEqualTo(length);
    assertSent(payload);

    List<Object> freed = new ArrayList<>();
    assertThat(socket.sendLoan(buffer, 0, length, "token", freed::add, PEER_ADDRESS, PEER_PORT))
        .isEqualTo(length);
    assertSent(payload);
    host.device.complete();
    host.drain();
    assertThat(freed).containsExactly("token");
    assertThat(buffer.refCnt()).isEqualTo(1);

    if (length > 0) {
      CellBuf message = Objects.requireNonNull(host.stack.allocateMessage(length));
      message.setBytes(0, payload);
      assertThat(socket.sendMessage(message, length, PEER_ADDRESS, PEER_PORT)).isEqualTo(length);
      assertThat(message.refCnt()).isZero();
      assertSent(payload);
    }
    assertThat(host.stack.counters().get(Counter.BYTES_COPIED_IN)).isEqualTo(2L * length);
    assertThat(host.stack.counters().get(Counter.BUFFERS_TO_ENGINE)).isEqualTo(length > 0 ? 2 : 1);
  }

  /** The last two bytes of each payload make the sum of all ones, and its complement zero. */
  @ParameterizedTest
  @ValueSource(ints = {2, 64, 1_472, 2_000})
  @Requirement("RFC768-header-03")
  void shouldSendAllOnesWhenTheComputedChecksumIsZero(int length) {
    byte[] payload = Frames.pattern(length, 1);
    Frames.putShort(payload, length - 2, 0);
    byte[] other = Frames.udp(OUR_ADDRESS, PORT, PEER_ADDRESS, PEER_PORT, payload);
    Frames.putShort(payload, length - 2, Frames.getShort(other, 6));
    buffer.setBytes(0, payload);
    CellBuf message = Objects.requireNonNull(host.stack.allocateMessage(length));
    message.setBytes(0, payload);

    socket.send(buffer, 0, length, PEER_ADDRESS, PEER_PORT);
    socket.sendGather(
        new ByteBuf[] {buffer, buffer},
        new int[] {0, 1},
        new int[] {1, length - 1},
        2,
        PEER_ADDRESS,
        PEER_PORT);
    socket.sendLoan(buffer, 0, length, "token", token -> {}, PEER_ADDRESS, PEER_PORT);
    socket.sendMessage(message, length, PEER_ADDRESS, PEER_PORT);

    List<byte[]> firsts =
        host.device.drain().stream().filter(f -> (Frames.getShort(f, 20) & 0x1fff) == 0).toList();
    assertThat(firsts)
        .hasSize(4)
        .allSatisfy(frame -> assertThat(Frames.getShort(frame, 40)).isEqualTo(0xffff));
  }

  @Test
  void shouldSendAMessageOfAdjacentCellsWithoutCopying() {
    CellBuf message = Objects.requireNonNull(host.stack.allocateMessage(30_000));
    assertThat(message.capacity()).isEqualTo(30_000);
    message.setBytes(0, Frames.pattern(1_000, 1));
    assertThat(socket.sendMessage(message, 1_000, PEER_ADDRESS, PEER_PORT)).isEqualTo(1_000);
    assertSent(Frames.pattern(1_000, 1));
    assertThat(host.stack.counters().get(Counter.BYTES_COPIED_IN)).isZero();
    assertThat(host.stack.pool().freeRunCells()).isLessThan(256);
  }

  @Test
  void shouldGiveNoMessageOutOfRange() {
    assertThat(host.stack.allocateMessage(0)).isNull();
    assertThat(host.stack.allocateMessage(65_508)).isNull();
    CellBuf largest = Objects.requireNonNull(host.stack.allocateMessage(65_507));
    assertThat(largest.capacity()).isEqualTo(65_507);
    largest.release();
  }

  @Test
  void shouldEchoAReceivedMessageInPlace() {
    host.receiveUdp(PEER_PORT, PORT, Frames.pattern(200, 9));
    CellBuf received = Objects.requireNonNull(socket.receiveMessage());
    assertThat(received.readableBytes()).isEqualTo(200);
    assertThat(socket.sendMessage(received, 200, PEER_ADDRESS, PEER_PORT)).isEqualTo(200);
    assertSent(Frames.pattern(200, 9));
    assertThat(host.stack.counters().get(Counter.BYTES_COPIED_IN)).isZero();
    assertThat(host.stack.counters().get(Counter.BUFFERS_TO_USER)).isEqualTo(1);
    assertThat(host.stack.counters().get(Counter.BUFFERS_TO_ENGINE)).isEqualTo(1);
  }

  @Test
  void shouldCopyAMessageThatSomebodyElseHoldsToo() {
    CellBuf message = Objects.requireNonNull(host.stack.allocateMessage(100));
    message.setBytes(0, Frames.pattern(100, 1));
    message.retain();
    assertThat(socket.sendMessage(message, 100, PEER_ADDRESS, PEER_PORT)).isEqualTo(100);
    assertSent(Frames.pattern(100, 1));
    assertThat(message.refCnt()).isEqualTo(1);
    assertThat(host.stack.counters().get(Counter.BYTES_COPIED_IN)).isEqualTo(100);
    message.release();
  }

  @Test
  void shouldCopyWhatBelongsToAnotherStack() {
    try (StackHarness other = new StackHarness()) {
      List<Object> freed = new ArrayList<>();
      CellBuf message = Objects.requireNonNull(other.stack.allocateMessage(100));
      message.setBytes(0, Frames.pattern(100, 1));
      assertThat(socket.sendLoan(message, 0, 100, "lent", freed::add, PEER_ADDRESS, PEER_PORT))
          .isEqualTo(100);
      host.drain();
      assertThat(freed).containsExactly("lent");
      assertSent(Frames.pattern(100, 1));
      assertThat(socket.sendMessage(message, 100, PEER_ADDRESS, PEER_PORT)).isEqualTo(100);
      assertSent(Frames.pattern(100, 1));
      assertThat(message.refCnt()).isZero();
      assertThat(other.stack.pool().freeCells()).isEqualTo(other.stack.pool().cells());
    }
  }

  @Test
  void shouldLeaveEverythingWithTheCallerWhenTheRingIsFull() {
    host.device.room(0);
    int wouldBlock = StackError.WOULD_BLOCK.code;
    List<Object> freed = new ArrayList<>();
    assertThat(socket.send(buffer, 0, 10, PEER_ADDRESS, PEER_PORT)).isEqualTo(wouldBlock);
    assertThat(socket.sendLoan(buffer, 0, 10, "t", freed::add, PEER_ADDRESS, PEER_PORT))
        .isEqualTo(wouldBlock);
    CellBuf message = Objects.requireNonNull(host.stack.allocateMessage(100));
    message.setBytes(0, Frames.pattern(100, 1));
    assertThat(socket.sendMessage(message, 5, PEER_ADDRESS, PEER_PORT)).isEqualTo(wouldBlock);
    assertThat(socket.sendMessage(message, 50, PEER_ADDRESS, PEER_PORT)).isEqualTo(wouldBlock);
    CellBuf large = Objects.requireNonNull(host.stack.allocateMessage(3_000));
    assertThat(socket.sendMessage(large, 50, PEER_ADDRESS, PEER_PORT)).isEqualTo(wouldBlock);
    host.drain();
    assertThat(freed).isEmpty();
    assertThat(buffer.refCnt()).isEqualTo(1);
    byte[] kept = new byte[100];
    message.getBytes(0, kept);
    assertThat(kept).isEqualTo(Frames.pattern(100, 1));
    assertThat(socket.readiness().isAny(Readiness.WRITABLE)).isFalse();

    host.device.room(10);
    host.stack.onDeviceDrained(host.clock.nowNanos());
    assertThat(socket.readiness().isAny(Readiness.WRITABLE)).isTrue();
    assertThat(socket.sendMessage(message, 100, PEER_ADDRESS, PEER_PORT)).isEqualTo(100);
    assertSent(Frames.pattern(100, 1));
    large.release();
  }

  @Test
  void shouldAnswerWhatCannotBeSent() {
    assertThat(socket.send(buffer, 0, 10, 0, 0)).isEqualTo(StackError.NOT_CONNECTED.code);
    assertThat(socket.send(buffer, 0, 10, PEER_ADDRESS, 0))
        .isEqualTo(StackError.INVALID_ADDRESS.code);
    assertThat(socket.send(buffer, 0, 10, 0x08080808, 53))
        .isEqualTo(StackError.NETWORK_UNREACHABLE.code);
    socket.dontFragment(true);
    assertThat(socket.send(buffer, 0, 1_473, PEER_ADDRESS, PEER_PORT))
        .isEqualTo(StackError.MESSAGE_TOO_LONG.code);
    assertThat(socket.send(buffer, 1_999, 2, PEER_ADDRESS, PEER_PORT))
        .isEqualTo(StackError.BAD_BUFFER.code);
    assertThat(socket.send(buffer, -1, 2, PEER_ADDRESS, PEER_PORT))
        .isEqualTo(StackError.BAD_BUFFER.code);
    assertThat(socket.send(buffer, 0, -1, PEER_ADDRESS, PEER_PORT))
        .isEqualTo(StackError.BAD_BUFFER.code);
    ByteBuf dead = Unpooled.buffer(10);
    dead.release();
    assertThat(socket.send(dead, 0, 1, PEER_ADDRESS, PEER_PORT))
        .isEqualTo(StackError.BAD_BUFFER.code);
    ByteBuf[] two = {buffer, buffer};
    assertThat(
            socket.sendGather(
                two, new int[2], new int[] {1_000, 1_000}, 2, PEER_ADDRESS, PEER_PORT))
        .isEqualTo(StackError.MESSAGE_TOO_LONG.code);
    socket.sendBufferBytes(99);
    assertThat(socket.send(buffer, 0, 100, PEER_ADDRESS, PEER_PORT))
        .isEqualTo(StackError.MESSAGE_TOO_LONG.code);
    assertThat(socket.maxPayloadBytes()).isEqualTo(1_472);
    assertThat(host.device.isEmpty()).isTrue();
  }

  @Test
  @Requirement("LES-buffers-04")
  void shouldAnswerNoBuffersWhileThePoolIsEmptyAndGoOnAfterwards() {
    List<Packet> all = new ArrayList<>();
    for (Packet p = host.stack.pool().allocate(); p != null; p = host.stack.pool().allocate()) {
      all.add(p);
    }
    assertThat(socket.send(buffer, 0, 10, PEER_ADDRESS, PEER_PORT))
        .isEqualTo(StackError.NO_BUFFERS.code);
    assertThat(socket.sendLoan(buffer, 0, 10, "t", t -> {}, PEER_ADDRESS, PEER_PORT))
        .isEqualTo(StackError.NO_BUFFERS.code);
    assertThat(host.stack.allocateMessage(10)).isNull();
    all.forEach(Packet::release);
    assertThat(socket.send(buffer, 0, 10, PEER_ADDRESS, PEER_PORT)).isEqualTo(10);
  }

  @Test
  @Requirement("RFC894-frame-06")
  void shouldMapGroupsAndBroadcastsToEthernet() {
    assertThat(socket.send(buffer, 0, 64, GROUP, GROUP_PORT)).isEqualTo(64);
    assertThat(Frames.getMac(host.device.next(), 0)).isEqualTo(0x0100_5e02_0304L);
    assertThat(socket.send(buffer, 0, 64, -1, GROUP_PORT)).isEqualTo(64);
    assertThat(Frames.getMac(host.device.next(), 0)).isEqualTo(Frames.BROADCAST_MAC);
    assertThat(socket.send(buffer, 0, 64, 0x0a0000ff, GROUP_PORT)).isEqualTo(64);
    assertThat(Frames.getMac(host.device.next(), 0)).isEqualTo(Frames.BROADCAST_MAC);
  }

  @Test
  @Requirement({"RFC6864-id-02", "RFC6864-id-05", "RFC791-header-05"})
  void shouldNotRepeatIdentificationsNorCountThemUp() {
    boolean[] seen = new boolean[1 << 16];
    int steps = 0;
    int before = 0;
    for (int i = 0; i < 1 << 16; i++) {
      socket.send(buffer, 0, 20, PEER_ADDRESS, PEER_PORT);
      byte[] frame = host.device.next();
      int id = Frames.getShort(frame, 18);
      assertThat(seen[id]).isFalse();
      seen[id] = true;
      steps += id == before + 1 ? 1 : 0;
      before = id;
      assertThat(Frames.getShort(frame, 20)).isZero();
      host.device.complete();
    }
    assertThat(steps).isLessThan(100);
  }

  @Test
  void shouldSendWithTheTtlThatWasSet() {
    socket.ttl(3);
    socket.send(buffer, 0, 20, PEER_ADDRESS, PEER_PORT);
    assertThat(Frames.getByte(host.device.next(), 22)).isEqualTo(3);
    assertThatThrownBy(() -> socket.ttl(0)).isInstanceOf(IllegalArgumentException.class);
  }

  // ---- receiving
  // ----------------------------------------------------------------------------------

  @Test
  @Requirement({"RFC768-header-06", "RFC768-header-07", "RFC768-header-08", "RFC1122-udp-07"})
  void shouldKeepBoundariesAndTellSourceAndDestination() {
    host.receiveUdp(1_111, PORT, Frames.pattern(30, 1));
    host.receiveUdp(2_222, PORT, new byte[0]);
    host.receiveUdp(3_333, PORT, Frames.pattern(50, 2));
    assertThat(socket.receivableDatagrams()).isEqualTo(3);
    assertThat(socket.nextBytes()).isEqualTo(30);
    assertThat(socket.receive(buffer, 0, 2_000)).isEqualTo(30);
    assertThat(socket.sourceAddress()).isEqualTo(PEER_ADDRESS);
    assertThat(socket.sourcePort()).isEqualTo(1_111);
    assertThat(socket.destinationAddress()).isEqualTo(OUR_ADDRESS);
    assertThat(socket.receive(buffer, 0, 2_000)).isZero();
    assertThat(socket.sourcePort()).isEqualTo(2_222);
    assertThat(socket.receive(buffer, 0, 2_000)).isEqualTo(50);
    assertThat(socket.receive(buffer, 0, 2_000)).isEqualTo(StackError.WOULD_BLOCK.code);
    assertThat(socket.nextBytes()).isEqualTo(StackError.WOULD_BLOCK.code);
    assertThat(socket.receiveMessage()).isNull();
    assertThat(socket.peekMessage()).isNull();
  }

  @Test
  @Requirement("SEC-LADDER-16")
  void shouldCutToTheCallersLength() {
    host.receiveUdp(1_111, PORT, Frames.pattern(30, 1));
    buffer.setZero(0, 2_000);
    assertThat(socket.receive(buffer, 5, 10)).isEqualTo(10);
    assertThat(socket.datagramBytes()).isEqualTo(30);
    byte[] got = new byte[12];
    buffer.getBytes(4, got);
    assertThat(got).isEqualTo(Frames.concat(new byte[1], Frames.pattern(10, 1), new byte[1]));
    assertThat(socket.receivableDatagrams()).isZero();
  }

  @Test
  void shouldKeepTheDatagramWhenTheBufferIsBad() {
    host.receiveUdp(1_111, PORT, Frames.pattern(30, 1));
    int bad = StackError.BAD_BUFFER.code;
    assertThat(socket.receive(buffer, 0, 2_001)).isEqualTo(bad);
    assertThat(socket.receive(buffer.asReadOnly(), 0, 10)).isEqualTo(bad);
    assertThat(socket.receive(buffer, 0, 2_000)).isEqualTo(30);
  }

  @Test
  void shouldPeekWithoutTaking() {
    host.receiveUdp(1_111, PORT, Frames.pattern(30, 1));
    CellBuf first = Objects.requireNonNull(socket.peekMessage());
    CellBuf second = Objects.requireNonNull(socket.peekMessage());
    assertThat(socket.receivableDatagrams()).isEqualTo(1);
    first.release();
    CellBuf taken = Objects.requireNonNull(socket.receiveMessage());
    assertThat(second.getByte(29)).isEqualTo((byte) 30);
    assertThat(taken.getByte(29)).isEqualTo((byte) 30);
    second.release();
    taken.release();
  }

  @Test
  @Requirement({"SEC-NUCLEUS13-03", "RFC894-frame-04"})
  void shouldTrimToTheUdpLengthAndIgnorePadding() {
    byte[] longer = Frames.udp(PEER_ADDRESS, 1_111, OUR_ADDRESS, PORT, Frames.pattern(9, 1));
    byte[] segment = Frames.concat(longer, Frames.pattern(6, 50));
    host.receiveDatagram(Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 17, segment));
    assertThat(socket.receive(buffer, 0, 100)).isEqualTo(9);
    host.receiveUdp(1_111, PORT, Frames.pattern(1, 1));
    assertThat(socket.receive(buffer, 0, 100)).isEqualTo(1);
  }

  @Test
  @Requirement({"RFC768-header-04", "RFC1122-ip-13", "RFC1122-ip-14", "RFC1122-ip-11"})
  void shouldAcceptDatagramsWithoutChecksumWithOptionsAndWithTtlOne() {
    byte[] segment = Frames.udp(PEER_ADDRESS, 1_111, OUR_ADDRESS, PORT, Frames.pattern(9, 1));
    Frames.putShort(segment, 6, 0);
    byte[] options = {7, 7, 4, 0, 0, 0, 0, 0};
    byte[] datagram = Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 17, options, 0x4000, segment);
    datagram[8] = 1;
    host.receiveDatagram(Frames.withIpv4Checksum(datagram));
    assertThat(socket.receive(buffer, 0, 100)).isEqualTo(9);
    assertThat(socket.destinationAddress()).isEqualTo(OUR_ADDRESS);
  }

  @Test
  void shouldBoundTheQueueInNumberAndBytes() {
    for (int i = 0; i < 300; i++) {
      host.receiveUdp(1_111, PORT, Frames.pattern(10, 1));
    }
    assertThat(socket.receivableDatagrams()).isEqualTo(256);
    assertThat(socket.queueDrops()).isEqualTo(44);
    assertThat(host.stack.counters().get(DropReason.UDP_QUEUE_FULL)).isEqualTo(44);
    for (int i = 0; i < 256; i++) {
      assertThat(socket.receive(buffer, 0, 10)).isEqualTo(10);
    }
    socket.receiveBufferBytes(1_000);
    for (int i = 0; i < 5; i++) {
      host.receiveUdp(1_111, PORT, Frames.pattern(400, 1));
    }
    assertThat(socket.receivableDatagrams()).isEqualTo(2);
    assertThat(socket.queueDrops()).isEqualTo(47);
  }

  @Test
  void shouldReportEachArrivalAsAnEdge() {
    List<Integer> edges = new ArrayList<>();
    socket.readiness().listen(edges::add);
    host.receiveUdp(1_111, PORT, new byte[1]);
    host.receiveUdp(1_111, PORT, new byte[1]);
    host.drain();
    host.receiveUdp(1_111, PORT, new byte[1]);
    host.drain();
    assertThat(edges).containsExactly(Readiness.READABLE, Readiness.READABLE);
    for (int i = 0; i < 3; i++) {
      assertThat(socket.readiness().isAny(Readiness.READABLE)).isTrue();
      socket.receive(buffer, 0, 1);
    }
    assertThat(socket.readiness().isAny(Readiness.READABLE)).isFalse();
  }

  // ---- bindings
  // -----------------------------------------------------------------------------------

  @Test
  void shouldBindOnceToOwnAddressesOnly() {
    assertThat(socket.bind(0, 8)).isEqualTo(StackError.INVALID_STATE.code);
    DatagramEndpoint other = Objects.requireNonNull(host.stack.newDatagram());
    assertThat(other.bind(0, PORT)).isEqualTo(StackError.ADDRESS_IN_USE.code);
    assertThat(other.bind(PEER_ADDRESS, 8)).isEqualTo(StackError.ADDRESS_NOT_AVAILABLE.code);
    assertThat(other.bind(OUR_ADDRESS, 0)).isZero();
    assertThat(other.localPort()).isBetween(49_152, 65_535);
    assertThat(other.localAddress()).isEqualTo(OUR_ADDRESS);
    other.close();
    assertThatThrownBy(() -> other.bind(0, 9)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  @Requirement({"RFC6056-port-02", "LES-timewait-03"})
  void shouldChooseEphemeralPortsAtRandomAndNoneTwice() {
    List<Integer> ports = new ArrayList<>();
    List<DatagramEndpoint> sockets = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      DatagramEndpoint one = Objects.requireNonNull(host.stack.newDatagram());
      assertThat(one.send(buffer, 0, 1, PEER_ADDRESS, PEER_PORT)).isEqualTo(1);
      ports.add(one.localPort());
      sockets.add(one);
    }
    assertThat(ports).doesNotHaveDuplicates();
    int successive = 0;
    for (int i = 1; i < 100; i++) {
      successive += ports.get(i) == ports.get(i - 1) + 1 ? 1 : 0;
    }
    assertThat(successive).isLessThan(5);
    sockets.forEach(DatagramEndpoint::close);
  }

  @Test
  void shouldReceiveFromItsPeerOnlyWhenConnected() {
    assertThat(socket.connect(PEER_ADDRESS, 0)).isEqualTo(StackError.INVALID_ADDRESS.code);
    assertThat(socket.connect(0x08080808, 53)).isEqualTo(StackError.NETWORK_UNREACHABLE.code);
    assertThat(socket.connect(PEER_ADDRESS, PEER_PORT)).isZero();
    assertThat(socket.localAddress()).isEqualTo(OUR_ADDRESS);
    assertThat(socket.localPort()).isEqualTo(PORT);
    host.receiveUdp(1_111, PORT, new byte[5]);
    assertThat(socket.receivableDatagrams()).isZero();
    host.receiveUdp(PEER_PORT, PORT, new byte[5]);
    assertThat(socket.receive(buffer, 0, 5)).isEqualTo(5);
    buffer.setBytes(0, Frames.pattern(5, 1));
    assertThat(socket.send(buffer, 0, 5, 0, 0)).isEqualTo(5);
    host.device.drain();
    assertThat(socket.connect(PEER_ADDRESS, PEER_PORT + 1)).isZero();
    assertThat(socket.connect(0, 0)).isZero();
    assertThat(socket.remotePort()).isZero();
    assertThat(socket.localAddress()).isZero();
    host.receiveUdp(1_111, PORT, new byte[5]);
    assertThat(socket.receivableDatagrams()).isEqualTo(1);
  }

  @Test
  void shouldFindBindingsOfTupleOfAddressAndOfPort() {
    DatagramEndpoint fourTuple = Objects.requireNonNull(host.stack.newDatagram());
    DatagramEndpoint address = Objects.requireNonNull(host.stack.newDatagram());
    assertThat(address.addBinding(OUR_ADDRESS, 8, 0, 0)).isZero();
    assertThat(address.addBinding(OUR_ADDRESS, 8, PEER_ADDRESS, 2_222)).isZero();
    assertThat(address.addBinding(OUR_ADDRESS, 8, PEER_ADDRESS, 2_222))
        .isEqualTo(StackError.ADDRESS_IN_USE.code);
    assertThat(fourTuple.addBinding(0, 10, PEER_ADDRESS, 3_333)).isZero();
    assertThat(address.addBinding(OUR_ADDRESS, 8, PEER_ADDRESS, 0))
        .isEqualTo(StackError.INVALID_ADDRESS.code);
    host.receiveUdp(2_222, 8, new byte[1]);
    host.receiveUdp(1_111, 8, new byte[1]);
    host.receiveUdp(3_333, 10, new byte[1]);
    host.receiveUdp(3_334, 10, new byte[1]);
    assertThat(address.receivableDatagrams()).isEqualTo(2);
    assertThat(fourTuple.receivableDatagrams()).isEqualTo(1);
    assertThat(host.stack.counters().get(DropReason.UDP_NO_ENDPOINT)).isEqualTo(1);
    assertThat(address.removeBinding(OUR_ADDRESS, 8, 0, 0)).isZero();
    assertThat(address.removeBinding(OUR_ADDRESS, 8, 0, 0))
        .isEqualTo(StackError.INVALID_ADDRESS.code);
    host.receiveUdp(1_111, 8, new byte[1]);
    host.receiveUdp(2_222, 8, new byte[1]);
    assertThat(address.receivableDatagrams()).isEqualTo(3);
    assertThat(address.localPort()).isEqualTo(8);
    address.close();
    fourTuple.close();
  }

  @Test
  void shouldSteerTheDeviceForEachBinding() {
    String own = "17 10.0.0.1:7 0.0.0.0:0 1";
    assertThat(host.device.filters()).containsExactly(own);
    assertThat(socket.addBinding(OUR_ADDRESS, 8, PEER_ADDRESS, 9)).isZero();
    assertThat(host.device.filters()).containsExactly(own, "17 10.0.0.1:8 10.0.0.2:9 1");
    host.device.filterRoom(0);
    assertThat(socket.addBinding(OUR_ADDRESS, 11, 0, 0)).isEqualTo(StackError.ENDPOINT_LIMIT.code);
    assertThat(host.ports.isReserved(17, OUR_ADDRESS, 11)).isFalse();
    assertThat(socket.removeBinding(OUR_ADDRESS, 8, PEER_ADDRESS, 9)).isZero();
    assertThat(host.device.filters()).containsExactly(own);
  }

  @Test
  void shouldTrustTheDevicesHintOnlyWhenTheTupleMatches() {
    byte[] segment = Frames.udp(PEER_ADDRESS, 1_111, OUR_ADDRESS, PORT, new byte[3]);
    byte[] frame =
        Frames.ethernet(
            OUR_MAC, PEER_MAC, Frames.IPV4, Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 17, segment));
    DatagramEndpoint other = Objects.requireNonNull(host.stack.newDatagram());
    other.bind(0, 8);
    for (int hint : new int[] {1, 2, 3, 100_000, -5, Integer.MIN_VALUE}) {
      host.receive(frame, hint);
      assertThat(socket.receive(buffer, 0, 3)).as("hint %d", hint).isEqualTo(3);
    }
    assertThat(other.receivableDatagrams()).isZero();
    other.close();
  }

  @Test
  void shouldReceiveAGroupOnlyAsAMember() {
    byte[] segment = Frames.udp(PEER_ADDRESS, 1_111, GROUP, GROUP_PORT, new byte[3]);
    byte[] frame =
        Frames.ethernet(
            0x0100_5e02_0304L,
            PEER_MAC,
            Frames.IPV4,
            Frames.ipv4(PEER_ADDRESS, GROUP, 17, segment));
    DatagramEndpoint any = Objects.requireNonNull(host.stack.newDatagram());
    assertThat(any.bind(0, GROUP_PORT)).isZero();
    assertThat(socket.addBinding(GROUP, 1, 0, 0)).isZero();
    host.receive(frame);
    assertThat(any.receivableDatagrams()).isZero();
    any.close();
    DatagramEndpoint member = Objects.requireNonNull(host.stack.newDatagram());
    assertThat(member.bind(GROUP, GROUP_PORT)).isZero();
    host.receive(frame);
    assertThat(member.receivableDatagrams()).isZero();
    assertThat(member.groups().join(GROUP, 0)).isZero();
    host.receive(frame);
    assertThat(member.receivableDatagrams()).isEqualTo(1);
    host.device.drain();
    assertThat(member.send(buffer, 0, 64, PEER_ADDRESS, PEER_PORT)).isEqualTo(64);
    assertThat(Frames.getInt(host.device.next(), 26)).isEqualTo(OUR_ADDRESS);
    member.close();
    assertThat(socket.removeBinding(GROUP, 1, 0, 0)).isZero();
    host.receive(frame);
    assertThat(host.stack.counters().get(DropReason.ETHERNET_NOT_FOR_US)).isEqualTo(1);
  }

  @Test
  @Requirement("RFC1122-ip-29")
  void shouldReceiveBroadcastsWhenBoundToAnyAddress() {
    for (int destination : new int[] {-1, 0x0a0000ff}) {
      byte[] segment = Frames.udp(PEER_ADDRESS, 1_111, destination, PORT, new byte[3]);
      host.receive(
          Frames.ethernet(
              Frames.BROADCAST_MAC,
              PEER_MAC,
              Frames.IPV4,
              Frames.ipv4(PEER_ADDRESS, destination, 17, segment)));
      assertThat(socket.receive(buffer, 0, 3)).isEqualTo(3);
      assertThat(socket.destinationAddress()).isEqualTo(destination);
    }
  }

  @Test
  void shouldStopAtTheConfiguredNumberOfSockets() {
    List<DatagramEndpoint> sockets = new ArrayList<>();
    DatagramEndpoint one = host.stack.newDatagram();
    while (one != null) {
      sockets.add(one);
      one = host.stack.newDatagram();
    }
    assertThat(sockets).hasSize(host.stack.config().maxDatagrams() - 1);
    sockets.removeLast().close();
    DatagramEndpoint again = Objects.requireNonNull(host.stack.newDatagram());
    assertThat(again.bind(0, 0)).isZero();
    again.close();
    sockets.forEach(DatagramEndpoint::close);
  }
}
