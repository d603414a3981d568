package dev.trident.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.trident.buffer.Slab;
import dev.trident.c.C;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.StackError;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.host.NicOptions;
import dev.trident.hw.port.Port;
import io.netty.buffer.ByteBuf;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What each port to an interface of the kernel must do, with the kernel at the other end of a
 * virtual cable and all its offloads on.
 */
@Timeout(60)
abstract class KernelPortContract {
  static final String DEVICE = "tri-near";
  private static final int FRAME_BYTES = 60;
  private static final int LOOPBACK = 0x7f00_0001;
  private static final int MOST_WINDOWS = 400;

  /** Opens the port under test at {@code device}. */
  abstract Port open(String device) throws IOException;

  /** How the port is called where it is chosen by name. */
  abstract String scheme();

  /** Frames that were lost on their way out. */
  abstract long lostFrames(Port port);

  /** Frames whose checksum was completed. */
  abstract long completedChecksums(Port port);

  @Test
  void shouldAnswerPingsOfTheKernel() throws Exception {
    try (KernelPeer kernel = KernelPeer.at(DEVICE);
        Fabric fabric = Fabric.driven()) {
      host(fabric, open(DEVICE));
      assertThat(kernel.ping(5)).isEqualTo(5);
      assertThat(kernel.ping(2, "-s", "1472", "-M", "do")).isEqualTo(2);
      assertThat(kernel.ping(2, "-s", "20000")).isEqualTo(2);
    }
  }

  /** With the hardware address that the port wants, on an adapter called as the device. */
  static Host host(Fabric fabric, Port port) {
    return fabric.host("near", 1).nic(DEVICE, KernelPeer.OUR_CIDR, NicOptions.STANDARD, port);
  }

  @Test
  void shouldExchangeStreamsWithTheKernel() throws Exception {
    try (KernelPeer kernel = KernelPeer.at(DEVICE);
        Fabric fabric = Fabric.polled()) {
      Port port = open(DEVICE);
      kernel.exchangeStream(host(fabric, port), 8 << 20);
      assertThat(completedChecksums(port)).isPositive();
      assertThat(lostFrames(port)).isZero();
    }
  }

  @Test
  void shouldExchangeDatagramsOfAllLengthsWithTheKernel() throws Exception {
    try (KernelPeer kernel = KernelPeer.at(DEVICE);
        Fabric fabric = Fabric.polled()) {
      Port port = open(DEVICE);
      kernel.exchangeDatagrams(host(fabric, port), 1_472);
      // One in 65,536 is right as it is, and is not counted.
      assertThat(completedChecksums(port)).isGreaterThanOrEqualTo(1_470);
      assertThat(lostFrames(port)).isZero();
    }
  }

  @Test
  void shouldSayGoneWhenTheDeviceIsDeleted() throws Exception {
    try (KernelPeer kernel = KernelPeer.at(DEVICE);
        Port port = open(DEVICE);
        FrameResponder responder =
            new FrameResponder(port, KernelPeer.OUR_MAC, KernelPeer.OUR_ADDRESS)) {
      assertThat(kernel.ping(2)).isEqualTo(2);
      kernel.cut();
      assertThat(responder.sawWireGone()).isTrue();
    }
  }

  @Test
  void shouldCarryFramesAgainAfterTheDeviceWasDown() throws Exception {
    try (KernelPeer kernel = KernelPeer.at(DEVICE);
        Port port = open(DEVICE);
        FrameResponder responder =
            new FrameResponder(port, KernelPeer.OUR_MAC, KernelPeer.OUR_ADDRESS)) {
      assertThat(kernel.ping(2)).isEqualTo(2);
      Command.run("ip", "link", "set", "dev", DEVICE, "down");
      Command.run("ip", "link", "set", "dev", DEVICE, "up");
      assertThat(kernel.ping(2)).isEqualTo(2);
      assertThat(responder.isRunning()).isTrue();
    }
  }

