package dev.trident.hw.port.unix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.hw.port.Port;
import dev.trident.hw.port.Sleeper;
import dev.trident.hw.port.ffm.Errno;
import dev.trident.hw.testkit.FrameExchange;
import dev.trident.testkit.Allocations;
import dev.trident.testkit.ManualClock;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A port with another one, or with a peer that writes whatever a test wants. */
@EnabledOnOs(OS.LINUX)
@Timeout(30)
class UnixPortTest extends FrameExchange {
  private static final long SECOND = 1_000_000_000;

  @TempDir Path folder;

  private final ManualClock clock = new ManualClock(Long.MAX_VALUE - 5);
  private String path = "";

  @BeforeEach
  void choosePath() {
    path = folder.resolve("wire").toString();
  }

  /** A peer that is no port. */
  private SocketChannel dial() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(path));
  }

  private static void write(SocketChannel peer, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      peer.write(bytes);
    }
  }

  /** A frame behind its length, which the test may lie about. */
  private static ByteBuffer framed(int length, int mark, int lengthBytes) {
    ByteBuffer bytes = ByteBuffer.allocate(4 + lengthBytes).putInt(length);
    if (lengthBytes >= 4) {
      bytes.putInt(mark).put(3 + lengthBytes, (byte) mark);
    }
    return bytes.rewind().limit(4 + lengthBytes);
  }

  // ---- frames -------------------------------------------------------------------------------

  @Test
  void shouldCarryFramesOfEveryLengthBothWays() throws IOException {
    try (UnixPort listening = UnixPort.listen(path);
        UnixPort connecting = UnixPort.connect(path)) {
      assertReceivesNothing(listening);
      assertCarriesEveryLength(listening, connecting, 1_518);
      assertThat(listening.sentFrames()).isEqualTo(1_505);
      assertThat(listening.receivedFrames()).isEqualTo(1_505);
      assertThat(listening.mtuBytes()).isEqualTo(1_500);
    }
  }

  @Test
  void shouldPutFramesTogetherFromSingleBytes() throws IOException {
    try (UnixPort port = UnixPort.listen(path);
        SocketChannel peer = dial()) {
      ByteBuffer two =
          ByteBuffer.allocate(2 * 64).put(framed(60, 1, 60)).put(framed(60, 2, 60)).flip();
      for (int at = 0; at < 2 * 64; at++) {
        assertReceivesNothing(port);
        write(peer, two.slice(at, 1));
        if (at == 63) {
          assertReceives(port, 1, 60);
        }
      }
      assertReceives(port, 2, 60);
      assertReceivesNothing(port);
    }
  }

  @Test
  void shouldFinishFramesThatTheSocketTookInParts() throws IOException {
    try (UnixPort port = UnixPort.listen(path);
        UnixPort reading = UnixPort.connect(path)) {
      assertReceivesNothing(port);
      int sent = 0;
      while (send(port, sent, 1_500)) {
        sent++;
      }
      assertThat(port.refusedFrames()).isEqualTo(1);
      assertThat(port.longestSleepNanos()).as("it must look again").isEqualTo(1_000_000);
      for (int received = 0; received < sent; received++) {
        assertReceivesNothing(port); // writes what is left
        assertReceives(reading, received, 1_500);
      }
      assertReceivesNothing(reading);
      assertThat(port.longestSleepNanos()).isEqualTo(Long.MAX_VALUE);
      assertThat(send(port, 7, 60)).isTrue();
      assertReceives(reading, 7, 60);
      assertThat(port.lostFrames()).isZero();
    }
  }

  @Test
  void shouldHoldFramesUntilTheFlush() throws IOException {
    try (UnixPort port = UnixPort.listen(path);
        UnixPort reading = UnixPort.connect(path)) {
      assertReceivesNothing(port);
      fill(5, 60);
      port.send(slab, 0, 60);
      assertReceivesNothing(reading);
      port.flush();
      assertReceives(reading, 5, 60);
    }
  }

  @Test
  void shouldReturnTrueLengthOfTheLongestFrame() throws IOException {
    try (UnixPort port = UnixPort.listen(path);
        SocketChannel peer = dial()) {
      int longest = FrameStream.MAX_FRAME_BYTES;
      slab.putByte(ROOM + 1_514, 0x7e);
      write(peer, framed(longest, 1, longest));
      write(peer, framed(60, 2, 60));
      assertThat(port.receive(slab, ROOM, 1_514)).isEqualTo(longest);
      assertThat(slab.getByte(ROOM + 1_514)).isEqualTo((byte) 0x7e);
      assertReceives(port, 2, 60);
    }
  }

  @Test
  void shouldPassOverShortFrames() throws IOException {
    try (UnixPort port = UnixPort.listen(path);
        SocketChannel peer = dial()) {
      write(peer, framed(1, 0, 1));
      write(peer, framed(13, 1, 13));
      write(peer, framed(14, 2, 14));
      assertReceives(port, 2, 14);
      assertThat(port.framesOfBadLength()).isEqualTo(2);
      assertThat(send(port, 1, 13)).isTrue();
      assertThat(port.framesOfBadLength()).isEqualTo(3);
    }
  }

  /** The sleeper's descriptor is silent: both frames were fetched together. */
  @Test
  void shouldNotSleepOnFramesThatAreInMemoryAlready() throws IOException {
    try (UnixPort port = UnixPort.listen(path);
        SocketChannel peer = dial();
        Sleeper sleeper = new Sleeper()) {
      sleeper.add(port);
      write(peer, ByteBuffer.allocate(2 * 64).put(framed(60, 1, 60)).put(framed(60, 2, 60)).flip());
      assertReceives(port, 1, 60);
      assertThat(sleeper.sleep(SECOND)).isTrue();
      assertReceives(port, 2, 60);
      assertThat(sleeper.sleep(1)).isFalse();
    }
  }

  @Test
  void shouldNotBeHeldUpByAFloodOfShortFrames() throws IOException {
    try (UnixPort port = UnixPort.listen(path);
        SocketChannel peer = dial()) {
      ByteBuffer flood = ByteBuffer.allocate(100 * 5 + 64);
      for (int i = 0; i < 100; i++) {
        flood.put(framed(1, 0, 1));
      }
      write(peer, flood.put(framed(60, 1, 60)).flip());
      assertReceivesNothing(port);
      assertThat(port.framesOfBadLength()).isEqualTo(32);
      assertThat(port.prepareToSleep()).as("there is more").isFalse();
      for (int i = 0; i < 2; i++) {
        assertReceivesNothing(port);
      }
      assertReceives(port, 1, 60);
      assertThat(port.framesOfBadLength()).isEqualTo(100);
    }
  }

  @Test
  void shouldAllocateNothingPerFrame() throws IOException {
    try (UnixPort one = UnixPort.listen(path);
        UnixPort two = UnixPort.connect(path)) {
      assertReceivesNothing(one);
      Runnable exchange =
          () -> {
            one.send(slab, 0, 60);
            one.flush();
            two.receive(slab, ROOM, ROOM);
            two.receive(slab, ROOM, ROOM);
          };
      assertThat(Allocations.inTheEnd(exchange)).isZero();
      assertThat(two.receivedFrames()).isEqualTo(one.sentFrames()).isPositive();
    }
  }

  // ---- peers --------------------------------------------------------------------------------

  @Test
  void shouldTakeTheNextPeerWhenOneGoes() throws IOException {
    try (UnixPort port = UnixPort.listen(path)) {
      assertThat(send(port, 0, 60)).isTrue();
      assertThat(port.lostFrames()).isEqualTo(1);
      for (int peers = 1; peers <= 3; peers++) {
        try (UnixPort peer = UnixPort.connect(path)) {
          send(peer, peers, 60);
          assertReceives(port, peers, 60);
          assertThat(port.connections()).isEqualTo(peers);
          send(port, -peers, 60);
          assertReceives(peer, -peers, 60);
        }
        assertReceivesNothing(port);
        assertThat(port.endings()).isEqualTo(peers);
        assertThat(port.isConnected()).isFalse();
      }
    }
  }

  @Test
  void shouldTryOnceASecondWhenTheListenerHasGone() throws IOException {
    UnixPort listening = UnixPort.listen(path);
    try (UnixPort port = UnixPort.connect(path, clock::nowNanos)) {
      assertReceivesNothing(listening);
      listening.close();
      assertReceivesNothing(port);
      assertThat(port.endings()).isEqualTo(1);
      assertThat(port.longestSleepNanos()).isEqualTo(SECOND);
      assertThat(send(port, 1, 60)).isTrue();
      assertThat(port.lostFrames()).isEqualTo(1);
      clock.advance(SECOND);
      assertThat(port.longestSleepNanos()).isZero();
      assertReceivesNothing(port);
      assertThat(port.longestSleepNanos()).as("nobody was there").isEqualTo(SECOND);
      try (UnixPort next = UnixPort.listen(path)) {
        clock.advance(SECOND - 1);
        assertReceivesNothing(port);
        assertThat(port.isConnected()).isFalse();
        clock.advance(1);
        assertReceivesNothing(port);
        assertThat(port.isConnected()).isTrue();
        assertReceivesNothing(next);
        send(next, 2, 60);
        assertReceives(port, 2, 60);
        assertThat(port.connections()).isEqualTo(2);
      }
    }
  }

  @Test
  void shouldCountWhatAPeerHadNotReadYet() throws IOException {
    try (UnixPort port = UnixPort.listen(path)) {
      SocketChannel peer = dial();
      assertReceivesNothing(port);
      int sent = 0;
      while (send(port, sent, 1_500)) {
        sent++;
      }
      peer.close();
      assertReceivesNothing(port);
      assertThat(port.endings()).isEqualTo(1);
      // The socket had some of them; all that lay here are lost, one of them perhaps in part.
      assertThat(port.lostFrames()).isBetween((256L << 10) / 1_504 - 1, (long) sent);
      try (UnixPort next = UnixPort.connect(path)) {
        assertReceivesNothing(port);
        send(port, 9, 60);
        assertReceives(next, 9, 60);
      }
    }
  }

  @Test
  void shouldGiveUpAPeerWhoseLengthIsNone() throws IOException {
    try (UnixPort port = UnixPort.listen(path)) {
      int given = 0;
      for (int bad : new int[] {0, -1, FrameStream.MAX_FRAME_BYTES + 1, Integer.MIN_VALUE}) {
        try (SocketChannel peer = dial()) {
          write(peer, framed(60, 1, 60));
          write(peer, framed(bad, 2, 60));
          assertReceives(port, 1, 60);
          assertReceivesNothing(port);
          given++;
          assertThat(port.badLengths()).isEqualTo(given);
          assertThat(port.endings()).isEqualTo(given);
          assertThat(peer.read(ByteBuffer.allocate(1))).as("closed").isEqualTo(-1);
        }
      }
    }
  }

  @Test
  void shouldForgetHalfAFrameOfThePeerBefore() throws IOException {
    try (UnixPort port = UnixPort.listen(path)) {
      try (SocketChannel peer = dial()) {
        write(peer, framed(1_000, 1, 60));
        assertReceivesNothing(port);
      }
      assertReceivesNothing(port);
      try (UnixPort next = UnixPort.connect(path)) {
        send(next, 2, 60);
        assertReceives(port, 2, 60);
      }
    }
  }

  // ---- sleeping -----------------------------------------------------------------------------

  @Test
  void shouldWakeASleeperWhenAPeerComesAndWhenItSends() throws IOException {
    try (UnixPort port = UnixPort.listen(path);
        Sleeper sleeper = new Sleeper()) {
      sleeper.add(port);
      assertReceivesNothing(port);
      assertThat(port.longestSleepNanos()).isEqualTo(Long.MAX_VALUE);
      assertThat(sleeper.sleep(0)).isFalse();
      try (UnixPort peer = UnixPort.connect(path)) {
        assertThat(sleeper.sleep(Long.MAX_VALUE)).isTrue();
        assertReceivesNothing(port);
        assertThat(sleeper.sleep(0)).isFalse();
        send(peer, 1, 60);
        assertThat(sleeper.sleep(Long.MAX_VALUE)).isTrue();
        assertReceives(port, 1, 60);
      }
      assertThat(sleeper.sleep(Long.MAX_VALUE)).as("it left").isTrue();
      assertReceivesNothing(port);
      assertThat(sleeper.sleep(0)).isFalse();
    }
  }

  @Test
  void shouldNotDisturbASleeperWhileNobodyListens() throws IOException {
    UnixPort listening = UnixPort.listen(path);
    try (UnixPort port = UnixPort.connect(path, clock::nowNanos);
        Sleeper sleeper = new Sleeper()) {
      sleeper.add(port);
      listening.close();
      assertReceivesNothing(port);
      assertThat(port.descriptor()).isNotEqualTo(Port.NO_DESCRIPTOR);
      assertThat(sleeper.sleep(0)).isFalse();
    }
  }

  // ---- refusals -----------------------------------------------------------------------------

  @Test
  void shouldSayWhyItCannotConnect() throws IOException {
    assertThatThrownBy(() -> UnixPort.connect(path))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ENOENT")
        .hasMessageContaining("start the program that listens there first: passt --socket " + path);
    Files.write(Path.of(path), "no socket".getBytes(UTF_8));
    assertThatThrownBy(() -> UnixPort.connect(path))
        .hasMessageContaining("ECONNREFUSED")
        .hasMessageContaining("nobody listens there, or it is no socket");
    assertThatThrownBy(() -> UnixPort.connect(""))
        .hasMessageContaining("needs the path of a socket");
    assertThatThrownBy(() -> UnixPort.connect("/" + "x".repeat(107)))
        .hasMessageContaining("108 bytes, Linux allows 107");
  }

  @Test
  void shouldSayWhyItCannotListen() throws IOException {
    assertThatThrownBy(() -> UnixPort.listen(folder + "/none/wire"))
        .hasMessageContaining("make the folder first");
    Files.write(Path.of(path), "no socket".getBytes(UTF_8));
    assertThatThrownBy(() -> UnixPort.listen(path))
        .hasMessageContaining("it is in use, or no socket");
    assertThat(Files.readString(Path.of(path))).as("what is not ours stays").isEqualTo("no socket");
    Files.delete(Path.of(path));
    try (UnixPort port = UnixPort.listen(path)) {
      assertThatThrownBy(() -> UnixPort.listen(path)).hasMessageContaining("it is in use");
      assertReceivesNothing(port);
    }
    assertThat(Path.of(path)).doesNotExist();
  }

  @Test
  void shouldReplaceTheSocketOfAProgramThatDied() throws IOException {
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(path));
    }
    assertThat(Path.of(path)).exists();
    try (UnixPort port = UnixPort.listen(path);
        UnixPort peer = UnixPort.connect(path)) {
      assertReceivesNothing(port);
      send(port, 1, 60);
      assertReceives(peer, 1, 60);
    }
    assertThat(Path.of(path)).doesNotExist();
  }

  @Test
  void shouldSayGoneAfterClose() throws IOException {
    try (UnixPort listening = UnixPort.listen(path)) {
      UnixPort port = UnixPort.connect(path);
      port.close();
      port.close();
      assertThat(port.receive(slab, 0, ROOM)).isEqualTo(Port.GONE);
      assertThat(port.send(slab, 0, 60)).isTrue();
      assertThat(port.lostFrames()).isEqualTo(1);
      assertThat(port.descriptor()).isEqualTo(Port.NO_DESCRIPTOR);
      assertReceivesNothing(listening);
    }
  }

  /** Somebody is in line, and this process has no descriptor left for it. */
  private static final class FullHouse implements PeerSource {
    int answer = -Errno.EMFILE;
    int asked;

    @Override
    public int next() {
      asked++;
      return answer;
    }

    @Override
    public int descriptor() {
      return 1_000_000;
    }

    @Override
    public long retryNanos() {
      return 0;
    }

    @Override
    public void close() {}
  }

  @Test
  void shouldRestBetweenTriesWhenAPeerCannotBeLetIn() {
    FullHouse house = new FullHouse();
    try (UnixPort port = new UnixPort(path, house, clock::nowNanos)) {
      for (int i = 0; i < 3; i++) {
        assertReceivesNothing(port);
      }
      assertThat(house.asked).isEqualTo(1);
      assertThat(port.descriptor()).as("it would end each sleep").isEqualTo(Port.NO_DESCRIPTOR);
      assertThat(port.longestSleepNanos()).isEqualTo(SECOND / 10);
      clock.advance(SECOND / 10);
      house.answer = -Errno.EAGAIN;
      assertReceivesNothing(port);
      assertThat(house.asked).isEqualTo(2);
      assertThat(port.descriptor()).isEqualTo(house.descriptor());
      assertThat(port.longestSleepNanos()).isEqualTo(Long.MAX_VALUE);
    }
  }
}
