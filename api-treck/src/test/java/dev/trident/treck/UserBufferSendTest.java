package dev.trident.treck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.c.SockAddr;
import dev.trident.testkit.Requirement;
import dev.trident.trace.Counter;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** tfZeroCopyUserBufferSend and ...SendTo: outcomes and the free function (sections 5.1, 6.1). */
class UserBufferSendTest extends TwoHostsTest {
  private final Object token = new Object();
  private final List<Object> freed = new ArrayList<>();
  private final TtUserFreeFunc free = freed::add;
  private final ByteBuf memory = fill(bytes(20_000), 20_000);

  private int send(int sd, int length, int flags) {
    return left.tfZeroCopyUserBufferSend(sd, token, memory, length, free, flags);
  }

  private int sendTo(int sd, int length, @Nullable SockAddr to) {
    return left.tfZeroCopyUserBufferSendTo(sd, token, memory, length, free, 0, to, 16);
  }

  private void expectFreedOnce() {
    assertThat(freed).containsExactly(token);
    assertThat(memory.refCnt()).isEqualTo(1);
    freed.clear();
  }

  /** Refused, and the free function had run when the call returned. */
  private void expectRefused(int sd, int result, int code) {
    expectFreedOnce();
    expectError(left, sd, result, code);
    settle();
    assertThat(freed).isEmpty();
  }

  @Test
  @Requirement({
    "TRK-tfZeroCopyUserBufferSend-05",
    "TRK-tfZeroCopyUserBufferSend-11",
    "TRK-tfZeroCopyUserBufferSend-12",
    "TRK-tfZeroCopyUserBufferSend-18",
    "TRK-tfZeroCopyUserBufferSend-19",
    "TRK-tfZeroCopyUserBufferSend-22",
    "TRK-tfZeroCopyUserBufferSend-23",
    "TRK-tfZeroCopyUserBufferSend-24",
    "TRK-tfZeroCopyUserBufferSend-25",
    "TRK-tfZeroCopyUserBufferSend-26",
    "TRK-ownership-03"
  })
  void shouldFreeTheBufferWhenTheStreamIsAcknowledged() {
    Pair pair = connect();
    assertThat(send(pair.client(), 5_000, 0)).isEqualTo(5_000);
    assertThat(freed).isEmpty();
    assertThat(memory.refCnt()).isEqualTo(2);
    expectBytes(right, pair.server(), 5_000);
    settle();
    expectFreedOnce();
  }

  @Test
  @Requirement({"TRK-tfZeroCopyUserBufferSend-20", "TRK-tfZeroCopyUserBufferSend-21"})
  void shouldSendFromTheDataPointerAndFreeTheBufferPointer() {
    Pair pair = connect();
    ByteBuf whole = bytes(3_000);
    ByteBuf pointer = fill(C.ptr(whole, 500), 2_000);
    assertThat(left.tfZeroCopyUserBufferSend(pair.client(), whole, pointer, 2_000, free, 0))
        .isEqualTo(2_000);
    expectBytes(right, pair.server(), 2_000);
    settle();
    assertThat(freed).containsExactly(whole);
    assertThat(left.tfZeroCopyUserBufferSend(pair.client(), whole, whole, 10, free, 0))
        .isEqualTo(10);
    settle();
    assertThat(freed).containsExactly(whole, whole);
  }

  @Test
  @Requirement("TRK-tfZeroCopyUserBufferSend-02")
  void shouldWorkOverLoopback() {
    int receiver = bound(left, SOCK_DGRAM, PORT);
    int sd = left.socket(AF_INET, SOCK_DGRAM, 0);
    assertThat(sendTo(sd, 500, at("127.0.0.1", PORT))).isEqualTo(500);
    expectBytes(left, receiver, 500);
    settle();
    expectFreedOnce();
  }

