package dev.trident.treck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.IntRef;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.testkit.Requirement;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** getsockopt and setsockopt (section 3.8). */
class OptionTest extends TwoHostsTest {
  private int get(int sd, int level, int name) {
    IntRef value = new IntRef(-1);
    IntRef length = new IntRef(4);
    assertThat(left.getsockopt(sd, level, name, value, length))
        .as("error %d", left.tfGetSocketError(sd))
        .isZero();
    assertThat(length.value).isEqualTo(4);
    return value.value;
  }

  private int set(int sd, int level, int name, int value) {
    return left.setsockopt(sd, level, name, new IntRef(value), 4);
  }

  @ParameterizedTest
  @ValueSource(ints = {SOCK_STREAM, SOCK_DGRAM})
  @Requirement({"TRK-socket-06", "TRK-socket-02"})
  void shouldHaveTheDefaultsOfTheManual(int type) {
    int sd = left.socket(AF_INET, type, 0);
    assertThat(get(sd, SOL_SOCKET, SO_SNDBUF)).isEqualTo(8_192);
    assertThat(get(sd, SOL_SOCKET, SO_RCVBUF)).isEqualTo(8_192);
    assertThat(get(sd, SOL_SOCKET, SO_TYPE)).isEqualTo(type);
    assertThat(get(sd, SOL_SOCKET, SO_NONBLOCK)).isZero();
    assertThat(get(sd, SOL_SOCKET, SO_ERROR)).isEqualTo(TM_ENOERROR);
  }

  @ParameterizedTest
  @ValueSource(ints = {SOCK_STREAM, SOCK_DGRAM})
  void shouldReadBackWhatWasSet(int type) {
    int sd = left.socket(AF_INET, type, 0);
    assertThat(set(sd, SOL_SOCKET, SO_SNDBUF, 20_000)).isZero();
    assertThat(set(sd, SOL_SOCKET, SO_RCVBUF, 30_000)).isZero();
    assertThat(set(sd, SOL_SOCKET, SO_NONBLOCK, 1)).isZero();
    assertThat(get(sd, SOL_SOCKET, SO_SNDBUF)).isEqualTo(20_000);
    assertThat(get(sd, SOL_SOCKET, SO_RCVBUF)).isEqualTo(30_000);
    assertThat(get(sd, SOL_SOCKET, SO_NONBLOCK)).isEqualTo(1);
  }

  @Test
  @Requirement({"TRK-getsockopt-11", "RFC1122-udp-10"})
  void shouldSendWithTheTtlAndTosThatWereSet() {
    int sd = left.socket(AF_INET, SOCK_DGRAM, 0);
    DatagramEndpoint there =
        Objects.requireNonNull(hosts.right().defaultStack().transport().newDatagram());
    assertThat(there.bind(0, PORT)).isZero();
    assertThat(get(sd, IP_PROTOIP, IPO_TTL)).isEqualTo(64);
    assertThat(get(sd, IP_PROTOIP, IPO_TOS)).isZero();
    assertThat(set(sd, IP_PROTOIP, IPO_TTL, 7)).isZero();
    assertThat(set(sd, IP_PROTOIP, IPO_TOS, 0xb8)).isZero();
    assertThat(get(sd, IP_PROTOIP, IPO_TTL)).isEqualTo(7);
    assertThat(get(sd, IP_PROTOIP, IPO_TOS)).isEqualTo(0xb8);
    left.sendto(sd, bytes(9), 9, 0, at(RIGHT, PORT), 16);
    settle();
    assertThat(there.receive(bytes(9), 0, 9)).isEqualTo(9);
    assertThat(there.receivedTtl()).isEqualTo(7);
    assertThat(there.receivedTos()).isEqualTo(0xb8);
    there.close();
    for (int wrong : new int[] {0, -1, 256}) {
      expectError(left, sd, set(sd, IP_PROTOIP, IPO_TTL, wrong), TM_EINVAL);
    }
    expectError(left, sd, set(sd, IP_PROTOIP, IPO_TOS, 256), TM_EINVAL);
    expectError(left, sd, set(sd, IP_PROTOIP, 0x7777, 1), TM_ENOPROTOOPT);
    int stream = left.socket(AF_INET, SOCK_STREAM, 0);
    expectError(left, stream, set(stream, IP_PROTOIP, IPO_TTL, 9), TM_ENOPROTOOPT);
  }

  /** BSD sets IP options, source routes among them, by option 1 of this level. */
  @ParameterizedTest
  @ValueSource(ints = {SOCK_STREAM, SOCK_DGRAM})
  @Requirement("RFC9293-ip-05")
  void shouldRefuseASourceRoute(int type) {
    int sd = left.socket(AF_INET, type, 0);
    int bsdIpOptions = 1;
    expectError(left, sd, set(sd, IP_PROTOIP, bsdIpOptions, 0x8307_0400), TM_ENOPROTOOPT);
    expectError(left, sd, set(sd, IP_PROTOIP, IPO_HDRINCL, 1), TM_ENOPROTOOPT);
  }

