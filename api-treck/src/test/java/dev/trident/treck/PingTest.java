package dev.trident.treck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.HostStack;
import dev.trident.testkit.Requirement;
import dev.trident.trace.Counter;
import dev.trident.treck.socket.PingSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Ping between two hosts, and to nobody. */
class PingTest extends TwoHostsTest {
  private static final String NOBODY = "10.0.0.99";
  private static final long MS = 1_000_000L;

  private final TtPingInfo info = new TtPingInfo();
  private final List<Integer> calls = new ArrayList<>();

  private int open(int interval, int length, @Nullable TtPingCBFunc callback) {
    int sd = left.tfPingOpenStart(RIGHT, interval, length, callback);
    assertThat(sd).isNotNegative();
    return sd;
  }

  private void pass(long milliseconds) {
    HostStack stack = hosts.left().defaultStack();
    stack.enter();
    stack.await(() -> false, milliseconds * MS);
    stack.exit();
  }

  private TtPingInfo statistics(int sd) {
    assertThat(left.tfPingGetStatistics(sd, info)).isZero();
    return info;
  }

  @Test
  @Requirement({
    "TRK-tfPingOpenStart-01",
    "TRK-tfPingOpenStart-02",
    "TRK-tfPingOpenStart-04",
    "TRK-tfPingGetStatistics-01"
  })
  void shouldPingOnceASecondAndCallForEachReply() {
    int sd = open(0, 0, calls::add);
    pass(2_500);
    assertThat(statistics(sd).transmitted).isEqualTo(3);
    assertThat(info.received).isEqualTo(3);
    assertThat(info.lastRtt).isZero();
    assertThat(info.icmpErrors).isZero();
    assertThat(info.errorCode).isEqualTo(TM_ENOERROR);
    assertThat(calls).containsExactly(sd, sd, sd);
  }

  @Test
  @Requirement({"TRK-tfPingOpenStart-01", "TRK-tfPingOpenStart-04"})
  void shouldTakeTheIntervalInSecondsAndNoCallback() {
    int sd = open(2, 0, null);
    pass(5_900);
    assertThat(statistics(sd).received).isEqualTo(3);
  }

  @Test
  @Requirement("TRK-tfPingOpenStart-05")
  void shouldTakeAnIntervalInMillisecondsInTheNgForm() {
    int sd = left.tfNgPingOpenStart(SockAddrIn.of(RIGHT, 0), 100, 0, null);
    pass(1_050);
    assertThat(statistics(sd).transmitted).isEqualTo(11);
    int slow = left.tfNgPingOpenStart(SockAddrIn.of(RIGHT, 0), 0, 0, null);
    pass(2_500);
    assertThat(statistics(slow).transmitted).isEqualTo(3);
  }

  @Test
  @Requirement("TRK-tfPingOpenStart-03")
  void shouldSendAtLeastFourBytesAndFiftySixByDefault() {
    assertThat(dataBytes(0)).isEqualTo(56);
    assertThat(dataBytes(100)).isEqualTo(100);
    assertThat(dataBytes(1)).isEqualTo(4);
    assertThat(dataBytes(3)).isEqualTo(4);
    assertThat(dataBytes(4)).isEqualTo(4);
    assertThat(dataBytes(5)).isEqualTo(5);
  }

  /** Bytes of data that come back. */
  private int dataBytes(int length) {
    int sd = open(0, length, null);
    pass(10);
    PingSocket ping = (PingSocket) Objects.requireNonNull(left.table.find(sd));
    int bytes = ping.endpoint().lastDataBytes();
    left.tfPingClose(sd);
    return bytes;
  }

  @Test
  void shouldTellThatNobodyAnswers() {
    int sd = left.tfPingOpenStart(NOBODY, 10, 0, calls::add);
    pass(4_000);
    assertThat(statistics(sd).received).isZero();
    assertThat(info.lastRtt).isEqualTo(-1);
    assertThat(info.errorCode).isEqualTo(TM_EHOSTUNREACH);
    assertThat(statistics(sd).errorCode).as("handed over").isEqualTo(TM_ENOERROR);
    assertThat(calls).isEmpty();
  }

