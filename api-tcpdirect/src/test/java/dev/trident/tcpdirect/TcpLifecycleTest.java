package dev.trident.tcpdirect;

import static dev.trident.tcpdirect.TwoStacks.ADDRESS_A;
import static dev.trident.tcpdirect.TwoStacks.ADDRESS_B;
import static dev.trident.tcpdirect.TwoStacks.SIZEOF;
import static dev.trident.tcpdirect.TwoStacks.address;
import static dev.trident.tcpdirect.TwoStacks.iov;
import static dev.trident.tcpdirect.Zf.TCP_CLOSE;
import static dev.trident.tcpdirect.Zf.TCP_CLOSE_WAIT;
import static dev.trident.tcpdirect.Zf.TCP_ESTABLISHED;
import static dev.trident.tcpdirect.Zf.TCP_FIN_WAIT1;
import static dev.trident.tcpdirect.Zf.TCP_FIN_WAIT2;
import static dev.trident.tcpdirect.Zf.TCP_LAST_ACK;
import static dev.trident.tcpdirect.Zf.TCP_SYN_SENT;
import static dev.trident.tcpdirect.Zf.TCP_TIME_WAIT;
import static dev.trident.tcpdirect.Zf.zf_stack_is_quiescent;
import static dev.trident.tcpdirect.Zf.zft_addr_bind;
import static dev.trident.tcpdirect.Zf.zft_alloc;
import static dev.trident.tcpdirect.Zf.zft_connect;
import static dev.trident.tcpdirect.Zf.zft_error;
import static dev.trident.tcpdirect.Zf.zft_free;
import static dev.trident.tcpdirect.Zf.zft_get_mss;
import static dev.trident.tcpdirect.Zf.zft_getname;
import static dev.trident.tcpdirect.Zf.zft_handle_free;
import static dev.trident.tcpdirect.Zf.zft_handle_getname;
import static dev.trident.tcpdirect.Zf.zft_recv;
import static dev.trident.tcpdirect.Zf.zft_send;
import static dev.trident.tcpdirect.Zf.zft_send_single;
import static dev.trident.tcpdirect.Zf.zft_send_space;
import static dev.trident.tcpdirect.Zf.zft_shutdown_tx;
import static dev.trident.tcpdirect.Zf.zft_state;
import static dev.trident.tcpdirect.Zf.zft_zc_recv;
import static dev.trident.tcpdirect.Zf.zftl_accept;
import static dev.trident.tcpdirect.Zf.zftl_free;
import static dev.trident.tcpdirect.Zf.zftl_getname;
import static dev.trident.tcpdirect.Zf.zftl_listen;
import static dev.trident.tcpdirect.ZfErrno.EADDRINUSE;
import static dev.trident.tcpdirect.ZfErrno.EADDRNOTAVAIL;
import static dev.trident.tcpdirect.ZfErrno.EAFNOSUPPORT;
import static dev.trident.tcpdirect.ZfErrno.EAGAIN;
import static dev.trident.tcpdirect.ZfErrno.ECONNREFUSED;
import static dev.trident.tcpdirect.ZfErrno.ECONNRESET;
import static dev.trident.tcpdirect.ZfErrno.EFAULT;
import static dev.trident.tcpdirect.ZfErrno.EHOSTUNREACH;
import static dev.trident.tcpdirect.ZfErrno.EINVAL;
import static dev.trident.tcpdirect.ZfErrno.ENOBUFS;
import static dev.trident.tcpdirect.ZfErrno.ENOTCONN;
import static dev.trident.tcpdirect.ZfErrno.EOPNOTSUPP;
import static dev.trident.tcpdirect.ZfErrno.EPIPE;
import static dev.trident.tcpdirect.ZfErrno.ETIMEDOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.c.C;
import dev.trident.c.IntRef;
import dev.trident.c.LongRef;
import dev.trident.c.Ref;
import dev.trident.c.SockAddr;
import dev.trident.c.SockAddrIn;
import dev.trident.testkit.Requirement;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Opening, listening, closing, and the errors of it. */
class TcpLifecycleTest {
  private final TwoStacks net = new TwoStacks();
  private final ByteBuf memory = C.malloc(2_000);

  @AfterEach
  void close() {
    net.close();
  }

  private int listen(SockAddr laddr, int length) {
    return zftl_listen(net.b, laddr, length, net.attr, new Ref<>());
  }

