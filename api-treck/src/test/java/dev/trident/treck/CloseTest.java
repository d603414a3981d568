package dev.trident.treck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.testkit.Requirement;
import dev.trident.trace.Counter;
import org.junit.jupiter.api.Test;

/** tfClose and SO_LINGER (section 3.5). */
class CloseTest extends TwoHostsTest {
  private void linger(Treck treck, int sd, int seconds) {
    assertThat(treck.setsockopt(sd, SOL_SOCKET, SO_LINGER, new Linger(1, seconds), Linger.SIZEOF))
        .isZero();
  }

  private void expectClosed(int sd) {
    expectBadDescriptor(left.tfClose(sd));
    assertThat(left.tfGetSocketError(sd)).isEqualTo(TM_EBADF);
  }

  @Test
  @Requirement({"TRK-tfClose-01", "TRK-tfClose-02", "TRK-tfClose-03", "TRK-tfClose-08"})
  void shouldStayKnownUntilTheHandshakeIsComplete() {
    Pair pair = connect();
    assertThat(left.tfClose(pair.client())).isEqualTo(TM_ENOERROR);
    for (int i = 0; i < 3; i++) {
      expectError(left, pair.client(), left.tfClose(pair.client()), TM_EALREADY);
    }
    assertThat(left.socket(AF_INET, SOCK_DGRAM, 0)).isNotEqualTo(pair.client());
    assertThat(right.recv(pair.server(), bytes(5), 5, 0)).isZero();
    assertThat(right.tfClose(pair.server())).isZero();
    settle();
    expectClosed(pair.client());
    assertThat(left.socket(AF_INET, SOCK_DGRAM, 0)).isEqualTo(pair.client());
  }

  @Test
  @Requirement("TRK-tfClose-08")
  void shouldReuseTheNumberWithoutItBeingAskedFor() {
    Pair pair = connect();
    left.tfClose(pair.client());
    right.tfClose(pair.server());
    settle();
    assertThat(left.socket(AF_INET, SOCK_DGRAM, 0)).isEqualTo(pair.client());
  }

  @Test
  @Requirement("TRK-tfClose-02")
  void shouldStillSendWhatIsQueued() {
    Pair pair = connect();
    int queued = fillSendQueue(pair);
    assertThat(left.tfClose(pair.client())).isZero();
    drain(pair, queued);
    assertThat(right.recv(pair.server(), bytes(5), 5, 0)).isZero();
  }

  @Test
  @Requirement({"TRK-tfClose-04", "TRK-ownership-11"})
  void shouldTimeOutWhenThePeerDoesNotFinishInTime() {
    Pair pair = connect();
    linger(left, pair.client(), 3);
    TtUserMessage message = message(left, 4_000);
    left.tfZeroCopySend(pair.client(), message, 4_000, 0);
    long start = hosts.left().clock().nanoTime();
    expectError(left, pair.client(), left.tfClose(pair.client()), TM_ETIMEDOUT);
    assertThat(hosts.left().clock().nanoTime() - start).isEqualTo(3_000_000_000L);
    expectError(left, pair.client(), left.tfClose(pair.client()), TM_EALREADY);
    drain(pair, 4_000);
    right.tfClose(pair.server());
    settle();
    expectClosed(pair.client());
    assertThat(leftRunCells()).isEqualTo(leftRunCellsAtStart());
  }

  @Test
  @Requirement("TRK-tfClose-05")
  void shouldWaitForTheHandshakeWhenLingering() {
    Pair pair = connect();
    assertThat(right.tfClose(pair.server())).isZero();
    linger(left, pair.client(), 10);
    long start = hosts.left().clock().nanoTime();
    assertThat(left.tfClose(pair.client())).isEqualTo(TM_ENOERROR);
    assertThat(hosts.left().clock().nanoTime() - start).isLessThan(10_000_000_000L);
    expectClosed(pair.client());
  }

  @Test
  void shouldNotLingerWhenNonBlocking() {
    Pair pair = connect();
    linger(left, pair.client(), 10);
    left.tfBlockingState(pair.client(), TM_BLOCKING_OFF);
    assertThat(left.tfClose(pair.client())).isZero();
    expectError(left, pair.client(), left.tfClose(pair.client()), TM_EALREADY);
  }

  @Test
  @Requirement("TRK-tfClose-06")
  void shouldAbortWhenLingeringForNoTime() {
    Pair pair = connect();
    fillSendQueue(pair);
    linger(left, pair.client(), 0);
    assertThat(left.tfClose(pair.client())).isZero();
    expectClosed(pair.client());
    var counters = hosts.left().defaultStack().transport().counters();
    assertThat(counters.get(Counter.TCP_RESETS_SENT)).isEqualTo(1);
    settle();
    assertThat(socketError(right, pair.server())).isEqualTo(TM_ECONNRESET);
  }

  @Test
  @Requirement({"TRK-tfClose-07", "TRK-tfClose-08"})
  void shouldDropReceivedDatagrams() {
    int receiver = bound(right, SOCK_DGRAM, PORT);
    int sender = left.socket(AF_INET, SOCK_DGRAM, 0);
    int cells = hosts.right().defaultStack().transport().pool().freeCells();
    for (int i = 0; i < 60; i++) {
      left.sendto(sender, bytes(100), 100, 0, at(RIGHT, PORT), 16);
    }
    settle();
    assertThat(right.tfClose(receiver)).isZero();
    assertThat(right.tfClose(receiver)).isEqualTo(TM_SOCKET_ERROR);
    settle();
    assertThat(hosts.right().defaultStack().transport().pool().freeCells())
        .isCloseTo(cells, RING_REFILL);
    int again = bound(right, SOCK_DGRAM, PORT);
    expectError(right, again, right.recv(again, bytes(5), 5, MSG_DONTWAIT), TM_EWOULDBLOCK);
  }

  @Test
  void shouldCloseFreshListeningAndConnectingSocketsAtOnce() {
    int fresh = left.socket(AF_INET, SOCK_STREAM, 0);
    assertThat(left.tfClose(fresh)).isZero();
    expectClosed(fresh);
    int listener = listen(left, PORT);
    assertThat(left.tfClose(listener)).isZero();
    expectClosed(listener);
    int connecting = left.socket(AF_INET, SOCK_STREAM, 0);
    left.tfBlockingState(connecting, TM_BLOCKING_OFF);
    left.connect(connecting, at("10.0.0.99", 9), 16);
    assertThat(left.tfClose(connecting)).isZero();
    expectClosed(connecting);
  }

  /** A free function runs while the program is blocked, and closes the socket under it. */
  @Test
  void shouldNotReuseANumberBeforeTheLastBlockedCallHasLeft() {
    bound(right, SOCK_DGRAM, PORT);
    int blocked = left.socket(AF_INET, SOCK_DGRAM, 0);
    int sender = left.socket(AF_INET, SOCK_DGRAM, 0);
    int[] fresh = {-1};
    TtUserFreeFunc closing =
        token -> {
          assertThat(left.tfClose(blocked)).isZero();
          fresh[0] = left.socket(AF_INET, SOCK_DGRAM, 0);
          expectBadDescriptor(left.tfClose(blocked));
        };
    left.tfZeroCopyUserBufferSendTo(sender, this, bytes(10), 10, closing, 0, at(RIGHT, PORT), 16);
    expectError(left, blocked, left.recv(blocked, bytes(5), 5, 0), TM_EBADF);
    assertThat(fresh[0]).isGreaterThan(blocked);
    assertThat(left.socket(AF_INET, SOCK_DGRAM, 0)).isEqualTo(blocked);
  }
}
