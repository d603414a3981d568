package dev.trident.treck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.IntRef;
import dev.trident.c.Ref;
import dev.trident.c.SockAddrIn;
import dev.trident.testkit.Requirement;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** tfZeroCopyRecv and tfZeroCopyRecvFrom (sections 2.1, 5.4). */
class ZeroCopyReceiveTest extends TwoHostsTest {
  private final Ref<TtUserMessage> handle = new Ref<>();

  private int receive(int sd, int maxLength, int flags) {
    return right.tfZeroCopyRecv(sd, handle, data, maxLength, flags);
  }

  private void expectNoMessage() {
    assertThat(handle.value).isNull();
    assertThat(data.value).isNull();
  }

  private int liveHandles() {
    return hosts.right().defaultStack().transport().pool().handles().live();
  }

  private int cells() {
    return hosts.right().defaultStack().transport().pool().freeCells();
  }

  @Test
  @Requirement({
    "TRK-tfZeroCopyRecv-02",
    "TRK-tfZeroCopyRecv-03",
    "TRK-tfZeroCopyRecv-10",
    "TRK-tfZeroCopyRecv-12",
    "TRK-tfFreeZeroCopyBuffer-04"
  })
  void shouldHandOutTheFrontOfAStream() {
    Pair pair = connect();
    settle();
    int cells = cells();
    left.send(pair.client(), fill(bytes(1_000), 1_000), 1_000, 0);
    settle();
    int seen = 0;
    for (int want : new int[] {100, 350, 10_000}) {
      int got = receive(pair.server(), want, 0);
      assertThat(got).isEqualTo(Math.min(want, 1_000 - seen));
      ByteBuf bytes = data.get();
      assertThat(bytes.capacity()).isEqualTo(got);
      for (int i = 0; i < got; i++) {
        assertThat(bytes.getByte(i)).isEqualTo((byte) ((seen + i) * 7));
      }
      seen += got;
      assertThat(right.tfFreeZeroCopyBuffer(handle.get())).isEqualTo(TM_ENOERROR);
      assertThat(right.tfFreeZeroCopyBuffer(handle.get())).isEqualTo(TM_EINVAL);
    }
    assertThat(seen).isEqualTo(1_000);
    settle();
    assertThat(cells()).isCloseTo(cells, RING_REFILL);
    assertThat(liveHandles()).isZero();
  }

  @Test
  @Requirement({"TRK-tfZeroCopyRecv-06", "TRK-tfZeroCopyRecv-11"})
  void shouldPeekWithoutConsuming() {
    Pair pair = connect();
    left.send(pair.client(), fill(bytes(500), 500), 500, 0);
    settle();
    assertThat(receive(pair.server(), 200, MSG_PEEK)).isEqualTo(200);
    TtUserMessage peeked = handle.get();
    assertThat(receive(pair.server(), 500, MSG_PEEK)).isEqualTo(500);
    assertThat(right.tfFreeZeroCopyBuffer(peeked)).isZero();
    assertThat(right.tfFreeZeroCopyBuffer(handle.get())).isZero();
    expectBytes(right, pair.server(), 500);
  }

  @Test
  @Requirement({"TRK-tfZeroCopyRecv-04", "TRK-tfZeroCopyRecv-13"})
  void shouldCheckArguments() {
    Pair pair = connect();
    int sd = pair.server();
    left.send(pair.client(), bytes(5), 5, 0);
    settle();
    expectError(right, sd, receive(sd, 9, MSG_OOB), TM_EINVAL);
    expectNoMessage();
    expectError(right, sd, receive(sd, 9, MSG_SCATTERED), TM_EINVAL);
    expectError(right, sd, receive(sd, 0, 0), TM_EINVAL);
    expectError(right, sd, receive(sd, -1, 0), TM_EINVAL);
    expectError(right, sd, right.tfZeroCopyRecv(sd, null, data, 9, 0), TM_EINVAL);
    expectError(right, sd, right.tfZeroCopyRecv(sd, handle, null, 9, 0), TM_EINVAL);
    expectError(
        right, sd, right.tfZeroCopyRecvFrom(sd, handle, data, 9, 0, null, null), TM_EPROTOTYPE);
    assertThat(right.tfZeroCopyRecv(77, handle, data, 9, 0)).isEqualTo(TM_SOCKET_ERROR);
    assertThat(right.lastErrorOfThread()).isEqualTo(TM_EBADF);
    expectNoMessage();
    assertThat(receive(sd, 9, 0)).isEqualTo(5);
  }

