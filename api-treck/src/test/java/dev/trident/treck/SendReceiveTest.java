package dev.trident.treck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.IntRef;
import dev.trident.c.SockAddrIn;
import dev.trident.testkit.Requirement;
import dev.trident.trace.Counter;
import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.Test;

/** send, sendto, recv, recvfrom: the copying calls (sections 2.2, 3.2, 3.4). */
class SendReceiveTest extends TwoHostsTest {
  /** The window is offered in steps of the window scale, whose edge is never taken back. */
  private static final int SCALED_STEP = 128;

  @Test
  @Requirement({"TRK-send-09", "TRK-send-10", "TRK-sendto-05"})
  void shouldCheckArguments() {
    Pair pair = connect();
    int sd = pair.client();
    ByteBuf ten = bytes(10);
    expectError(left, sd, left.send(sd, null, 5, 0), TM_EINVAL);
    expectError(left, sd, left.send(sd, ten, -1, 0), TM_EINVAL);
    expectError(left, sd, left.send(sd, ten, 11, 0), TM_EINVAL);
    expectError(left, sd, left.send(sd, ten, 10, MSG_PEEK), TM_EINVAL);
    expectError(left, sd, left.recv(sd, null, 5, 0), TM_EINVAL);
    expectError(left, sd, left.recv(sd, ten, -1, 0), TM_EINVAL);
    expectError(left, sd, left.recv(sd, ten, 11, 0), TM_EINVAL);
    expectError(left, sd, left.recv(sd, ten.asReadOnly(), 5, 0), TM_EINVAL);
    expectError(left, sd, left.recv(sd, ten, 5, MSG_DONTROUTE), TM_EINVAL);
    expectBadDescriptor(left.send(99, ten, 5, 0));
    expectBadDescriptor(left.recv(99, ten, 5, 0));
    expectBadDescriptor(left.sendto(99, ten, 5, 0, at(RIGHT, 9), 16));
    expectBadDescriptor(left.recvfrom(99, ten, 5, 0, null, null));
    assertThat(left.send(sd, ten, 0, 0)).isZero();
    assertThat(left.recv(sd, ten, 0, 0)).isZero();
  }

  @Test
  @Requirement({"TRK-sendto-01", "TRK-recvfrom-01"})
  void shouldRefuseAddressesOnAStream() {
    Pair pair = connect();
    int sd = pair.client();
    expectError(left, sd, left.sendto(sd, bytes(5), 5, 0, at(RIGHT, PORT), 16), TM_EPROTOTYPE);
    expectError(left, sd, left.recvfrom(sd, bytes(5), 5, 0, null, null), TM_EPROTOTYPE);
  }

  @Test
  @Requirement({"TRK-send-07", "TRK-recv-05"})
  void shouldFailWhenNotConnected() {
    int stream = left.socket(AF_INET, SOCK_STREAM, 0);
    expectError(left, stream, left.send(stream, bytes(5), 5, 0), TM_ENOTCONN);
    expectError(left, stream, left.recv(stream, bytes(5), 5, 0), TM_ENOTCONN);
    int datagram = left.socket(AF_INET, SOCK_DGRAM, 0);
    expectError(left, datagram, left.send(datagram, bytes(5), 5, 0), TM_ENOTCONN);
    int listener = listen(left, PORT);
    expectError(left, listener, left.send(listener, bytes(5), 5, 0), TM_ENOTCONN);
    expectError(left, listener, left.recv(listener, bytes(5), 5, 0), TM_ENOTCONN);
  }

  @Test
  @Requirement({"TRK-send-06", "TRK-recv-02"})
  void shouldCarryBytesFromPointerToPointer() {
    Pair pair = connect();
    ByteBuf buffer = fill(bytes(100).readerIndex(40), 30);
    assertThat(left.send(pair.client(), buffer, 30, 0)).isEqualTo(30);
    assertThat(buffer.readerIndex()).isEqualTo(40);
    ByteBuf got = bytes(100).readerIndex(10);
    assertThat(right.recv(pair.server(), got, 90, 0)).isEqualTo(30);
    assertThat(got.readerIndex()).isEqualTo(10);
    assertThat(got.getByte(9)).isZero();
    assertThat(got.getByte(10 + 29)).isEqualTo((byte) (29 * 7));
    assertThat(got.getByte(40)).isZero();
    right.tfBlockingState(pair.server(), TM_BLOCKING_OFF);
    expectError(right, pair.server(), right.recv(pair.server(), got, 9, 0), TM_EWOULDBLOCK);
  }

