package dev.trident.stack;

import static dev.trident.testkit.StackHarness.OUR_ADDRESS;
import static dev.trident.testkit.StackHarness.OUR_MAC;
import static dev.trident.testkit.StackHarness.PEER_ADDRESS;
import static dev.trident.testkit.StackHarness.PEER_MAC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.CellBuf;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.EchoEndpoint;
import dev.trident.endpoint.StackConfig;
import dev.trident.link.NetInterface;
import dev.trident.testkit.FragmentFrames;
import dev.trident.testkit.Frames;
import dev.trident.testkit.StackHarness;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who owns which cells, in any order of events: datagrams of all sizes sent and received in every
 * form, in fragments, to neighbours that answer late or never, by a ring that is full or empty,
 * while sockets close. In the end every cell is back, and every free function has run once.
 */
class BufferOwnershipTest {
  private static final int STEPS = 2_000;
  private static final int CELLS = 600;
  private static final int RUN_CELLS = 160;
  private static final int PORT = 7;
  private static final int GROUP = 0xe1020304;
  private static final long GROUP_MAC = 0x0100_5e02_0304L;
  private static final int[] NEIGHBOURS = {PEER_ADDRESS, 0x0a000003, 0x0a000004, 0x0a000005};
  private static final int[] SIZES = {
    0, 1, 17, 18, 900, 1_472, 1_473, 1_900, 1_921, 4_000, 9_999, 30_000, 65_507
  };

  private final StackHarness host =
      new StackHarness(
          StackConfig.standard("test", 1).withCells(CELLS, RUN_CELLS), NetInterface.NO_VLAN);
  private final ByteBuf buffer = Unpooled.directBuffer(65_507, 65_507);
  private final CellBuf[] pieces = new CellBuf[DatagramEndpoint.MAX_PIECES];
  private final List<DatagramEndpoint> sockets = new ArrayList<>();
  private final Deque<CellBuf> messages = new ArrayDeque<>();
  private final Deque<CellBuf[]> scattered = new ArrayDeque<>();
  private EchoEndpoint echo = Objects.requireNonNull(host.stack.newEcho());
  private int lent;
  private int freed;
  private int received;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void shouldAccountForEveryCellWhateverHappens(long seed) {
    Random random = new Random(seed);
    buffer.writerIndex(buffer.capacity());
    while (sockets.size() < 3) {
      openSocket();
    }
    for (int i = 0; i < STEPS; i++) {
      step(random);
      host.drain();
      host.device.drain();
    }
    assertThat(received).as("the test receives").isPositive();
    boolean inOrder = random.nextBoolean();
    if (inOrder) {
      releaseAll();
    }
    sockets.forEach(DatagramEndpoint::close);
    echo.close();
    if (!inOrder) {
      releaseAll();
    }
    host.passSeconds(40);
    host.device.complete();
    host.drain();
    assertThat(host.stack.pool().freeCells()).isEqualTo(CELLS);
    assertThat(host.stack.pool().freeRunCells()).isEqualTo(RUN_CELLS);
    assertThat(host.stack.pool().freeLoans()).isEqualTo(host.stack.config().loans());
    assertThat(host.stack.pool().handles().live()).isZero();
    assertThat(freed).isEqualTo(lent);
    assertThat(buffer.refCnt()).isEqualTo(1);
    assertThat(host.ports.count()).isZero();
    host.close();
    buffer.release();
  }

  private void releaseAll() {
    messages.forEach(CellBuf::release);
    scattered.forEach(all -> Arrays.stream(all).forEach(CellBuf::release));
  }

  private void openSocket() {
    DatagramEndpoint socket = Objects.requireNonNull(host.stack.newDatagram());
    socket.reuseAddress(true);
    assertThat(socket.bind(0, PORT)).isZero();
    socket.groups().join(GROUP, 0);
    sockets.add(socket);
  }

  private void step(Random random) {
    DatagramEndpoint socket = sockets.get(random.nextInt(sockets.size()));
    int size = SIZES[random.nextInt(SIZES.length)];
    int to = random.nextInt(8) == 0 ? GROUP : NEIGHBOURS[random.nextInt(NEIGHBOURS.length)];
    switch (random.nextInt(18)) {
      case 0 -> socket.send(buffer, 0, size, to, PORT);
      case 1 -> lend(socket, size, to);
      case 2 -> sendMessage(socket, Math.max(1, size), to);
      case 3 -> sendReceived(socket, to);
      case 4 -> sendScattered(random, socket, to);
      case 5 -> receiveMessage(socket);
      case 6, 7 -> receivePieces(socket);
      case 8 -> received += socket.receive(buffer, 0, 65_507) >= 0 ? 1 : 0;
      case 9 -> peek(socket);
      case 10 -> host.device.room(random.nextInt(60));
      case 11, 12 -> host.device.complete();
      case 13 -> answer(NEIGHBOURS[random.nextInt(NEIGHBOURS.length)]);
      case 14 -> host.passNanos(random.nextInt(2_000_000_000));
      case 15 -> echo.send(to, size);
      case 16 -> {
        socket.close();
        sockets.remove(socket);
        openSocket();
        echo.close();
        echo = Objects.requireNonNull(host.stack.newEcho());
      }
      default -> receiveFragments(random, size);
    }
  }

