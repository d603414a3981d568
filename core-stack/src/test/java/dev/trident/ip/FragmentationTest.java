package dev.trident.ip;

import static dev.trident.testkit.StackHarness.OUR_ADDRESS;
import static dev.trident.testkit.StackHarness.OUR_MAC;
import static dev.trident.testkit.StackHarness.PEER_ADDRESS;
import static dev.trident.testkit.StackHarness.PEER_MAC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.CellBuf;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StackError;
import dev.trident.link.NetInterface;
import dev.trident.stack.NetworkStack;
import dev.trident.testkit.Allocations;
import dev.trident.testkit.FragmentFrames;
import dev.trident.testkit.Frames;
import dev.trident.testkit.ManualClock;
import dev.trident.testkit.RecordingDevice;
import dev.trident.testkit.Requirement;
import dev.trident.testkit.StackHarness;
import dev.trident.testkit.TestPorts;
import dev.trident.trace.Counter;
import dev.trident.trace.DropReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FragmentationTest {
  private static final int PORT = 7;
  private static final int PEER_PORT = 4_000;
  private static final int LARGEST = 65_507;
  private static final int MTU = 1_500;

  private final StackHarness host =
      new StackHarness(StackConfig.standard("test", 1).withCells(1_024, 256), NetInterface.NO_VLAN);
  private final DatagramEndpoint socket = Objects.requireNonNull(host.stack.newDatagram());
  private final ByteBuf buffer = Unpooled.directBuffer(LARGEST + 1, LARGEST + 1);

  @BeforeEach
  void open() {
    host.introducePeer();
    byte[] bytes = new byte[LARGEST + 1];
    new Random(1).nextBytes(bytes);
    buffer.setBytes(0, bytes);
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
    assertThat(buffer.refCnt()).isEqualTo(1);
    buffer.release();
    host.close();
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    buffer.getBytes(0, bytes);
    return bytes;
  }

  private int send(int length) {
    return socket.send(buffer, 0, length, PEER_ADDRESS, PEER_PORT);
  }

  private static byte[] payloadOf(List<byte[]> frames, int mtu) {
    byte[] whole = FragmentFrames.join(frames, mtu);
    return Frames.udpPayload(Frames.ethernet(PEER_MAC, OUR_MAC, Frames.IPV4, whole));
  }

  private void assertSentWhole(int length) {
    List<byte[]> frames = host.device.drain();
    assertThat(frames).hasSize((length + 8 + 1_479) / 1_480);
    assertThat(payloadOf(frames, MTU)).isEqualTo(bytes(length));
    host.device.complete();
    host.drain();
  }

  @ParameterizedTest
  @ValueSource(ints = {1_473, 1_900, 1_920, 1_921, 2_952, 2_953, 10_001, 65_507})
  @Requirement({
    "RFC791-fragment-01",
    "RFC791-fragment-03",
    "RFC791-fragment-04",
    "RFC791-header-04",
    "RFC791-header-05",
    "RFC791-header-07",
    "RFC791-options-04",
    "RFC768-header-02"
  })
  void shouldSendTheSameFragmentsInEveryForm(int length) {
    assertThat(send(length)).isEqualTo(length);
    assertSentWhole(length);

    int[] indexes = {0, 9, 9, length / 2};
    int[] lengths = {9, 0, length / 2 - 9, length - length / 2};
    ByteBuf[] parts = {buffer, buffer, buffer, buffer};
    assertThat(socket.sendGather(parts, indexes, lengths, 4, PEER_ADDRESS, PEER_PORT))
        .isEqualTo(length);
    assertSentWhole(length);

    List<Object> freed = new ArrayList<>();
    assertThat(socket.sendLoan(buffer, 0, length, "token", freed::add, PEER_ADDRESS, PEER_PORT))
        .isEqualTo(length);
    assertThat(freed).isEmpty();
    assertSentWhole(length);
    assertThat(freed).containsExactly("token");

    CellBuf message = Objects.requireNonNull(host.stack.allocateMessage(length));
    message.setBytes(0, bytes(length));
    assertThat(socket.sendMessage(message, length, PEER_ADDRESS, PEER_PORT)).isEqualTo(length);
    assertThat(message.refCnt()).isZero();
    assertSentWhole(length);
    assertThat(host.stack.counters().get(Counter.BYTES_COPIED_IN)).isEqualTo(2L * length);
    assertThat(host.stack.counters().get(Counter.BYTES_COPIED_WITHIN)).isZero();
    assertThat(host.stack.counters().get(Counter.IP_FRAGMENTED)).isEqualTo(4);
    assertThat(host.stack.counters().get(Counter.IP_SENT)).isEqualTo(4);
  }

  @Test
  void shouldRefuseWhatNoDatagramCanHold() {
    assertThat(send(LARGEST + 1)).isEqualTo(StackError.MESSAGE_TOO_LONG.code);
    assertThat(host.device.isEmpty()).isTrue();
  }

  @Test
  @Requirement({"RFC791-fragment-02", "RFC791-header-09"})
  void shouldNotCutWhatMayNotBeFragmented() {
    socket.dontFragment(true);
    assertThat(socket.dontFragment()).isTrue();
    assertThat(send(1_473)).isEqualTo(StackError.MESSAGE_TOO_LONG.code);
    assertThat(socket.sendLoan(buffer, 0, 1_473, "t", token -> {}, PEER_ADDRESS, PEER_PORT))
        .isEqualTo(StackError.MESSAGE_TOO_LONG.code);
    assertThat(host.device.isEmpty()).isTrue();
    assertThat(send(1_472)).isEqualTo(1_472);
    assertThat(Frames.getShort(Frames.datagram(host.device.next()), 6)).isEqualTo(0x4000);
  }

  @Test
  @Requirement({"RFC1122-ip-19", "RFC1122-ip-24"})
  void shouldSayHowMuchCanBeSentAndReceived() {
    socket.connect(PEER_ADDRESS, PEER_PORT);
    assertThat(socket.maxMessageBytes()).isEqualTo(LARGEST);
    assertThat(socket.maxReceivedMessageBytes()).isEqualTo(LARGEST);
    assertThat(socket.maxPayloadBytes()).isEqualTo(1_472);
    socket.dontFragment(true);
    assertThat(socket.maxMessageBytes()).isEqualTo(1_472);
  }

  @Test
  void shouldSendAllFragmentsOrNone() {
    host.device.room(6);
    assertThat(send(10_000)).isEqualTo(StackError.WOULD_BLOCK.code);
    List<Object> freed = new ArrayList<>();
    assertThat(socket.sendLoan(buffer, 0, 10_000, "t", freed::add, PEER_ADDRESS, PEER_PORT))
        .isEqualTo(StackError.WOULD_BLOCK.code);
    CellBuf message = Objects.requireNonNull(host.stack.allocateMessage(10_000));
    message.setBytes(0, bytes(10_000));
    assertThat(socket.sendMessage(message, 10_000, PEER_ADDRESS, PEER_PORT))
        .isEqualTo(StackError.WOULD_BLOCK.code);
    assertThat(message.refCnt()).isEqualTo(1);
    assertThat(host.device.isEmpty()).isTrue();
    assertThat(host.stack.pool().freeCells()).isEqualTo(host.stack.pool().cells());

    host.device.room(7);
    assertThat(socket.sendMessage(message, 10_000, PEER_ADDRESS, PEER_PORT)).isEqualTo(10_000);
    assertSentWhole(10_000);
    host.device.room(100);
    int spared = host.stack.pool().freeCells() - 32 - 6;
    host.stack.pool().needToReceive(spared);
    assertThat(send(10_000)).isEqualTo(StackError.NO_BUFFERS.code);
    assertThat(socket.sendLoan(buffer, 0, 10_000, "t", freed::add, PEER_ADDRESS, PEER_PORT))
        .isEqualTo(StackError.NO_BUFFERS.code);
    host.stack.pool().needToReceive(-spared);
    assertThat(host.device.isEmpty()).isTrue();
    assertThat(host.stack.counters().get(Counter.IP_FRAGMENTATION_FAILED)).isEqualTo(4);
    host.drain();
    assertThat(freed).isEmpty();
  }

  /** Else the caller would wait for room that there never is. */
  @Test
  void shouldRefuseMoreFragmentsThanTheRingEverTakes() {
    host.device.slots(4);
    socket.connect(PEER_ADDRESS, PEER_PORT);
    int most = 4 * 1_480 - 8;
    assertThat(socket.maxMessageBytes()).isEqualTo(most);
    assertThat(send(most)).isEqualTo(most);
    assertSentWhole(most);
    assertThat(send(most + 1)).isEqualTo(StackError.MESSAGE_TOO_LONG.code);
    assertThat(host.device.isEmpty()).isTrue();
  }

  @Test
  void shouldSendAllFragmentsWhenTheNeighbourAnswers() {
    int other = 0x0a000003;
    assertThat(socket.send(buffer, 0, LARGEST, other, PEER_PORT)).isEqualTo(LARGEST);
    List<Object> freed = new ArrayList<>();
    assertThat(socket.sendLoan(buffer, 0, 10_000, "t", freed::add, other, PEER_PORT))
        .isEqualTo(10_000);
    host.device.next(); // the question
    assertThat(host.device.isEmpty()).isTrue();
    host.drain();
    assertThat(freed).isEmpty();
    host.receive(
        Frames.ethernet(
            OUR_MAC,
            0x0200_0000_0003L,
            Frames.ARP,
            Frames.arp(2, 0x0200_0000_0003L, other, 0, OUR_ADDRESS)));
    List<byte[]> frames = host.device.drain();
    assertThat(frames).hasSize(45 + 7).allMatch(f -> Frames.getMac(f, 0) == 0x0200_0000_0003L);
    assertThat(payloadOf(frames.subList(0, 45), MTU)).isEqualTo(bytes(LARGEST));
    assertThat(payloadOf(frames.subList(45, 52), MTU)).isEqualTo(bytes(10_000));
    host.device.complete();
    host.drain();
    assertThat(freed).containsExactly("t");
  }

  @Test
  void shouldCountWhatTheWireRefusesInTheMidst() {
    int other = 0x0a000003;
    assertThat(socket.send(buffer, 0, 10_000, other, PEER_PORT)).isEqualTo(10_000);
    host.device.next();
    host.device.room(3);
    host.receive(
        Frames.ethernet(
            OUR_MAC, PEER_MAC, Frames.ARP, Frames.arp(2, PEER_MAC, other, 0, OUR_ADDRESS)));
    assertThat(host.device.isEmpty()).isTrue();
    assertThat(host.stack.counters().get(DropReason.DEVICE_RING_FULL)).isEqualTo(1);
  }

  /** RFC 791 section 3.2: 68 bytes always pass, and with them 48 of data at least. */
  @ParameterizedTest
  @ValueSource(ints = {68, 69, 75, 76, 576, 1_006})
  @Requirement({"RFC791-fragment-05", "RFC791-fragment-01", "RFC1191-pmtud-04"})
  void shouldCutForEveryMtu(int mtu) {
    RecordingDevice device = new RecordingDevice();
    ManualClock clock = new ManualClock(1_000_000_000L);
    try (device;
        NetworkStack stack =
            new NetworkStack(
                StackConfig.standard("small", 1).withCells(1_024, 256),
                new TestPorts(),
                null,
                clock.nowNanos())) {
      NetInterface net = new NetInterface("eth0", device, OUR_MAC, mtu, -1);
      net.addAddress(OUR_ADDRESS, 24);
      stack.addInterface(net);
      Objects.requireNonNull(stack.neighbors()).addStatic(net, PEER_ADDRESS, PEER_MAC);
      DatagramEndpoint small = Objects.requireNonNull(stack.newDatagram());
      small.connect(PEER_ADDRESS, PEER_PORT);
      int most = small.maxMessageBytes();
      assertThat(most).isEqualTo(Math.min(LARGEST, 128 * ((mtu - 20) / 8 * 8) - 8));
      for (int length : new int[] {small.maxPayloadBytes() + 1, 1_000, 2_001, most}) {
        assertThat(small.send(buffer, 0, length, 0, 0)).isEqualTo(length);
        List<byte[]> frames = device.drain();
        assertThat(payloadOf(frames, mtu)).isEqualTo(bytes(length));
        device.complete();
      }
      assertThat(small.send(buffer, 0, most + 1, 0, 0)).isEqualTo(StackError.MESSAGE_TOO_LONG.code);
      small.close();
    }
  }

  @Test
  @Requirement({"RFC1191-pmtud-02", "RFC1191-pmtud-10"})
  void shouldFollowThePathMtuOfEachDestination() {
    socket.dontFragment(true);
    send(1_400);
    byte[] quote = Arrays.copyOf(Frames.datagram(host.device.next()), 28);
    host.receiveDatagram(Frames.ipv4(0x0a000009, OUR_ADDRESS, 1, Frames.icmp(3, 4, 1_000, quote)));
    assertThat(socket.takeError()).isEqualTo(StackError.MESSAGE_TOO_LONG.code);
    assertThat(send(973)).isEqualTo(StackError.MESSAGE_TOO_LONG.code);
    assertThat(send(972)).isEqualTo(972);
    host.device.next();
    socket.dontFragment(false);
    assertThat(send(1_400)).isEqualTo(1_400);
    assertThat(payloadOf(host.device.drain(), 1_000)).isEqualTo(bytes(1_400));
    int other = 0x0a000003;
    Objects.requireNonNull(host.stack.neighbors()).addStatic(host.net, other, PEER_MAC);
    socket.send(buffer, 0, 1_400, other, PEER_PORT);
    assertThat(host.device.drain()).hasSize(1);
    host.passSeconds(601);
    host.device.drain();
    host.introducePeer();
    send(1_400);
    assertThat(host.device.drain()).hasSize(1);
  }

  /** Else a forged message could keep the largest datagrams from being sent at all. */
  @Test
  void shouldBelieveNoPathMtuBelow552() {
    send(1_400);
    byte[] quote = Arrays.copyOf(Frames.datagram(host.device.next()), 28);
    host.receiveDatagram(Frames.ipv4(0x0a000009, OUR_ADDRESS, 1, Frames.icmp(3, 4, 68, quote)));
    socket.takeError();
    assertThat(send(LARGEST)).isEqualTo(LARGEST);
    assertThat(payloadOf(host.device.drain(), 552)).isEqualTo(bytes(LARGEST));
  }

  @Test
  @Requirement({"RFC6864-id-02", "RFC6864-id-05"})
  void shouldNotRepeatIdentificationsOfOneDestination() {
    Set<Integer> seen = new HashSet<>();
    int other = 0x0a000003;
    Objects.requireNonNull(host.stack.neighbors()).addStatic(host.net, other, PEER_MAC);
    int previous = -1;
    int steps = 0;
    for (int i = 0; i < 60_000; i++) {
      send(8);
      int id = Frames.getShort(Frames.datagram(host.device.next()), 4);
      assertThat(seen.add(id)).as("datagram %d", i).isTrue();
      steps += id == previous + 1 ? 1 : 0;
      previous = id;
      socket.send(buffer, 0, 8, other, PEER_PORT);
      host.device.next();
      host.device.complete();
    }
    assertThat(steps).as("in order, as a counter's would be").isLessThan(60);
  }

  @Test
  void shouldFragmentWithoutGarbage() {
    host.device.recording(false);
    assertThat(
            Allocations.of(
                () -> {
                  if (send(5_000) < 0) {
                    throw new AssertionError("not sent");
                  }
                  socket.sendLoan(buffer, 0, 5_000, this, token -> {}, PEER_ADDRESS, PEER_PORT);
                  host.device.complete();
                  host.drain();
                }))
        .isZero();
  }
}