  @Test
  void shouldKeepTheHostRunningWhenTheDeviceIsDeletedInTheMiddle() throws Exception {
    try (KernelPeer kernel = KernelPeer.at(DEVICE);
        Fabric fabric = Fabric.polled()) {
      Port port = open(DEVICE);
      Host host = host(fabric, port);
      kernel.exchangeDatagrams(host, 10);
      kernel.cut();
      HostStack stack = host.defaultStack();
      stack.enter();
      try {
        DatagramEndpoint socket = Objects.requireNonNull(stack.transport().newDatagram());
        assertThat(socket.bind(0, 7)).isZero();
        ByteBuf data = C.malloc(10);
        KernelPeer.await(
            stack,
            "a lost frame",
            () -> {
              int sent = socket.send(data, 0, 10, KernelPeer.KERNEL_ADDRESS, 7);
              assertThat(sent).isIn(10, StackError.WOULD_BLOCK.code);
              return lostFrames(port) > 0;
            });
        assertThat(socket.send(data, 0, 10, LOOPBACK, 7)).isEqualTo(10);
        KernelPeer.await(stack, "own datagram", () -> socket.receivableDatagrams() > 0);
        socket.close();
      } finally {
        stack.exit();
      }
    }
  }

  @Test
  void shouldSayWhichInterfaceIsMissing() {
    assertThatThrownBy(() -> open("tri-nowhere"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("tri-nowhere")
        .hasMessageContaining("ip link show");
  }

  @Test
  void shouldSayWhatIsNeededWhenTheProcessHasNoPrivilege() throws Exception {
    try (KernelPeer kernel = KernelPeer.at(DEVICE)) {
      assertThat(kernel.namespace().name()).isNotEmpty();
      Process child = PortChild.start(PortChild.WITHOUT_PRIVILEGE, scheme(), DEVICE);
      assertThat(child.inputReader().readAllLines().getFirst())
          .startsWith("refused: ")
          .contains(DEVICE)
          .contains("CAP_")
          .contains("run as root");
    }
  }

  @Test
  void shouldLeaveNoDescriptorOpen() throws Exception {
    try (KernelPeer kernel = KernelPeer.at(DEVICE)) {
      open(DEVICE).close();
      List<String> before = descriptors();
      for (int i = 0; i < 10; i++) {
        Port port = open(DEVICE);
        port.close();
        port.close();
        assertThatThrownBy(() -> open("lo")).isInstanceOf(IOException.class);
      }
      assertThat(descriptors()).containsExactlyInAnyOrderElementsOf(before);
      kernel.cut();
    }
  }

  /** Sockets and what has no file, such as programs, maps and links of bpf(2), of this process. */
  static List<String> descriptors() throws IOException {
    List<String> found = new ArrayList<>();
    for (String descriptor : Objects.requireNonNull(new File("/proc/self/fd").list())) {
      Path link = Path.of("/proc/self/fd", descriptor);
      if (Files.isSymbolicLink(link)) {
        String target = Files.readSymbolicLink(link).toString();
        if (target.startsWith("socket:") || target.startsWith("anon_inode:")) {
          found.add(descriptor + " " + target);
        }
      }
    }
    return found;
  }

  /** A ping by the kernel for each frame that we send: both directions at full speed. */
  @Test
  void shouldAllocateNothingPerFrame() throws Exception {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (KernelPeer kernel = KernelPeer.at(DEVICE);
        Port port = open(DEVICE);
        Slab slab = new Slab(4096)) {
      Process flood =
          kernel.namespace().start(List.of("ping", "-q", "-f", "-c", "1000000", KernelPeer.OURS));
      int echoes = 0;
      long least = Long.MAX_VALUE;
      slab.putInt(12, 0x88b5_0000); // an EtherType for experiments (IEEE 802)
      for (int window = 0; window < MOST_WINDOWS && (least > 0 || echoes == 0); window++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 5_000; i++) {
          port.send(slab, 0, FRAME_BYTES);
          port.flush();
          echoes += port.receive(slab, 2048, 1514) > 0 ? 1 : 0;
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      flood.destroy();
      assertThat(least).isZero();
      assertThat(echoes).isPositive();
      assertThat(lostFrames(port)).isZero();
    }
  }

  @Test
  void shouldSayGoneAfterClose() throws Exception {
    try (KernelPeer kernel = KernelPeer.at(DEVICE);
        Slab slab = new Slab(4096)) {
      Port port = open(DEVICE);
      port.close();
      assertThat(port.receive(slab, 0, 2048)).isEqualTo(Port.GONE);
      assertThat(port.descriptor()).isEqualTo(Port.NO_DESCRIPTOR);
      assertThat(kernel.ping(1, "-W", "1")).isEqualTo(0);
    }
  }
}
