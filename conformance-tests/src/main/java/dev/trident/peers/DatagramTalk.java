package dev.trident.peers;

import dev.trident.apps.net.KernelDatagrams;
import dev.trident.c.C;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.StackError;
import dev.trident.wire.Ipv4Address;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.util.Objects;

/** Datagrams of every length to the kernel and back, their contents compared. */
final class DatagramTalk {
  private static final int MAX_BYTES = 65_507;
  private static final int BUFFER_BYTES = 1 << 20;

  /** A prime, so that every position in a fragment and in eight bytes comes by. */
  private static final int STEP = 397;

  private DatagramTalk() {}

  static String sizes(TalkNetwork network) throws IOException, ExperimentFailure {
    KernelDatagrams.Child child =
        KernelDatagrams.echo(network.kernel(), Ipv4Address.format(network.kernelAddress()));
    DatagramEndpoint socket =
        Objects.requireNonNull(network.stack().transport().newDatagram(), "a new stack has room");
    socket.sendBufferBytes(BUFFER_BYTES);
    socket.receiveBufferBytes(BUFFER_BYTES);
    Waiting.check(socket.connect(network.kernelAddress(), child.port()), "connect");
    ByteBuf sent = C.malloc(MAX_BYTES);
    ByteBuf got = C.malloc(MAX_BYTES);
    for (int i = 0; i < MAX_BYTES; i++) {
      sent.setByte(i, (i * 31) >> 3);
    }
    int count = 0;
    for (int length = 0; length <= MAX_BYTES; length = next(length)) {
      exchange(network, socket, sent, got, length);
      count++;
    }
    socket.close();
    return "%d lengths, 0 to %,d bytes".formatted(count, MAX_BYTES);
  }

  private static int next(int length) {
    return length == MAX_BYTES ? MAX_BYTES + 1 : Math.min(MAX_BYTES, length + STEP);
  }

  private static void exchange(
      TalkNetwork network, DatagramEndpoint socket, ByteBuf sent, ByteBuf got, int length)
      throws ExperimentFailure {
    String what = "a datagram of %,d bytes".formatted(length);
    int result = socket.send(sent, 0, length, 0, 0);
    while (result == StackError.WOULD_BLOCK.code) {
      network.waiting().moment();
      result = socket.send(sent, 0, length, 0, 0);
    }
    Waiting.check(result, what);
    network.waiting().until("the echo of " + what, () -> socket.receivableDatagrams() > 0);
    int back = Waiting.check(socket.receive(got, 0, MAX_BYTES), what);
    if (back != length || !ByteBufUtil.equals(sent, 0, got, 0, length)) {
      throw new ExperimentFailure(
          what + " came back with other contents, or %,d long".formatted(back));
    }
  }
}
