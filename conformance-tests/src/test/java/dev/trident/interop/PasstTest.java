package dev.trident.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.apps.net.NetNamespace;
import dev.trident.c.C;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.host.NicOptions;
import dev.trident.hw.port.unix.UnixPort;
import dev.trident.testkit.NeedsNet;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Out into the world without privileges: passt, which makes itself the user nobody, carries our TCP
 * and UDP to the kernel of another namespace.
 */
@NeedsNet({"ip", "passt"})
@Timeout(60)
class PasstTest {
  private static final String DEVICE = "ext0";

  /** Of passt's namespace; as passt has it, our host takes the same. */
  private static final String NEAR = "10.216.0.1/24";

  private static final String WORLD = "10.216.0.2";
  private static final int WORLD_ADDRESS = 0x0ad8_0002;
  private static final int BLOCK_BYTES = 64 << 10;

  @TempDir Path folder;

  private NetNamespace near;
  private NetNamespace world;
  private Path socket;

  @BeforeEach
  void makeWorld() throws IOException {
    near = NetNamespace.create();
    world = NetNamespace.create();
    near.join(world, DEVICE, NEAR, WORLD + "/24");
    near.gateway(WORLD);
    // passt makes the socket as nobody.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    socket = folder.resolve("passt.socket");
  }

  @AfterEach
  void removeWorld() throws IOException {
    world.close();
    near.close();
  }

  /** Starts passt and waits until its socket is there and answers. */
  private Process startPasst() throws Exception {
    Files.deleteIfExists(socket);
    try (WatchService watch = FileSystems.getDefault().newWatchService()) {
      folder.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      Process passt =
          near.start(
              List.of(
                  "passt",
                  "-q",
                  "-f",
                  "-4",
                  "--no-map-gw",
                  "-s",
                  socket.toString(),
                  "-P",
                  folder.resolve("pid").toString()));
      while (!Files.exists(folder.resolve("pid"))) {
        watch.take().reset();
      }
      return passt;
    }
  }

  private static void kill(Process process) throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  @Test
  void shouldReachTheKernelThroughPasst() throws Exception {
    int port = EagerEcho.startIn(world, WORLD);
    Process passt = startPasst();
    try (UnixPort wire = UnixPort.connect(socket.toString());
        Fabric fabric = Fabric.polled()) {
      Host host = fabric.host("guest", 1).nic(DEVICE, NEAR, NicOptions.STANDARD, wire);
      exchange(host, port, 64);
      assertThat(userOf(passt)).isEqualTo("nobody");
      assertThat(wire.isConnected()).isTrue();
      assertThat(wire.badLengths()).isZero();
      assertThat(wire.lostFrames()).isZero();
    }
  }

  /** Sends blocks to the kernel, gets each back before the next, and closes its direction first. */
  private static void exchange(Host host, int port, int blocks) {
    byte[] contents = new byte[BLOCK_BYTES];
    ByteBuf block = C.malloc(BLOCK_BYTES);
    Random random = new Random(port);
    HostStack stack = host.defaultStack();
    stack.enter();
    try {
      StreamEndpoint stream = Objects.requireNonNull(stack.transport().newStream());
      assertThat(stream.connect(WORLD_ADDRESS, port)).isNotNegative();
      KernelPeer.await(
          stack,
          "connection",
          () -> stream.readiness().isAny(Readiness.CONNECTED | Readiness.ERROR));
      for (int i = 0; i < blocks; i++) {
        random.nextBytes(contents);
        block.setBytes(0, contents);
        assertThat(stream.send(block, 0, BLOCK_BYTES, 0)).isEqualTo(BLOCK_BYTES);
        block.setZero(0, BLOCK_BYTES);
        for (int received = 0; received < BLOCK_BYTES; ) {
          KernelPeer.await(stack, "echo", () -> stream.readiness().isAny(Readiness.READABLE));
          int got = stream.receive(block, received, BLOCK_BYTES - received);
          assertThat(got).isPositive();
          received += got;
        }
        byte[] back = new byte[BLOCK_BYTES];
        block.getBytes(0, back);
        assertThat(back).isEqualTo(contents);
      }
      assertThat(stream.shutdownSend()).isNotNegative();
      KernelPeer.await(stack, "the end", () -> stream.readiness().isAny(Readiness.READABLE));
      assertThat(stream.receive(block, 0, BLOCK_BYTES)).isZero();
      stream.close();
    } finally {
      stack.exit();
    }
  }

  @Test
  void shouldExchangeDatagramsWithTheKernelThroughPasst() throws Exception {
    int port = EagerEcho.startIn(world, WORLD);
    startPasst();
    try (UnixPort wire = UnixPort.connect(socket.toString());
        Fabric fabric = Fabric.polled()) {
      Host host = fabric.host("guest", 1).nic(DEVICE, NEAR, NicOptions.STANDARD, wire);
      HostStack stack = host.defaultStack();
      ByteBuf buffer = C.malloc(BLOCK_BYTES);
      Random random = new Random(port);
      stack.enter();
      try {
        DatagramEndpoint endpoint = Objects.requireNonNull(stack.transport().newDatagram());
        for (int length = 1; length <= 1_472; length += length < 20 ? 1 : 97) {
          byte[] contents = new byte[length];
          random.nextBytes(contents);
          buffer.setBytes(0, contents);
          assertThat(endpoint.send(buffer, 0, length, WORLD_ADDRESS, port)).isEqualTo(length);
          buffer.setZero(0, length);
          KernelPeer.await(stack, "echo", () -> endpoint.receivableDatagrams() > 0);
          assertThat(endpoint.receive(buffer, 0, BLOCK_BYTES)).isEqualTo(length);
          assertThat(endpoint.sourceAddress()).isEqualTo(WORLD_ADDRESS);
          assertThat(endpoint.sourcePort()).isEqualTo(port);
          byte[] back = new byte[length];
          buffer.getBytes(0, back);
          assertThat(back).isEqualTo(contents);
        }
        endpoint.close();
      } finally {
        stack.exit();
      }
      assertThat(wire.lostFrames()).isZero();
    }
  }

  private static String userOf(Process process) throws IOException {
    return Files.getOwner(Path.of("/proc", Long.toString(process.pid()))).getName();
  }

  @Test
  void shouldReconnectWhenPasstWasKilledAndStartedAgain() throws Exception {
    int port = EagerEcho.startIn(world, WORLD);
    Process passt = startPasst();
    try (UnixPort wire = UnixPort.connect(socket.toString());
        Fabric fabric = Fabric.polled()) {
      Host host = fabric.host("guest", 1).nic(DEVICE, NEAR, NicOptions.STANDARD, wire);
      exchange(host, port, 2);
      Files.delete(folder.resolve("pid"));
      kill(passt);
      HostStack stack = host.defaultStack();
      stack.enter();
      try {
        KernelPeer.await(stack, "the end of passt", () -> !wire.isConnected());
        DatagramEndpoint socket = Objects.requireNonNull(stack.transport().newDatagram());
        assertThat(socket.send(C.malloc(10), 0, 10, WORLD_ADDRESS, 7)).isEqualTo(10);
        socket.close();
        assertThat(wire.lostFrames()).isPositive();
      } finally {
        stack.exit();
      }
      assertThat(wire.endings()).isEqualTo(1);
      startPasst();
      stack.enter();
      KernelPeer.await(stack, "the next passt", wire::isConnected);
      stack.exit();
      exchange(host, port, 2);
      assertThat(wire.connections()).isEqualTo(2);
    }
  }
}
