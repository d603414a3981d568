package dev.trident.treck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.Packet;
import dev.trident.c.Ref;
import dev.trident.testkit.Requirement;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** tfZeroCopySend and tfZeroCopySendTo: outcomes and whose the buffer is (sections 5.1, 6.2). */
class ZeroCopySendTest extends TwoHostsTest {
  /** The handle is dead, and its memory is not the program's. */
  private void expectGone(TtUserMessage message) {
    assertThat(left.tfFreeZeroCopyBuffer(message)).isEqualTo(TM_EINVAL);
    int sd = left.socket(AF_INET, SOCK_DGRAM, 0);
    expectError(left, sd, left.tfZeroCopySend(sd, message, 1, 0), TM_EFAULT);
    left.tfClose(sd);
  }

  private void expectReleased(TtUserMessage message) {
    expectGone(message);
    assertThat(leftRunCells()).isEqualTo(leftRunCellsAtStart());
  }

  @Test
  @Requirement({
    "TRK-tfGetZeroCopyBuffer-03",
    "TRK-tfGetZeroCopyBuffer-05",
    "TRK-tfFreeZeroCopyBuffer-02",
    "TRK-tfFreeZeroCopyBuffer-05",
    "TRK-tfFreeZeroCopyBuffer-06"
  })
  void shouldHandOutAndTakeBackABuffer() {
    TtUserMessage message = message(left, 5_000);
    ByteBuf memory = data.get();
    assertThat(memory.capacity()).isEqualTo(5_000);
    assertThat(leftRunCells()).isLessThan(leftRunCellsAtStart());
    assertThat(left.tfFreeZeroCopyBuffer(message)).isEqualTo(TM_ENOERROR);
    assertThat(leftRunCells()).isEqualTo(leftRunCellsAtStart());
    assertThat(memory.refCnt()).isZero();
    assertThat(left.tfFreeZeroCopyBuffer(message)).isEqualTo(TM_EINVAL);
    assertThat(leftRunCells()).isEqualTo(leftRunCellsAtStart());
  }

  @Test
  @Requirement({"TRK-tfGetZeroCopyBuffer-02", "TRK-tfGetZeroCopyBuffer-06"})
  void shouldHandOutNothingWhenMemoryIsOut() {
    assertThat(left.tfGetZeroCopyBuffer(0, data)).isNull();
    assertThat(left.tfGetZeroCopyBuffer(-1, data)).isNull();
    assertThat(left.tfGetZeroCopyBuffer(70_000, data)).isNull();
    assertThat(left.tfGetZeroCopyBuffer(10, null)).isNull();
    List<TtUserMessage> all = new ArrayList<>();
    for (TtUserMessage next = left.tfGetZeroCopyBuffer(60_000, data);
        next != null;
        next = left.tfGetZeroCopyBuffer(60_000, data)) {
      all.add(next);
    }
    assertThat(all).isNotEmpty();
    for (TtUserMessage message : all) {
      assertThat(left.tfFreeZeroCopyBuffer(message)).isZero();
    }
    assertThat(leftRunCells()).isEqualTo(leftRunCellsAtStart());
  }

  @Test
  @Requirement("TRK-tfFreeZeroCopyBuffer-03")
  void shouldRefuseToFreeWhatIsNoBufferOfThisHost() {
    assertThat(left.tfFreeZeroCopyBuffer(null)).isEqualTo(TM_EINVAL);
    TtUserMessage foreign = message(right, 100);
    assertThat(left.tfFreeZeroCopyBuffer(foreign)).isEqualTo(TM_EINVAL);
    assertThat(right.tfFreeZeroCopyBuffer(foreign)).isEqualTo(TM_ENOERROR);
    TtUserMessage released = message(left, 100);
    data.get().release();
    assertThat(left.tfFreeZeroCopyBuffer(released)).isEqualTo(TM_EINVAL);
  }

  @Test
  @Requirement({
    "TRK-tfZeroCopySend-02",
    "TRK-tfZeroCopySend-05",
    "TRK-tfZeroCopySend-10",
    "TRK-tfZeroCopySend-11",
    "TRK-tfZeroCopySend-19",
    "TRK-tfZeroCopySend-49",
    "TRK-tfFreeZeroCopyBuffer-07",
    "TRK-ownership-01"
  })
  void shouldSendTheFrontOfAMessage() {
    Pair pair = connect();
    TtUserMessage message = message(left, 3_000);
    fill(data.get(), 3_000);
    assertThat(left.tfZeroCopySend(pair.client(), message, 2_500, 0)).isEqualTo(2_500);
    assertThat(left.tfFreeZeroCopyBuffer(message)).isEqualTo(TM_EINVAL);
    expectBytes(right, pair.server(), 2_500);
    right.tfBlockingState(pair.server(), TM_BLOCKING_OFF);
    expectError(right, pair.server(), right.recv(pair.server(), bytes(9), 9, 0), TM_EWOULDBLOCK);
    settle();
    expectReleased(message);
  }