  @Test
  @Requirement({"TRK-send-02", "TRK-send-03", "TRK-send-12", "TRK-socket-06"})
  void shouldQueueWhatFitsWhenNonBlocking() {
    Pair pair = connect();
    left.tfBlockingState(pair.client(), TM_BLOCKING_OFF);
    ByteBuf much = fill(bytes(100_000), 100_000);
    assertThat(left.send(pair.client(), much, 100_000, 0)).isEqualTo(8_192);
    int queued = 8_192 + fillSendQueue(pair);
    assertThat(queued).isBetween(8_192 + 4_096, 2 * 8_192 + 1_460);
    drain(pair, queued);
    assertThat(left.send(pair.client(), much, 100_000, 0)).isEqualTo(8_192);
  }

  @Test
  @Requirement("TRK-recv-07")
  void shouldBoundWhatThePeerCanSendByTheReceiveLimit() {
    Pair pair = connect();
    int queued = fillSendQueue(pair);
    assertThat(queued - 8_192).isBetween(8_192 - 1_460, 8_192 + SCALED_STEP);
  }

  @Test
  @Requirement({"TRK-recv-01", "TRK-tfClose-02"})
  void shouldReadWhatIsQueuedAndThenTheEnd() {
    Pair pair = connect();
    left.send(pair.client(), fill(bytes(3_000), 3_000), 3_000, 0);
    assertThat(left.tfClose(pair.client())).isZero();
    expectBytes(right, pair.server(), 3_000);
    assertThat(right.recv(pair.server(), bytes(5), 5, 0)).isZero();
    assertThat(right.recv(pair.server(), bytes(5), 5, 0)).isZero();
  }

  @Test
  @Requirement({"TRK-recv-04", "TRK-send-08"})
  void shouldFailShutAfterShutdown() {
    Pair pair = connect();
    right.send(pair.server(), bytes(100), 100, 0);
    settle();
    left.shutdown(pair.client(), 2);
    expectError(left, pair.client(), left.send(pair.client(), bytes(5), 5, 0), TM_ESHUTDOWN);
    expectError(left, pair.client(), left.recv(pair.client(), bytes(5), 5, 0), TM_ESHUTDOWN);
    left.tfClose(pair.client());
    expectError(left, pair.client(), left.send(pair.client(), bytes(5), 5, 0), TM_ESHUTDOWN);
    expectError(left, pair.client(), left.recv(pair.client(), bytes(5), 5, 0), TM_ESHUTDOWN);
  }

  @Test
  void shouldReportAResetAfterWhatWasReceived() {
    Pair pair = connect();
    right.send(pair.server(), fill(bytes(100), 100), 100, 0);
    settle();
    right.setsockopt(pair.server(), SOL_SOCKET, SO_LINGER, new Linger(1, 0), Linger.SIZEOF);
    right.tfClose(pair.server());
    settle();
    expectError(left, pair.client(), left.send(pair.client(), bytes(5), 5, 0), TM_ECONNRESET);
    expectBytes(left, pair.client(), 100);
    expectError(left, pair.client(), left.recv(pair.client(), bytes(5), 5, 0), TM_ECONNRESET);
    assertThat(socketError(left, pair.client())).isEqualTo(TM_ECONNRESET);
    assertThat(socketError(left, pair.client())).isEqualTo(TM_ENOERROR);
  }

  @Test
  void shouldPeekAtAStreamWithoutConsuming() {
    Pair pair = connect();
    ByteBuf all = fill(bytes(4_000), 4_000);
    for (int i = 0; i < 4; i++) {
      left.send(pair.client(), all.readerIndex(i * 1_000), 1_000, 0);
    }
    settle();
    ByteBuf got = bytes(4_000);
    assertThat(right.recv(pair.server(), got, 3_500, MSG_PEEK)).isEqualTo(3_500);
    assertThat(got.slice(0, 3_500)).isEqualTo(all.slice(0, 3_500));
    assertThat(right.recv(pair.server(), got, 2, MSG_PEEK)).isEqualTo(2);
    expectBytes(right, pair.server(), 4_000);
  }

  @Test
  void shouldWaitForTheWholeLengthWhenAsked() {
    Pair pair = connect();
    ByteBuf all = fill(bytes(4_000), 4_000);
    left.send(pair.client(), all, 3_000, 0);
    settle();
    left.send(pair.client(), all, 1_000, 0);
    ByteBuf got = bytes(5_000);
    assertThat(right.recv(pair.server(), got, 4_000, MSG_WAITALL)).isEqualTo(4_000);
    left.send(pair.client(), all, 10, 0);
    left.shutdown(pair.client(), 1);
    assertThat(right.recv(pair.server(), got, 4_000, MSG_WAITALL)).isEqualTo(10);
  }

