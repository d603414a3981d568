package dev.trident.treck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.IntRef;
import dev.trident.c.SockAddr;
import dev.trident.c.SockAddrIn;
import dev.trident.testkit.Requirement;
import org.junit.jupiter.api.Test;

/** socket, bind, listen, accept, connect, shutdown and the address questions. */
class ConnectionTest extends TwoHostsTest {
  @Test
  @Requirement({"TRK-tfStartTreck-01", "TRK-tfStartTreck-02", "TRK-socket-05"})
  void shouldRefuseSocketsUntilStarted() {
    Treck fresh = new Treck(hosts.left());
    assertThat(fresh.socket(AF_INET, SOCK_STREAM, 0)).isEqualTo(TM_SOCKET_ERROR);
    assertThat(fresh.lastErrorOfThread()).isEqualTo(TM_EPERM);
    assertThat(fresh.select(0, null, null, null, new Timeval())).isEqualTo(TM_SOCKET_ERROR);
    assertThat(fresh.lastErrorOfThread()).isEqualTo(TM_EPERM);
    assertThat(fresh.tfGetZeroCopyBuffer(10, data)).isNull();
    assertThat(fresh.tfStartTreck()).isEqualTo(TM_ENOERROR);
    assertThat(fresh.tfStartTreck()).isEqualTo(TM_EALREADY);
    assertThat(fresh.socket(AF_INET, SOCK_STREAM, 0)).isZero();
  }

  @Test
  @Requirement({"TRK-socket-01", "TRK-convention-05"})
  void shouldNumberSocketsFromZeroAndReuseTheLowest() {
    Treck fresh = started(new Treck(hosts.left()));
    assertThat(fresh.socket(AF_INET, SOCK_STREAM, 0)).isZero();
    assertThat(fresh.socket(AF_INET, SOCK_DGRAM, IP_PROTOUDP)).isEqualTo(1);
    assertThat(fresh.socket(AF_INET, SOCK_STREAM, IP_PROTOTCP)).isEqualTo(2);
    assertThat(fresh.tfClose(1)).isEqualTo(TM_ENOERROR);
    assertThat(fresh.tfClose(0)).isEqualTo(TM_ENOERROR);
    assertThat(fresh.socket(AF_INET, SOCK_DGRAM, 0)).isZero();
    assertThat(fresh.socket(AF_INET, SOCK_DGRAM, 0)).isEqualTo(1);
    assertThat(fresh.socket(AF_INET, SOCK_DGRAM, 0)).isEqualTo(3);
  }

  @Test
  @Requirement({"TRK-socket-04", "TRK-socket-05"})
  void shouldRefuseWhatIsNotOffered() {
    assertThat(left.socket(AF_INET, SOCK_RAW, IP_PROTOICMP)).isEqualTo(TM_SOCKET_ERROR);
    assertThat(left.lastErrorOfThread()).isEqualTo(TM_EPROTONOSUPPORT);
    assertThat(left.socket(AF_INET, SOCK_STREAM, IP_PROTOUDP)).isEqualTo(TM_SOCKET_ERROR);
    assertThat(left.lastErrorOfThread()).isEqualTo(TM_EPROTONOSUPPORT);
    assertThat(left.socket(AF_INET, 77, 0)).isEqualTo(TM_SOCKET_ERROR);
    assertThat(left.lastErrorOfThread()).isEqualTo(TM_EPROTONOSUPPORT);
    assertThat(left.socket(28, SOCK_STREAM, 0)).isEqualTo(TM_SOCKET_ERROR);
    assertThat(left.lastErrorOfThread()).isEqualTo(TM_EAFNOSUPPORT);
  }

  @Test
  @Requirement("TRK-socket-03")
  void shouldRunOutOfDescriptorsAtTheLimit() {
    Treck small = started(new Treck(hosts.left(), 3));
    assertThat(small.socket(AF_INET, SOCK_STREAM, 0)).isZero();
    assertThat(small.socket(AF_INET, SOCK_DGRAM, 0)).isEqualTo(1);
    assertThat(small.socket(AF_INET, SOCK_STREAM, 0)).isEqualTo(2);
    assertThat(small.socket(AF_INET, SOCK_STREAM, 0)).isEqualTo(TM_SOCKET_ERROR);
    assertThat(small.lastErrorOfThread()).isEqualTo(TM_EMFILE);
    assertThat(small.tfClose(1)).isZero();
    assertThat(small.socket(AF_INET, SOCK_STREAM, 0)).isEqualTo(1);
  }

