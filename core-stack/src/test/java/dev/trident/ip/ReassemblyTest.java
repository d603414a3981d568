package dev.trident.ip;

import static dev.trident.testkit.StackHarness.OUR_ADDRESS;
import static dev.trident.testkit.StackHarness.PEER_ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Collections2;
import dev.trident.buffer.CellBuf;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.ReassemblyLimits;
import dev.trident.endpoint.StackConfig;
import dev.trident.link.NetInterface;
import dev.trident.testkit.Allocations;
import dev.trident.testkit.FragmentFrames;
import dev.trident.testkit.FragmentFrames.Part;
import dev.trident.testkit.Frames;
import dev.trident.testkit.Requirement;
import dev.trident.testkit.StackHarness;
import dev.trident.trace.Counter;
import dev.trident.trace.DropReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReassemblyTest {
  private static final int PORT = 7;
  private static final int PEER_PORT = 4_000;
  private static final int UDP = Frames.UDP_PROTOCOL;
  private static final int LARGEST = 65_507;
  private static final int TIMEOUT_SECONDS = 30;

  private final StackHarness host =
      new StackHarness(StackConfig.standard("test", 1).withCells(1_024, 256), NetInterface.NO_VLAN);
  private final DatagramEndpoint socket = Objects.requireNonNull(host.stack.newDatagram());
  private final ByteBuf buffer = Unpooled.buffer(LARGEST, LARGEST);
  private final CellBuf[] pieces = new CellBuf[DatagramEndpoint.MAX_PIECES];

  @BeforeEach
  void open() {
    host.introducePeer();
    assertThat(socket.bind(0, PORT)).isZero();
  }

  @AfterEach
  void close() {
    socket.close();
    host.passSeconds(TIMEOUT_SECONDS + 1);
    host.device.complete();
    assertThat(host.stack.pool().freeCells()).isEqualTo(host.stack.pool().cells());
    assertThat(host.stack.pool().freeRunCells()).isEqualTo(256);
    assertThat(host.stack.pool().handles().live()).isZero();
    host.close();
  }

  // ---- makers -----------------------------------------------------------------------------------

  private static byte[] segment(byte[] payload) {
    return Frames.udp(PEER_ADDRESS, PEER_PORT, OUR_ADDRESS, PORT, payload);
  }

  private void receive(int id, byte[] data, Part part) {
    receive(UDP, id, data, part);
  }

  private void receive(int protocol, int id, byte[] data, Part part) {
    byte[] bytes = Arrays.copyOfRange(data, part.offset(), part.offset() + part.length());
    host.receiveDatagram(
        FragmentFrames.fragment(
            PEER_ADDRESS, OUR_ADDRESS, protocol, id, part.offset(), part.more(), bytes));
  }

  private void receive(int id, int offset, boolean more, byte[] data) {
    host.receiveDatagram(
        FragmentFrames.fragment(PEER_ADDRESS, OUR_ADDRESS, UDP, id, offset, more, data));
  }

  private byte @Nullable [] received() {
    int length = socket.receive(buffer, 0, LARGEST);
    if (length < 0) {
      return null;
    }
    byte[] bytes = new byte[length];
    buffer.getBytes(0, bytes);
    return bytes;
  }

  private long drops(DropReason reason) {
    return host.stack.counters().get(reason);
  }

  private static byte[] random(int length, Random random) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  // ---- whole datagrams --------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(ints = {16, 100, 568, 1_472, 1_473, 1_880, 3_000, 8_192, 65_507})
  @Requirement({
    "RFC791-header-06",
    "RFC791-header-07",
    "RFC791-reassembly-04",
    "RFC1122-ip-17",
    "RFC768-header-02"
  })
  void shouldDeliverADatagramThatCameInFragments(int length) {
    byte[] payload = random(length, new Random(length));
    byte[] data = segment(payload);
    int each = length < 2_000 ? 16 : 1_480;
    for (Part part : FragmentFrames.cut(data.length, each)) {
      assertThat(socket.receivableDatagrams()).isZero();
      receive(1, data, part);
    }
    assertThat(socket.nextBytes()).isEqualTo(length);
    assertThat(received()).isEqualTo(payload);
    assertThat(socket.datagramBytes()).isEqualTo(length);
    assertThat(socket.sourceAddress()).isEqualTo(PEER_ADDRESS);
    assertThat(socket.sourcePort()).isEqualTo(PEER_PORT);
    assertThat(socket.destinationAddress()).isEqualTo(OUR_ADDRESS);
    assertThat(host.stack.counters().get(Counter.IP_REASSEMBLED)).isEqualTo(1);
    assertThat(host.stack.counters().totalDrops()).isZero();
  }

  @Test
  @Requirement({"RFC791-reassembly-02", "RFC815-reassembly-01", "RFC815-reassembly-02"})
  void shouldNotDependOnTheOrderOfFragments() {
    byte[] payload = random(4_500, new Random(1));
    byte[] data = segment(payload);
    List<Part> parts = new ArrayList<>();
    int[] ends = {8, 1_408, 1_416, 2_840, 3_864, data.length};
    int start = 0;
    for (int end : ends) {
      parts.add(new Part(start, end - start, end < data.length));
      start = end;
    }
    int id = 0;
    for (List<Part> order : Collections2.permutations(parts)) {
      id++;
      for (Part part : order) {
        receive(id, data, part);
      }
      assertThat(received()).as("%s", order).isEqualTo(payload);
    }
    assertThat(host.stack.counters().get(Counter.IP_REASSEMBLED)).isEqualTo(720);
    assertThat(host.stack.counters().totalDrops()).isZero();
  }

  /**
   * Cuts, order, repetition and the way of reading are drawn; the payload must be what was sent.
   */
  @Test
  @Requirement({"RFC791-reassembly-02", "RFC791-reassembly-03", "RFC815-reassembly-02"})
  void shouldDeliverWhatWasSentHoweverItWasCutAndShuffled() {
    Random random = new Random(815);
    for (int round = 0; round < 600; round++) {
      int length = random.nextInt(1 << (4 + random.nextInt(13))) % LARGEST + 1;
      byte[] payload = random(length, random);
      byte[] data = segment(payload);
      int most = Math.min(1_480, 8 << random.nextInt(8) | 8 * random.nextInt(60));
      List<Part> parts = new ArrayList<>(FragmentFrames.cutAtRandom(data.length, most, random));
      if (parts.size() == 1) {
        continue;
      }
      int repeats = random.nextInt(4);
      Collections.shuffle(parts, random);
      Part last = parts.removeLast();
      for (int i = 0; i < repeats && !parts.isEmpty(); i++) {
        parts.add(parts.get(random.nextInt(parts.size())));
      }
      long before = drops(DropReason.IP_FRAGMENT_DUPLICATE);
      for (Part part : parts) {
        receive(round, data, part);
      }
      assertThat(drops(DropReason.IP_FRAGMENT_DUPLICATE) - before)
          .isEqualTo(parts.isEmpty() ? 0 : repeats);
      assertThat(socket.receivableDatagrams()).isZero();
      receive(round, data, last);
      assertThat(readInSomeWay(random)).as("round %d", round).isEqualTo(payload);
      assertThat(host.stack.pool().freeCells()).isEqualTo(host.stack.pool().cells());
    }
    assertThat(host.stack.counters().totalDrops())
        .isEqualTo(drops(DropReason.IP_FRAGMENT_DUPLICATE));
  }

  private byte[] readInSomeWay(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> Objects.requireNonNull(received());
      case 1 -> bytesOf(Objects.requireNonNull(socket.receiveMessage()));
      case 2 -> {
        byte[] peeked = bytesOf(Objects.requireNonNull(socket.peekMessage()));
        assertThat(received()).isEqualTo(peeked);
        yield peeked;
      }
      default -> {
        int count = socket.receivePieces(pieces);
        byte[] all = new byte[0];
        for (int i = 0; i < count; i++) {
          all = Frames.concat(all, bytesOf(pieces[i]));
        }
        yield all;
      }
    };
  }

  private static byte[] bytesOf(CellBuf handle) {
    byte[] bytes = new byte[handle.capacity()];
    handle.getBytes(0, bytes);
    handle.release();
    return bytes;
  }

  @Test
  void shouldCopyNothingWhenPiecesAreRead() {
    byte[] data = segment(new byte[20_000]);
    for (Part part : FragmentFrames.cut(data.length, 1_480)) {
      receive(1, data, part);
    }
    int count = socket.receivePieces(pieces);
    assertThat(count).isEqualTo(14);
    for (int i = 0; i < count; i++) {
      pieces[i].release();
    }
    // The last fragment has 768 bytes, and those below 1,024 share cells.
    assertThat(host.stack.counters().get(Counter.BYTES_COPIED_WITHIN)).isEqualTo(768);
    assertThat(host.stack.counters().get(Counter.BYTES_COPIED_OUT)).isZero();
  }

  /** Small fragments between large ones: as many pieces as can be, cut at the ends of cells. */
  @ParameterizedTest
  @ValueSource(ints = {8, 16, 24, 512, 1_008, 1_016})
  void shouldHaveRoomForThePiecesOfAnyDatagram(int small) {
    ReassemblyLimits generous =
        new ReassemblyLimits(4, 4, 400, 400, ReassemblyLimits.MAX_DATAGRAM_BYTES, 1_000_000_000L);
    StackConfig config = StackConfig.standard("test", 1).withCells(1_024, 0);
    try (StackHarness other =
        new StackHarness(config.withReassembly(generous), NetInterface.NO_VLAN)) {
      DatagramEndpoint receiver = Objects.requireNonNull(other.stack.newDatagram());
      assertThat(receiver.bind(0, PORT)).isZero();
      byte[] payload = random(LARGEST, new Random(small));
      byte[] data = segment(payload);
      boolean large = false;
      for (int at = 0, length; at < data.length; at += length, large = !large) {
        length = Math.min(data.length - at, large ? 1_024 : small);
        byte[] bytes = Arrays.copyOfRange(data, at, at + length);
        boolean more = at + length < data.length;
        other.receiveDatagram(
            FragmentFrames.fragment(PEER_ADDRESS, OUR_ADDRESS, UDP, 1, at, more, bytes));
      }
      int count = receiver.receivePieces(pieces);
      assertThat(count).isPositive();
      int at = 0;
      for (int i = 0; i < count; i++) {
        pieces[i].getBytes(0, buffer, at, pieces[i].capacity());
        at += pieces[i].capacity();
        pieces[i].release();
      }
      assertThat(ByteBufUtil.getBytes(buffer, 0, at)).isEqualTo(payload);
      assertThat(other.stack.pool().freeCells()).isEqualTo(1_024);
      receiver.close();
    }
  }

  @Test
  void shouldSayThatThereIsNoMemoryForOnePiece() {
    byte[] data = segment(new byte[20_000]);
    for (Part part : FragmentFrames.cut(data.length, 1_480)) {
      receive(1, data, part);
    }
    List<CellBuf> taken = new ArrayList<>();
    for (CellBuf each = host.stack.allocateMessage(15_000);
        each != null;
        each = host.stack.allocateMessage(15_000)) {
      taken.add(each);
    }
    assertThat(socket.receiveMessage()).isNull();
    assertThat(socket.peekMessage()).isNull();
    assertThat(socket.nextBytes()).isEqualTo(20_000);
    taken.forEach(CellBuf::release);
    assertThat(bytesOf(Objects.requireNonNull(socket.receiveMessage()))).hasSize(20_000);
  }

  @Test
  @Requirement({"RFC791-reassembly-05", "RFC6864-id-01", "RFC6864-id-03"})
  void shouldNotLookAtTheIdentificationOfWholeDatagrams() {
    byte[] data = segment(Frames.pattern(64, 1));
    receive(5, 0, true, Arrays.copyOf(data, 24));
    for (int i = 0; i < 3; i++) {
      receive(5, 0, false, data);
    }
    assertThat(socket.receivableDatagrams()).isEqualTo(3);
    assertThat(host.stack.counters().get(Counter.IP_FRAGMENTS_RECEIVED)).isEqualTo(1);
  }

  @Test
  @Requirement("RFC791-reassembly-01")
  void shouldJoinOnlyWhatAgreesInAllFour() {
    byte[] data = segment(Frames.pattern(64, 1));
    byte[] first = Arrays.copyOf(data, 24);
    byte[] rest = Arrays.copyOfRange(data, 24, data.length);
    receive(5, 0, true, first);
    receive(6, 24, false, rest);
    int other = 0x0a000003;
    host.receiveDatagram(FragmentFrames.fragment(other, OUR_ADDRESS, UDP, 5, 24, false, rest));
    host.receiveDatagram(
        FragmentFrames.fragment(PEER_ADDRESS, 0x0a0000ff, UDP, 5, 24, false, rest));
    host.receiveDatagram(FragmentFrames.fragment(PEER_ADDRESS, OUR_ADDRESS, 1, 5, 24, false, rest));
    assertThat(socket.receivableDatagrams()).isZero();
    receive(5, 24, false, rest);
    assertThat(received()).isEqualTo(Frames.pattern(64, 1));
  }

  @Test
  @Requirement("RFC791-reassembly-03")
  void shouldKeepTheFirstOfTwoFragmentsWithTheSameRange() {
    byte[] payload = Frames.pattern(64, 1);
    byte[] data = segment(payload);
    receive(5, 0, true, Arrays.copyOf(data, 24));
    receive(5, 0, true, new byte[24]);
    receive(5, 24, false, Arrays.copyOfRange(data, 24, data.length));
    assertThat(received()).isEqualTo(payload);
    assertThat(drops(DropReason.IP_FRAGMENT_DUPLICATE)).isEqualTo(1);
  }

  // ---- datagrams given up -----------------------------------------------------------------------

  /** Offsets and lengths of two fragments that do not fit each other, and whether more follow. */
  @ParameterizedTest
  @CsvSource({
    // teardrop: the second ends inside the first
    "0, 64, true, 24, 8, false, IP_FRAGMENT_END_MISMATCH",
    "0, 64, true, 24, 8, true, IP_FRAGMENT_OVERLAP",
    "0, 64, true, 24, 40, true, IP_FRAGMENT_OVERLAP",
    "0, 64, true, 0, 32, true, IP_FRAGMENT_OVERLAP",
    "0, 32, true, 0, 64, true, IP_FRAGMENT_OVERLAP",
    "0, 64, true, 56, 64, true, IP_FRAGMENT_OVERLAP",
    "64, 64, true, 0, 72, true, IP_FRAGMENT_OVERLAP",
    "64, 64, true, 56, 80, true, IP_FRAGMENT_OVERLAP",
    "1480, 1480, true, 1472, 16, true, IP_FRAGMENT_OVERLAP",
    "64, 64, false, 120, 9, false, IP_FRAGMENT_END_MISMATCH",
    "64, 60, false, 128, 8, false, IP_FRAGMENT_END_MISMATCH",
    "64, 64, false, 128, 8, true, IP_FRAGMENT_END_MISMATCH",
    "64, 64, false, 64, 64, true, IP_FRAGMENT_END_MISMATCH",
    "128, 64, true, 64, 64, false, IP_FRAGMENT_END_MISMATCH",
    "64, 64, true, 0, 60, true, IP_FRAGMENT_BAD_LENGTH",
    "64, 64, true, 0, 0, true, IP_FRAGMENT_BAD_LENGTH",
    "64, 64, true, 128, 0, false, IP_FRAGMENT_BAD_LENGTH",
    "64, 64, true, 65528, 8, false, IP_FRAGMENT_TOO_LONG",
    "64, 64, true, 65512, 8, true, IP_FRAGMENT_TOO_LONG",
    "64, 64, true, 65504, 12, false, IP_FRAGMENT_TOO_LONG"
  })
  @Requirement({
    "SEC-TEARDROP-01",
    "SEC-TEARDROP-02",
    "SEC-PINGOFDEATH-01",
    "SEC-LADDER-09",
    "SEC-LADDER-10",
    "RFC3128-tiny-01"
  })
  void shouldGiveTheDatagramUp(
      int offset,
      int length,
      boolean more,
      int otherOffset,
      int otherLength,
      boolean otherMore,
      DropReason reason) {
    receive(9, offset, more, new byte[length]);
    assertThat(host.stack.pool().freeCells()).isEqualTo(host.stack.pool().cells() - 1);
    receive(9, otherOffset, otherMore, new byte[otherLength]);
    assertThat(host.stack.pool().freeCells()).isEqualTo(host.stack.pool().cells());
    assertThat(drops(reason)).isEqualTo(2);
    // What still comes does not make another datagram.
    byte[] data = segment(new byte[100]);
    for (Part part : FragmentFrames.cut(data.length, 40)) {
      receive(9, data, part);
    }
    assertThat(drops(DropReason.IP_FRAGMENT_REFUSED)).isEqualTo(3);
    assertThat(host.stack.counters().totalDrops()).isEqualTo(5);
    assertThat(socket.receivableDatagrams()).isZero();
    // A new one of that name may come when the time is over.
    host.passSeconds(TIMEOUT_SECONDS + 1);
    host.introducePeer();
    for (Part part : FragmentFrames.cut(data.length, 40)) {
      receive(9, data, part);
    }
    assertThat(received()).hasSize(100);
    assertThat(host.device.isEmpty()).isTrue();
  }

  @Test
  @Requirement("SEC-PINGOFDEATH-01")
  void shouldCountTheOptionsOfTheFirstFragmentInTheLength() {
    byte[] data = new byte[65_515];
    List<Part> parts = new ArrayList<>(FragmentFrames.cut(data.length, 1_440));
    Part first = parts.removeFirst();
    for (Part part : parts) {
      receive(9, data, part);
    }
    byte[] nops = {1, 1, 1, 0};
    byte[] head = Arrays.copyOf(data, first.length());
    byte[] datagram = Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, UDP, nops, 0x2000, head);
    Frames.putShort(datagram, 4, 9);
    host.receiveDatagram(Frames.withIpv4Checksum(datagram));
    assertThat(drops(DropReason.IP_FRAGMENT_TOO_LONG)).isEqualTo(parts.size() + 1);
    assertThat(host.stack.counters().totalDrops()).isEqualTo(parts.size() + 1);
    assertThat(host.stack.pool().freeCells()).isEqualTo(host.stack.pool().cells());
  }

  @Test
  @Requirement("RFC1122-ip-18")
  void shouldPutTogetherWhatIsConfiguredAndNoMore() {
    StackConfig config = host.stack.config();
    ReassemblyLimits limits = config.reassembly().withMaxDatagramBytes(2_028);
    try (StackHarness small =
        new StackHarness(config.withReassembly(limits), NetInterface.NO_VLAN)) {
      DatagramEndpoint reader = Objects.requireNonNull(small.stack.newDatagram());
      reader.bind(0, PORT);
      for (int length : new int[] {2_000, 2_001}) {
        byte[] data = segment(new byte[length]);
        for (Part part : FragmentFrames.cut(data.length, 1_480)) {
          byte[] bytes = Arrays.copyOfRange(data, part.offset(), part.offset() + part.length());
          small.receiveDatagram(
              FragmentFrames.fragment(
                  PEER_ADDRESS, OUR_ADDRESS, UDP, length, part.offset(), part.more(), bytes));
        }
      }
      assertThat(reader.receivableDatagrams()).isEqualTo(1);
      assertThat(small.stack.counters().get(DropReason.IP_FRAGMENT_TOO_LONG)).isEqualTo(2);
      reader.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 8, 5", "0, 16, 5", "0, 24, 15", "8, 24, 5", "16, 24, 5"})
  @Requirement({"RFC1858-tiny-01", "RFC1858-tiny-02", "SEC-TINYFRAG-01", "RFC3128-tiny-01"})
  void shouldNotLetFragmentsHideTheTcpHeader(int offset, int length, int dataOffset) {
    byte[] bytes = new byte[length];
    if (length > 12) {
      bytes[12] = (byte) (dataOffset << 4);
    }
    host.receiveDatagram(
        FragmentFrames.fragment(PEER_ADDRESS, OUR_ADDRESS, 6, 9, offset, true, bytes));
    assertThat(drops(DropReason.IP_FRAGMENT_TINY)).isEqualTo(1);
    host.receiveDatagram(
        FragmentFrames.fragment(PEER_ADDRESS, OUR_ADDRESS, 6, 9, 24, false, new byte[16]));
    assertThat(drops(DropReason.IP_FRAGMENT_REFUSED)).isEqualTo(1);
    assertThat(host.stack.counters().get(Counter.TCP_SEGMENTS_RECEIVED)).isZero();
  }

  /** UDP's and ICMP's headers have 8 bytes: a first fragment has them, as it cannot have less. */
  @Test
  @Requirement("SEC-TINYFRAG-01")
  void shouldTakeHeadersThatFillTheFirstFragment() {
    byte[] data = segment(Frames.pattern(16, 1));
    for (Part part : FragmentFrames.cut(data.length, 8)) {
      receive(9, data, part);
    }
    assertThat(received()).isEqualTo(Frames.pattern(16, 1));
    byte[] echo = Frames.icmp(8, 0, 0x00010002, Frames.pattern(16, 1));
    for (Part part : FragmentFrames.cut(echo.length, 8)) {
      receive(1, 10, echo, part);
    }
    byte[] reply = Frames.datagram(host.device.next());
    assertThat(Frames.data(reply)).isEqualTo(Frames.icmp(0, 0, 0x00010002, Frames.pattern(16, 1)));
  }

  @ParameterizedTest
  @CsvSource({"2, 2, 2", "2, 3, 3", "3, 2, 3", "1, 3, 3", "0, 0, 0", "0, 3, -1", "3, 0, -1"})
  @Requirement("RFC3168-ecn-10")
  void shouldJoinWhatFragmentsSayOfCongestion(int first, int second, int expected) {
    byte[] data = segment(Frames.pattern(64, 1));
    int[] codepoints = {first, second};
    int cut = 40;
    for (int i = 0; i < 2; i++) {
      byte[] bytes = i == 0 ? Arrays.copyOf(data, cut) : Arrays.copyOfRange(data, cut, data.length);
      byte[] datagram =
          FragmentFrames.fragment(PEER_ADDRESS, OUR_ADDRESS, UDP, 9, i * cut, i == 0, bytes);
      datagram[1] = (byte) codepoints[i];
      host.receiveDatagram(Frames.withIpv4Checksum(datagram));
    }
    if (expected < 0) {
      assertThat(drops(DropReason.IP_FRAGMENT_ECN_MISMATCH)).isEqualTo(2);
      assertThat(socket.receivableDatagrams()).isZero();
    } else {
      assertThat(received()).isEqualTo(Frames.pattern(64, 1));
      assertThat(socket.receivedTos()).isEqualTo(expected);
    }
  }

  // ---- time -------------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(ints = {1, 64, 255})
  @Requirement({
    "RFC1122-ip-20",
    "RFC1122-ip-21",
    "RFC1122-ip-22",
    "RFC1122-ip-23",
    "RFC792-timeex-01",
    "RFC792-message-03",
    "SEC-LADDER-11"
  })
  void shouldGiveUpAfter30SecondsAndTellTheSource(int ttl) {
    byte[] first =
        FragmentFrames.fragment(
            PEER_ADDRESS, OUR_ADDRESS, UDP, 9, 0, true, Arrays.copyOf(segment(new byte[64]), 40));
    first[8] = (byte) ttl;
    Frames.withIpv4Checksum(first);
    receive(9, 64, false, new byte[8]);
    host.passSeconds(20);
    host.receiveDatagram(first);
    host.passNanos(9_999_000_000L);
    assertThat(host.device.drain()).noneMatch(frame -> Frames.etherType(frame) == Frames.IPV4);
    host.introducePeer();
    assertThat(drops(DropReason.IP_FRAGMENT_TIMEOUT)).isZero();
    host.passNanos(2_000_000L);
    byte[] error = Frames.datagram(host.device.next());
    assertThat(Frames.getInt(error, 16)).isEqualTo(PEER_ADDRESS);
    assertThat(Frames.data(error)).isEqualTo(Frames.icmp(11, 1, 0, first));
    assertThat(drops(DropReason.IP_FRAGMENT_TIMEOUT)).isEqualTo(2);
    host.device.complete();
    assertThat(host.stack.pool().freeCells()).isEqualTo(host.stack.pool().cells());
  }

  /** A stack of datagrams does not look at the clock while no timer runs. */
  @Test
  void shouldNotTakeTheTimeOfTheLastTrafficForTheFirstFragments() {
    byte[] data = segment(Frames.pattern(64, 1));
    List<Part> parts = FragmentFrames.cut(data.length, 40);
    receive(9, data, parts.get(0));
    host.clock.advance(3_600_000_000_000L);
    host.stack.poll(host.clock.nowNanos());
    receive(9, data, parts.get(1));
    assertThat(received()).isEqualTo(Frames.pattern(64, 1));
    host.introducePeer();
  }

  @Test
  @Requirement({"RFC792-message-03", "RFC1122-icmp-06"})
  void shouldNotTellTheSourceWithoutTheFirstFragment() {
    receive(9, 64, false, new byte[8]);
    host.passSeconds(TIMEOUT_SECONDS + 1);
    assertThat(drops(DropReason.IP_FRAGMENT_TIMEOUT)).isEqualTo(1);
    assertThat(host.device.drain()).noneMatch(frame -> Frames.etherType(frame) == Frames.IPV4);
  }

  @Test
  @Requirement("RFC1122-ip-21")
  void shouldWaitAsLongAsConfigured() {
    StackConfig config = host.stack.config();
    ReassemblyLimits limits = config.reassembly().withTimeoutNanos(60_000_000_000L);
    try (StackHarness patient =
        new StackHarness(config.withReassembly(limits), NetInterface.NO_VLAN)) {
      patient.receiveDatagram(
          FragmentFrames.fragment(PEER_ADDRESS, OUR_ADDRESS, UDP, 9, 8, false, new byte[8]));
      patient.passSeconds(59);
      assertThat(patient.stack.counters().get(DropReason.IP_FRAGMENT_TIMEOUT)).isZero();
      patient.passSeconds(2);
      assertThat(patient.stack.counters().get(DropReason.IP_FRAGMENT_TIMEOUT)).isEqualTo(1);
    }
  }

  // ---- bounds -----------------------------------------------------------------------------------

  @Test
  @Requirement({"SEC-FRAGMENTSMACK-01", "SEC-FRAGMENTSMACK-02", "LES-buffers-02"})
  void shouldHoldNoMoreCellsThanConfiguredForAllAndForOneSource() {
    ReassemblyLimits limits = host.stack.config().reassembly();
    int all = host.stack.pool().cells();
    int frames = 5_000;
    for (int i = 0; i < frames; i++) {
      receive(i, 8, true, new byte[1_400]);
      assertThat(all - host.stack.pool().freeCells()).isLessThanOrEqualTo(limits.cellsPerSource());
    }
    assertThat(all - host.stack.pool().freeCells()).isEqualTo(limits.datagramsPerSource());
    int held = all - host.stack.pool().freeCells();
    assertThat(drops(DropReason.IP_FRAGMENT_EVICTED)).isEqualTo(frames - held);
    for (int i = 0; i < frames; i++) {
      byte[] fragment =
          FragmentFrames.fragment(
              0x0a000010 + i % 100, OUR_ADDRESS, UDP, i, 8 + i % 3 * 1_400, true, new byte[1_400]);
      host.receiveDatagram(fragment);
      assertThat(all - host.stack.pool().freeCells()).isLessThanOrEqualTo(limits.cells());
    }
    assertThat(all - host.stack.pool().freeCells()).isEqualTo(limits.datagrams());
  }

  @Test
  @Requirement("SEC-FRAGMENTSMACK-02")
  void shouldKeepOneSenderFromEvictingTheDatagramsOfOthers() {
    byte[] data = segment(Frames.pattern(3_000, 1));
    List<Part> parts = FragmentFrames.cut(data.length, 1_480);
    receive(1, data, parts.get(0));
    receive(1, data, parts.get(1));
    for (int i = 0; i < 2_000; i++) {
      host.receiveDatagram(
          FragmentFrames.fragment(
              0x0a000077, OUR_ADDRESS, UDP, i % 20, 8 + i / 20 * 1_400, true, new byte[1_400]));
    }
    receive(1, data, parts.get(2));
    assertThat(received()).isEqualTo(Frames.pattern(3_000, 1));
  }

  @Test
  @Requirement("SEC-FRAGMENTSMACK-01")
  void shouldGiveUpTheOldestFirst() {
    ReassemblyLimits limits = host.stack.config().reassembly();
    byte[] data = segment(Frames.pattern(64, 1));
    byte[] first = Arrays.copyOf(data, 40);
    byte[] rest = Arrays.copyOfRange(data, 40, data.length);
    for (int i = 0; i <= limits.datagramsPerSource(); i++) {
      receive(i, 0, true, first);
    }
    for (int i = 1; i <= limits.datagramsPerSource(); i++) {
      receive(i, 40, false, rest);
    }
    assertThat(socket.receivableDatagrams()).isEqualTo(limits.datagramsPerSource());
    assertThat(drops(DropReason.IP_FRAGMENT_EVICTED)).isEqualTo(1);
    while (socket.receivableDatagrams() > 0) {
      assertThat(received()).isEqualTo(Frames.pattern(64, 1));
    }
  }

  /** Else what comes last of a datagram that was given up could begin another one. */
  @Test
  void shouldForgetTheOldestOfTheDatagramsThatWereGivenUp() {
    int limit = host.stack.config().reassembly().datagramsPerSource();
    for (int id = 0; id <= limit; id++) {
      receive(id, 8, true, new byte[16]);
      receive(id, 16, true, new byte[16]);
    }
    assertThat(drops(DropReason.IP_FRAGMENT_OVERLAP)).isEqualTo(2L * (limit + 1));
    for (int id = 1; id <= limit; id++) {
      receive(id, 64, true, new byte[8]);
    }
    assertThat(drops(DropReason.IP_FRAGMENT_REFUSED)).isEqualTo(limit);
  }

  /**
   * As many fragments as a datagram can have, in the worst order: they take 33 cells, and no byte
   * is moved twice, however many came before.
   */
  @Test
  @Requirement("SEC-FRAGMENTSMACK-03")
  void shouldHold8191TinyFragmentsInFewCells() {
    byte[] payload = random(LARGEST, new Random(3));
    byte[] data = segment(payload);
    List<Part> parts = new ArrayList<>(FragmentFrames.cut(data.length, 8));
    Collections.shuffle(parts, new Random(4));
    assertThat(parts).hasSize(8_190);
    for (Part part : parts) {
      receive(1, data, part);
      int held = host.stack.pool().cells() - host.stack.pool().freeCells();
      assertThat(held).isLessThanOrEqualTo(33);
    }
    assertThat(host.stack.counters().get(Counter.BYTES_COPIED_WITHIN))
        .isLessThanOrEqualTo(data.length);
    assertThat(received()).isEqualTo(payload);
  }

  /** A queue is bounded in payload; what lies behind it must not fill the memory beside. */
  @Test
  void shouldHoldNoMemoryForWhatLiesBehindTheUdpLength() {
    for (int payload : new int[] {0, 100, 1_466, 1_472, 1_473, 5_000}) {
      byte[] data = Arrays.copyOf(segment(random(payload, new Random(payload))), 40_008);
      for (Part part : FragmentFrames.cut(data.length, 1_480)) {
        receive(payload, data, part);
      }
      int held = host.stack.pool().cells() - host.stack.pool().freeCells();
      assertThat(held).as("cells for %d bytes", payload).isEqualTo(1 + (payload + 7) / 1_480);
      assertThat(received()).isEqualTo(random(payload, new Random(payload)));
    }
  }

  @Test
  void shouldEvictWhenDevicesNeedCellsToReceive() {
    receive(1, 8, true, new byte[1_400]);
    int free = host.stack.pool().freeCells();
    host.stack.pool().needToReceive(free);
    receive(2, 8, true, new byte[1_400]);
    assertThat(drops(DropReason.IP_FRAGMENT_EVICTED)).isGreaterThan(0);
    host.stack.pool().needToReceive(-free);
  }

  // ---- ICMP and TCP -----------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(ints = {1_473, 1_900, 2_000, 20_000, 65_507})
  @Requirement({"RFC1122-icmp-22", "RFC791-fragment-01"})
  void shouldAnswerAFragmentedPingInFragments(int length) {
    byte[] payload = random(length, new Random(length));
    byte[] echo = Frames.icmp(8, 0, 0x00010002, payload);
    for (Part part : FragmentFrames.cut(echo.length, 1_480)) {
      receive(1, 9, echo, part);
    }
    byte[] reply = FragmentFrames.join(host.device.drain(), 1_500);
    assertThat(Frames.data(reply)).isEqualTo(Frames.icmp(0, 0, 0x00010002, payload));
    assertThat(Frames.getInt(reply, 12)).isEqualTo(OUR_ADDRESS);
    assertThat(host.stack.counters().get(Counter.ICMP_ECHO_REPLIES_SENT)).isEqualTo(1);
  }

  /** Answers wait for neighbours that there are not, 42 cells each. */
  @Test
  void shouldKeepMemoryWhenLongPingsComeFromNobody() {
    byte[] echo = Frames.icmp(8, 0, 1, new byte[60_000]);
    for (int i = 0; i < 40; i++) {
      int nobody = 0x0a000020 + i;
      for (Part part : FragmentFrames.cut(echo.length, 1_480)) {
        byte[] bytes = Arrays.copyOfRange(echo, part.offset(), part.offset() + part.length());
        host.receiveDatagram(
            FragmentFrames.fragment(nobody, OUR_ADDRESS, 1, i, part.offset(), part.more(), bytes));
        host.device.complete();
      }
    }
    int cells = host.stack.pool().cells();
    assertThat(cells - host.stack.pool().freeCells()).isLessThan(cells / 8 + 42);
    assertThat(drops(DropReason.ARP_QUEUE_FULL)).isEqualTo(36);
  }

  @Test
  void shouldCountALongPingThatCannotBeAnswered() {
    byte[] echo = Frames.icmp(8, 0, 0x00010002, new byte[20_000]);
    List<Part> parts = FragmentFrames.cut(echo.length, 1_480);
    int spared = host.stack.pool().freeCells() - 32 - parts.size() - 5;
    host.stack.pool().needToReceive(spared);
    parts.forEach(part -> receive(1, 9, echo, part));
    assertThat(drops(DropReason.NO_MEMORY)).isEqualTo(1);
    host.stack.pool().needToReceive(-spared);
    host.device.room(13);
    parts.forEach(part -> receive(1, 10, echo, part));
    assertThat(drops(DropReason.DEVICE_RING_FULL)).isEqualTo(1);
    host.device.slots(13);
    parts.forEach(part -> receive(1, 11, echo, part));
    assertThat(drops(DropReason.IP_FRAGMENT_TOO_LONG)).isEqualTo(1);
    assertThat(host.device.isEmpty()).isTrue();
    assertThat(host.stack.counters().totalDrops()).isEqualTo(3);
  }

  @Test
  void shouldDropAFragmentedPingWithAWrongSum() {
    byte[] echo = Frames.icmp(8, 0, 0x00010002, new byte[3_000]);
    echo[2_999] ^= 1;
    for (Part part : FragmentFrames.cut(echo.length, 1_480)) {
      receive(1, 9, echo, part);
    }
    assertThat(drops(DropReason.ICMP_BAD_CHECKSUM)).isEqualTo(1);
    byte[] data = segment(new byte[3_000]);
    data[2_999] ^= 1;
    for (Part part : FragmentFrames.cut(data.length, 1_480)) {
      receive(10, data, part);
    }
    assertThat(drops(DropReason.UDP_BAD_CHECKSUM)).isEqualTo(1);
    assertThat(host.device.isEmpty()).isTrue();
  }

  @Test
  void shouldTakeTcpSegmentsThatFitACellAndNoLongerOnes() {
    byte[] syn = Frames.tcp(PEER_ADDRESS, 5, OUR_ADDRESS, 6, 1, 0, 2, new byte[0], new byte[100]);
    for (Part part : FragmentFrames.cut(syn.length, 80)) {
      receive(6, 9, syn, part);
    }
    assertThat(drops(DropReason.TCP_NO_ENDPOINT)).isEqualTo(1);
    assertThat(Frames.getByte(Frames.datagram(host.device.next()), 33)).isEqualTo(0x14);
    byte[] large =
        Frames.tcp(PEER_ADDRESS, 5, OUR_ADDRESS, 6, 1, 0, 2, new byte[0], new byte[3_000]);
    for (Part part : FragmentFrames.cut(large.length, 1_480)) {
      receive(6, 10, large, part);
    }
    assertThat(drops(DropReason.TCP_TOO_LONG)).isEqualTo(1);
    assertThat(host.device.isEmpty()).isTrue();
  }

  @Test
  void shouldReassembleWithoutGarbage() {
    byte[] data = segment(new byte[4_000]);
    byte[][] frames =
        FragmentFrames.cut(data.length, 1_352).stream()
            .map(
                part ->
                    Frames.ethernet(
                        StackHarness.OUR_MAC,
                        StackHarness.PEER_MAC,
                        Frames.IPV4,
                        FragmentFrames.fragment(
                            PEER_ADDRESS,
                            OUR_ADDRESS,
                            UDP,
                            9,
                            part.offset(),
                            part.more(),
                            Arrays.copyOfRange(
                                data, part.offset(), part.offset() + part.length()))))
            .toArray(byte[][]::new);
    assertThat(
            Allocations.of(
                () -> {
                  for (byte[] frame : frames) {
                    host.receive(frame);
                  }
                  if (socket.receive(buffer, 0, LARGEST) != 4_000) {
                    throw new AssertionError("not whole");
                  }
                }))
        .isZero();
  }
}