  @Test
  @Requirement({
    "TRK-tfZeroCopySend-22",
    "TRK-tfZeroCopySend-37",
    "TRK-tfZeroCopySend-48",
    "TRK-tfZeroCopySendTo-05"
  })
  void shouldReleaseTheMessageWhenTheDescriptorIsBad() {
    TtUserMessage message = message(left, 100);
    expectBadDescriptor(left.tfZeroCopySend(50, message, 100, 0));
    expectReleased(message);
    TtUserMessage other = message(left, 100);
    expectBadDescriptor(left.tfZeroCopySendTo(-1, other, 100, 0, at(RIGHT, 9), 16));
    expectReleased(other);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE, 101, Integer.MAX_VALUE})
  @Requirement({
    "TRK-tfZeroCopySend-34",
    "TRK-tfZeroCopySend-35",
    "TRK-tfZeroCopySend-46",
    "TRK-tfZeroCopySend-50",
    "TRK-tfZeroCopySend-06"
  })
  void shouldRefuseALengthThatIsNoneOfTheBuffer(int length) {
    Pair pair = connect();
    TtUserMessage message = message(left, 100);
    expectError(
        left, pair.client(), left.tfZeroCopySend(pair.client(), message, length, 0), TM_EINVAL);
    expectReleased(message);
  }

  @ParameterizedTest
  @ValueSource(ints = {MSG_PEEK, MSG_WAITALL, MSG_SCATTERED, 0x8000_0000, MSG_DONTWAIT | 0x10})
  @Requirement({
    "TRK-tfZeroCopySend-36",
    "TRK-tfZeroCopySend-46",
    "TRK-tfZeroCopySend-51",
    "TRK-tfZeroCopySend-17"
  })
  void shouldRefuseOtherFlagsOnAStream(int flags) {
    Pair pair = connect();
    TtUserMessage message = message(left, 100);
    expectError(
        left, pair.client(), left.tfZeroCopySend(pair.client(), message, 100, flags), TM_EINVAL);
    expectReleased(message);
  }

  @Test
  @Requirement({"TRK-tfZeroCopySend-15", "TRK-tfZeroCopySendTo-03", "TRK-tfZeroCopySend-18"})
  void shouldRefuseUrgentAndInventedScatteredDatagrams() {
    int sd = left.socket(AF_INET, SOCK_DGRAM, 0);
    left.connect(sd, at(RIGHT, PORT), 16);
    TtUserMessage first = message(left, 100);
    expectError(left, sd, left.tfZeroCopySend(sd, first, 100, MSG_OOB), TM_EINVAL);
    expectReleased(first);
    TtUserMessage second = message(left, 100);
    expectError(
        left, sd, left.tfZeroCopySendTo(sd, second, 9, MSG_OOB, at(RIGHT, 9), 16), TM_EINVAL);
    expectReleased(second);
    TtUserMessage third = message(left, 100);
    expectError(left, sd, left.tfZeroCopySend(sd, third, 100, MSG_SCATTERED), TM_EINVAL);
    expectReleased(third);
  }

  @Test
  @Requirement({"TRK-tfZeroCopySend-33", "TRK-tfZeroCopySend-45", "TRK-tfZeroCopySend-47"})
  void shouldFreeNothingWhenTheHandleIsNoBuffer() {
    Pair pair = connect();
    expectError(left, pair.client(), left.tfZeroCopySend(pair.client(), null, 5, 0), TM_EFAULT);
    TtUserMessage freed = message(left, 100);
    left.tfFreeZeroCopyBuffer(freed);
    expectError(left, pair.client(), left.tfZeroCopySend(pair.client(), freed, 5, 0), TM_EFAULT);
    TtUserMessage foreign = message(right, 100);
    expectError(left, pair.client(), left.tfZeroCopySend(pair.client(), foreign, 5, 0), TM_EFAULT);
    assertThat(right.tfFreeZeroCopyBuffer(foreign)).isZero();
    assertThat(leftRunCells()).isEqualTo(leftRunCellsAtStart());
  }

  @Test
  @Requirement({
    "TRK-tfZeroCopySend-20",
    "TRK-tfZeroCopySend-21",
    "TRK-tfZeroCopySend-30",
    "TRK-tfZeroCopySend-43"
  })
  void shouldReleaseTheMessageWhenNotConnected() {
    int stream = left.socket(AF_INET, SOCK_STREAM, 0);
    TtUserMessage message = message(left, 100);
    expectError(left, stream, left.tfZeroCopySend(stream, message, 100, 0), TM_ENOTCONN);
    expectReleased(message);
    int datagram = left.socket(AF_INET, SOCK_DGRAM, 0);
    TtUserMessage other = message(left, 100);
    expectError(left, datagram, left.tfZeroCopySend(datagram, other, 100, 0), TM_ENOTCONN);
    expectReleased(other);
  }

  @Test
  @Requirement({"TRK-tfZeroCopySend-31", "TRK-tfZeroCopySend-44"})
  void shouldReleaseTheMessageAfterShutdown() {
    Pair pair = connect();
    left.shutdown(pair.client(), 1);
    TtUserMessage message = message(left, 100);
    expectError(
        left, pair.client(), left.tfZeroCopySend(pair.client(), message, 100, 0), TM_ESHUTDOWN);
    expectReleased(message);
  }

  @Test
  @Requirement({"TRK-tfZeroCopySend-32", "TRK-tfZeroCopySend-44"})
  void shouldReleaseTheMessageWhileClosing() {
    Pair pair = connect();
    assertThat(left.tfClose(pair.client())).isZero();
    TtUserMessage message = message(left, 100);
    expectError(
        left, pair.client(), left.tfZeroCopySend(pair.client(), message, 100, 0), TM_ESHUTDOWN);
    expectReleased(message);
  }

  @Test
  @Requirement({"TRK-tfZeroCopySend-27", "TRK-tfZeroCopySend-41", "TRK-tfZeroCopySend-52"})
  void shouldReleaseTheMessageThatCanNeverFit() {
    Pair pair = connect();
    TtUserMessage message = message(left, 8_193);
    expectError(
        left,
        pair.client(),
        left.tfZeroCopySend(pair.client(), message, 8_193, MSG_DONTWAIT),
        TM_EMSGSIZE);
    expectReleased(message);
    left.tfBlockingState(pair.client(), TM_BLOCKING_OFF);
    TtUserMessage other = message(left, 9_000);
    expectError(
        left, pair.client(), left.tfZeroCopySend(pair.client(), other, 9_000, 0), TM_EMSGSIZE);
    expectReleased(other);
  }

  @Test
  @Requirement({
    "TRK-tfZeroCopySend-04",
    "TRK-tfZeroCopySend-07",
    "TRK-tfZeroCopySend-13",
    "TRK-tfZeroCopySend-29",
    "TRK-tfZeroCopySend-42",
    "TRK-tfZeroCopySend-52",
    "TRK-shapes-03"
  })
  void shouldLeaveTheMessageWithTheProgramWhenItWouldBlock() {
    Pair pair = connect();
    int queued = fillSendQueue(pair);
    TtUserMessage message = message(left, 8_192);
    fill(data.get(), 8_192);
    for (int i = 0; i < 3; i++) {
      expectError(
          left,
          pair.client(),
          left.tfZeroCopySend(pair.client(), message, 8_192, MSG_DONTWAIT),
          TM_EWOULDBLOCK);
    }
    drain(pair, queued);
    assertThat(left.tfZeroCopySend(pair.client(), message, 8_192, MSG_DONTWAIT)).isEqualTo(8_192);
    expectBytes(right, pair.server(), 8_192);
    settle();
    expectReleased(message);
  }

  @Test
  @Requirement({"TRK-tfZeroCopySend-08", "TRK-tfZeroCopySend-29"})
  void shouldLetTheProgramFreeAMessageThatWouldBlock() {
    Pair pair = connect();
    fillSendQueue(pair);
    int cells = leftRunCells();
    TtUserMessage message = message(left, 8_192);
    expectError(
        left,
        pair.client(),
        left.tfZeroCopySend(pair.client(), message, 8_192, MSG_DONTWAIT),
        TM_EWOULDBLOCK);
    assertThat(left.tfFreeZeroCopyBuffer(message)).isEqualTo(TM_ENOERROR);
    assertThat(leftRunCells()).isEqualTo(cells);
    assertThat(left.tfFreeZeroCopyBuffer(message)).isEqualTo(TM_EINVAL);
  }

  @Test
  @Requirement({"TRK-tfZeroCopySend-24", "TRK-tfZeroCopySend-39"})
  void shouldReleaseTheDatagramWithoutARoute() {
    int sd = left.socket(AF_INET, SOCK_DGRAM, 0);
    TtUserMessage message = message(left, 100);
    expectError(
        left,
        sd,
        left.tfZeroCopySendTo(sd, message, 100, 0, at("192.0.2.1", 9), 16),
        TM_EHOSTUNREACH);
    expectReleased(message);
  }

  @Test
  @Requirement({"TRK-tfZeroCopySend-26", "TRK-tfZeroCopySend-40", "TRK-tfZeroCopySend-54"})
  void shouldReportAnUnreachableOfAnEarlierDatagram() {
    int sd = left.socket(AF_INET, SOCK_DGRAM, 0);
    left.connect(sd, at(RIGHT, PORT), 16);
    TtUserMessage first = message(left, 100);
    assertThat(left.tfZeroCopySend(sd, first, 100, 0)).isEqualTo(100);
    settle();
    TtUserMessage second = message(left, 100);
    expectError(left, sd, left.tfZeroCopySend(sd, second, 100, 0), TM_ECONNREFUSED);
    expectReleased(second);
  }

  @Test
  @Requirement({"TRK-tfZeroCopySend-28", "TRK-tfZeroCopySend-41"})
  void shouldReleaseTheDatagramThatIsTooLong() {
    int sd = left.socket(AF_INET, SOCK_DGRAM, 0);
    TtUserMessage message = message(left, 9_000);
    expectError(
        left, sd, left.tfZeroCopySendTo(sd, message, 9_000, 0, at(RIGHT, PORT), 16), TM_EMSGSIZE);
    expectReleased(message);
  }

  @Test
  @Requirement({
    "TRK-tfZeroCopySendTo-02",
    "TRK-tfZeroCopySendTo-04",
    "TRK-tfZeroCopySendTo-07",
    "TRK-tfZeroCopySend-12"
  })
  void shouldSendADatagramToAnAddress() {
    int receiver = bound(right, SOCK_DGRAM, PORT);
    int sd = left.socket(AF_INET, SOCK_DGRAM, 0);
    TtUserMessage message = message(left, 1_000);
    fill(data.get(), 1_000);
    int flags = MSG_DONTWAIT | MSG_DONTROUTE;
    assertThat(left.tfZeroCopySendTo(sd, message, 700, flags, at(RIGHT, PORT), 16)).isEqualTo(700);
    expectBytes(right, receiver, 700);
    settle();
    expectReleased(message);
  }

  @Test
  @Requirement({"TRK-tfZeroCopySend-23", "TRK-tfZeroCopySend-38"})
  void shouldReleaseTheMessageWhenMemoryForHeadersIsOut() {
    Pair pair = connect();
    TtUserMessage message = message(left, 4_000);
    List<Packet> hoard = new ArrayList<>();
    for (Packet cell = leftPool().allocate(); cell != null; cell = leftPool().allocate()) {
      hoard.add(cell);
    }
    expectError(
        left, pair.client(), left.tfZeroCopySend(pair.client(), message, 4_000, 0), TM_ENOBUFS);
    expectReleased(message);
    hoard.forEach(Packet::release);
  }

  @Test
  @Requirement("TRK-tfZeroCopySendTo-06")
  void shouldRefuseADestinationOnAStream() {
    Pair pair = connect();
    TtUserMessage message = message(left, 100);
    expectError(
        left,
        pair.client(),
        left.tfZeroCopySendTo(pair.client(), message, 100, 0, at(RIGHT, PORT), 16),
        TM_EPROTOTYPE);
    expectReleased(message);
  }

  @Test
  @Requirement("TRK-tfZeroCopySend-54")
  void shouldReportTheFirstOfSeveralErrors() {
    int sd = left.socket(AF_INET, SOCK_STREAM, 0);
    expectError(left, sd, left.tfZeroCopySend(sd, null, 0, 0), TM_EINVAL);
    expectError(left, sd, left.tfZeroCopySend(sd, null, 1, 0), TM_EFAULT);
    TtUserMessage message = message(left, 9_000);
    expectError(left, sd, left.tfZeroCopySend(sd, message, 9_000, MSG_DONTWAIT), TM_ENOTCONN);
    Pair pair = connect();
    left.shutdown(pair.client(), 1);
    TtUserMessage other = message(left, 9_000);
    expectError(
        left,
        pair.client(),
        left.tfZeroCopySend(pair.client(), other, 9_000, MSG_DONTWAIT),
        TM_ESHUTDOWN);
  }

  @Test
  @Requirement("TRK-ownership-08")
  void shouldReleaseMessagesInFlightWhenThePeerResets() {
    Pair pair = connect();
    TtUserMessage message = message(left, 4_000);
    assertThat(left.tfZeroCopySend(pair.client(), message, 4_000, 0)).isEqualTo(4_000);
    Linger abort = new Linger(1, 0);
    assertThat(right.setsockopt(pair.server(), SOL_SOCKET, SO_LINGER, abort, Linger.SIZEOF))
        .isZero();
    assertThat(right.tfClose(pair.server())).isZero();
    settle();
    expectReleased(message);
    Ref<TtUserMessage> handle = new Ref<>();
    expectError(
        left,
        pair.client(),
        left.tfZeroCopyRecv(pair.client(), handle, data, 100, 0),
        TM_ECONNRESET);
    assertThat(handle.value).isNull();
  }
}