  @Test
  @Requirement("TRK-send-11")
  void shouldReportThatMemoryIsOut() {
    Pair pair = connect();
    var hoard = new java.util.ArrayList<dev.trident.buffer.Packet>();
    for (var cell = leftPool().allocate(); cell != null; cell = leftPool().allocate()) {
      hoard.add(cell);
    }
    expectError(left, pair.client(), left.send(pair.client(), bytes(5), 5, 0), TM_ENOBUFS);
    hoard.forEach(dev.trident.buffer.Packet::release);
    assertThat(left.send(pair.client(), bytes(5), 5, 0)).isEqualTo(5);
  }

  // ---- datagrams --------------------------------------------------------------------------

  @Test
  @Requirement({"TRK-recvfrom-02", "TRK-connect-11"})
  void shouldTellTheSenderOfADatagram() {
    int receiver = bound(right, SOCK_DGRAM, PORT);
    int sender = bound(left, SOCK_DGRAM, 5_555);
    ByteBuf hello = fill(bytes(300), 300);
    assertThat(left.sendto(sender, hello, 300, 0, at(RIGHT, PORT), 16)).isEqualTo(300);
    SockAddrIn from = new SockAddrIn();
    IntRef length = new IntRef(40);
    ByteBuf got = bytes(400);
    assertThat(right.recvfrom(receiver, got, 400, 0, from, length)).isEqualTo(300);
    assertThat(from).hasToString(LEFT + ":5555");
    assertThat(length.value).isEqualTo(SockAddrIn.SIZEOF);
    assertThat(got.slice(0, 300)).isEqualTo(hello);
    expectError(right, receiver, right.recvfrom(receiver, got, 9, 0, from, null), TM_EINVAL);
    assertThat(right.sendto(receiver, got, 7, 0, from, 16)).isEqualTo(7);
    assertThat(left.recvfrom(sender, got, 400, 0, null, null)).isEqualTo(7);
  }

  @Test
  @Requirement({"TRK-send-05", "TRK-sendto-03"})
  void shouldRefuseADatagramThatIsTooLong() {
    int sd = left.socket(AF_INET, SOCK_DGRAM, 0);
    ByteBuf much = bytes(70_000);
    expectError(left, sd, left.sendto(sd, much, 8_193, 0, at(RIGHT, PORT), 16), TM_EMSGSIZE);
    left.connect(sd, at(RIGHT, PORT), 16);
    expectError(left, sd, left.send(sd, much, 70_000, 0), TM_EMSGSIZE);
    long sent = hosts.left().defaultStack().transport().counters().get(Counter.UDP_SENT);
    assertThat(sent).isZero();
  }

  @Test
  @Requirement("TRK-sendto-02")
  void shouldFailUnreachableWithoutARoute() {
    int sd = left.socket(AF_INET, SOCK_DGRAM, 0);
    expectError(left, sd, left.sendto(sd, bytes(5), 5, 0, at("192.0.2.1", 9), 16), TM_EHOSTUNREACH);
    expectError(left, sd, left.sendto(sd, bytes(5), 5, 0, at("0.0.0.0", 9), 16), TM_EADDRNOTAVAIL);
    expectError(left, sd, left.sendto(sd, bytes(5), 5, 0, at(RIGHT, 0), 16), TM_EADDRNOTAVAIL);
    expectError(left, sd, left.sendto(sd, bytes(5), 5, 0, null, 16), TM_EINVAL);
  }

  @Test
  @Requirement("TRK-tfZeroCopySend-16")
  void shouldBypassGatewaysForOneCallWhenAsked() {
    hosts.left().gateway(RIGHT);
    int sd = left.socket(AF_INET, SOCK_DGRAM, 0);
    ByteBuf hello = bytes(5);
    assertThat(left.sendto(sd, hello, 5, MSG_DONTROUTE, at(RIGHT, PORT), 16)).isEqualTo(5);
    settle();
    assertThat(socketError(left, sd)).isEqualTo(TM_ECONNREFUSED);
    int beyond = left.socket(AF_INET, SOCK_DGRAM, 0);
    assertThat(left.connect(beyond, at("192.0.2.1", PORT), 16)).isZero();
    expectError(left, beyond, left.send(beyond, hello, 5, MSG_DONTROUTE), TM_EHOSTUNREACH);
    TtUserMessage message = message(left, 100);
    expectError(
        left, beyond, left.tfZeroCopySend(beyond, message, 5, MSG_DONTROUTE), TM_EHOSTUNREACH);
    assertThat(left.tfFreeZeroCopyBuffer(message)).isEqualTo(TM_EINVAL);
    assertThat(left.send(beyond, hello, 5, 0)).isEqualTo(5);
  }