  @Test
  @Requirement({"TRK-tfZeroCopyRecv-02", "TRK-tfZeroCopyRecv-13"})
  void shouldHandOutNothingAtTheEnd() {
    Pair pair = connect();
    left.tfClose(pair.client());
    assertThat(receive(pair.server(), 100, 0)).isZero();
    expectNoMessage();
  }

  @Test
  @Requirement({"TRK-tfZeroCopyRecv-05", "TRK-tfZeroCopyRecv-14"})
  void shouldNotWaitWhenNotTo() {
    Pair pair = connect();
    expectError(right, pair.server(), receive(pair.server(), 9, MSG_DONTWAIT), TM_EWOULDBLOCK);
    expectNoMessage();
    right.tfBlockingState(pair.server(), TM_BLOCKING_OFF);
    expectError(right, pair.server(), receive(pair.server(), 9, 0), TM_EWOULDBLOCK);
  }

  @Test
  @Requirement({"TRK-tfZeroCopyRecv-16", "TRK-tfFreeZeroCopyBuffer-08"})
  void shouldKeepAMessageReadableAfterTheCloseOfItsSocket() {
    int receiver = bound(right, SOCK_DGRAM, PORT);
    int sender = left.socket(AF_INET, SOCK_DGRAM, 0);
    left.sendto(sender, fill(bytes(80), 80), 80, 0, at(RIGHT, PORT), 16);
    assertThat(receive(receiver, 100, 0)).isEqualTo(80);
    right.tfClose(receiver);
    assertThat(data.get().getByte(79)).isEqualTo((byte) (79 * 7));
    assertThat(right.tfFreeZeroCopyBuffer(handle.get())).isEqualTo(TM_ENOERROR);
  }

  @Test
  @Requirement("TRK-tfZeroCopyRecv-15")
  void shouldNotCountHeldMessagesAgainstTheReceiveLimit() {
    int receiver = bound(right, SOCK_DGRAM, PORT);
    int sender = left.socket(AF_INET, SOCK_DGRAM, 0);
    int cells = cells();
    TtUserMessage[] held = new TtUserMessage[100];
    for (int i = 0; i < held.length; i++) {
      left.sendto(sender, bytes(1_000), 1_000, 0, at(RIGHT, PORT), 16);
      assertThat(receive(receiver, 1_000, 0)).isEqualTo(1_000);
      held[i] = handle.get();
    }
    assertThat(cells()).isCloseTo(cells - held.length, RING_REFILL);
    for (TtUserMessage message : held) {
      assertThat(right.tfFreeZeroCopyBuffer(message)).isZero();
    }
    settle();
    assertThat(cells()).isCloseTo(cells, RING_REFILL);
    assertThat(liveHandles()).isZero();
  }

  @Test
  void shouldReportADatagramLongerThanTheLimitAndDropIt() {
    int receiver = bound(right, SOCK_DGRAM, PORT);
    int sender = left.socket(AF_INET, SOCK_DGRAM, 0);
    left.sendto(sender, bytes(80), 80, 0, at(RIGHT, PORT), 16);
    left.sendto(sender, bytes(0), 0, 0, at(RIGHT, PORT), 16);
    left.sendto(sender, bytes(7), 7, 0, at(RIGHT, PORT), 16);
    expectError(right, receiver, receive(receiver, 79, MSG_PEEK), TM_EMSGSIZE);
    expectError(right, receiver, receive(receiver, 79, 0), TM_EMSGSIZE);
    expectNoMessage();
    assertThat(receive(receiver, 79, 0)).isZero();
    expectNoMessage();
    assertThat(receive(receiver, 79, 0)).isEqualTo(7);
    right.tfFreeZeroCopyBuffer(handle.get());
  }

