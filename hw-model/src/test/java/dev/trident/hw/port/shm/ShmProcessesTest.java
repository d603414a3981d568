package dev.trident.hw.port.shm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.Slab;
import dev.trident.hw.port.Sleeper;
import dev.trident.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A wire between this JVM and another one, which is killed at times. */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class ShmProcessesTest {
  private static final int ROOM = 2_048;

  private final String name = "peers-" + ProcessHandle.current().pid();
  private final Slab slab = new Slab(4 * ROOM);
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endPeers() throws InterruptedException {
    for (Process peer : started) {
      kill(peer);
    }
    slab.close();
  }

  private Process start(String... arguments) throws IOException {
    Process peer = ShmPeer.start(arguments);
    started.add(peer);
    return peer;
  }

  /** A peer that has joined the wire. */
  private Process startJoined(String... arguments) throws IOException {
    Process peer = start(arguments);
    assertThat(peer.inputReader().readLine()).isEqualTo("joined");
    return peer;
  }

  private static void kill(Process peer) throws InterruptedException {
    peer.destroyForcibly();
    peer.waitFor();
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/dev/shm"))) {
      return all.map(Path::toString).filter(file -> file.contains(name)).toList();
    }
  }

  private void assertEchoes(ShmPort port, Sleeper sleeper, int frames) {
    for (int i = 0; i < frames; i++) {
      int length = ShmPeer.fill(slab, 0, i, 0);
      assertThat(port.send(slab, 0, length)).isTrue();
      port.flush();
      int received = port.receive(slab, ROOM, ROOM);
      while (received == 0) {
        sleeper.sleep(Deadline.NEVER);
        received = port.receive(slab, ROOM, ROOM);
      }
      assertThat(ShmPeer.difference(slab, ROOM, received, i, 0)).isEmpty();
    }
  }

  @Test
  void shouldExchangeAHundredThousandFramesUnharmed() throws Exception {
    Process peer;
    try (ShmPort port = ShmPort.open(name)) {
      peer = startJoined("exchange", name, "100000");
      assertThat(ShmPeer.exchange(port, 100_000, 0, 1)).isEqualTo("ok");
      assertThat(peer.inputReader().readLine()).isEqualTo("ok");
      assertThat(port.receivedFrames()).isEqualTo(100_000);
      assertThat(port.peersMistakes()).isZero();
    }
    peer.waitFor(); // it may be the last to leave
    assertThat(files()).isEmpty();
  }

  @Test
  void shouldWakeEachOtherWhenBothSleep() throws Exception {
    try (ShmPort port = ShmPort.open(name);
        Sleeper sleeper = new Sleeper()) {
      sleeper.add(port);
      startJoined("echo", name);
      assertEchoes(port, sleeper, 2_000);
    }
  }

  @Test
  void shouldGoOnWithTheNextPeerWhenOneIsKilled() throws Exception {
    try (ShmPort port = ShmPort.open(name);
        Sleeper sleeper = new Sleeper()) {
      sleeper.add(port);
      for (int peers = 1; peers <= 3; peers++) {
        Process peer = startJoined("echo", name);
        assertEchoes(port, sleeper, 500);
        assertThat(port.peersJoined()).isEqualTo(peers);
        // In the middle of its work: there are frames in both rings.
        for (int i = 0; i < 900; i++) {
          port.send(slab, 0, 60);
        }
        port.flush();
        kill(peer);
        while (port.peersLost() < peers) {
          if (port.receive(slab, ROOM, ROOM) == 0) {
            sleeper.sleep(Deadline.NEVER);
          }
        }
        while (port.receive(slab, ROOM, ROOM) > 0) {
          // What the peer had still sent.
        }
        long lost = port.framesWithoutPeer();
        assertThat(port.send(slab, 0, 60)).isTrue();
        assertThat(port.framesWithoutPeer()).isEqualTo(lost + 1);
        assertThat(sleeper.sleep(0)).as("an empty end is silent").isFalse();
      }
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void shouldNoticeTheDeathOfAPeerWhenPollingWithoutSleep() throws Exception {
    try (ShmPort port = ShmPort.open(name)) {
      Process peer = startJoined("echo", name);
      while (port.peersJoined() == 0) {
        port.receive(slab, 0, ROOM);
      }
      kill(peer);
      while (port.peersLost() == 0) {
        port.receive(slab, 0, ROOM);
      }
      assertThat(port.send(slab, 0, 60)).isTrue();
      assertThat(port.framesWithoutPeer()).isEqualTo(1);
    }
  }

  @Test
  void shouldTakeOverTheFilesWhenBothWereKilled() throws Exception {
    Process one = startJoined("echo", name);
    Process two = startJoined("echo", name);
    kill(one);
    kill(two);
    assertThat(files()).hasSize(3);
    try (ShmPort port = ShmPort.open(name);
        Sleeper sleeper = new Sleeper()) {
      sleeper.add(port);
      startJoined("echo", name);
      assertEchoes(port, sleeper, 100);
    }
  }

  @Test
  void shouldRefuseAThirdProcess() throws Exception {
    try (ShmPort port = ShmPort.open(name);
        Sleeper sleeper = new Sleeper()) {
      sleeper.add(port);
      Process two = startJoined("echo", name);
      String answer = start("echo", name).inputReader().readLine();
      assertThat(answer)
          .isEqualTo(
              "/dev/shm/trident-%s joins the processes %d and %d already; choose another name"
                  .formatted(name, ProcessHandle.current().pid(), two.pid()));
      assertEchoes(port, sleeper, 100);
    }
  }
}
