package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.Packet;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpProfile;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two layers joined by a wire that loses, repeats and reorders segments, in virtual time. */
class LossyWireTest {
  private static final int TOTAL = 1 << 20;
  private static final long MILLIS = TcpHost.MILLIS;
  private static final long LIMIT = 3_600_000 * MILLIS;

  /** How an end sends. */
  enum Way {
    COPY,
    LOAN,
    MESSAGE
  }

  /** One end of the transfer: sends a known sequence of bytes and checks the other's. */
  private static final class End {
    final TcpHost host;
    final StreamEndpoint stream;
    final Way way;
    final ByteBuf buffer = Unpooled.directBuffer(65_536);
    int sent;
    int received;
    int lent;
    int returned;
    boolean ended;

    End(TcpHost host, StreamEndpoint stream, Way way) {
      this.host = host;
      this.stream = stream;
      this.way = way;
    }

    static byte at(int index) {
      return (byte) (index * 31 + (index >>> 8) * 17);
    }

    boolean send(Random random) {
      if (sent == TOTAL) {
        return false;
      }
      int wanted = Math.min(1 + random.nextInt(9_000), TOTAL - sent);
      int done =
          switch (way) {
            case COPY -> copy(wanted);
            case LOAN -> loan(wanted);
            case MESSAGE -> message(Math.min(wanted, stream.mss()));
          };
      if (done < 0) {
        assertThat(StackError.of(done)).isIn(StackError.WOULD_BLOCK, StackError.NO_BUFFERS);
        return false;
      }
      sent += done;
      if (sent == TOTAL) {
        TcpHost.check(stream.shutdownSend());
      }
      return true;
    }

    private int copy(int wanted) {
      for (int i = 0; i < wanted; i++) {
        buffer.setByte(i, at(sent + i));
      }
      return stream.send(buffer, 0, wanted, 0);
    }

    private int loan(int wanted) {
      ByteBuf lentBuffer = Unpooled.buffer(wanted);
      for (int i = 0; i < wanted; i++) {
        lentBuffer.setByte(i, at(sent + i));
      }
      int done =
          stream.sendLoan(
              lentBuffer,
              0,
              wanted,
              lentBuffer,
              token -> {
                assertThat(((ByteBuf) token).refCnt()).isEqualTo(1);
                ((ByteBuf) token).release();
                returned++;
              },
              0);
      if (done > 0) {
        lent++;
      } else {
        assertThat(lentBuffer.refCnt()).isEqualTo(1);
      }
      return done;
    }

    private int message(int wanted) {
      Packet packet = host.pool.allocate();
      if (packet == null) {
        return StackError.NO_BUFFERS.code;
      }
      CellBuf message = host.pool.handles().issue(packet, packet.offset(), wanted);
      for (int i = 0; i < wanted; i++) {
        message.setByte(i, at(sent + i));
      }
      int done = stream.sendMessage(message, wanted, 0);
      if (done < 0) {
        message.release();
      } else {
        assertThat(message.refCnt()).isZero();
      }
      return done;
    }

    void receive(Random random) {
      if (random.nextBoolean()) {
        CellBuf[] shown = new CellBuf[3];
        int count = stream.peek(shown, 3);
        int bytes = 0;
        for (int i = 0; i < count; i++) {
          for (int j = 0; j < shown[i].capacity(); j++) {
            check(shown[i].getByte(j));
          }
          bytes += shown[i].capacity();
        }
        stream.consume(bytes);
        for (int i = 0; i < count; i++) {
          shown[i].release();
        }
      } else {
        int count = stream.receive(buffer, 0, 1 + random.nextInt(20_000));
        for (int i = 0; i < count; i++) {
          check(buffer.getByte(i));
        }
      }
      ended = stream.atEndOfStream();
    }

    private void check(byte value) {
      if (value != at(received)) {
        throw new AssertionError("wrong byte at " + received);
      }
      received++;
    }
  }

  private static void transfer(LossyWire wire, Way way, long seed) {
    Random random = new Random(seed);
    int cellsAtStart = wire.client.pool.freeCells();
    StreamListener listener = wire.server.listen(80, 4);
    StreamEndpoint stream = wire.client.newStream();
    TcpHost.check(stream.connect(FakeIp.PEER, 80));
    while (listener.acceptable() == 0) {
      wire.step();
    }
    End client = new End(wire.client, stream, way);
    End server = new End(wire.server, Objects.requireNonNull(listener.accept()), way);
    while (stream.state() != StreamState.ESTABLISHED) {
      wire.step();
    }
    while (!client.ended || !server.ended) {
      for (int i = 0; i < 4 && client.send(random); i++) {}
      for (int i = 0; i < 4 && server.send(random); i++) {}
      wire.step();
      client.receive(random);
      server.receive(random);
      assertThat(wire.client.now - TcpHost.START).as("virtual time").isLessThan(LIMIT);
      assertThat(stream.pendingError()).isZero();
    }
    client.stream.close();
    server.stream.close();
    listener.close();
    for (int i = 0; i < 10_000 && !isQuiet(wire); i++) {
      wire.step();
    }
    assertThat(isQuiet(wire)).as("both CLOSED").isTrue();
    assertThat(client.received).isEqualTo(TOTAL);
    assertThat(server.received).isEqualTo(TOTAL);
    assertThat(client.returned).isEqualTo(client.lent);
    assertThat(server.returned).isEqualTo(server.lent);
    for (TcpHost host : new TcpHost[] {wire.client, wire.server}) {
      assertThat(host.pool.freeCells()).isEqualTo(cellsAtStart);
      assertThat(host.pool.handles().live()).isZero();
      assertThat(host.pool.freeLoans()).isEqualTo(1_024);
      assertThat(host.ports.count()).isZero();
      assertThat(host.ip.installedFilters()).isZero();
      assertThat(host.wheel.armed()).isZero();
    }
  }

  private static boolean isQuiet(LossyWire wire) {
    return wire.client.layer.liveStreams() == 0
        && wire.server.layer.liveStreams() == 0
        && wire.flying.isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void shouldMoveEveryByteOnceWhenTheWireIsGood(Way way) {
    LossyWire wire = new LossyWire(1, TcpProfile.STANDARD, 0, 0, 0);
    transfer(wire, way, 1);
    assertThat(wire.client.count(dev.trident.trace.Counter.TCP_RETRANSMISSIONS)).isZero();
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void shouldMoveEveryByteOnceWhenTheWireIsBad(Way way) {
    for (int seed = 1; seed <= 3; seed++) {
      transfer(new LossyWire(seed, TcpProfile.STANDARD, 3, 2, 5), way, seed);
    }
  }

  @Test
  void shouldMoveEveryByteOnceWhenTheBuffersAreSmall() {
    TcpProfile small = TcpProfile.STANDARD.withBuffers(new TcpProfile.Buffers(9_000, 3_000, 3_000));
    for (int seed = 1; seed <= 3; seed++) {
      transfer(new LossyWire(seed, small, 2, 1, 3), Way.COPY, seed);
    }
  }

  @Test
  void shouldMoveEveryByteOnceWhenTheProfileIsTcpdirect() {
    transfer(new LossyWire(5, TcpProfile.TCPDIRECT, 2, 1, 3), Way.COPY, 5);
  }
}
