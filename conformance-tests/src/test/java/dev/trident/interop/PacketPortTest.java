package dev.trident.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.apps.net.KernelPing;
import dev.trident.buffer.Slab;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.port.Port;
import dev.trident.hw.port.Sleeper;
import dev.trident.hw.port.packet.PacketPort;
import dev.trident.testkit.NeedsNet;
import dev.trident.time.Deadline;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code packet:}, and what it alone has. */
@NeedsNet({"ip", "ping", "setpriv", "unshare"})
class PacketPortTest extends KernelPortContract {
  private static final int FRAME_BYTES = 60;

  @TempDir Path folder;

  @Override
  Port open(String device) throws IOException {
    return PacketPort.open(device);
  }

  @Override
  String scheme() {
    return "packet";
  }

  @Override
  long lostFrames(Port port) {
    return ((PacketPort) port).lostFrames();
  }

  @Override
  long completedChecksums(Port port) {
    return ((PacketPort) port).completedChecksums();
  }

  @Test
  void shouldCutFramesOfSeveralSegments() throws Exception {
    try (KernelPeer kernel = KernelPeer.at(DEVICE);
        Fabric fabric = Fabric.polled();
        PacketPort port = PacketPort.open(DEVICE)) {
      kernel.exchangeStream(host(fabric, port), 4 << 20);
      assertThat(port.superFrames()).isPositive();
      assertThat(port.cutSegments()).isGreaterThan(2 * port.superFrames());
      assertThat(port.uncutFrames()).isZero();
      assertThat(fabric.hosts().getFirst().nic(DEVICE).counters().tooLong()).isZero();
    }
  }

  /** poll(2) knows nothing of the segments that are left of a frame. */
  @Test
  void shouldNotSleepOnSegmentsThatAreLeft() throws Exception {
    try (KernelPeer kernel = KernelPeer.at(DEVICE);
        Fabric fabric = Fabric.polled();
        PacketPort port = PacketPort.open(DEVICE)) {
      SegmentWatch watch = new SegmentWatch(port);
      kernel.exchangeStream(host(fabric, watch), 1 << 20);
      assertThat(watch.fromMemory).isPositive();
      assertThat(watch.sleptOn).isZero();
    }
  }

  /** Asks before each reception whether the receiver may sleep. */
  private static final class SegmentWatch implements Port {
    final PacketPort port;
    int fromMemory;
    int sleptOn;

    SegmentWatch(PacketPort port) {
      this.port = port;
    }

    @Override
    public int receive(Slab slab, int offset, int capacityBytes) {
      long frames = port.receivedFrames();
      boolean maySleep = port.prepareToSleep();
      int length = port.receive(slab, offset, capacityBytes);
      if (length > 0 && port.receivedFrames() == frames) {
        fromMemory++;
        sleptOn += maySleep ? 1 : 0;
      }
      return length;
    }

    @Override
    public boolean send(Slab slab, int offset, int lengthBytes) {
      return port.send(slab, offset, lengthBytes);
    }

    @Override
    public int mtuBytes() {
      return port.mtuBytes();
    }

    @Override
    public int descriptor() {
      return port.descriptor();
    }

    @Override
    public void close() {
      port.close();
    }
  }

  @Test
  void shouldHaveTheHardwareAddressOfTheDeviceWhenAsked() throws Exception {
    try (KernelPeer kernel = KernelPeer.at(DEVICE);
        Fabric fabric = Fabric.driven();
        PacketPort port = PacketPort.openWithDeviceMac(DEVICE)) {
      String text = Files.readString(Path.of("/sys/class/net", DEVICE, "address")).strip();
      assertThat(port.mac()).isEqualTo(Long.parseLong(text.replace(":", ""), 16));
      host(fabric, port);
      assertThat(kernel.ping(3)).isEqualTo(3);
    }
  }

  @Test
  void shouldPutBackTheTagThatLinuxTakesOut() throws Exception {
    String far = "tri-far";
    try (KernelPeer kernel = KernelPeer.at(DEVICE);
        Slab slab = new Slab(4096);
        Sleeper sleeper = new Sleeper()) {
      kernel
          .namespace()
          .ip("link set dev veth0 netns " + ProcessHandle.current().pid() + " name " + far);
      Command.run("ip", "link", "set", "dev", far, "up");
      try (PacketPort sender = PacketPort.open(far);
          PacketPort receiver = PacketPort.open(DEVICE)) {
        sleeper.add(receiver);
        slab.putLong(0, 0xffff_ffff_ffff_0200L);
        slab.putInt(8, 5);
        slab.putInt(12, 0x8100_6007);
        slab.putInt(16, 0x88b5_1234);
        assertThat(sender.send(slab, 0, FRAME_BYTES)).isTrue();
        int length = 0;
        while (length == 0 || slab.getUnsignedShort(2048 + 16) != 0x88b5) {
          length = receiver.receive(slab, 2048, 1514);
          if (length == 0) {
            sleeper.sleep(Deadline.NEVER);
          }
        }
        assertThat(length).isEqualTo(FRAME_BYTES);
        for (int i = 0; i < FRAME_BYTES; i++) {
          assertThat(slab.getByte(2048 + i)).as("byte %d", i).isEqualTo(slab.getByte(i));
        }
        assertThat(receiver.restoredTags()).isEqualTo(1);
      }
    }
  }

  /** As nobody, in namespaces of that user's own, with the kernel at the end of an own cable. */
  @Test
  void shouldWorkWithoutRootInAUserNamespace() throws Exception {
    String script =
        "ip link add tri-a type veth peer name tri-b && ip address add 10.213.0.1/24 dev tri-b"
            + " && ip link set tri-a up && ip link set tri-b up && exec \"$@\"";
    List<String> command =
        new ArrayList<>(
            List.of(
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                "--bounding-set=-all",
                "unshare",
                "-Urn",
                "sh",
                "-c",
                script,
                "sh"));
    command.addAll(PortChild.java(readableByAll(System.getProperty("java.class.path"))));
    command.addAll(List.of("packet", "tri-a"));
    command.addAll(KernelPing.command(KernelPeer.OURS, KernelPing.MOST_OF_ANY_USER));
    Process child =
        new ProcessBuilder(command).directory(new File("/")).redirectErrorStream(true).start();
    assertThat(String.join("\n", child.inputReader().readAllLines())).contains("3 received");
  }

  /** A copy of the class path where somebody else may read it. */
  private String readableByAll(String classPath) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> copies = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      Path from = Path.of(entry);
      if (!Files.exists(from) || entry.isEmpty()) {
        continue;
      }
      Path to = folder.resolve(copies.size() + "-" + from.getFileName());
      copy(from, to);
      copies.add(to.toString());
    }
    return String.join(File.pathSeparator, copies);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.copy(file, copy);
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
    }
  }
}
