package dev.trident.treck;

import static dev.trident.treck.FdSet.FD_ISSET;
import static dev.trident.treck.FdSet.FD_SET;
import static dev.trident.treck.FdSet.FD_ZERO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.testkit.Requirement;
import org.junit.jupiter.api.Test;

/** select (section 3.6). */
class SelectTest extends TwoHostsTest {
  private final FdSet reads = new FdSet();
  private final FdSet writes = new FdSet();
  private final FdSet excepts = new FdSet();
  private final Timeval now = new Timeval();

  private void all(int... sds) {
    FD_ZERO(reads);
    FD_ZERO(writes);
    FD_ZERO(excepts);
    for (int sd : sds) {
      FD_SET(sd, reads);
      FD_SET(sd, writes);
      FD_SET(sd, excepts);
    }
  }

  @Test
  @Requirement({"TRK-select-01", "TRK-select-02", "TRK-select-04"})
  void shouldFindWhatIsReadyAmongSeveral() {
    Pair pair = connect();
    int listener = listen(right, 8_000);
    int datagram = bound(right, SOCK_DGRAM, 8_001);
    int idle = right.socket(AF_INET, SOCK_STREAM, 0);
    int max = Math.max(Math.max(pair.server(), listener), Math.max(datagram, idle)) + 1;
    all(pair.server(), listener, datagram, idle);
    assertThat(right.select(max, reads, writes, excepts, now)).isEqualTo(2);
    assertThat(FD_ISSET(pair.server(), writes)).isTrue();
    assertThat(FD_ISSET(datagram, writes)).isTrue();
    assertThat(FD_ISSET(listener, writes)).isFalse();
    assertThat(FD_ISSET(idle, writes)).isFalse();

    left.send(pair.client(), bytes(5), 5, 0);
    int sender = left.socket(AF_INET, SOCK_DGRAM, 0);
    left.sendto(sender, bytes(5), 5, 0, at(RIGHT, 8_001), 16);
    int client = left.socket(AF_INET, SOCK_STREAM, 0);
    left.connect(client, at(RIGHT, 8_000), 16);
    settle();
    all(pair.server(), listener, datagram, idle);
    assertThat(right.select(max, reads, null, excepts, null)).isEqualTo(3);
    assertThat(FD_ISSET(pair.server(), reads)).isTrue();
    assertThat(FD_ISSET(listener, reads)).isTrue();
    assertThat(FD_ISSET(datagram, reads)).isTrue();
    assertThat(FD_ISSET(idle, reads)).isFalse();
    assertThat(excepts.nextMember(0)).isEqualTo(-1);
  }

  @Test
  @Requirement({"TRK-select-01", "TRK-select-02", "TRK-select-03"})
  void shouldReportErrorsInEverySet() {
    Pair pair = connect();
    right.setsockopt(pair.server(), SOL_SOCKET, SO_LINGER, new Linger(1, 0), Linger.SIZEOF);
    right.tfClose(pair.server());
    settle();
    all(pair.client());
    assertThat(left.select(pair.client() + 1, reads, writes, excepts, null)).isEqualTo(3);
    int datagram = left.socket(AF_INET, SOCK_DGRAM, 0);
    left.connect(datagram, at(RIGHT, 9), 16);
    left.send(datagram, bytes(5), 5, 0);
    settle();
    all(datagram);
    assertThat(left.select(datagram + 1, reads, writes, excepts, null)).isEqualTo(3);
    assertThat(socketError(left, datagram)).isEqualTo(TM_ECONNREFUSED);
    all(datagram);
    assertThat(left.select(datagram + 1, reads, null, excepts, now)).isZero();
  }

  @Test
  @Requirement({"TRK-select-04", "TRK-select-05"})
  void shouldEmptyTheSetsWhenTheTimeIsOver() {
    Pair pair = connect();
    long start = hosts.right().clock().nanoTime();
    all(pair.server());
    assertThat(right.select(pair.server() + 1, reads, null, excepts, new Timeval(2, 500_000)))
        .isZero();
    assertThat(FD_ISSET(pair.server(), reads)).isFalse();
    assertThat(hosts.right().clock().nanoTime() - start).isEqualTo(2_500_000_000L);
    start = hosts.right().clock().nanoTime();
    all(pair.server());
    assertThat(right.select(pair.server() + 1, reads, null, null, new Timeval(0, 999))).isZero();
    assertThat(hosts.right().clock().nanoTime() - start).isLessThanOrEqualTo(1_000_000L);
  }

  @Test
  @Requirement("TRK-select-07")
  void shouldLeaveMembersBeyondTheNumberAlone() {
    Pair pair = connect();
    all(pair.server());
    FD_SET(500, writes);
    assertThat(right.select(pair.server() + 1, null, writes, null, now)).isEqualTo(1);
    assertThat(FD_ISSET(500, writes)).isTrue();
    assertThat(right.select(pair.server(), null, writes, null, now)).isZero();
    assertThat(right.select(0, null, null, null, now)).isZero();
  }

  @Test
  @Requirement("TRK-select-06")
  void shouldFailForABadDescriptorOrTime() {
    FD_SET(40, reads);
    assertThat(left.select(41, reads, null, null, now)).isEqualTo(TM_SOCKET_ERROR);
    assertThat(left.lastErrorOfThread()).isEqualTo(TM_EBADF);
    assertThat(FD_ISSET(40, reads)).isTrue();
    assertThat(left.select(-1, null, null, null, now)).isEqualTo(TM_SOCKET_ERROR);
    assertThat(left.lastErrorOfThread()).isEqualTo(TM_EINVAL);
    assertThat(left.select(1, null, null, null, new Timeval(-1, 0))).isEqualTo(TM_SOCKET_ERROR);
    assertThat(left.lastErrorOfThread()).isEqualTo(TM_EINVAL);
    assertThat(left.select(1, null, null, null, new Timeval(0, 1_000_000)))
        .isEqualTo(TM_SOCKET_ERROR);
  }

  @Test
  @Requirement("TRK-select-02")
  void shouldNotBeWritableWhileTheSendQueueIsFull() {
    Pair pair = connect();
    int queued = fillSendQueue(pair);
    all(pair.client());
    assertThat(left.select(pair.client() + 1, null, writes, null, now)).isZero();
    drain(pair, queued);
    all(pair.client());
    assertThat(left.select(pair.client() + 1, null, writes, null, now)).isEqualTo(1);
  }

  @Test
  void shouldBeReadableAtTheEndOfTheStream() {
    Pair pair = connect();
    left.tfClose(pair.client());
    all(pair.server());
    assertThat(right.select(pair.server() + 1, reads, null, null, null)).isEqualTo(1);
    assertThat(right.recv(pair.server(), bytes(5), 5, 0)).isZero();
  }
}