  @Test
  @Requirement({"TRK-bind-03", "TRK-listen-04", "TRK-accept-04", "TRK-tfClose-09"})
  void shouldReportABadDescriptorEverywhere() {
    for (int bad : new int[] {-1, Integer.MIN_VALUE, 7, 100_000, Integer.MAX_VALUE}) {
      expectBadDescriptor(left.bind(bad, at(LEFT, 0), SockAddrIn.SIZEOF));
      expectBadDescriptor(left.listen(bad, 1));
      expectBadDescriptor(left.accept(bad, null, null));
      expectBadDescriptor(left.connect(bad, at(RIGHT, 5), SockAddrIn.SIZEOF));
      expectBadDescriptor(left.shutdown(bad, 2));
      expectBadDescriptor(left.tfClose(bad));
      expectBadDescriptor(left.tfBlockingState(bad, TM_BLOCKING_OFF));
      expectBadDescriptor(left.getpeername(bad, new SockAddrIn(), new IntRef(16)));
      expectBadDescriptor(left.getsockname(bad, new SockAddrIn(), new IntRef(16)));
      assertThat(left.tfGetSocketError(bad)).isEqualTo(TM_EBADF);
    }
  }

  @Test
  @Requirement({"TRK-tfGetSocketError-01", "TRK-tfGetSocketError-02", "TRK-convention-01"})
  void shouldKeepTheErrorInTheSocket() {
    int sd = left.socket(AF_INET, SOCK_STREAM, 0);
    assertThat(left.tfGetSocketError(sd)).isEqualTo(TM_ENOERROR);
    assertThat(left.listen(sd, -1)).isEqualTo(TM_SOCKET_ERROR);
    assertThat(left.tfGetSocketError(sd)).isEqualTo(TM_EINVAL);
    assertThat(left.tfGetSocketError(sd)).isEqualTo(TM_EINVAL);
    assertThat(left.tfGetSocketError(-5)).isEqualTo(TM_EBADF);
    left.tfClose(sd);
    assertThat(left.tfGetSocketError(sd)).isEqualTo(TM_EBADF);
  }

  @Test
  @Requirement("TRK-tfGetSocketError-03")
  void shouldKeepErrorsOfSocketsApart() {
    int one = left.socket(AF_INET, SOCK_STREAM, 0);
    int other = left.socket(AF_INET, SOCK_STREAM, 0);
    expectError(left, one, left.listen(one, -1), TM_EINVAL);
    expectError(left, other, left.send(other, bytes(1), 1, 0), TM_ENOTCONN);
    assertThat(left.tfGetSocketError(one)).isEqualTo(TM_EINVAL);
  }

  @Test
  @Requirement({"TRK-bind-01", "TRK-bind-02", "TRK-bind-04"})
  void shouldCheckWhatItBindsTo() {
    int one = left.socket(AF_INET, SOCK_STREAM, 0);
    int other = left.socket(AF_INET, SOCK_STREAM, 0);
    expectError(left, one, left.bind(one, null, SockAddrIn.SIZEOF), TM_EINVAL);
    expectError(left, one, left.bind(one, at(LEFT, 5), 15), TM_EINVAL);
    expectError(left, one, left.bind(one, at(LEFT, 65_536), 16), TM_EINVAL);
    expectError(left, one, left.bind(one, new SockAddr(28), 16), TM_EAFNOSUPPORT);
    expectError(left, one, left.bind(one, new SockAddr(AF_INET), 16), TM_EINVAL);
    expectError(left, one, left.bind(one, at("192.0.2.9", 5), 16), TM_EADDRNOTAVAIL);
    assertThat(left.bind(one, at(LEFT, 7_000), SockAddrIn.SIZEOF)).isZero();
    expectError(left, one, left.bind(one, at(LEFT, 7_001), SockAddrIn.SIZEOF), TM_EINVAL);
    expectError(left, other, left.bind(other, at(LEFT, 7_000), 16), TM_EADDRINUSE);
    SockAddrIn name = new SockAddrIn();
    IntRef length = new IntRef(20);
    assertThat(left.getsockname(one, name, length)).isZero();
    assertThat(name).hasToString(LEFT + ":7000");
    assertThat(length.value).isEqualTo(SockAddrIn.SIZEOF);
    expectError(left, one, left.getsockname(one, name, new IntRef(15)), TM_EINVAL);
    expectError(left, one, left.getsockname(one, null, length), TM_EINVAL);
    left.tfClose(one);
    assertThat(left.bind(other, at(LEFT, 7_000), 16)).isZero();
  }

