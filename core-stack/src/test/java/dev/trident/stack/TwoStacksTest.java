package dev.trident.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.Packet;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.StreamState;
import dev.trident.link.NetInterface;
import dev.trident.testkit.ManualClock;
import dev.trident.testkit.RecordingDevice;
import dev.trident.testkit.TestPorts;
import dev.trident.trace.Counter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Two whole stacks joined by a wire of full Ethernet frames; checksums are computed and verified.
 */
class TwoStacksTest {
  private static final int CLIENT = 0x0a000001;
  private static final int SERVER = 0x0a000002;
  private static final int TOTAL = 300_000;

  private final ManualClock clock = new ManualClock(1_000_000_000L);

  private final class Machine {
    final RecordingDevice device = new RecordingDevice();
    final TestPorts ports = new TestPorts();
    final NetworkStack stack;
    final NetInterface net;

    Machine(String name, int address) {
      StackConfig config = StackConfig.standard(name, address).withCells(2_048, 256);
      stack = new NetworkStack(config, ports, null, clock.nowNanos());
      net = new NetInterface("eth0", device, 0x0200_0000_0000L | address, 1_500, -1);
      net.addAddress(address, 24);
      stack.addInterface(net);
    }

    boolean deliverTo(Machine other) {
      boolean any = !device.isEmpty();
      for (byte[] frame : device.drain()) {
        Packet packet = Objects.requireNonNull(other.stack.pool().allocateForReceive());
        other.stack.pool().slab().copyFrom(frame, 0, packet.offset(), frame.length);
        packet.setRange(packet.offset(), frame.length);
        other.stack.receive(packet, other.net, 0, clock.nowNanos());
      }
      device.complete();
      return any;
    }

    void poll() {
      stack.poll(clock.nowNanos());
      stack.completions().drain();
    }
  }

  private final Machine client = new Machine("client", CLIENT);
  private final Machine server = new Machine("server", SERVER);

  /** Lets everything happen that needs no time. */
  private void settle() {
    boolean busy = true;
    while (busy) {
      busy = client.deliverTo(server);
      busy |= server.deliverTo(client);
      client.poll();
      server.poll();
    }
  }

  private void pass(long millis) {
    for (long i = 0; i < millis; i++) {
      clock.advance(1_000_000);
      settle();
    }
  }

  @AfterEach
  void close() {
    client.device.complete();
    server.device.complete();
    assertThat(client.stack.pool().freeCells()).isEqualTo(2_048);
    assertThat(server.stack.pool().freeCells()).isEqualTo(2_048);
    client.device.close();
    server.device.close();
    client.stack.close();
    server.stack.close();
  }

  @Test
  void shouldMoveDataBothWaysAndCloseWhenJoinedByAWire() {
    StreamListener listener = Objects.requireNonNull(server.stack.newListener());
    assertThat(listener.bind(SERVER, 80)).isZero();
    assertThat(listener.listen(4)).isZero();
    StreamEndpoint near = Objects.requireNonNull(client.stack.newStream());
    assertThat(near.connect(SERVER, 80)).isZero();
    settle();
    assertThat(near.state()).isEqualTo(StreamState.ESTABLISHED);
    StreamEndpoint far = Objects.requireNonNull(listener.accept());

    ByteBuf data = Unpooled.directBuffer(TOTAL);
    for (int i = 0; i < TOTAL; i++) {
      data.writeByte(i * 7 + (i >>> 9));
    }
    ByteBuf atServer = Unpooled.buffer(TOTAL);
    ByteBuf atClient = Unpooled.buffer(TOTAL);
    int sentNear = 0;
    int sentFar = 0;
    while (atServer.writerIndex() < TOTAL || atClient.writerIndex() < TOTAL) {
      sentNear += Math.max(near.send(data, sentNear, TOTAL - sentNear, 0), 0);
      sentFar += Math.max(far.send(data, sentFar, TOTAL - sentFar, 0), 0);
      settle();
      readInto(far, atServer);
      readInto(near, atClient);
      pass(1);
    }
    assertThat(atServer).isEqualTo(data);
    assertThat(atClient).isEqualTo(data);
    assertThat(client.stack.counters().totalDrops()).isZero();
    assertThat(server.stack.counters().totalDrops()).isZero();
    assertThat(client.stack.counters().get(Counter.TCP_RETRANSMISSIONS)).isZero();

    near.close();
    settle();
    assertThat(far.atEndOfStream()).isTrue();
    far.close();
    listener.close();
    settle();
    assertThat(near.state()).isEqualTo(StreamState.TIME_WAIT);
    assertThat(far.state()).isEqualTo(StreamState.CLOSED);
    assertThat(server.ports.count()).isZero();
    pass(60_001);
    assertThat(near.state()).isEqualTo(StreamState.CLOSED);
    assertThat(client.ports.count()).isZero();
    assertThat(client.device.filters()).isEmpty();
  }

