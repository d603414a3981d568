package dev.trident.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.apps.net.KernelDatagrams;
import dev.trident.apps.net.KernelEcho;
import dev.trident.apps.net.KernelPing;
import dev.trident.apps.net.NetNamespace;
import dev.trident.c.C;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.hw.host.AwaitResult;
import dev.trident.hw.host.Condition;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * The kernel in a namespace at the other end of a virtual Ethernet cable whose near end is a device
 * of this process's namespace. Its offloads are as they come: frames have partial checksums, and
 * those of TCP are longer than the wire.
 */
final class KernelPeer implements AutoCloseable {
  private static final String INSIDE = "veth0";
  private static final String CIDR = "10.213.0.1/24";
  private static final String KERNEL = "10.213.0.1";

  /** The kernel's address. */
  static final int KERNEL_ADDRESS = 0x0ad5_0001;

  /** Our host's address. */
  static final String OURS = "10.213.0.2";

  static final int OUR_ADDRESS = 0x0ad5_0002;
  static final long OUR_MAC = 0x0200_0000_0001L;
  static final String OUR_CIDR = "10.213.0.2/24";

  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final int BLOCK_BYTES = 64 << 10;

  private final String device;
  private final NetNamespace namespace;

  private KernelPeer(String device, NetNamespace namespace) {
    this.device = device;
    this.namespace = namespace;
  }

  /** Makes the namespace and the cable, whose near end is called {@code device}. */
  static KernelPeer at(String device) throws IOException {
    NetNamespace namespace = NetNamespace.create();
    try {
      namespace.cable(device, INSIDE, CIDR);
      return new KernelPeer(device, namespace);
    } catch (IOException e) {
      namespace.close();
      throw e;
    }
  }

  NetNamespace namespace() {
    return namespace;
  }

  /** Deletes the device, which takes the near end along. */
  void cut() throws IOException {
    namespace.ip("link delete " + INSIDE);
  }

  /** How many of {@code count} pings of the kernel, sent at once, our host answers. */
  int ping(int count, String... options) throws IOException {
    return ping(namespace, OURS, count, options);
  }

  /** The same from any namespace. */
  static int ping(NetNamespace from, String address, int count, String... options)
      throws IOException {
    Process ping = from.start(KernelPing.command(address, count, options));
    return KernelPing.answers(String.join("\n", ping.inputReader().readAllLines()));
  }

  /** Waits on a polled host; fails after some seconds. */
  static void await(HostStack stack, String what, Condition condition) {
    assertThat(stack.await(condition, LIMIT_NANOS)).as(what).isEqualTo(AwaitResult.HOLDS);
  }

  /**
   * Sends {@code length} bytes by TCP to the kernel, which sends all of them back, and compares.
   */
  void exchangeStream(Host host, int length) throws IOException {
    exchangeStream(host, KERNEL_ADDRESS, KernelEcho.startIn(namespace, KERNEL, 0), length);
  }

  /** The same with an echo server of the kernel's that listens elsewhere. */
  static void exchangeStream(Host host, int address, int port, int length) {
    byte[] contents = new byte[length];
    new Random(length).nextBytes(contents);
    HostStack stack = host.defaultStack();
    stack.enter();
    try {
      StreamEndpoint stream = Objects.requireNonNull(stack.transport().newStream());
      assertThat(stream.connect(address, port)).isNotNegative();
      await(
          stack,
          "connection",
          () -> stream.readiness().isAny(Readiness.CONNECTED | Readiness.ERROR));
      send(stack, stream, contents);
      assertThat(stream.shutdownSend()).isZero();
      expect(stack, stream, contents);
      stream.close();
    } finally {
      stack.exit();
    }
  }

  private static void send(HostStack stack, StreamEndpoint stream, byte[] contents) {
    ByteBuf block = C.malloc(BLOCK_BYTES);
    int sent = 0;
    while (sent < contents.length) {
      int part = Math.min(BLOCK_BYTES, contents.length - sent);
      block.setBytes(0, contents, sent, part);
      int result = stream.send(block, 0, part, 0);
      if (result == StackError.WOULD_BLOCK.code || result == StackError.NO_BUFFERS.code) {
        await(stack, "room", () -> stream.sendSpace() > 0 || stream.pendingError() != 0);
      } else {
        assertThat(result).isPositive();
        sent += result;
      }
    }
  }

  private static void expect(HostStack stack, StreamEndpoint stream, byte[] contents) {
    ByteBuf block = C.malloc(BLOCK_BYTES);
    byte[] got = new byte[contents.length];
    int received = 0;
    while (true) {
      await(
          stack,
          "echo after " + received,
          () ->
              stream.receivableBytes() > 0 || stream.atEndOfStream() || stream.pendingError() != 0);
      int result = stream.receive(block, 0, BLOCK_BYTES);
      assertThat(result).isNotNegative();
      if (result == 0) {
        break;
      }
      block.getBytes(0, got, received, result);
      received += result;
    }
    assertThat(received).isEqualTo(contents.length);
    assertThat(got).isEqualTo(contents);
  }

  /** Sends a datagram of each length from 0 to {@code most} to the kernel and back. */
  void exchangeDatagrams(Host host, int most) throws IOException {
    KernelDatagrams.Child echo = KernelDatagrams.echo(namespace, KERNEL);
    ByteBuf sent = C.malloc(most + 1);
    ByteBuf got = C.malloc(most + 1);
    byte[] contents = new byte[most];
    new Random(most).nextBytes(contents);
    sent.setBytes(0, contents);
    HostStack stack = host.defaultStack();
    stack.enter();
    try {
      DatagramEndpoint socket = Objects.requireNonNull(stack.transport().newDatagram());
      assertThat(socket.connect(KERNEL_ADDRESS, echo.port())).isZero();
      for (int length = 0; length <= most; length++) {
        assertThat(socket.send(sent, 0, length, 0, 0)).isEqualTo(length);
        await(stack, "echo of " + length, () -> socket.receivableDatagrams() > 0);
        assertThat(socket.receive(got, 0, most + 1)).isEqualTo(length);
        assertThat(ByteBufUtil.equals(sent, 0, got, 0, length)).as("length %d", length).isTrue();
      }
      socket.close();
    } finally {
      stack.exit();
    }
  }

  /** The kernel removes a namespace when it has time, and a device at once. */
  @Override
  public void close() throws IOException {
    try {
      if (Files.exists(Path.of("/sys/class/net", device))) {
        Command.run("ip", "link", "delete", "dev", device);
      }
    } finally {
      namespace.close();
    }
  }
}