  @Test
  @Requirement({"TRK-listen-03", "TRK-listen-05", "TRK-listen-06"})
  void shouldListenOnFreshStreamsOnly() {
    int datagram = left.socket(AF_INET, SOCK_DGRAM, 0);
    expectError(left, datagram, left.listen(datagram, 5), TM_EOPNOTSUPP);
    int stream = left.socket(AF_INET, SOCK_STREAM, 0);
    expectError(left, stream, left.listen(stream, -1), TM_EINVAL);
    left.bind(stream, at("0.0.0.0", 7_000), 16);
    assertThat(left.listen(stream, 0)).isZero();
    expectError(left, stream, left.listen(stream, 1), TM_EINVAL);
    expectError(left, stream, left.connect(stream, at(RIGHT, 5), 16), TM_EOPNOTSUPP);
    SockAddrIn name = new SockAddrIn();
    assertThat(left.getsockname(stream, name, new IntRef(16))).isZero();
    assertThat(name.sin_port).isEqualTo(7_000);
    int rival = left.socket(AF_INET, SOCK_STREAM, 0);
    expectError(left, rival, left.bind(rival, at(LEFT, 7_000), 16), TM_EADDRINUSE);
    int unbound = left.socket(AF_INET, SOCK_STREAM, 0);
    assertThat(left.listen(unbound, 1)).isZero();
    assertThat(left.getsockname(unbound, name, new IntRef(16))).isZero();
    assertThat(name.sin_port).isPositive();
  }

  @Test
  @Requirement({"TRK-accept-01", "TRK-connect-01", "TRK-connect-11", "TRK-socket-02"})
  void shouldConnectAndAccept() {
    int listener = listen(right, PORT);
    int client = left.socket(AF_INET, SOCK_STREAM, 0);
    assertThat(left.connect(client, at(RIGHT, PORT), SockAddrIn.SIZEOF)).isZero();
    SockAddrIn peer = new SockAddrIn();
    IntRef length = new IntRef(16);
    int server = right.accept(listener, peer, length);
    assertThat(server).isGreaterThan(listener);
    assertThat(length.value).isEqualTo(16);
    SockAddrIn name = new SockAddrIn();
    assertThat(left.getsockname(client, name, new IntRef(16))).isZero();
    assertThat(name.sin_port).isPositive();
    assertThat(peer).hasToString(name.toString());
    assertThat(left.getpeername(client, name, new IntRef(16))).isZero();
    assertThat(name).hasToString(RIGHT + ":" + PORT);
    assertThat(right.getsockname(server, name, new IntRef(16))).isZero();
    assertThat(name).hasToString(RIGHT + ":" + PORT);
  }

  @Test
  @Requirement({"TRK-accept-02", "TRK-accept-03"})
  void shouldRefuseToAcceptWithoutListenerOrConnection() {
    int plain = right.socket(AF_INET, SOCK_STREAM, 0);
    expectError(right, plain, right.accept(plain, null, null), TM_EINVAL);
    int datagram = right.socket(AF_INET, SOCK_DGRAM, 0);
    expectError(right, datagram, right.accept(datagram, null, null), TM_EINVAL);
    int listener = listen(right, PORT);
    expectError(right, listener, right.accept(listener, new SockAddrIn(), null), TM_EINVAL);
    expectError(
        right, listener, right.accept(listener, new SockAddrIn(), new IntRef(3)), TM_EINVAL);
    right.tfBlockingState(listener, TM_BLOCKING_OFF);
    expectError(right, listener, right.accept(listener, null, null), TM_EWOULDBLOCK);
  }