  @Test
  @Requirement({
    "TRK-tfZeroCopyRecv-07",
    "TRK-tfZeroCopyRecv-09",
    "TRK-tfZeroCopyRecvFrom-02",
    "TRK-tfZeroCopyRecvFrom-03",
    "TRK-shapes-04"
  })
  void shouldEchoADatagramWithoutCopying() {
    int receiver = bound(right, SOCK_DGRAM, PORT);
    int sender = bound(left, SOCK_DGRAM, 5_555);
    int cells = cells();
    SockAddrIn from = new SockAddrIn();
    IntRef length = new IntRef(16);
    for (int i = 0; i < 100; i++) {
      left.sendto(sender, fill(bytes(700), 700), 700, 0, at(RIGHT, PORT), 16);
      long copied = copied();
      int got =
          right.tfZeroCopyRecvFrom(receiver, handle, data, 2_000, MSG_SCATTERED, from, length);
      assertThat(got).isEqualTo(700);
      assertThat(from).hasToString(LEFT + ":5555");
      TtUserPacket piece = Objects.requireNonNull(handle.get().ttUserPacketPtr());
      assertThat(piece.chainLength).isEqualTo(700);
      assertThat(piece.dataLength).isEqualTo(700);
      assertThat(piece.nextPtr).isNull();
      assertThat(right.tfZeroCopySendTo(receiver, handle.get(), got, MSG_SCATTERED, from, 16))
          .isEqualTo(700);
      assertThat(right.tfFreeZeroCopyBuffer(handle.get())).isEqualTo(TM_EINVAL);
      assertThat(copied()).isEqualTo(copied);
      expectBytes(left, sender, 700);
    }
    settle();
    assertThat(cells()).isCloseTo(cells, RING_REFILL);
    assertThat(liveHandles()).isZero();
  }

  /** 5,000 bytes in four fragments, of which the last is small enough to be moved. */
  @Test
  @Requirement({
    "TRK-tfZeroCopyRecv-07",
    "TRK-tfZeroCopyRecv-09",
    "TRK-tfZeroCopyRecv-10",
    "TRK-tfZeroCopyRecvFrom-03"
  })
  void shouldEchoTheFragmentsOfADatagramWithoutCopying() {
    int receiver = bound(right, SOCK_DGRAM, PORT);
    int sender = bound(left, SOCK_DGRAM, 5_555);
    int cells = cells();
    SockAddrIn from = new SockAddrIn();
    IntRef length = new IntRef(16);
    for (int i = 0; i < 20; i++) {
      left.sendto(sender, fill(bytes(5_000), 5_000), 5_000, 0, at(RIGHT, PORT), 16);
      settle();
      long copied = copied();
      int got =
          right.tfZeroCopyRecvFrom(receiver, handle, data, 5_000, MSG_SCATTERED, from, length);
      assertThat(got).isEqualTo(5_000);
      int seen = 0;
      int pieces = 0;
      for (TtUserPacket piece = handle.get().ttUserPacketPtr();
          piece != null;
          piece = piece.nextPtr) {
        assertThat(piece.chainLength).isEqualTo(5_000 - seen);
        for (int k = 0; k < piece.dataLength; k++) {
          assertThat(piece.dataPtr.getByte(k)).isEqualTo((byte) ((seen + k) * 7));
        }
        seen += piece.dataLength;
        pieces++;
      }
      assertThat(seen).isEqualTo(5_000);
      assertThat(pieces).isEqualTo(4);
      assertThat(right.tfZeroCopySendTo(receiver, handle.get(), got, MSG_SCATTERED, from, 16))
          .isEqualTo(5_000);
      assertThat(right.tfFreeZeroCopyBuffer(handle.get())).isEqualTo(TM_EINVAL);
      assertThat(copied()).isEqualTo(copied);
      expectBytes(left, sender, 5_000);
    }
    settle();
    assertThat(cells()).isCloseTo(cells, RING_REFILL);
    assertThat(liveHandles()).isZero();
  }