  @Test
  @Requirement("TRK-tfZeroCopyUserBufferSend-04")
  void shouldCopyNothing() {
    Pair pair = connect();
    long before = leftCopied();
    assertThat(send(pair.client(), 8_000, 0)).isEqualTo(8_000);
    expectBytes(right, pair.server(), 8_000);
    settle();
    assertThat(leftCopied()).isEqualTo(before);
  }

  private long leftCopied() {
    var counters = hosts.left().defaultStack().transport().counters();
    return counters.get(Counter.BYTES_COPIED_IN)
        + counters.get(Counter.BYTES_COPIED_WITHIN)
        + counters.get(Counter.BYTES_COPIED_BY_ADAPTER);
  }

  @Test
  @Requirement("TRK-tfZeroCopyUserBufferSend-13")
  void shouldFreeEachBufferOnce() {
    Pair pair = connect();
    List<Object> tokens = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Object each = "buffer " + i;
      tokens.add(each);
      assertThat(left.tfZeroCopyUserBufferSend(pair.client(), each, memory, 200, free, 0))
          .isEqualTo(200);
    }
    drain(pair, 40 * 200);
    assertThat(freed).containsExactlyElementsOf(tokens);
    assertThat(memory.refCnt()).isEqualTo(1);
  }

  @Test
  @Requirement("TRK-tfZeroCopyUserBufferSend-60")
  void shouldKeepTheBufferUntilItsLastByteIsAcknowledged() {
    Pair pair = connect();
    fillReceiver(pair, 6_000);
    assertThat(send(pair.client(), 8_000, 0)).isEqualTo(8_000);
    settle();
    assertThat(freed).isEmpty();
    drain(pair, 6_000 + 8_000);
    expectFreedOnce();
  }

  private void fillReceiver(Pair pair, int count) {
    assertThat(left.send(pair.client(), memory, count, 0)).isEqualTo(count);
    settle();
  }

  // ---- the page's errors, in its order ----------------------------------------------------

  @Test
  @Requirement({
    "TRK-tfZeroCopyUserBufferSend-07",
    "TRK-tfZeroCopyUserBufferSend-08",
    "TRK-tfZeroCopyUserBufferSend-09",
    "TRK-tfZeroCopyUserBufferSend-30",
    "TRK-tfZeroCopyUserBufferSend-42",
    "TRK-tfZeroCopyUserBufferSend-51",
    "TRK-tfZeroCopyUserBufferSend-54"
  })
  void shouldLeaveTheBufferWithTheProgramWhenItWouldBlock() {
    Pair pair = connect();
    int queued = fillSendQueue(pair);
    for (int i = 0; i < 3; i++) {
      expectError(left, pair.client(), send(pair.client(), 8_192, MSG_DONTWAIT), TM_EWOULDBLOCK);
    }
    settle();
    assertThat(freed).isEmpty();
    assertThat(memory.refCnt()).isEqualTo(1);
    drain(pair, queued);
    assertThat(send(pair.client(), 8_192, MSG_DONTWAIT)).isEqualTo(8_192);
    expectBytes(right, pair.server(), 8_192);
    settle();
    expectFreedOnce();
  }

  @Test
  @Requirement({
    "TRK-tfZeroCopyUserBufferSend-31",
    "TRK-tfZeroCopyUserBufferSend-43",
    "TRK-tfZeroCopyUserBufferSend-57"
  })
  void shouldCallNothingWithoutABufferPointer() {
    Pair pair = connect();
    expectError(
        left,
        pair.client(),
        left.tfZeroCopyUserBufferSend(pair.client(), null, memory, 10, free, 0),
        TM_EINVAL);
    assertThat(freed).isEmpty();
  }

  @Test
  @Requirement({
    "TRK-tfZeroCopyUserBufferSend-06",
    "TRK-tfZeroCopyUserBufferSend-27",
    "TRK-tfZeroCopyUserBufferSend-28",
    "TRK-tfZeroCopyUserBufferSend-29",
    "TRK-tfZeroCopyUserBufferSend-32",
    "TRK-tfZeroCopyUserBufferSend-43",
    "TRK-tfZeroCopyUserBufferSend-59"
  })
  void shouldFreeTheBufferWithoutADataPointer() {
    Pair pair = connect();
    expectRefused(
        pair.client(),
        left.tfZeroCopyUserBufferSend(pair.client(), token, null, 10, free, 0),
        TM_EINVAL);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, -2, Integer.MIN_VALUE, 20_001, Integer.MAX_VALUE})
  @Requirement({
    "TRK-tfZeroCopyUserBufferSend-33",
    "TRK-tfZeroCopyUserBufferSend-34",
    "TRK-tfZeroCopyUserBufferSend-43",
    "TRK-tfZeroCopyUserBufferSend-55"
  })
  void shouldFreeTheBufferWhenTheLengthIsNone(int length) {
    Pair pair = connect();
    expectRefused(pair.client(), send(pair.client(), length, 0), TM_EINVAL);
  }

  @Test
  @Requirement({
    "TRK-tfZeroCopyUserBufferSend-35",
    "TRK-tfZeroCopyUserBufferSend-43",
    "TRK-tfZeroCopyUserBufferSend-56"
  })
  void shouldKeepOffTheBufferWithoutAFreeFunction() {
    Pair pair = connect();
    expectError(
        left,
        pair.client(),
        left.tfZeroCopyUserBufferSend(pair.client(), token, memory, 10, null, 0),
        TM_EINVAL);
    assertThat(memory.refCnt()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {MSG_OOB, MSG_DONTROUTE, MSG_SCATTERED, MSG_DONTWAIT | MSG_PEEK})
  @Requirement({"TRK-tfZeroCopyUserBufferSend-36", "TRK-tfZeroCopyUserBufferSend-43"})
  void shouldFreeTheBufferWhenTheFlagsAreNotOnThePage(int flags) {
    Pair pair = connect();
    expectRefused(pair.client(), send(pair.client(), 10, flags), TM_EINVAL);
  }

  @Test
  @Requirement({
    "TRK-tfZeroCopyUserBufferSend-37",
    "TRK-tfZeroCopyUserBufferSend-44",
    "TRK-tfZeroCopyUserBufferSend-10"
  })
  void shouldFreeTheBufferWhenMemoryIsOut() {
    Pair pair = connect();
    List<dev.trident.buffer.Packet> hoard = new ArrayList<>();
    for (var cell = leftPool().allocate(); cell != null; cell = leftPool().allocate()) {
      hoard.add(cell);
    }
    List<Object> loans = new ArrayList<>();
    for (Object loan = leftPool().lend(memory, loans, freed::add);
        loan != null;
        loan = leftPool().lend(memory, loans, freed::add)) {
      loans.add(loan);
    }
    int result = send(pair.client(), 10, 0);
    assertThat(freed).containsExactly(token);
    expectError(left, pair.client(), result, TM_ENOBUFS);
    hoard.forEach(dev.trident.buffer.Packet::release);
    loans.forEach(loan -> ((dev.trident.buffer.SendLoan) loan).release());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 50, Integer.MAX_VALUE})
  @Requirement({
    "TRK-tfZeroCopyUserBufferSend-38",
    "TRK-tfZeroCopyUserBufferSend-45",
    "TRK-tfZeroCopyUserBufferSend-58"
  })
  void shouldFreeTheBufferWhenTheDescriptorIsBad(int sd) {
    expectBadDescriptor(send(sd, 10, 0));
    expectFreedOnce();
    expectBadDescriptor(sendTo(sd, 10, at(RIGHT, 9)));
    expectFreedOnce();
  }

  @Test
  @Requirement({
    "TRK-tfZeroCopyUserBufferSend-39",
    "TRK-tfZeroCopyUserBufferSend-46",
    "TRK-tfZeroCopyUserBufferSend-53"
  })
  void shouldFreeTheBufferThatCanNeverFit() {
    Pair pair = connect();
    expectRefused(pair.client(), send(pair.client(), 8_193, 0), TM_EMSGSIZE);
    expectRefused(pair.client(), send(pair.client(), 8_193, MSG_DONTWAIT), TM_EMSGSIZE);
  }

  @Test
  @Requirement({"TRK-tfZeroCopyUserBufferSend-40", "TRK-tfZeroCopyUserBufferSend-47"})
  void shouldFreeTheBufferWithoutARoute() {
    int sd = left.socket(AF_INET, SOCK_DGRAM, 0);
    expectRefused(sd, sendTo(sd, 100, at("192.0.2.1", 9)), TM_EHOSTUNREACH);
  }

  @Test
  @Requirement({"TRK-tfZeroCopyUserBufferSend-41", "TRK-tfZeroCopyUserBufferSend-48"})
  void shouldFreeTheBufferWhenTheLastDatagramWasRefused() {
    int sd = left.socket(AF_INET, SOCK_DGRAM, 0);
    left.connect(sd, at(RIGHT, PORT), 16);
    assertThat(send(sd, 100, 0)).isEqualTo(100);
    settle();
    expectFreedOnce();
    expectRefused(sd, send(sd, 100, 0), TM_ECONNREFUSED);
    assertThat(send(sd, 100, 0)).isEqualTo(100);
  }

  // ---- by analogy with tfZeroCopySend -----------------------------------------------------

  @Test
  @Requirement("TRK-tfZeroCopyUserBufferSend-49")
  void shouldFreeTheBufferWhenNotConnected() {
    int stream = left.socket(AF_INET, SOCK_STREAM, 0);
    expectRefused(stream, send(stream, 10, 0), TM_ENOTCONN);
    int datagram = left.socket(AF_INET, SOCK_DGRAM, 0);
    expectRefused(datagram, send(datagram, 10, 0), TM_ENOTCONN);
  }

  @Test
  @Requirement("TRK-tfZeroCopyUserBufferSend-50")
  void shouldFreeTheBufferAfterShutdownOrClose() {
    Pair pair = connect();
    left.shutdown(pair.client(), 1);
    expectRefused(pair.client(), send(pair.client(), 10, 0), TM_ESHUTDOWN);
    left.tfClose(pair.client());
    expectRefused(pair.client(), send(pair.client(), 10, 0), TM_ESHUTDOWN);
  }

  @Test
  @Requirement("TRK-tfZeroCopyUserBufferSendTo-04")
  void shouldFreeTheBufferWhenAStreamGetsADestination() {
    Pair pair = connect();
    expectRefused(pair.client(), sendTo(pair.client(), 10, at(RIGHT, PORT)), TM_EPROTOTYPE);
  }

  @Test
  @Requirement({"TRK-tfZeroCopyUserBufferSendTo-02", "TRK-ownership-04"})
  void shouldFreeADatagramWhenTheDeviceHasReadIt() {
    int receiver = bound(right, SOCK_DGRAM, PORT);
    int sd = left.socket(AF_INET, SOCK_DGRAM, 0);
    assertThat(sendTo(sd, 1_000, at(RIGHT, PORT))).isEqualTo(1_000);
    expectBytes(right, receiver, 1_000);
    settle();
    expectFreedOnce();
    expectRefused(sd, sendTo(sd, 1_000, new SockAddr(77)), TM_EAFNOSUPPORT);
    expectRefused(sd, sendTo(sd, 1_000, null), TM_EINVAL);
  }

  @Test
  @Requirement("TRK-ownership-07")
  void shouldFreeADatagramWhoseNeighbourDoesNotAnswer() {
    int sd = left.socket(AF_INET, SOCK_DGRAM, 0);
    left.connect(sd, at("10.0.0.77", PORT), 16);
    assertThat(send(sd, 1_000, 0)).isEqualTo(1_000);
    for (int i = 0; i < 10; i++) {
      settle();
    }
    expectFreedOnce();
    expectRefused(sd, send(sd, 1_000, 0), TM_EHOSTUNREACH);
  }

  // ---- what free functions may do ---------------------------------------------------------

  @Test
  @Requirement("TRK-ownership-19")
  void shouldLetTheFreeFunctionSendAgain() {
    Pair pair = connect();
    int[] times = {0};
    TtUserFreeFunc again =
        new TtUserFreeFunc() {
          @Override
          public void free(Object buffer) {
            if (++times[0] < 5) {
              assertThat(
                      left.tfZeroCopyUserBufferSend(pair.client(), buffer, memory, 1_000, this, 0))
                  .isEqualTo(1_000);
            }
          }
        };
    assertThat(left.tfZeroCopyUserBufferSend(pair.client(), token, memory, 1_000, again, 0))
        .isEqualTo(1_000);
    drain(pair, 5_000);
    assertThat(times[0]).isEqualTo(5);
    int unconnected = left.socket(AF_INET, SOCK_STREAM, 0);
    TtUserFreeFunc query = buffer -> freed.add(left.tfGetSocketError(unconnected));
    left.tfZeroCopyUserBufferSend(unconnected, token, memory, 10, query, 0);
    assertThat(freed).containsExactly(TM_ENOTCONN);
  }

  @Test
  @Requirement("TRK-ownership-20")
  void shouldContainAnExceptionOfTheFreeFunction() {
    Pair pair = connect();
    TtUserFreeFunc failing =
        buffer -> {
          freed.add(buffer);
          throw new IllegalStateException("free function of a test");
        };
    expectError(
        left,
        pair.client(),
        left.tfZeroCopyUserBufferSend(pair.client(), token, memory, 0, failing, 0),
        TM_EINVAL);
    expectFreedOnce();
    assertThat(left.tfZeroCopyUserBufferSend(pair.client(), token, memory, 100, failing, 0))
        .isEqualTo(100);
    drain(pair, 100);
    expectFreedOnce();
    assertThat(leftPool().completions().failures()).isEqualTo(2);
    assertThat(send(pair.client(), 100, 0)).isEqualTo(100);
  }

  // ---- later events (section 5.2) ---------------------------------------------------------

  @Test
  @Requirement("TRK-ownership-08")
  void shouldFreeTheBufferWhenThePeerResets() {
    Pair pair = connect();
    fillReceiver(pair, 8_000);
    assertThat(send(pair.client(), 8_000, 0)).isEqualTo(8_000);
    assertThat(freed).isEmpty();
    right.setsockopt(pair.server(), SOL_SOCKET, SO_LINGER, new Linger(1, 0), Linger.SIZEOF);
    assertThat(right.tfClose(pair.server())).isZero();
    settle();
    expectFreedOnce();
    expectRefused(pair.client(), send(pair.client(), 10, 0), TM_ECONNRESET);
  }

  @Test
  @Requirement("TRK-ownership-09")
  void shouldFreeAtTheAcknowledgementAfterAClose() {
    Pair pair = connect();
    assertThat(send(pair.client(), 5_000, 0)).isEqualTo(5_000);
    assertThat(left.tfClose(pair.client())).isZero();
    expectBytes(right, pair.server(), 5_000);
    settle();
    expectFreedOnce();
  }

  @Test
  @Requirement({"TRK-ownership-10", "TRK-ownership-17"})
  void shouldFreeAtOnceWhenTheConnectionIsAborted() {
    Pair pair = connect();
    fillReceiver(pair, 8_000);
    assertThat(send(pair.client(), 8_000, 0)).isEqualTo(8_000);
    settle();
    left.setsockopt(pair.client(), SOL_SOCKET, SO_LINGER, new Linger(1, 0), Linger.SIZEOF);
    assertThat(left.tfClose(pair.client())).isZero();
    expectFreedOnce();
    expectBadDescriptor(left.tfClose(pair.client()));
  }
}