  @Test
  void shouldHandOptionsOnToAcceptedSockets() {
    int listener = listen(left, PORT);
    set(listener, SOL_SOCKET, SO_SNDBUF, 20_000);
    set(listener, SOL_SOCKET, SO_RCVBUF, 30_000);
    set(listener, IP_PROTOTCP, TCP_NODELAY, 1);
    set(listener, SOL_SOCKET, SO_KEEPALIVE, 1);
    set(listener, IP_PROTOTCP, TCP_KEEPALIVE, 30);
    set(listener, SOL_SOCKET, SO_NONBLOCK, 1);
    left.setsockopt(listener, SOL_SOCKET, SO_LINGER, new Linger(1, 5), Linger.SIZEOF);
    int client = right.socket(AF_INET, SOCK_STREAM, 0);
    assertThat(right.connect(client, at(LEFT, PORT), 16)).isZero();
    settle();
    int sd = left.accept(listener, null, null);
    assertThat(get(sd, SOL_SOCKET, SO_SNDBUF)).isEqualTo(20_000);
    assertThat(get(sd, SOL_SOCKET, SO_RCVBUF)).isEqualTo(30_000);
    assertThat(get(sd, IP_PROTOTCP, TCP_NODELAY)).isEqualTo(1);
    assertThat(get(sd, SOL_SOCKET, SO_KEEPALIVE)).isEqualTo(1);
    assertThat(get(sd, IP_PROTOTCP, TCP_KEEPALIVE)).isEqualTo(30);
    assertThat(get(sd, SOL_SOCKET, SO_NONBLOCK)).isZero();
    Linger linger = new Linger();
    assertThat(left.getsockopt(sd, SOL_SOCKET, SO_LINGER, linger, new IntRef(8))).isZero();
    assertThat(linger.l_linger).isEqualTo(5);
  }

  @Test
  @Requirement("TRK-getsockopt-04")
  void shouldTellWhetherASocketListens() {
    int fresh = left.socket(AF_INET, SOCK_STREAM, 0);
    assertThat(get(fresh, SOL_SOCKET, SO_ACCEPTCONN)).isZero();
    left.listen(fresh, 1);
    assertThat(get(fresh, SOL_SOCKET, SO_ACCEPTCONN)).isEqualTo(1);
    expectError(left, fresh, set(fresh, SOL_SOCKET, SO_ACCEPTCONN, 0), TM_ENOPROTOOPT);
  }

  @Test
  void shouldKnowTheOptionsOfTcpOnStreamsOnly() {
    Pair pair = connect();
    assertThat(get(pair.client(), IP_PROTOTCP, TCP_NODELAY)).isZero();
    assertThat(set(pair.client(), IP_PROTOTCP, TCP_NODELAY, 1)).isZero();
    assertThat(get(pair.client(), IP_PROTOTCP, TCP_NODELAY)).isEqualTo(1);
    assertThat(get(pair.client(), IP_PROTOTCP, TCP_MAXSEG)).isBetween(1_400, 1_460);
    int datagram = left.socket(AF_INET, SOCK_DGRAM, 0);
    expectError(left, datagram, set(datagram, IP_PROTOTCP, TCP_NODELAY, 1), TM_ENOPROTOOPT);
  }

  @Test
  @Requirement({"RFC9293-keepalive-02", "RFC9293-keepalive-03", "RFC9293-keepalive-06"})
  void shouldSwitchKeepAliveOnAndOff() {
    int sd = left.socket(AF_INET, SOCK_STREAM, 0);
    assertThat(get(sd, SOL_SOCKET, SO_KEEPALIVE)).isZero();
    assertThat(get(sd, IP_PROTOTCP, TCP_KEEPALIVE)).isEqualTo(7_200);
    assertThat(set(sd, SOL_SOCKET, SO_KEEPALIVE, 1)).isZero();
    assertThat(set(sd, IP_PROTOTCP, TCP_KEEPALIVE, 60)).isZero();
    assertThat(set(sd, IP_PROTOTCP, TCP_KEEPALIVE_CNT, 3)).isZero();
    assertThat(set(sd, IP_PROTOTCP, TCP_KEEPALIVE_INTV, 5)).isZero();
    assertThat(get(sd, SOL_SOCKET, SO_KEEPALIVE)).isEqualTo(1);
    assertThat(get(sd, IP_PROTOTCP, TCP_KEEPALIVE)).isEqualTo(60);
    assertThat(get(sd, IP_PROTOTCP, TCP_KEEPALIVE_CNT)).isEqualTo(3);
    assertThat(get(sd, IP_PROTOTCP, TCP_KEEPALIVE_INTV)).isEqualTo(5);
    assertThat(set(sd, SOL_SOCKET, SO_KEEPALIVE, 0)).isZero();
    assertThat(get(sd, SOL_SOCKET, SO_KEEPALIVE)).isZero();
    int datagram = left.socket(AF_INET, SOCK_DGRAM, 0);
    expectError(left, datagram, set(datagram, SOL_SOCKET, SO_KEEPALIVE, 1), TM_ENOPROTOOPT);
  }