  private static SockAddrIn localName(Zft ts) {
    SockAddrIn name = new SockAddrIn();
    zft_getname(ts, name, new IntRef(SIZEOF), null, null);
    return name;
  }

  private static SockAddrIn remoteName(Zft ts) {
    SockAddrIn name = new SockAddrIn();
    zft_getname(ts, null, null, name, new IntRef(SIZEOF));
    return name;
  }

  // ---- listening ------------------------------------------------------------------------------

  @Test
  @Requirement({
    "ZF-zftl_listen-02",
    "ZF-zftl_listen-03",
    "ZF-zftl_listen-05",
    "ZF-zftl_listen-06",
    "ZF-zftl_listen-07",
    "ZF-zftl_listen-08",
    "ZF-zftl_listen-09",
    "ZF-zftl_listen-12",
    "ZF-api-27",
    "ZF-cap-05",
  })
  void shouldCheckTheListeningAddress() {
    SockAddr six = new SockAddr(10);
    assertThat(zftl_listen(net.b, null, 0, net.attr, new Ref<>())).isEqualTo(-EFAULT);
    assertThat(listen(six, SIZEOF - 1)).isEqualTo(-EINVAL);
    assertThat(listen(six, SIZEOF)).isEqualTo(-EAFNOSUPPORT);
    assertThat(listen(address(0, 1), SIZEOF)).isEqualTo(-EOPNOTSUPP);
    assertThat(listen(address(ADDRESS_A, 1), SIZEOF)).isEqualTo(-EADDRNOTAVAIL);
    assertThat(listen(address(ADDRESS_B, 1), SIZEOF)).isZero();
    assertThat(listen(address(ADDRESS_B, 1), SIZEOF)).isEqualTo(-EADDRINUSE);
  }

  @Test
  @Requirement({
    "ZF-zftl_listen-13",
    "ZF-zftl_getname-01",
    "ZF-zftl_getname-02",
    "ZF-zftl_getname-04"
  })
  void shouldChooseAListeningPort() {
    SockAddrIn wanted = address(ADDRESS_B, 0);
    Ref<Zftl> out = new Ref<>();
    assertThat(zftl_listen(net.b, wanted, SIZEOF, net.attr, out)).isZero();
    assertThat(wanted.sin_port).isZero();
    SockAddrIn name = new SockAddrIn();
    IntRef length = new IntRef(SIZEOF);
    zftl_getname(out.get(), name, length);
    assertThat(name.sin_port).isPositive();
    assertThat(name.sin_addr).isEqualTo(ADDRESS_B);
    assertThat(length.value).isEqualTo(SIZEOF);
    Zft active = net.connecting(name.sin_port);
    net.settle();
    assertThat(zft_state(active)).isEqualTo(TCP_ESTABLISHED);
  }

  @Test
  @Requirement({"ZF-zftl_getname-03", "ZF-zft_getname-03", "ZF-zft_getname-02"})
  void shouldTruncateNames() {
    Zftl listener = net.listen(5_000);
    SockAddrIn name = new SockAddrIn(1, 2);
    IntRef length = new IntRef(4);
    zftl_getname(listener, name, length);
    assertThat(name.sin_port).isEqualTo(5_000);
    assertThat(name.sin_addr).isEqualTo(1);
    assertThat(length.value).isEqualTo(SIZEOF);
  }

  @Test
  @Requirement({"ZF-zftl_listen-10", "ZF-attr.max_tcp_listen_endpoints-03"})
  void shouldLimitListeners() {
    for (int port = 1; port <= 16; port++) {
      assertThat(listen(address(ADDRESS_B, port), SIZEOF)).isZero();
    }
    assertThat(listen(address(ADDRESS_B, 17), SIZEOF)).isEqualTo(-ENOBUFS);
  }

