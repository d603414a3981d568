package dev.trident.treck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.trident.buffer.PacketPool;
import dev.trident.c.C;
import dev.trident.c.IntRef;
import dev.trident.c.Ref;
import dev.trident.c.SockAddrIn;
import dev.trident.treck.error.ErrorCodes;
import dev.trident.treck.option.OptionConstants;
import dev.trident.treck.socket.SocketConstants;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What tests with a program on each of two hosts share. */
abstract class TwoHostsTest implements ErrorCodes, SocketConstants, OptionConstants {
  static final String LEFT = TwoHosts.LEFT;
  static final String RIGHT = TwoHosts.RIGHT;
  static final int PORT = 7_777;
  private static final long SECOND = 1_000_000_000L;

  TwoHosts hosts;
  Treck left;
  Treck right;

  /** Cells by which a pool differs because receive rings are filled in batches. */
  static final Offset<Integer> RING_REFILL = within(16);

  /** Where calls store a data pointer. */
  final Ref<ByteBuf> data = new Ref<>();

  private int leftRunCells;

  /** A connected pair of sockets: the client's is on the left, the server's on the right. */
  record Pair(int client, int server) {}

  @BeforeEach
  void start() {
    hosts = TwoHosts.inVirtualTime();
    left = started(new Treck(hosts.left()));
    right = started(new Treck(hosts.right()));
    leftRunCells = leftRunCells();
  }

  @AfterEach
  void stop() {
    hosts.close();
  }

  static Treck started(Treck treck) {
    assertThat(treck.tfStartTreck()).isEqualTo(TM_ENOERROR);
    return treck;
  }

  PacketPool leftPool() {
    return hosts.left().defaultStack().transport().pool();
  }

  int leftRunCells() {
    return leftPool().freeRunCells();
  }

  int leftRunCellsAtStart() {
    return leftRunCells;
  }

  // ---- checks -----------------------------------------------------------------------------

  void expectError(Treck treck, int sd, int result, int code) {
    assertThat(result).isEqualTo(TM_SOCKET_ERROR);
    assertThat(treck.tfGetSocketError(sd)).isEqualTo(code);
  }

  void expectBadDescriptor(int result) {
    assertThat(result).isEqualTo(TM_SOCKET_ERROR);
    assertThat(left.lastErrorOfThread()).isEqualTo(TM_EBADF);
  }

  /** Receives {@code count} bytes of the pattern of {@link #fill} by one or more calls. */
  void expectBytes(Treck treck, int sd, int count) {
    ByteBuf buffer = bytes(count);
    int total = 0;
    while (total < count) {
      int got = treck.recv(sd, C.ptr(buffer, total), count - total, 0);
      assertThat(got).as("error %d", treck.tfGetSocketError(sd)).isPositive();
      total += got;
    }
    for (int i = 0; i < count; i++) {
      assertThat(buffer.getByte(i)).isEqualTo((byte) (i * 7));
    }
  }

  int socketError(Treck treck, int sd) {
    IntRef value = new IntRef(-1);
    assertThat(treck.getsockopt(sd, SOL_SOCKET, SO_ERROR, value, new IntRef(4))).isZero();
    return value.value;
  }

  // ---- building blocks --------------------------------------------------------------------

  static SockAddrIn at(String address, int port) {
    return SockAddrIn.of(address, port);
  }

  static ByteBuf bytes(int count) {
    return C.malloc(count);
  }

  static ByteBuf fill(ByteBuf buffer, int count) {
    for (int i = 0; i < count; i++) {
      buffer.setByte(buffer.readerIndex() + i, i * 7);
    }
    return buffer;
  }

  TtUserMessage message(Treck treck, int size) {
    return Objects.requireNonNull(treck.tfGetZeroCopyBuffer(size, data));
  }

  int bound(Treck treck, int type, int port) {
    int sd = treck.socket(AF_INET, type, 0);
    assertThat(treck.bind(sd, at("0.0.0.0", port), SockAddrIn.SIZEOF)).isZero();
    return sd;
  }

  int listen(Treck treck, int port) {
    int sd = bound(treck, SOCK_STREAM, port);
    assertThat(treck.listen(sd, 8)).isZero();
    return sd;
  }

  Pair connect() {
    int listener = listen(right, PORT);
    int client = left.socket(AF_INET, SOCK_STREAM, 0);
    assertThat(left.connect(client, at(RIGHT, PORT), SockAddrIn.SIZEOF)).isZero();
    int server = right.accept(listener, null, null);
    assertThat(server).isNotNegative();
    assertThat(right.tfClose(listener)).isZero();
    return new Pair(client, server);
  }

  /** Lets everything that is on its way arrive and be acknowledged. */
  void settle() {
    hosts.left().clock().sleep(SECOND);
  }

  /** Sends from left until nothing more fits; returns how much that was. */
  int fillSendQueue(Pair pair) {
    ByteBuf chunk = fill(bytes(1_000), 1_000);
    int total = 0;
    int sent = 0;
    while (sent >= 0) {
      total += sent;
      sent = left.send(pair.client(), chunk, 1_000, MSG_DONTWAIT);
      if (sent < 0) {
        settle();
        sent = left.send(pair.client(), chunk, 1_000, MSG_DONTWAIT);
      }
    }
    assertThat(left.tfGetSocketError(pair.client())).isEqualTo(TM_EWOULDBLOCK);
    return total;
  }

  /** Reads {@code count} bytes on the right, and waits until the left knows. */
  void drain(Pair pair, int count) {
    ByteBuf buffer = bytes(1_000);
    for (int left = count; left > 0; ) {
      int got = right.recv(pair.server(), buffer, Math.min(left, 1_000), 0);
      assertThat(got).isPositive();
      left -= got;
    }
    settle();
  }
}