  @ParameterizedTest
  @ValueSource(ints = {TCP_KEEPALIVE, TCP_KEEPALIVE_CNT, TCP_KEEPALIVE_INTV})
  void shouldRefuseKeepAliveWithoutTimeOrCount(int name) {
    int sd = left.socket(AF_INET, SOCK_STREAM, 0);
    expectError(left, sd, set(sd, IP_PROTOTCP, name, 0), TM_EINVAL);
    expectError(left, sd, set(sd, IP_PROTOTCP, name, -1), TM_EINVAL);
  }

  @Test
  void shouldSwitchLingeringOnAndOff() {
    int sd = left.socket(AF_INET, SOCK_STREAM, 0);
    Linger linger = new Linger(7, 7);
    IntRef length = new IntRef(8);
    assertThat(left.getsockopt(sd, SOL_SOCKET, SO_LINGER, linger, length)).isZero();
    assertThat(linger.l_onoff).isZero();
    assertThat(left.setsockopt(sd, SOL_SOCKET, SO_LINGER, new Linger(1, 60), 8)).isZero();
    assertThat(left.getsockopt(sd, SOL_SOCKET, SO_LINGER, linger, length)).isZero();
    assertThat(linger.l_onoff).isEqualTo(1);
    assertThat(linger.l_linger).isEqualTo(60);
    assertThat(length.value).isEqualTo(Linger.SIZEOF);
    int datagram = left.socket(AF_INET, SOCK_DGRAM, 0);
    expectError(
        left,
        datagram,
        left.setsockopt(datagram, SOL_SOCKET, SO_LINGER, linger, 8),
        TM_ENOPROTOOPT);
    expectError(
        left,
        datagram,
        left.getsockopt(datagram, SOL_SOCKET, SO_LINGER, linger, length),
        TM_ENOPROTOOPT);
  }

  @ParameterizedTest
  @ValueSource(ints = {SO_SNDTIMEO, SO_RCVTIMEO, SO_DONTROUTE, SO_DEBUG, SO_REUSEADDR, 0x7777})
  @Requirement({"TRK-getsockopt-05", "TRK-getsockopt-06"})
  void shouldRefuseWhatItDoesNotCarryOut(int name) {
    int sd = left.socket(AF_INET, SOCK_STREAM, 0);
    IntRef value = new IntRef(1);
    expectError(left, sd, set(sd, SOL_SOCKET, name, 1), TM_ENOPROTOOPT);
    expectError(
        left, sd, left.getsockopt(sd, SOL_SOCKET, name, value, new IntRef(4)), TM_ENOPROTOOPT);
    expectError(left, sd, set(sd, 12_345, SO_SNDBUF, 1), TM_ENOPROTOOPT);
  }

  @Test
  @Requirement({"TRK-getsockopt-03", "TRK-getsockopt-07"})
  void shouldCheckLengthsAndValues() {
    int sd = left.socket(AF_INET, SOCK_STREAM, 0);
    IntRef value = new IntRef(1);
    expectError(left, sd, left.setsockopt(sd, SOL_SOCKET, SO_SNDBUF, value, 3), TM_EINVAL);
    expectError(left, sd, set(sd, SOL_SOCKET, SO_SNDBUF, 0), TM_EINVAL);
    expectError(left, sd, set(sd, SOL_SOCKET, SO_RCVBUF, -1), TM_EINVAL);
    expectError(left, sd, left.setsockopt(sd, SOL_SOCKET, SO_SNDBUF, (IntRef) null, 4), TM_EINVAL);
    expectError(left, sd, left.setsockopt(sd, SOL_SOCKET, SO_LINGER, value, 4), TM_EINVAL);
    expectError(
        left, sd, left.setsockopt(sd, SOL_SOCKET, SO_LINGER, new Linger(1, -1), 8), TM_EINVAL);
    expectError(
        left, sd, left.setsockopt(sd, SOL_SOCKET, SO_LINGER, new Linger(1, 1), 4), TM_EINVAL);
    expectError(
        left, sd, left.setsockopt(sd, SOL_SOCKET, SO_SNDBUF, new Linger(1, 1), 8), TM_EINVAL);
    expectError(
        left, sd, left.getsockopt(sd, SOL_SOCKET, SO_SNDBUF, value, new IntRef(2)), TM_EINVAL);
    expectError(left, sd, left.getsockopt(sd, SOL_SOCKET, SO_SNDBUF, value, null), TM_EINVAL);
    expectError(left, sd, set(sd, SOL_SOCKET, SO_ERROR, 0), TM_ENOPROTOOPT);
  }

  @Test
  @Requirement("TRK-getsockopt-08")
  void shouldReportABadDescriptor() {
    IntRef value = new IntRef(1);
    expectBadDescriptor(left.getsockopt(99, SOL_SOCKET, SO_SNDBUF, value, new IntRef(4)));
    expectBadDescriptor(left.setsockopt(99, SOL_SOCKET, SO_SNDBUF, value, 4));
    expectBadDescriptor(left.getsockopt(99, SOL_SOCKET, SO_LINGER, new Linger(), new IntRef(8)));
    expectBadDescriptor(left.setsockopt(99, SOL_SOCKET, SO_LINGER, new Linger(), 8));
  }
}
