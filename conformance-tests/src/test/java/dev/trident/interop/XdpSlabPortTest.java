package dev.trident.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.c.C;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StackError;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.nic.InterfaceOptions;
import dev.trident.hw.nic.NicExhaustedException;
import dev.trident.hw.nic.RingOptions;
import dev.trident.hw.port.Port;
import dev.trident.hw.port.xdp.XdpMode;
import dev.trident.hw.port.xdp.XdpOptions;
import dev.trident.hw.port.xdp.XdpPort;
import dev.trident.testkit.Allocations;
import dev.trident.testkit.NeedsNet;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** {@code xdp:DEVICE?umem=slab}: the kernel works in the stack's own cells. */
@NeedsNet({"ip", "ping", "setpriv"})
class XdpSlabPortTest extends XdpPortContract {
  XdpSlabPortTest() {
    super(XdpMode.NATIVE);
  }

  @Override
  Port open(String device) throws IOException {
    return XdpPort.open(device, XdpOptions.STANDARD.withMode(XdpMode.NATIVE).withCells());
  }

  @Test
  void shouldCopyNothing() throws Exception {
    try (KernelPeer kernel = KernelPeer.at(DEVICE);
        Fabric fabric = Fabric.polled()) {
      XdpPort port = (XdpPort) open(DEVICE);
      Host host = host(fabric, port);
      kernel.exchangeStream(host, 2 << 20);
      kernel.exchangeDatagrams(host, 100);
      assertThat(port.receivedFrames()).isGreaterThan(1_400);
      assertThat(port.sentFrames()).isGreaterThan(1_400);
      assertThat(port.copiedBytes()).isZero();
    }
  }

  @Test
  void shouldGiveEveryCellBackWhenTheHostIsClosed() throws Exception {
    try (KernelPeer kernel = KernelPeer.at(DEVICE)) {
      List<String> before = descriptors();
      try (Fabric fabric = Fabric.polled()) {
        Host host = host(fabric, open(DEVICE));
        kernel.exchangeStream(host, 1 << 20);
        HostStack stack = host.defaultStack();
        host.close();
        assertThat(stack.transport().pool().freeCells())
            .isEqualTo(stack.transport().pool().cells());
      }
      assertThat(descriptors()).containsExactlyInAnyOrderElementsOf(before);
    }
  }

  @Test
  void shouldCompleteEverythingWhenTheDeviceIsDeleted() throws Exception {
    try (KernelPeer kernel = KernelPeer.at(DEVICE);
        Fabric fabric = Fabric.polled()) {
      XdpPort port = (XdpPort) open(DEVICE);
      Host host = host(fabric, port);
      kernel.exchangeDatagrams(host, 10);
      kernel.cut();
      HostStack stack = host.defaultStack();
      stack.enter();
      try {
        DatagramEndpoint socket = Objects.requireNonNull(stack.transport().newDatagram());
        ByteBuf data = C.malloc(10);
        KernelPeer.await(
            stack,
            "frames lost",
            () -> {
              for (int i = 0; i < 50; i++) {
                int sent = socket.send(data, 0, 10, KernelPeer.KERNEL_ADDRESS, 7);
                assertThat(sent).isIn(10, StackError.WOULD_BLOCK.code);
              }
              return port.lostFrames() > 2_000;
            });
        socket.close();
        KernelPeer.await(
            stack, "completions", () -> stack.devices()[1].outstandingTransmissions() == 0);
      } finally {
        stack.exit();
      }
    }
  }

  @Test
  void shouldServeNoSecondStack() throws Exception {
    try (KernelPeer kernel = KernelPeer.at(DEVICE);
        Fabric fabric = Fabric.driven()) {
      Host host = host(fabric, open(DEVICE));
      StackConfig config = StackConfig.standard("second", 2).withCells(2_048, 128);
      assertThatThrownBy(
              () -> host.openStack(DEVICE, config, InterfaceOptions.of(RingOptions.of(512, 512))))
          .isInstanceOf(NicExhaustedException.class);
      assertThat(kernel.ping(2)).isEqualTo(2);
    }
  }

  @Test
  void shouldAllocateNothingPerDatagramThroughTheEngine() throws Exception {
    try (KernelPeer kernel = KernelPeer.at(DEVICE);
        Fabric fabric = Fabric.polled()) {
      Host host = host(fabric, open(DEVICE));
      kernel.exchangeDatagrams(host, 1);
      HostStack stack = host.defaultStack();
      DatagramEndpoint socket = Objects.requireNonNull(stack.transport().newDatagram());
      ByteBuf data = C.malloc(64);
      assertThat(
              Allocations.of(
                  () -> {
                    stack.enter();
                    socket.send(data, 0, 64, KernelPeer.KERNEL_ADDRESS, 7);
                    stack.foundNothing();
                    stack.exit();
                  }))
          .isZero();
    }
  }
}