  @Test
  void shouldLeaveAConnectionWaitingWhenNoDescriptorIsFree() {
    Treck small = started(new Treck(hosts.right(), 2));
    int listener = listen(small, PORT);
    int filler = small.socket(AF_INET, SOCK_DGRAM, 0);
    int client = left.socket(AF_INET, SOCK_STREAM, 0);
    assertThat(left.connect(client, at(RIGHT, PORT), 16)).isZero();
    expectError(small, listener, small.accept(listener, null, null), TM_EMFILE);
    small.tfClose(filler);
    assertThat(small.accept(listener, null, null)).isEqualTo(filler);
  }

  @Test
  @Requirement({
    "TRK-connect-02",
    "TRK-connect-03",
    "TRK-connect-04",
    "TRK-connect-05",
    "TRK-getsockopt-03"
  })
  void shouldConnectInTheBackgroundWhenNonBlocking() {
    listen(right, PORT);
    int client = left.socket(AF_INET, SOCK_STREAM, 0);
    left.tfBlockingState(client, TM_BLOCKING_OFF);
    expectError(left, client, left.connect(client, at(RIGHT, PORT), 16), TM_EINPROGRESS);
    assertThat(socketError(left, client)).isEqualTo(TM_EINPROGRESS);
    expectError(left, client, left.connect(client, at(RIGHT, PORT), 16), TM_EALREADY);
    FdSet writes = new FdSet();
    Treck.FD_SET(client, writes);
    assertThat(left.select(client + 1, null, writes, null, null)).isEqualTo(1);
    assertThat(Treck.FD_ISSET(client, writes)).isTrue();
    assertThat(socketError(left, client)).isEqualTo(TM_ENOERROR);
    expectError(left, client, left.connect(client, at(RIGHT, PORT), 16), TM_EALREADY);
  }

  @Test
  @Requirement({"TRK-connect-04", "TRK-connect-05", "TRK-connect-06"})
  void shouldTellARefusalToABackgroundConnect() {
    int client = left.socket(AF_INET, SOCK_STREAM, 0);
    left.tfBlockingState(client, TM_BLOCKING_OFF);
    expectError(left, client, left.connect(client, at(RIGHT, PORT), 16), TM_EINPROGRESS);
    FdSet writes = new FdSet();
    Treck.FD_SET(client, writes);
    assertThat(left.select(client + 1, null, writes, null, null)).isEqualTo(1);
    assertThat(socketError(left, client)).isEqualTo(TM_ECONNREFUSED);
    assertThat(socketError(left, client)).isEqualTo(TM_ENOERROR);
  }

  @Test
  @Requirement({"TRK-connect-03", "TRK-connect-06"})
  void shouldFailRefusedWhenNobodyListens() {
    int client = left.socket(AF_INET, SOCK_STREAM, 0);
    expectError(left, client, left.connect(client, at(RIGHT, PORT), 16), TM_ECONNREFUSED);
    expectError(left, client, left.connect(client, at(RIGHT, PORT), 16), TM_EALREADY);
    expectError(
        left, client, left.getpeername(client, new SockAddrIn(), new IntRef(16)), TM_ENOTCONN);
    assertThat(left.tfClose(client)).isZero();
  }

  @Test
  @Requirement({"TRK-connect-07", "TRK-listen-01", "TRK-listen-02"})
  void shouldTimeOutWhenTheBacklogIsNeverDrained() {
    int listener = bound(right, SOCK_STREAM, PORT);
    assertThat(right.listen(listener, 1)).isZero();
    int first = left.socket(AF_INET, SOCK_STREAM, 0);
    assertThat(left.connect(first, at(RIGHT, PORT), 16)).isZero();
    settle();
    int second = left.socket(AF_INET, SOCK_STREAM, 0);
    expectError(left, second, left.connect(second, at(RIGHT, PORT), 16), TM_ETIMEDOUT);
    assertThat(right.accept(listener, null, null)).isNotNegative();
    int third = left.socket(AF_INET, SOCK_STREAM, 0);
    assertThat(left.connect(third, at(RIGHT, PORT), 16)).isZero();
  }

  @Test
  @Requirement("TRK-connect-08")
  void shouldFailUnreachableWithoutARoute() {
    int client = left.socket(AF_INET, SOCK_STREAM, 0);
    expectError(left, client, left.connect(client, at("192.0.2.1", 9), 16), TM_EHOSTUNREACH);
  }

