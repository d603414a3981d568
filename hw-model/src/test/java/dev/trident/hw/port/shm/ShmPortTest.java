package dev.trident.hw.port.shm;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.trident.hw.port.Port;
import dev.trident.hw.port.Sleeper;
import dev.trident.hw.port.ffm.Sys;
import dev.trident.hw.testkit.FrameExchange;
import dev.trident.testkit.Allocations;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ends of a wire in this process, which the port cannot tell from two processes. */
@EnabledOnOs(OS.LINUX)
@Timeout(30)
class ShmPortTest extends FrameExchange {
  private static final Path FOLDER = Path.of("/dev/shm");

  /** Of this process, so that two builds on one machine do not meet. */
  private final String name = "test-" + ProcessHandle.current().pid();

  private final Path path = FOLDER.resolve("trident-" + name);

  @AfterEach
  void removeFiles() throws IOException {
    for (String file : files()) {
      Files.delete(FOLDER.resolve(file));
    }
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.list(FOLDER)) {
      return all.map(file -> file.getFileName().toString())
          .filter(file -> file.startsWith("trident-" + name))
          .sorted()
          .toList();
    }
  }

  /** As the receiver of a host that has nothing to do: it sleeps and is woken, or time is up. */
  private static void rest(Port port) {
    port.prepareToSleep();
    port.awake();
  }

  /** The header of the file, as a process that does not keep to the rules would write it. */
  private MemorySegment tamper(Arena arena) throws IOException {
    Sys sys = new Sys();
    int fd = sys.open(arena.allocateFrom(path.toString()), Sys.O_RDWR);
    MemorySegment mapped =
        sys.mmap(Layout.BYTES, Sys.PROT_READ | Sys.PROT_WRITE, Sys.MAP_SHARED, fd, 0, arena);
    sys.close(fd);
    return mapped;
  }

  // ---- frames -------------------------------------------------------------------------------

  @Test
  void shouldCarryFramesOfEveryLengthBothWays() throws IOException {
    try (ShmPort one = ShmPort.open(name);
        ShmPort two = ShmPort.open(name)) {
      assertCarriesEveryLength(one, two, 2_040);
      assertReceivesNothing(one);
      assertThat(one.sentFrames()).isEqualTo(2_027);
      assertThat(one.receivedFrames()).isEqualTo(2_027);
      assertThat(one.mtuBytes()).isEqualTo(1_500);
    }
  }

  @Test
  void shouldKeepOrderWhenTheRingIsFullAgainAndAgain() throws IOException {
    try (ShmPort one = ShmPort.open(name);
        ShmPort two = ShmPort.open(name)) {
      int sent = 0;
      int received = 0;
      for (int round = 0; round < 5; round++) {
        while (send(one, sent, 60)) {
          sent++;
        }
        assertThat(sent - received).isEqualTo(256);
        for (int i = 0; i < 170; i++) {
          assertReceives(two, received++, 60);
        }
      }
      assertThat(one.refusedFrames()).isEqualTo(5);
      assertThat(one.sentFrames()).isEqualTo(sent);
    }
  }

  @Test
  void shouldCountFramesTooShortOrTooLongAsLost() throws IOException {
    try (ShmPort one = ShmPort.open(name);
        ShmPort two = ShmPort.open(name)) {
      assertThat(send(one, 1, 13)).isTrue();
      assertThat(send(one, 1, 2_041)).isTrue();
      assertThat(one.framesOfBadLength()).isEqualTo(2);
      assertThat(one.sentFrames()).isZero();
      assertReceivesNothing(two);
    }
  }

  @Test
  void shouldReturnTrueLengthWhenFrameExceedsTheRoom() throws IOException {
    try (ShmPort one = ShmPort.open(name);
        ShmPort two = ShmPort.open(name)) {
      send(one, 7, 1_500);
      slab.putByte(ROOM + 100, 0x7e);
      assertThat(two.receive(slab, ROOM, 100)).isEqualTo(1_500);
      assertThat(slab.getByte(ROOM + 100)).isEqualTo((byte) 0x7e);
      assertReceivesNothing(two);
    }
  }

  private void sendToASleeper(Port from, Port to) {
    from.send(slab, 0, 60);
    to.prepareToSleep();
    from.flush();
    to.awake();
    to.receive(slab, ROOM, ROOM);
    to.receive(slab, ROOM, ROOM);
  }

  @Test
  void shouldAllocateNothingPerFrame() throws IOException {
    try (ShmPort one = ShmPort.open(name);
        ShmPort two = ShmPort.open(name)) {
      assertThat(Allocations.inTheEnd(() -> sendToASleeper(one, two))).isZero();
      assertThat(two.receivedFrames()).isEqualTo(one.sentFrames()).isPositive();
    }
  }

  // ---- who is there -------------------------------------------------------------------------

  @Test
  void shouldLoseAndCountFramesWhileNobodyIsThere() throws IOException {
    try (ShmPort one = ShmPort.open(name)) {
      assertThat(send(one, 1, 60)).isTrue();
      assertThat(one.framesWithoutPeer()).isEqualTo(1);
      try (ShmPort two = ShmPort.open(name)) {
        assertReceivesNothing(two);
        send(one, 2, 60);
        assertReceives(two, 2, 60);
        send(one, 3, 60);
      }
      assertThat(send(one, 4, 60)).isTrue();
      assertThat(one.framesWithoutPeer()).isEqualTo(2);
    }
  }

  @Test
  void shouldNoticeWhoComesAndGoes() throws IOException {
    try (ShmPort one = ShmPort.open(name)) {
      for (int peers = 1; peers <= 3; peers++) {
        try (ShmPort two = ShmPort.open(name)) {
          rest(one);
          assertThat(one.peersJoined()).isEqualTo(peers);
          send(one, peers, 60);
          assertReceives(two, peers, 60);
          send(two, -peers, 60);
        }
        rest(one);
        assertThat(one.peersLost()).isEqualTo(peers);
        assertReceives(one, -peers, 60);
      }
    }
  }

  @Test
  void shouldNotGiveFramesOfOnePeerToTheNext() throws IOException {
    try (ShmPort one = ShmPort.open(name)) {
      ShmPort two = ShmPort.open(name);
      send(one, 1, 60);
      two.close();
      try (ShmPort next = ShmPort.open(name)) {
        assertReceivesNothing(next);
        send(one, 2, 60);
        assertReceives(next, 2, 60);
      }
    }
  }

  @Test
  void shouldRefuseAThirdAndNameTheTwo() throws IOException {
    try (ShmPort one = ShmPort.open(name);
        ShmPort two = ShmPort.open(name)) {
      long process = ProcessHandle.current().pid();
      assertThatThrownBy(() -> ShmPort.open(name))
          .isInstanceOf(IOException.class)
          .hasMessage(
              path
                  + " joins the processes "
                  + process
                  + " and "
                  + process
                  + " already; choose another name");
      send(one, 1, 60);
      assertReceives(two, 1, 60);
    }
  }

  @Test
  void shouldLeaveNoFilesWhenTheLastOneLeaves() throws IOException {
    ShmPort one = ShmPort.open(name);
    ShmPort two = ShmPort.open(name);
    assertThat(files())
        .containsExactly("trident-" + name, "trident-" + name + ".0", "trident-" + name + ".1");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
    one.close();
    assertThat(files()).hasSize(3);
    two.close();
    two.close();
    assertThat(files()).isEmpty();
  }

  @Test
  void shouldSayGoneAfterClose() throws IOException {
    ShmPort one = ShmPort.open(name);
    one.close();
    assertThat(one.receive(slab, 0, ROOM)).isEqualTo(Port.GONE);
    assertThat(one.send(slab, 0, 60)).isTrue();
    assertThat(one.framesWithoutPeer()).isEqualTo(1);
    assertThat(one.descriptor()).isEqualTo(Port.NO_DESCRIPTOR);
  }

  // ---- sleeping -----------------------------------------------------------------------------

  @Test
  void shouldWakeASleeperWhenAFrameComes() throws IOException {
    try (ShmPort one = ShmPort.open(name);
        ShmPort two = ShmPort.open(name);
        Sleeper sleeper = new Sleeper()) {
      sleeper.add(two);
      rest(two);
      assertThat(sleeper.sleep(0)).as("nothing came").isFalse();
      assertThat(two.prepareToSleep()).isTrue();
      send(one, 1, 60);
      assertThat(sleeper.sleep(Long.MAX_VALUE)).isTrue();
      assertReceives(two, 1, 60);
      assertThat(sleeper.sleep(0)).isFalse();
    }
  }

  @Test
  void shouldNotSleepWhenAFrameIsThere() throws IOException {
    try (ShmPort one = ShmPort.open(name);
        ShmPort two = ShmPort.open(name)) {
      send(one, 1, 60);
      assertThat(two.prepareToSleep()).isFalse();
      two.awake();
      assertReceives(two, 1, 60);
      assertThat(two.prepareToSleep()).isTrue();
      two.awake();
    }
  }

  @Test
  void shouldWakeASleeperOnceWhenThePeerLeaves() throws IOException {
    try (ShmPort one = ShmPort.open(name);
        Sleeper sleeper = new Sleeper()) {
      ShmPort two = ShmPort.open(name);
      sleeper.add(one);
      sleeper.sleep(0);
      two.close();
      assertThat(sleeper.sleep(Long.MAX_VALUE)).isTrue();
      assertThat(one.peersLost()).isEqualTo(1);
      assertThat(sleeper.sleep(0)).as("an empty end is silent").isFalse();
      try (ShmPort next = ShmPort.open(name)) {
        assertThat(sleeper.sleep(Long.MAX_VALUE)).isTrue();
        send(next, 1, 60);
        assertReceives(one, 1, 60);
      }
    }
  }

  // ---- bad input ----------------------------------------------------------------------------

  @Test
  void shouldRefuseBadNames() {
    for (String bad : List.of("", "a/b", "..", "-x", "a.b", "a b", "x".repeat(65))) {
      assertThatThrownBy(() -> ShmPort.open(bad))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "wire name '" + bad + "' is not 1 to 64 letters, digits, _ or -; choose another");
    }
  }

  private void assertRefused(String reason) throws IOException {
    List<String> before = files();
    assertThatThrownBy(() -> ShmPort.open(name))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(path.toString())
        .hasMessageContaining(reason);
    assertThat(files()).as("what is not ours stays").isEqualTo(before);
  }

  private void write(byte... bytes) throws IOException {
    Files.write(path, bytes);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void shouldRefuseFilesThatAreNoWires() throws IOException {
    write("a note".getBytes(UTF_8));
    assertRefused("has 6 bytes");
    write(new byte[Layout.BYTES + 1]);
    assertRefused("has " + (Layout.BYTES + 1) + " bytes");
    byte[] foreign = new byte[Layout.BYTES];
    foreign[0] = 1;
    write(foreign);
    assertRefused("is no wire");
  }

  @Test
  void shouldRefuseAFileThatOthersMayWrite() throws IOException {
    write(new byte[Layout.BYTES]);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertRefused("(mode 666)");
  }

  /** Only root can meet one that it may open, and only root can make one. */
  @Test
  void shouldRefuseAFileOfAnotherUser() throws IOException {
    write(new byte[Layout.BYTES]);
    assumeTrue(Files.getAttribute(path, "unix:uid").equals(0));
    Files.setAttribute(path, "unix:uid", 65_534);
    assertRefused("is another user's");
  }

  @Test
  void shouldRefuseALinkAndAFolder() throws IOException {
    Files.createSymbolicLink(path, Path.of("/dev/null"));
    assertRefused("is a symbolic link");
    Files.delete(path);
    Files.createDirectory(path);
    assertThatThrownBy(() -> ShmPort.open(name))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("EISDIR");
  }

  @Test
  void shouldRefuseAWireOfAnotherVersion() throws IOException {
    try (ShmPort one = ShmPort.open(name);
        Arena arena = Arena.ofConfined()) {
      tamper(arena).set(JAVA_INT, Layout.VERSION_AT, 9);
      assertRefused("another version (9, ours 2)");
      assertThat(one.receive(slab, 0, ROOM)).isZero();
    }
  }

  @Test
  void shouldUseAFileThatWasLeftHalfMade() throws IOException {
    write(new byte[Layout.BYTES]);
    Files.createFile(FOLDER.resolve("trident-" + name + ".1"));
    try (ShmPort one = ShmPort.open(name);
        ShmPort two = ShmPort.open(name)) {
      send(one, 1, 60);
      assertReceives(two, 1, 60);
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void shouldSurviveAPeerThatWritesNonsense() throws IOException {
    try (ShmPort one = ShmPort.open(name);
        ShmPort two = ShmPort.open(name);
        Arena arena = Arena.ofConfined()) {
      MemorySegment shared = tamper(arena);
      // End 0 receives by ring 1. Lengths first, then a tail far ahead and one behind.
      int count = 0;
      for (int bad : new int[] {0, -1, 13, 2_041, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
        send(two, 1, 60);
        shared.set(JAVA_LONG, Layout.slot(1, count), Layout.mark(count, 0) | (bad & 0xffff_ffffL));
        assertReceivesNothing(one);
        count++;
        assertThat(one.peersMistakes()).isEqualTo(count);
      }
      send(two, 5, 60);
      assertReceives(one, 5, 60);
      for (int bad : new int[] {257, -2, Integer.MIN_VALUE}) {
        int tail = shared.get(JAVA_INT, Layout.tail(1));
        shared.set(JAVA_INT, Layout.tail(1), tail + bad);
        one.awake(); // when it looks after its peer
        assertReceivesNothing(one);
        count++;
        assertThat(one.peersMistakes()).isEqualTo(count);
      }
      send(two, 6, 60);
      one.awake();
      send(two, 7, 60);
      assertReceives(one, 7, 60);
    }
  }

  @Test
  void shouldNotBeHeldUpByAPeerThatFillsTheRingWithNonsense() throws IOException {
    try (ShmPort one = ShmPort.open(name);
        ShmPort two = ShmPort.open(name);
        Arena arena = Arena.ofConfined()) {
      MemorySegment shared = tamper(arena);
      for (int count = 0; count < 40; count++) {
        send(two, 1, 60);
        shared.set(JAVA_LONG, Layout.slot(1, count), Layout.mark(count, 0));
      }
      send(two, 2, 60);
      assertReceivesNothing(one);
      assertThat(one.peersMistakes()).isEqualTo(32);
      assertThat(one.prepareToSleep()).as("there is more").isFalse();
      one.awake();
      assertReceives(one, 2, 60);
      assertThat(one.peersMistakes()).isEqualTo(40);
    }
  }

  /** As after two and after four thousand million frames. */
  @ParameterizedTest
  @ValueSource(ints = {Integer.MAX_VALUE - 400, -400})
  void shouldGoOnWhenTheCountsOfARingWrap(int before) throws IOException {
    ShmPort first = ShmPort.open(name);
    ShmPort second = ShmPort.open(name);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment shared = tamper(arena);
      second.close();
      shared.set(JAVA_INT, Layout.tail(0), before);
      shared.set(JAVA_INT, Layout.head(0), before);
      shared.set(JAVA_INT, Layout.tail(1), before);
      shared.set(JAVA_INT, Layout.head(1), before);
    }
    second = ShmPort.open(name);
    first.close();
    first = ShmPort.open(name);
    for (int round = 0; round < 3; round++) {
      int sent = 0;
      while (send(first, sent, 60)) {
        sent++;
      }
      assertThat(sent).isEqualTo(Layout.SLOTS);
      for (int i = 0; i < sent; i++) {
        assertReceives(second, i, 60);
        assertThat(send(second, -i, 60)).isTrue();
      }
      assertThat(send(second, 0, 60)).as("full").isFalse();
      for (int i = 0; i < sent; i++) {
        assertReceives(first, -i, 60);
      }
      assertReceivesNothing(second);
      assertReceivesNothing(first);
    }
    assertThat(first.peersMistakes() + second.peersMistakes()).isZero();
    first.close();
    second.close();
  }

  @Test
  void shouldRefuseFramesWhenThePeersIndexIsNonsense() throws IOException {
    try (ShmPort one = ShmPort.open(name);
        ShmPort two = ShmPort.open(name);
        Arena arena = Arena.ofConfined()) {
      MemorySegment shared = tamper(arena);
      while (send(one, 1, 60)) {
        // Fill the ring, so that the index is looked at.
      }
      shared.set(JAVA_INT, Layout.head(0), 257);
      assertThat(send(one, 2, 60)).isFalse();
      assertThat(one.peersMistakes()).isEqualTo(1);
      shared.set(JAVA_INT, Layout.head(0), 1);
      assertThat(send(one, 3, 60)).isTrue();
      assertThat(two.peersMistakes()).isZero();
    }
  }

  @Test
  void shouldGoOnWhenIndicesWereNonsenseAsAPeerDied() throws IOException {
    try (ShmPort one = ShmPort.open(name);
        Arena arena = Arena.ofConfined()) {
      ShmPort two = ShmPort.open(name);
      MemorySegment shared = tamper(arena);
      two.close();
      shared.set(JAVA_INT, Layout.tail(1), 77_777);
      shared.set(JAVA_INT, Layout.head(0), -77_777);
      try (ShmPort next = ShmPort.open(name)) {
        send(one, 1, 60);
        assertReceives(next, 1, 60);
        send(next, 2, 60);
        assertReceives(one, 2, 60);
      }
    }
  }
}