  // ---- sending ----------------------------------------------------------------------------------

  private void lend(DatagramEndpoint socket, int size, int to) {
    boolean[] run = new boolean[1];
    int result =
        socket.sendLoan(
            buffer,
            0,
            size,
            run,
            token -> {
              assertThat(run[0]).isFalse();
              run[0] = true;
              freed++;
            },
            to,
            PORT);
    lent += result >= 0 ? 1 : 0;
  }

  private void sendMessage(DatagramEndpoint socket, int size, int to) {
    CellBuf message = host.stack.allocateMessage(size);
    if (message != null && socket.sendMessage(message, size, to, PORT) < 0) {
      messages.add(message);
    }
  }

  private void sendReceived(DatagramEndpoint socket, int to) {
    CellBuf message = messages.poll();
    if (message != null && socket.sendMessage(message, message.capacity(), to, PORT) < 0) {
      message.release();
    }
  }

  private void sendScattered(Random random, DatagramEndpoint socket, int to) {
    CellBuf[] all = scattered.poll();
    if (all == null) {
      return;
    }
    int present = Arrays.stream(all).mapToInt(CellBuf::capacity).sum();
    int length = random.nextBoolean() ? present : random.nextInt(present + 1);
    if (socket.sendPieces(all, all.length, length, to, PORT) < 0) {
      List<CellBuf> shuffled = new ArrayList<>(List.of(all));
      Collections.shuffle(shuffled, random);
      messages.addAll(shuffled);
    }
  }

  // ---- receiving --------------------------------------------------------------------------------

  private void receiveMessage(DatagramEndpoint socket) {
    CellBuf message = socket.receiveMessage();
    if (message != null) {
      received++;
      messages.add(message);
      trim();
    }
  }

  private void receivePieces(DatagramEndpoint socket) {
    int count = socket.receivePieces(pieces);
    if (count > 0) {
      received++;
      scattered.add(Arrays.copyOf(pieces, count));
      trim();
    }
  }

  private void peek(DatagramEndpoint socket) {
    CellBuf message = socket.peekMessage();
    if (message != null) {
      messages.add(message);
      trim();
    }
  }

  /** A program that keeps everything would only find that there is no memory left. */
  private void trim() {
    while (messages.size() > 20) {
      messages.remove().release();
    }
    while (scattered.size() > 2) {
      Arrays.stream(scattered.remove()).forEach(CellBuf::release);
    }
  }

  private void answer(int address) {
    if (canReceive()) {
      byte[] arp = Frames.arp(2, PEER_MAC, address, 0, OUR_ADDRESS);
      host.receive(Frames.ethernet(OUR_MAC, PEER_MAC, Frames.ARP, arp));
    }
  }

  private boolean canReceive() {
    return host.stack.pool().hasCellToReceive();
  }

  /** A datagram or a ping to us, or to the group, in fragments in any order, some of which miss. */
  private void receiveFragments(Random random, int size) {
    boolean ping = random.nextInt(4) == 0;
    boolean toGroup = !ping && random.nextInt(3) == 0;
    int source = NEIGHBOURS[random.nextInt(NEIGHBOURS.length)];
    int destination = toGroup ? GROUP : OUR_ADDRESS;
    byte[] data =
        ping
            ? Frames.icmp(8, 0, 1, new byte[size])
            : Frames.udp(source, PORT, destination, PORT, new byte[size]);
    int[] most = {64, 1_000, 1_480, 1_480};
    List<FragmentFrames.Part> parts =
        FragmentFrames.cutAtRandom(data.length, most[random.nextInt(most.length)], random);
    if (random.nextBoolean()) {
      Collections.shuffle(parts, random);
    }
    boolean complete = random.nextInt(4) != 0;
    int id = random.nextInt(60_000);
    int protocol = ping ? Frames.ICMP_PROTOCOL : Frames.UDP_PROTOCOL;
    for (FragmentFrames.Part part : parts) {
      if ((complete || random.nextInt(20) != 0) && canReceive()) {
        byte[] bytes = Arrays.copyOfRange(data, part.offset(), part.offset() + part.length());
        byte[] fragment =
            FragmentFrames.fragment(
                source, destination, protocol, id, part.offset(), part.more(), bytes);
        host.receive(
            Frames.ethernet(toGroup ? GROUP_MAC : OUR_MAC, PEER_MAC, Frames.IPV4, fragment));
      }
    }
  }
}