  @Test
  @Requirement("TRK-tfPingClose-01")
  void shouldStopAndCloseItsDescriptor() {
    int sd = open(0, 0, calls::add);
    pass(500);
    assertThat(left.tfPingClose(sd)).isZero();
    long sent = hosts.left().defaultStack().transport().counters().get(Counter.ICMP_ECHOS_SENT);
    pass(5_000);
    assertThat(hosts.left().defaultStack().transport().counters().get(Counter.ICMP_ECHOS_SENT))
        .isEqualTo(sent);
    assertThat(calls).hasSize(1);
    assertThat(left.tfPingClose(sd)).isEqualTo(TM_SOCKET_ERROR);
    assertThat(left.lastErrorOfThread()).isEqualTo(TM_EBADF);
    assertThat(left.tfPingGetStatistics(sd, info)).isEqualTo(TM_SOCKET_ERROR);
    assertThat(left.socket(AF_INET, SOCK_DGRAM, 0)).as("the number is free").isEqualTo(sd);
  }

  @Test
  void shouldLetACallbackCloseItsPing() {
    open(0, 0, sd -> calls.add(left.tfPingClose(sd)));
    pass(5_000);
    assertThat(calls).containsExactly(0);
  }

  @Test
  @Requirement("TRK-tfPingOpenStart-01")
  void shouldRefuseWhatIsNoAddressNoIntervalOrNoSize() {
    assertRefused(left.tfPingOpenStart("nobody", 0, 0, null), TM_EINVAL);
    assertRefused(left.tfPingOpenStart(null, 0, 0, null), TM_EINVAL);
    assertRefused(left.tfPingOpenStart("224.0.0.1", 0, 0, null), TM_EINVAL);
    assertRefused(left.tfPingOpenStart(RIGHT, -1, 0, null), TM_EINVAL);
    assertRefused(left.tfPingOpenStart(RIGHT, 0, -1, null), TM_EINVAL);
    assertRefused(left.tfPingOpenStart(RIGHT, 0, 65_508, null), TM_EMSGSIZE);
    assertRefused(left.tfPingOpenStart("192.168.77.1", 0, 0, null), TM_EHOSTUNREACH);
    assertRefused(left.tfNgPingOpenStart(null, 0, 0, null), TM_EINVAL);
    Treck asleep = new Treck(hosts.left());
    assertThat(asleep.tfPingOpenStart(RIGHT, 0, 0, null)).isEqualTo(TM_SOCKET_ERROR);
    assertThat(asleep.lastErrorOfThread()).isEqualTo(TM_EPERM);
    Treck one = started(new Treck(hosts.left(), 1));
    assertThat(one.tfPingOpenStart(RIGHT, 0, 0, null)).isZero();
    assertThat(one.tfPingOpenStart(RIGHT, 0, 0, null)).isEqualTo(TM_SOCKET_ERROR);
    assertThat(one.lastErrorOfThread()).isEqualTo(TM_EMFILE);
  }

  private void assertRefused(int result, int code) {
    assertThat(result).isEqualTo(TM_SOCKET_ERROR);
    assertThat(left.lastErrorOfThread()).isEqualTo(code);
  }

  @Test
  void shouldRefuseTheCallsOfOtherSockets() {
    int sd = open(0, 0, null);
    assertThat(left.send(sd, C.malloc(4), 4, 0)).isEqualTo(TM_SOCKET_ERROR);
    assertThat(left.tfGetSocketError(sd)).isEqualTo(TM_EOPNOTSUPP);
    assertThat(left.recv(sd, C.malloc(4), 4, 0)).isEqualTo(TM_SOCKET_ERROR);
    assertThat(left.listen(sd, 1)).isEqualTo(TM_SOCKET_ERROR);
    assertThat(left.bind(sd, SockAddrIn.of(LEFT, 1), SockAddrIn.SIZEOF)).isEqualTo(TM_SOCKET_ERROR);
    int udp = left.socket(AF_INET, SOCK_DGRAM, 0);
    assertThat(left.tfPingGetStatistics(udp, info)).isEqualTo(TM_SOCKET_ERROR);
    assertThat(left.tfGetSocketError(udp)).isEqualTo(TM_EOPNOTSUPP);
    assertThat(left.tfPingClose(udp)).isEqualTo(TM_SOCKET_ERROR);
    assertThat(left.tfClose(sd)).isZero();
  }
}