  private static void readInto(StreamEndpoint stream, ByteBuf into) {
    int count = stream.receive(into, into.writerIndex(), into.writableBytes());
    if (count > 0) {
      into.writerIndex(into.writerIndex() + count);
    } else {
      assertThat(count).isIn(StackError.WOULD_BLOCK.code, 0);
    }
  }

  @Test
  void shouldRefuseWhenNobodyListens() {
    StreamEndpoint near = Objects.requireNonNull(client.stack.newStream());
    assertThat(near.connect(SERVER, 81)).isZero();
    settle();
    assertThat(near.state()).isEqualTo(StreamState.CLOSED);
    assertThat(near.takeError()).isEqualTo(StackError.CONNECTION_REFUSED.code);
    near.close();
    assertThat(client.ports.count()).isZero();
  }

  @Test
  void shouldFailWhenNoNeighbourAnswers() {
    StreamEndpoint near = Objects.requireNonNull(client.stack.newStream());
    assertThat(near.connect(0x0a000063, 81)).isZero();
    pass(10_000);
    assertThat(near.pendingError()).isEqualTo(StackError.HOST_UNREACHABLE.code);
    near.close();
  }

  /** A received handle travels on as a message: no payload byte is copied by the engine. */
  @Test
  void shouldCopyNothingWhenEchoingAMessage() {
    StreamListener listener = Objects.requireNonNull(server.stack.newListener());
    assertThat(listener.bind(0, 80)).isZero();
    assertThat(listener.listen(4)).isZero();
    StreamEndpoint near = Objects.requireNonNull(client.stack.newStream());
    assertThat(near.connect(SERVER, 80)).isZero();
    settle();
    StreamEndpoint far = Objects.requireNonNull(listener.accept());
    CellBuf message = Objects.requireNonNull(client.stack.allocateMessage(1_000));
    for (int i = 0; i < 1_000; i++) {
      message.setByte(i, i);
    }
    assertThat(near.sendMessage(message, 1_000, 0)).isEqualTo(1_000);
    settle();
    CellBuf[] shown = new CellBuf[1];
    assertThat(far.peek(shown, 1)).isEqualTo(1);
    far.consume(1_000);
    assertThat(far.sendMessage(shown[0], 1_000, 0)).isEqualTo(1_000);
    assertThat(shown[0].refCnt()).isZero();
    settle();
    assertThat(near.peek(shown, 1)).isEqualTo(1);
    for (int i = 0; i < 1_000; i++) {
      assertThat(shown[0].getByte(i)).isEqualTo((byte) i);
    }
    near.consume(1_000);
    shown[0].release();
    pass(100);
    for (Machine each : new Machine[] {client, server}) {
      assertThat(each.stack.counters().get(Counter.BYTES_COPIED_IN)).isZero();
      assertThat(each.stack.counters().get(Counter.BYTES_COPIED_OUT)).isZero();
      assertThat(each.stack.counters().get(Counter.BYTES_COPIED_WITHIN)).isZero();
    }
    near.abort();
    far.abort();
    listener.close();
    settle();
  }
}