  @Test
  void shouldCheckThePeerAddress() {
    int client = left.socket(AF_INET, SOCK_STREAM, 0);
    expectError(left, client, left.connect(client, null, 16), TM_EINVAL);
    expectError(left, client, left.connect(client, at(RIGHT, 9), 8), TM_EINVAL);
    expectError(left, client, left.connect(client, new SockAddr(1), 16), TM_EAFNOSUPPORT);
    expectError(left, client, left.connect(client, at("0.0.0.0", 9), 16), TM_EADDRNOTAVAIL);
    expectError(left, client, left.connect(client, at(RIGHT, 0), 16), TM_EADDRNOTAVAIL);
    listen(right, PORT);
    assertThat(left.connect(client, at(RIGHT, PORT), 16)).isZero();
  }

  @Test
  @Requirement({"TRK-getsockopt-12", "TRK-getsockopt-13"})
  void shouldHaveNoPeerWhenNotConnected() {
    int stream = left.socket(AF_INET, SOCK_STREAM, 0);
    int datagram = left.socket(AF_INET, SOCK_DGRAM, 0);
    SockAddrIn peer = new SockAddrIn();
    expectError(left, stream, left.getpeername(stream, peer, new IntRef(16)), TM_ENOTCONN);
    expectError(left, datagram, left.getpeername(datagram, peer, new IntRef(16)), TM_ENOTCONN);
    assertThat(left.connect(datagram, at(RIGHT, 9), 16)).isZero();
    assertThat(left.getpeername(datagram, peer, new IntRef(16))).isZero();
    assertThat(peer).hasToString(RIGHT + ":9");
    expectBadDescriptor(left.getpeername(99, peer, new IntRef(16)));
    expectBadDescriptor(left.getsockname(99, peer, new IntRef(16)));
  }

  @Test
  @Requirement({"TRK-shutdown-01", "TRK-shutdown-02", "TRK-shutdown-03", "TRK-shutdown-04"})
  void shouldShutEachSideOnce() {
    Pair pair = connect();
    int datagram = left.socket(AF_INET, SOCK_DGRAM, 0);
    expectError(left, datagram, left.shutdown(datagram, 1), TM_EOPNOTSUPP);
    expectError(left, pair.client(), left.shutdown(pair.client(), 3), TM_EINVAL);
    expectError(left, pair.client(), left.shutdown(pair.client(), -1), TM_EINVAL);
    assertThat(left.shutdown(pair.client(), 1)).isZero();
    expectError(left, pair.client(), left.shutdown(pair.client(), 1), TM_ESHUTDOWN);
    assertThat(right.recv(pair.server(), bytes(4), 4, 0)).isZero();
    assertThat(right.send(pair.server(), bytes(4), 4, 0)).isEqualTo(4);
    assertThat(left.recv(pair.client(), bytes(4), 4, 0)).isEqualTo(4);
    assertThat(left.shutdown(pair.client(), 0)).isZero();
    expectError(left, pair.client(), left.shutdown(pair.client(), 0), TM_ESHUTDOWN);
    expectError(left, pair.client(), left.shutdown(pair.client(), 2), TM_ESHUTDOWN);
    int fresh = left.socket(AF_INET, SOCK_STREAM, 0);
    expectError(left, fresh, left.shutdown(fresh, 2), TM_ENOTCONN);
  }

  @Test
  @Requirement({"TRK-tfBlockingState-01", "TRK-tfBlockingState-02"})
  void shouldSwitchBlockingOffAndOn() {
    int sd = left.socket(AF_INET, SOCK_DGRAM, 0);
    expectError(left, sd, left.tfBlockingState(sd, 77), TM_EINVAL);
    assertThat(left.tfBlockingState(sd, TM_BLOCKING_OFF)).isZero();
    expectError(left, sd, left.recv(sd, bytes(4), 4, 0), TM_EWOULDBLOCK);
    assertThat(left.tfBlockingState(sd, TM_BLOCKING_ON)).isZero();
    expectError(left, sd, left.recv(sd, bytes(4), 4, MSG_DONTWAIT), TM_EWOULDBLOCK);
  }
}