  @Test
  @Requirement("TRK-recv-03")
  void shouldReportADatagramLargerThanTheBufferAndDropItsRest() {
    int receiver = bound(right, SOCK_DGRAM, PORT);
    int sender = left.socket(AF_INET, SOCK_DGRAM, 0);
    left.connect(sender, at(RIGHT, PORT), 16);
    left.send(sender, fill(bytes(100), 100), 100, 0);
    left.send(sender, bytes(3), 3, 0);
    ByteBuf got = bytes(50);
    expectError(right, receiver, right.recv(receiver, got, 50, MSG_PEEK), TM_EMSGSIZE);
    expectError(right, receiver, right.recv(receiver, got, 50, 0), TM_EMSGSIZE);
    assertThat(got.getByte(49)).isEqualTo((byte) (49 * 7));
    assertThat(right.recv(receiver, got, 50, MSG_PEEK)).isEqualTo(3);
    assertThat(right.recv(receiver, got, 50, 0)).isEqualTo(3);
  }

  @Test
  @Requirement({"TRK-connect-09", "TRK-connect-10"})
  void shouldFilterByThePeerUntilDissolved() {
    int receiver = bound(right, SOCK_DGRAM, PORT);
    int friend = bound(left, SOCK_DGRAM, 5_001);
    int stranger = bound(left, SOCK_DGRAM, 5_002);
    assertThat(right.connect(receiver, at(LEFT, 5_001), 16)).isZero();
    left.sendto(stranger, bytes(2), 2, 0, at(RIGHT, PORT), 16);
    left.sendto(friend, bytes(1), 1, 0, at(RIGHT, PORT), 16);
    assertThat(right.recv(receiver, bytes(9), 9, 0)).isEqualTo(1);
    expectError(right, receiver, right.recv(receiver, bytes(9), 9, MSG_DONTWAIT), TM_EWOULDBLOCK);
    assertThat(socketError(left, stranger)).isEqualTo(TM_ECONNREFUSED);
    assertThat(right.connect(receiver, at(LEFT, 5_002), 16)).isZero();
    left.sendto(stranger, bytes(2), 2, 0, at(RIGHT, PORT), 16);
    assertThat(right.recv(receiver, bytes(9), 9, 0)).isEqualTo(2);
    assertThat(right.connect(receiver, null, 0)).isZero();
    left.sendto(friend, bytes(1), 1, 0, at(RIGHT, PORT), 16);
    left.sendto(stranger, bytes(2), 2, 0, at(RIGHT, PORT), 16);
    assertThat(right.recv(receiver, bytes(9), 9, 0)).isEqualTo(1);
    assertThat(right.recv(receiver, bytes(9), 9, 0)).isEqualTo(2);
  }

  @Test
  @Requirement("TRK-send-13")
  void shouldReportAnUnreachableOnceByTheNextCall() {
    int sd = left.socket(AF_INET, SOCK_DGRAM, 0);
    left.connect(sd, at(RIGHT, PORT), 16);
    assertThat(left.send(sd, bytes(5), 5, 0)).isEqualTo(5);
    settle();
    expectError(left, sd, left.send(sd, bytes(5), 5, 0), TM_ECONNREFUSED);
    assertThat(left.send(sd, bytes(5), 5, 0)).isEqualTo(5);
    settle();
    expectError(left, sd, left.recv(sd, bytes(5), 5, 0), TM_ECONNREFUSED);
    left.tfBlockingState(sd, TM_BLOCKING_OFF);
    expectError(left, sd, left.recv(sd, bytes(5), 5, 0), TM_EWOULDBLOCK);
  }

  @Test
  void shouldWakeABlockedReceiveByAnUnreachable() {
    int sd = left.socket(AF_INET, SOCK_DGRAM, 0);
    left.connect(sd, at(RIGHT, PORT), 16);
    assertThat(left.send(sd, bytes(5), 5, 0)).isEqualTo(5);
    expectError(left, sd, left.recv(sd, bytes(5), 5, 0), TM_ECONNREFUSED);
  }

  @Test
  void shouldEndABlockedCallWhenInterrupted() {
    Pair pair = connect();
    Thread.currentThread().interrupt();
    expectError(left, pair.client(), left.recv(pair.client(), bytes(5), 5, 0), TM_EINTR);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    FdSet reads = new FdSet();
    Treck.FD_SET(pair.client(), reads);
    Thread.currentThread().interrupt();
    assertThat(left.select(pair.client() + 1, reads, null, null, null)).isEqualTo(TM_SOCKET_ERROR);
    assertThat(left.lastErrorOfThread()).isEqualTo(TM_EINTR);
    int queued = fillSendQueue(pair);
    TtUserMessage message = message(left, 8_000);
    Thread.currentThread().interrupt();
    expectError(
        left, pair.client(), left.tfZeroCopySend(pair.client(), message, 8_000, 0), TM_EINTR);
    assertThat(left.tfFreeZeroCopyBuffer(message)).isEqualTo(TM_EINVAL);
    drain(pair, queued);
  }
}