  @Test
  @Requirement({"ZF-zftl_accept-02", "ZF-zftl_accept-03", "ZF-zftl_accept-04", "ZF-quirk-01"})
  void shouldAcceptTheOldestFirst() {
    Zftl listener = net.listen(5_000);
    assertThat(zftl_accept(listener, new Ref<>())).isEqualTo(-EAGAIN);
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      ports.add(localName(net.connecting(5_000)).sin_port);
      net.settle();
    }
    for (int port : ports) {
      assertThat(remoteName(net.accept(listener)).sin_port).isEqualTo(port);
    }
    assertThat(zftl_accept(listener, new Ref<>())).isEqualTo(-EAGAIN);
  }

  @Test
  @Requirement("ZF-zftl_accept-05")
  void shouldAcceptAConnectionThatDied() {
    Zftl listener = net.listen(5_000);
    net.connecting(5_000);
    net.settle();
    net.freeA(); // resets
    net.settle();
    Zft accepted = net.accept(listener);
    assertThat(zft_error(accepted)).isEqualTo(ECONNRESET);
    assertThat(zft_recv(accepted, iov(memory, 10), 1, 0)).isEqualTo(-ECONNRESET);
  }

  @Test
  @Requirement({"ZF-zftl_free-02", "ZF-zftl_free-03", "ZF-zftl_free-05"})
  void shouldResetWhatWasNotAccepted() {
    Zftl listener = net.listen(5_000);
    Zft active = net.connecting(5_000);
    net.settle();
    assertThat(zftl_free(listener)).isZero();
    net.settle();
    assertThat(zft_error(active)).isEqualTo(ECONNRESET);
    assertThat(zft_state(active)).isEqualTo(TCP_CLOSE);
  }

  @Test
  @Requirement("ZF-zftl_free-06")
  void shouldKeepTheAddressWhileAcceptedConnectionsLive() {
    TwoStacks.Connection pair = net.connection(5_000);
    zftl_free(pair.listener());
    assertThat(listen(address(ADDRESS_B, 5_000), SIZEOF)).isEqualTo(-EADDRINUSE);
    zft_free(pair.passive());
    net.settle();
    zft_free(pair.active());
    net.settle();
    assertThat(listen(address(ADDRESS_B, 5_000), SIZEOF)).isEqualTo(-EADDRINUSE);
    net.pass(2_000); // TIME_WAIT is over
    assertThat(listen(address(ADDRESS_B, 5_000), SIZEOF)).isZero();
  }

  // ---- active open ----------------------------------------------------------------------------

  @Test
  @Requirement({
    "ZF-zft_connect-02",
    "ZF-zft_connect-03",
    "ZF-zft_connect-05",
    "ZF-zft_connect-17",
    "ZF-tcp-synsent-01",
    "ZF-tcp-synsent-02",
    "ZF-tcp-synsent-03",
    "ZF-zft_send-04",
    "ZF-api-17",
  })
  void shouldConnectWithoutWaiting() {
    net.listen(5_000);
    ZftHandle handle = net.handle();
    Ref<Zft> out = new Ref<>();
    assertThat(zft_connect(handle, address(ADDRESS_B, 5_000), SIZEOF, out)).isZero();
    Zft ts = out.get();
    assertThat(zft_state(ts)).isEqualTo(TCP_SYN_SENT);
    assertThat(zft_send_single(ts, memory, 1, 0)).isEqualTo(-ENOTCONN);
    assertThat(zft_send(ts, iov(memory, 1), 1, 0)).isEqualTo(-ENOTCONN);
    assertThat(zft_recv(ts, iov(memory, 1), 1, 0)).isEqualTo(-ENOTCONN);
    assertThat(zft_get_mss(ts)).isEqualTo(-ENOTCONN);
    assertThat(zft_send_space(ts, new LongRef())).isEqualTo(-ENOTCONN);
    assertThat(zft_error(ts)).isZero();
    ZftMsg msg = new ZftMsg(1);
    zft_zc_recv(ts, msg, 0);
    assertThat(msg.iovcnt).isZero();
    assertThatThrownBy(() -> zft_handle_free(handle))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("zft_handle#");
    net.settle();
    assertThat(zft_state(ts)).isEqualTo(TCP_ESTABLISHED);
    assertThat(localName(ts).sin_addr).isEqualTo(ADDRESS_A);
    assertThat(localName(ts).sin_port).isPositive();
    assertThat(remoteName(ts)).hasToString("10.0.0.2:5000");
  }

  @Test
  @Requirement({
    "ZF-zft_connect-10",
    "ZF-zft_connect-13",
    "ZF-zft_connect-14",
    "ZF-zft_connect-16",
    "ZF-attr.arp_reply_timeout-03",
    "ZF-attr.arp_reply_timeout-04",
  })
  void shouldRefuseToConnectAndKeepTheHandle() {
    ZftHandle handle = net.handle();
    Ref<Zft> out = new Ref<>();
    assertThat(zft_connect(handle, null, SIZEOF, out)).isEqualTo(-EFAULT);
    assertThat(zft_connect(handle, new SockAddr(10), SIZEOF, out)).isEqualTo(-EAFNOSUPPORT);
    assertThat(zft_connect(handle, address(ADDRESS_B, 1), 8, out)).isEqualTo(-EINVAL);
    assertThat(zft_connect(handle, address(ADDRESS_B, 0), SIZEOF, out)).isEqualTo(-EINVAL);
    assertThat(zft_connect(handle, address(C.inet_addr("224.0.0.9"), 1), SIZEOF, out))
        .isEqualTo(-EINVAL);
    assertThat(zft_connect(handle, SockAddrIn.of("192.0.2.1", 1), SIZEOF, out))
        .isEqualTo(-EHOSTUNREACH);
    long before = net.clock.nanoTime();
    assertThat(zft_connect(handle, SockAddrIn.of("10.0.0.77", 1), SIZEOF, out))
        .isEqualTo(-EHOSTUNREACH);
    assertThat(net.clock.nanoTime() - before).isBetween(1_000_000L, 1_100_000L);
    assertThat(out.value).isNull();
    net.listen(5_000);
    assertThat(zft_connect(handle, address(ADDRESS_B, 5_000), SIZEOF, out)).isZero();
  }

  @Test
  @Requirement({
    "ZF-zft_addr_bind-02",
    "ZF-zft_addr_bind-04",
    "ZF-zft_addr_bind-05",
    "ZF-zft_addr_bind-06",
    "ZF-zft_addr_bind-07",
    "ZF-zft_addr_bind-08",
    "ZF-zft_addr_bind-09",
    "ZF-zft_addr_bind-10",
    "ZF-zft_addr_bind-12",
    "ZF-zft_handle_getname-02",
    "ZF-quirk-02",
  })
  void shouldBindAHandle() {
    ZftHandle handle = net.handle();
    SockAddrIn name = address(9, 9);
    IntRef length = new IntRef(SIZEOF);
    zft_handle_getname(handle, name, length);
    assertThat(name).hasToString("0.0.0.0:0");
    assertThat(zft_addr_bind(handle, null, SIZEOF, 0)).isEqualTo(-EFAULT);
    assertThat(zft_addr_bind(handle, address(ADDRESS_A, 1), 15, 0)).isEqualTo(-EINVAL);
    assertThat(zft_addr_bind(handle, new SockAddr(1), SIZEOF, 0)).isEqualTo(-EAFNOSUPPORT);
    assertThat(zft_addr_bind(handle, address(ADDRESS_A, 1), SIZEOF, 1)).isEqualTo(-EINVAL);
    assertThat(zft_addr_bind(handle, address(ADDRESS_B, 1), SIZEOF, 0)).isEqualTo(-EADDRNOTAVAIL);
    SockAddrIn any = address(ADDRESS_A, 0);
    assertThat(zft_addr_bind(handle, any, SIZEOF, 0)).isZero();
    assertThat(any.sin_port).isZero();
    zft_handle_getname(handle, name, length);
    int port = name.sin_port;
    assertThat(port).isPositive();
    assertThat(zft_addr_bind(handle, address(ADDRESS_A, 7), SIZEOF, 0)).isEqualTo(-EINVAL);
    zft_handle_getname(handle, name, length);
    assertThat(name.sin_port).isEqualTo(port);
    ZftHandle other = net.handle();
    assertThat(zft_addr_bind(other, address(ADDRESS_A, port), SIZEOF, 0)).isEqualTo(-EADDRINUSE);
    zft_handle_free(handle);
    assertThat(zft_addr_bind(other, address(ADDRESS_A, port), SIZEOF, 0)).isZero();
  }

  @Test
  @Requirement({
    "ZF-zft_alloc-02",
    "ZF-zft_alloc-03",
    "ZF-zft_handle_free-02",
    "ZF-zft_handle_free-03",
    "ZF-attr.max_tcp_endpoints-03",
    "ZF-attr.max_tcp_endpoints-05",
    "ZF-zft_free-07",
    "ZF-zft_free-11",
  })
  void shouldLimitTcpEndpointsWithDyingOnes() {
    TwoStacks.Connection pair = net.connection(5_000);
    List<ZftHandle> handles = new ArrayList<>();
    for (int i = 1; i < 8; i++) {
      handles.add(net.handle());
    }
    assertThat(zft_alloc(net.a, net.attr, new Ref<>())).isEqualTo(-ENOBUFS);
    assertThat(zft_handle_free(handles.getFirst())).isZero();
    handles.set(0, net.handle());
    zft_free(pair.active());
    net.settle();
    zft_free(pair.passive());
    net.settle();
    assertThat(zft_alloc(net.a, net.attr, new Ref<>())).isEqualTo(-ENOBUFS);
    net.pass(2_000); // TIME_WAIT is over
    assertThat(zft_alloc(net.a, net.attr, new Ref<>())).isZero();
  }

  @Test
  @Requirement({
    "ZF-zft_connect-07",
    "ZF-zft_error-02",
    "ZF-zft_error-06",
    "ZF-zft_zc_recv_done-04",
  })
  void shouldTellThatTheConnectionWasRefused() {
    Zftl listener = net.listen(5_000);
    zftl_free(listener);
    // A TCPDirect stack does not answer for ports it does not have; the other host's own does.
    Zft ts = net.connecting(6_000);
    net.settle();
    assertThat(zft_error(ts)).isEqualTo(ECONNREFUSED);
    assertThat(zft_state(ts)).isEqualTo(TCP_CLOSE);
    assertThat(zft_recv(ts, iov(memory, 1), 1, 0)).isEqualTo(-ECONNREFUSED);
    assertThat(zft_send_single(ts, memory, 1, 0)).isEqualTo(-ENOTCONN);
    ZftMsg msg = new ZftMsg(1);
    zft_zc_recv(ts, msg, 0);
    assertThat(msg.iovcnt).isEqualTo(1);
    assertThat(Zf.zft_zc_recv_done(ts, msg)).isEqualTo(-ECONNREFUSED);
    assertThat(remoteName(ts)).hasToString("10.0.0.2:6000");
  }

  @Test
  @Requirement({"ZF-zft_error-04", "ZF-zft_error-07", "ZF-attr.tcp_syn_retries-03"})
  void shouldTellThatTheConnectionTimedOut() {
    net.connection(5_000);
    net.freeB();
    net.hostB.close();
    Zft ts = net.connecting(5_000);
    net.pass(200_000);
    assertThat(zft_error(ts)).isIn(ETIMEDOUT, EHOSTUNREACH);
    assertThat(zft_state(ts)).isEqualTo(TCP_CLOSE);
  }

  @Test
  @Requirement({"ZF-zft_error-05", "ZF-zft_error-06"})
  void shouldTellThatThePeerClosedAndThenRefusedData() {
    TwoStacks.Connection pair = net.connection(5_000);
    zft_free(pair.passive());
    net.settle();
    assertThat(zft_state(pair.active())).isEqualTo(TCP_CLOSE_WAIT);
    zft_send_single(pair.active(), memory, 10, 0);
    net.settle();
    assertThat(zft_error(pair.active())).isEqualTo(EPIPE);
  }

  // ---- close ----------------------------------------------------------------------------------

  @Test
  @Requirement({
    "ZF-zft_shutdown_tx-02",
    "ZF-zft_shutdown_tx-03",
    "ZF-zft_shutdown_tx-04",
    "ZF-zft_shutdown_tx-05",
    "ZF-zft_shutdown_tx-08",
    "ZF-zft_shutdown_tx-09",
    "ZF-zft_shutdown_tx-10",
    "ZF-zft_shutdown_tx-12",
    "ZF-zft_error-08",
    "ZF-zft_state-02",
    "ZF-zft_get_mss-04",
    "ZF-zft_getname-04",
  })
  void shouldShutDownBothSidesInTurn() {
    TwoStacks.Connection pair = net.connection(5_000);
    Zft first = pair.active();
    Zft second = pair.passive();
    zft_send_single(first, memory, 100, 0);
    assertThat(zft_shutdown_tx(first)).isZero();
    assertThat(zft_state(first)).isEqualTo(TCP_FIN_WAIT1);
    assertThat(zft_shutdown_tx(first)).isEqualTo(-ENOTCONN);
    assertThat(zft_send_single(first, memory, 1, 0)).isEqualTo(-ENOTCONN);
    assertThat(zft_get_mss(first)).isEqualTo(-ENOTCONN);
    net.settle();
    net.pass(300);
    assertThat(zft_state(first)).isEqualTo(TCP_FIN_WAIT2);
    assertThat(zft_state(second)).isEqualTo(TCP_CLOSE_WAIT);
    assertThat(zft_recv(second, iov(memory, 1_000), 1, 0)).isEqualTo(100);
    assertThat(zft_send_single(second, memory, 50, 0)).isEqualTo(50);
    net.settle();
    assertThat(zft_recv(first, iov(memory, 1_000), 1, 0)).isEqualTo(50);
    assertThat(zft_shutdown_tx(second)).isZero();
    assertThat(zft_state(second)).isEqualTo(TCP_LAST_ACK);
    net.settle();
    assertThat(zft_state(first)).isEqualTo(TCP_TIME_WAIT);
    assertThat(zft_state(second)).isEqualTo(TCP_CLOSE);
    assertThat(zft_error(first)).isZero();
    assertThat(zft_error(second)).isZero();
    assertThat(zft_recv(first, iov(memory, 1), 1, 0)).isZero();
    assertThat(zft_shutdown_tx(second)).isEqualTo(-ENOTCONN);
    net.pass(2_000);
    assertThat(zft_state(first)).isEqualTo(TCP_CLOSE);
    assertThat(localName(first).sin_addr).isEqualTo(ADDRESS_A);
  }

  @Test
  @Requirement({"ZF-tcp-synsent-04"})
  void shouldEndAnAttemptByShutdown() {
    net.listen(5_000);
    Zft ts = net.connecting(5_000);
    assertThat(zft_shutdown_tx(ts)).isZero();
    assertThat(zft_state(ts)).isEqualTo(TCP_CLOSE);
    assertThat(zft_error(ts)).isZero();
  }

  @Test
  @Requirement({"ZF-zft_free-02", "ZF-zft_free-03", "ZF-zft_free-06", "ZF-example-tcp-02"})
  void shouldCloseInOrderWhenFreed() {
    TwoStacks.Connection pair = net.connection(5_000);
    assertThat(zft_free(pair.active())).isZero();
    net.settle();
    assertThat(zft_state(pair.passive())).isEqualTo(TCP_CLOSE_WAIT);
    assertThat(zft_recv(pair.passive(), iov(memory, 1), 1, 0)).isZero();
    assertThat(zft_free(pair.passive())).isZero(); // its queue has the end of the stream only
    net.settle();
    net.pass(2_000);
    assertThat(zf_stack_is_quiescent(net.a)).isEqualTo(1);
    assertThat(zf_stack_is_quiescent(net.b)).isEqualTo(1);
  }

  @Test
  @Requirement({"ZF-zft_free-08"})
  void shouldResetWhenDataArrivesForAFreedZocket() {
    TwoStacks.Connection pair = net.connection(5_000);
    zft_free(pair.active());
    net.settle();
    zft_send_single(pair.passive(), memory, 10, 0);
    net.settle();
    assertThat(zft_state(pair.passive())).isEqualTo(TCP_CLOSE);
    assertThat(zf_stack_is_quiescent(net.a)).isEqualTo(1);
  }

  @Test
  @Requirement({"ZF-zft_free-10", "ZF-attr.tcp_finwait_ms-03", "ZF-attr.tcp_finwait_ms-04"})
  void shouldEndFinWait2OfFreedZocketsOnly() {
    TwoStacks.Connection freed = net.connection(5_000);
    TwoStacks.Connection held = net.connection(5_001);
    zft_free(freed.active());
    zft_shutdown_tx(held.active());
    net.settle();
    net.pass(3_000);
    assertThat(zft_state(held.active())).isEqualTo(TCP_FIN_WAIT2);
    zft_send_single(freed.passive(), memory, 10, 0);
    zft_send_single(held.passive(), memory, 10, 0);
    net.settle();
    assertThat(zft_recv(held.active(), iov(memory, 100), 1, 0)).isEqualTo(10);
    assertThat(zf_stack_is_quiescent(net.a)).isZero();
  }

  @Test
  @Requirement({"ZF-zft_free-04", "ZF-zftl_free-04"})
  void shouldThrowWhenUsedAfterFree() {
    TwoStacks.Connection pair = net.connection(5_000);
    zft_free(pair.active());
    assertThatThrownBy(() -> zft_send_single(pair.active(), memory, 1, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("zft#")
        .hasMessageContaining("za0/000");
    assertThatThrownBy(() -> zft_free(pair.active())).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> zft_state(pair.active())).isInstanceOf(IllegalStateException.class);
    zftl_free(pair.listener());
    assertThatThrownBy(() -> zftl_accept(pair.listener(), new Ref<>()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("zftl#0");
  }
}