  @Test
  @Requirement("TRK-tfZeroCopyRecv-08")
  void shouldMakeADatagramThatCameInFragmentsContiguous() {
    int receiver = bound(right, SOCK_DGRAM, PORT);
    int sender = bound(left, SOCK_DGRAM, 5_555);
    int cells = cells();
    for (int flags : new int[] {MSG_PEEK, MSG_PEEK | MSG_SCATTERED, 0}) {
      if (flags != 0 && flags == MSG_PEEK) {
        left.sendto(sender, fill(bytes(8_000), 8_000), 8_000, 0, at(RIGHT, PORT), 16);
      }
      assertThat(receive(receiver, 8_000, flags)).isEqualTo(8_000);
      ByteBuf bytes = data.get();
      assertThat(bytes.capacity()).isEqualTo(8_000);
      for (int i = 0; i < 8_000; i++) {
        assertThat(bytes.getByte(i)).isEqualTo((byte) (i * 7));
      }
      assertThat(right.tfFreeZeroCopyBuffer(handle.get())).isEqualTo(TM_ENOERROR);
    }
    left.sendto(sender, bytes(8_000), 8_000, 0, at(RIGHT, PORT), 16);
    assertThat(receive(receiver, 8_000, MSG_SCATTERED)).isEqualTo(8_000);
    assertThat(right.tfFreeZeroCopyBuffer(handle.get())).isEqualTo(TM_ENOERROR);
    left.sendto(sender, bytes(8_000), 8_000, 0, at(RIGHT, PORT), 16);
    expectError(right, receiver, receive(receiver, 7_999, MSG_SCATTERED), TM_EMSGSIZE);
    settle();
    assertThat(cells()).isCloseTo(cells, RING_REFILL);
    assertThat(liveHandles()).isZero();
  }

  @Test
  void shouldCarryTheLargestDatagramBothWays() {
    int receiver = bound(right, SOCK_DGRAM, PORT);
    int sender = bound(left, SOCK_DGRAM, 5_555);
    int largest = 65_507;
    for (int option : new int[] {SO_SNDBUF, SO_RCVBUF}) {
      assertThat(left.setsockopt(sender, SOL_SOCKET, option, new IntRef(70_000), 4)).isZero();
      assertThat(right.setsockopt(receiver, SOL_SOCKET, option, new IntRef(70_000), 4)).isZero();
    }
    assertThat(left.sendto(sender, fill(bytes(largest), largest), largest, 0, at(RIGHT, PORT), 16))
        .isEqualTo(largest);
    expectBytes(right, receiver, largest);
    TtUserMessage message = message(right, largest);
    fill(data.get(), largest);
    assertThat(right.tfZeroCopySendTo(receiver, message, largest, 0, at(LEFT, 5_555), 16))
        .isEqualTo(largest);
    expectBytes(left, sender, largest);
    expectError(
        left,
        sender,
        left.sendto(sender, bytes(largest + 1), largest + 1, 0, at(RIGHT, PORT), 16),
        TM_EMSGSIZE);
  }

  private long copied() {
    Counters counters = hosts.right().defaultStack().transport().counters();
    return counters.get(Counter.BYTES_COPIED_IN)
        + counters.get(Counter.BYTES_COPIED_OUT)
        + counters.get(Counter.BYTES_COPIED_WITHIN)
        + counters.get(Counter.BYTES_COPIED_BY_ADAPTER);
  }

  @Test
  @Requirement("TRK-tfZeroCopySend-18")
  void shouldTellAScatteredMessageFromOthers() {
    int receiver = bound(right, SOCK_DGRAM, PORT);
    int sender = bound(left, SOCK_DGRAM, 5_555);
    left.sendto(sender, bytes(70), 70, 0, at(RIGHT, PORT), 16);
    assertThat(receive(receiver, 100, 0)).isEqualTo(70);
    assertThat(handle.get().ttUserPacketPtr()).isNull();
    expectError(
        right,
        receiver,
        right.tfZeroCopySendTo(receiver, handle.get(), 70, MSG_SCATTERED, at(LEFT, 5_555), 16),
        TM_EINVAL);
    assertThat(right.tfFreeZeroCopyBuffer(handle.get())).isEqualTo(TM_EINVAL);
  }

  @Test
  void shouldResendReceivedStreamData() {
    Pair pair = connect();
    left.send(pair.client(), fill(bytes(900), 900), 900, 0);
    settle();
    assertThat(receive(pair.server(), 900, 0)).isEqualTo(900);
    assertThat(right.tfZeroCopySend(pair.server(), handle.get(), 900, 0)).isEqualTo(900);
    expectBytes(left, pair.client(), 900);
  }
}
