package dev.trident.tcpdirect;

import static dev.trident.tcpdirect.Zf.zf_attr_alloc;
import static dev.trident.tcpdirect.Zf.zf_init;
import static dev.trident.tcpdirect.Zf.zf_reactor_perform;
import static dev.trident.tcpdirect.Zf.zf_stack_alloc;
import static dev.trident.tcpdirect.Zf.zft_addr_bind;
import static dev.trident.tcpdirect.Zf.zft_alloc;
import static dev.trident.tcpdirect.Zf.zft_connect;
import static dev.trident.tcpdirect.Zf.zft_free;
import static dev.trident.tcpdirect.Zf.zft_recv;
import static dev.trident.tcpdirect.Zf.zft_send;
import static dev.trident.tcpdirect.Zf.zft_send_single;
import static dev.trident.tcpdirect.Zf.zft_shutdown_tx;
import static dev.trident.tcpdirect.Zf.zft_zc_recv;
import static dev.trident.tcpdirect.Zf.zft_zc_recv_done;
import static dev.trident.tcpdirect.Zf.zftl_accept;
import static dev.trident.tcpdirect.Zf.zftl_listen;
import static dev.trident.tcpdirect.Zf.zfur_addr_bind;
import static dev.trident.tcpdirect.Zf.zfur_alloc;
import static dev.trident.tcpdirect.Zf.zfur_zc_recv;
import static dev.trident.tcpdirect.Zf.zfur_zc_recv_done;
import static dev.trident.tcpdirect.Zf.zfut_alloc;
import static dev.trident.tcpdirect.Zf.zfut_send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.c.Iovec;
import dev.trident.c.Ref;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Host;
import dev.trident.hw.sim.Simulation;
import dev.trident.testkit.Requirement;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The guide's worked examples (chapter 6), ported line by line and run as programs of two simulated
 * hosts. As there, attributes come from ZF_ATTR only; both hosts call their interface eth0.
 */
@Timeout(60)
class GuideExamplesTest {
  private static final int SIZEOF = SockAddrIn.SIZEOF;
  private static final int ITERATIONS = 200;
  private static final int SIZE = 12;

  private final Simulation sim = new Simulation(42);
  private final Host one = sim.host("one").nic("eth0", "10.0.0.1/24");
  private final Host two = sim.host("two").nic("eth0", "10.0.0.2/24");
  private final int[] iterations = new int[2];

  GuideExamplesTest() {
    System.setProperty("ZF_ATTR", "interface=eth0");
    sim.wire(one.nic("eth0"), two.nic("eth0"));
  }

  @AfterEach
  void close() {
    System.clearProperty("ZF_ATTR");
    sim.close();
  }

  /** The macro ZF_TRY of the examples. */
  private static int zfTry(int rc) {
    assertThat(rc).isNotNegative();
    return rc;
  }

  private static ZfAttr attributes() {
    zfTry(zf_init());
    Ref<ZfAttr> attr = new Ref<>();
    zfTry(zf_attr_alloc(attr));
    return attr.get();
  }

  private static ZfStack stack(ZfAttr attr) {
    Ref<ZfStack> stack = new Ref<>();
    zfTry(zf_stack_alloc(attr, stack));
    return stack.get();
  }

  // ---- 6.1 UDP ping pong ----------------------------------------------------------------------

  private int ping(ZfStack stack, Zfut ut, Zfur ur) {
    ByteBuf data = C.malloc(1_500);
    Iovec[] siov = {new Iovec(data, SIZE)};
    ZfurMsg rd = new ZfurMsg(2);
    data.setLong(SIZE - 8, 0x1122334455667788L);
    zfTry(zfut_send(ut, siov, 1, 0));
    int it = 0;
    while (it < ITERATIONS) {
      while (zf_reactor_perform(stack) == 0) {}
      rd.iovcnt = 2;
      zfur_zc_recv(ur, rd, 0);
      if (rd.iovcnt == 0) {
        continue;
      }
      it += rd.iovcnt;
      zfur_zc_recv_done(ur, rd);
      data.setLong(SIZE - 8, data.getLong(SIZE - 8) + 1);
      zfTry(zfut_send(ut, siov, 1, 0));
    }
    return it;
  }

  private int pong(ZfStack stack, Zfut ut, Zfur ur) {
    ZfurMsg rd = new ZfurMsg(2);
    Iovec[] siov = new Iovec[1];
    int it = 0;
    while (it < ITERATIONS) {
      while (zf_reactor_perform(stack) == 0) {}
      rd.iovcnt = 2;
      zfur_zc_recv(ur, rd, 0);
      if (rd.iovcnt == 0) {
        continue;
      }
      for (int i = 0; i < rd.iovcnt; ++i) { // in pong we reply with the same data
        siov[0] = rd.iov[i];
        zfTry(zfut_send(ut, siov, 1, 0));
      }
      it += rd.iovcnt;
      zfur_zc_recv_done(ur, rd);
    }
    return it;
  }

  private void udpMain(boolean ping, String local, String remote) {
    ZfAttr attr = attributes();
    ZfStack stack = stack(attr);
    Ref<Zfur> ur = new Ref<>();
    zfTry(zfur_alloc(ur, stack, attr));
    SockAddrIn laddr = SockAddrIn.of(local, 8_000);
    SockAddrIn raddr = SockAddrIn.of(remote, 8_000);
    zfTry(zfur_addr_bind(ur.get(), laddr, SIZEOF, raddr, SIZEOF, 0));
    Ref<Zfut> ut = new Ref<>();
    zfTry(zfut_alloc(ut, stack, laddr, SIZEOF, raddr, SIZEOF, 0, attr));
    iterations[ping ? 0 : 1] =
        ping ? ping(stack, ut.get(), ur.get()) : pong(stack, ut.get(), ur.get());
  }

