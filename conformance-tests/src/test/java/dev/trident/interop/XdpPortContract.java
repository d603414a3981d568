package dev.trident.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.hw.host.Fabric;
import dev.trident.hw.port.Port;
import dev.trident.hw.port.xdp.XdpMode;
import dev.trident.hw.port.xdp.XdpOptions;
import dev.trident.hw.port.xdp.XdpPort;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code xdp:} alone has, in each of its modes. */
abstract class XdpPortContract extends KernelPortContract {
  private final XdpMode mode;

  XdpPortContract(XdpMode mode) {
    this.mode = mode;
  }

  @Override
  Port open(String device) throws IOException {
    return XdpPort.open(device, XdpOptions.STANDARD.withMode(mode));
  }

  @Override
  String scheme() {
    return "xdp";
  }

  @Override
  long lostFrames(Port port) {
    return ((XdpPort) port).lostFrames();
  }

  @Override
  long completedChecksums(Port port) {
    return ((XdpPort) port).completedChecksums();
  }

  @Test
  void shouldRefuseAQueueThatIsInUse() throws Exception {
    try (KernelPeer kernel = KernelPeer.at(DEVICE);
        Port port = open(DEVICE)) {
      assertThat(port.descriptor()).isPositive();
      List<String> before = descriptors();
      assertThatThrownBy(() -> open(DEVICE))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(DEVICE)
          .hasMessageContaining("choose another");
      assertThat(descriptors()).containsExactlyInAnyOrderElementsOf(before);
      assertThat(kernel.namespace().name()).isNotEmpty();
    }
  }

  @Test
  void shouldRefuseAQueueThatIsNotThere() throws Exception {
    try (KernelPeer kernel = KernelPeer.at(DEVICE)) {
      List<String> before = descriptors();
      assertThatThrownBy(
              () -> XdpPort.open(DEVICE, XdpOptions.STANDARD.withMode(mode).withQueue(7)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("queue 7")
          .hasMessageContaining("/sys/class/net/" + DEVICE + "/queues");
      assertThat(descriptors()).containsExactlyInAnyOrderElementsOf(before);
      assertThat(kernel.namespace().name()).isNotEmpty();
    }
  }

  /** The kernel takes its time to free a queue, and a thread that is interrupted must wait, too. */
  @Test
  void shouldOpenAgainAtOnceOnAnInterruptedThread() throws Exception {
    KernelPeer kernel = KernelPeer.at(DEVICE);
    try {
      for (int i = 0; i < 5; i++) {
        Thread.currentThread().interrupt();
        try (Fabric fabric = Fabric.driven()) {
          host(fabric, open(DEVICE));
        }
        assertThat(Thread.interrupted()).as("the flag stays").isTrue();
      }
    } finally {
      Thread.interrupted();
      kernel.close();
    }
  }
}