  @Test
  @Requirement({
    "ZF-example-udp-01",
    "ZF-example-udp-02",
    "ZF-example-udp-03",
    "ZF-example-udp-04",
    "ZF-api-12",
    "ZF-api-14",
  })
  void shouldRunUdpPingPong() {
    sim.app(two, "pong", () -> udpMain(false, "10.0.0.2", "10.0.0.1"));
    sim.app(one, "ping", () -> udpMain(true, "10.0.0.1", "10.0.0.2"));
    sim.run();
    assertThat(iterations).containsExactly(ITERATIONS, ITERATIONS);
  }

  // ---- 6.2 TCP pong ---------------------------------------------------------------------------

  /** The guide's program, which loops for ever; here it ends at the end of the stream. */
  private void tcpPong(String local, String remote) {
    ZfAttr attr = attributes();
    ZfStack stack = stack(attr);
    Ref<ZftHandle> tcpHandle = new Ref<>();
    zfTry(zft_alloc(stack, attr, tcpHandle));
    SockAddrIn laddr = SockAddrIn.of(local, 2_000);
    SockAddrIn raddr = SockAddrIn.of(remote, 2_000);
    zfTry(zft_addr_bind(tcpHandle.get(), laddr, SIZEOF, 0));
    Ref<Zft> tcp = new Ref<>();
    zfTry(zft_connect(tcpHandle.get(), raddr, SIZEOF, tcp));

    boolean firstRecv = true;
    ByteBuf data = C.malloc(1_500);
    Iovec[] siov = {new Iovec(data, 1)};
    ZftMsg rd = new ZftMsg(1);
    while (true) {
      while (zf_reactor_perform(stack) == 0) {}
      rd.iovcnt = 1;
      zft_zc_recv(tcp.get(), rd, 0);
      if (rd.iovcnt == 0) {
        continue;
      }
      if (rd.iov[0].iov_len == 0) {
        assertThat(zft_zc_recv_done(tcp.get(), rd)).isZero();
        break;
      }
      if (firstRecv) {
        firstRecv = false;
        siov[0].iov_len = rd.iov[0].iov_len;
        data.setBytes(0, Objects.requireNonNull(rd.iov[0].iov_base), 0, siov[0].iov_len);
      }
      for (int i = 0; i < rd.iovcnt; ++i) {
        zfTry(zft_send(tcp.get(), siov, 1, 0));
      }
      zft_zc_recv_done(tcp.get(), rd);
      iterations[1]++;
    }
    assertThat(zft_shutdown_tx(tcp.get())).isZero();
    assertThat(zft_free(tcp.get())).isZero();
    while (Zf.zf_stack_is_quiescent(stack) == 0) {
      zf_reactor_perform(stack);
    }
  }

  private void tcpPing(String local) {
    ZfAttr attr = attributes();
    ZfStack stack = stack(attr);
    Ref<Zftl> listener = new Ref<>();
    zfTry(zftl_listen(stack, SockAddrIn.of(local, 2_000), SIZEOF, attr, listener));
    Ref<Zft> accepted = new Ref<>();
    while (zftl_accept(listener.get(), accepted) == -ZfErrno.EAGAIN) {
      zf_reactor_perform(stack);
    }
    Zft tcp = accepted.get();
    ByteBuf data = TwoStacks.pattern(SIZE, 1);
    ByteBuf echo = C.malloc(100);
    for (int it = 0; it < ITERATIONS; it++) {
      assertThat(zft_send_single(tcp, data, SIZE, 0)).isEqualTo(SIZE);
      while (zft_recv(tcp, TwoStacks.iov(echo, 100), 1, 0) == -ZfErrno.EAGAIN) {
        zf_reactor_perform(stack);
      }
      assertThat(TwoStacks.bytes(echo, SIZE)).isEqualTo(TwoStacks.bytes(data, SIZE));
      iterations[0]++;
    }
    zfTry(zft_shutdown_tx(tcp));
    while (zft_recv(tcp, TwoStacks.iov(echo, 100), 1, 0) == -ZfErrno.EAGAIN) {
      zf_reactor_perform(stack);
    }
    zft_free(tcp);
    while (Zf.zf_stack_is_quiescent(stack) == 0) {
      zf_reactor_perform(stack);
    }
  }

  @Test
  @Requirement({"ZF-example-tcp-01", "ZF-example-tcp-02", "ZF-api-15", "ZF-api-16"})
  void shouldRunTcpPong() {
    sim.app(one, "ping", () -> tcpPing("10.0.0.1"));
    sim.app(
        two,
        "pong",
        () -> {
          two.clock().sleep(1_000_000); // the listener comes first
          tcpPong("10.0.0.2", "10.0.0.1");
        });
    sim.run();
    assertThat(iterations).containsExactly(ITERATIONS, ITERATIONS);
  }

  @Test
  void shouldHaveOneHistoryPerSeed() {
    long[] hashes = new long[2];
    for (int run = 0; run < 2; run++) {
      try (Simulation again = new Simulation(7)) {
        Host a = again.host("a").nic("eth0", "10.0.0.1/24");
        Host b = again.host("b").nic("eth0", "10.0.0.2/24");
        again.wire(a.nic("eth0"), b.nic("eth0"));
        again.app(a, "ping", () -> tcpPing("10.0.0.1"));
        again.app(
            b,
            "pong",
            () -> {
              b.clock().sleep(1_000_000);
              tcpPong("10.0.0.2", "10.0.0.1");
            });
        again.run();
        hashes[run] = again.historyHash();
      }
    }
    assertThat(hashes[0]).isEqualTo(hashes[1]);
  }
}
