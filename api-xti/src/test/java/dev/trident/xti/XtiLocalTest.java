package dev.trident.xti;

import static dev.trident.xti.XtiConstants.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.c.SockAddrIn;
import dev.trident.testkit.Requirement;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Local management: opening, binding, asking, and structures. */
class XtiLocalTest {
  private final XtiPair pair = new XtiPair();
  private final Xti xti = pair.server;

  @AfterEach
  void close() {
    pair.close();
  }

  private void assertFails(int result, int tErrno) {
    assertThat(result).isEqualTo(-1);
    assertThat(xti.t_errno()).isEqualTo(tErrno);
  }

  private static TBind at(String address, int port, int qlen) {
    TBind bind = new TBind();
    XtiAddr.put(bind.addr, SockAddrIn.of(address, port));
    bind.qlen = qlen;
    return bind;
  }

  private static TBind roomForAddress() {
    TBind bind = new TBind();
    XtiAddr.room(bind.addr);
    return bind;
  }

  // ---- open and close ---------------------------------------------------------------------

  @Test
  @Requirement({
    "XTI-t_open-05",
    "XTI-t_open-06",
    "XTI-t_info-08",
    "XTI-t_info-09",
    "XTI-t_info-10",
    "XTI-t_info-12",
    "XTI-t_info-13",
    "XTI-t_getinfo-01"
  })
  void shouldDescribeTcp() {
    TInfo info = new TInfo();

    int fd = xti.t_open("/dev/tcp", O_RDWR, info);

    assertThat(xti.t_getstate(fd)).isEqualTo(T_UNBND);
    assertThat(info.addr).isEqualTo(16);
    assertThat(info.options).isPositive();
    assertThat(info.tsdu).isZero();
    assertThat(info.connect).isEqualTo(-2);
    assertThat(info.discon).isEqualTo(-2);
    assertThat(info.servtype).isEqualTo(T_COTS_ORD);
    assertThat(info.flags).isZero();
    TInfo later = new TInfo();
    assertThat(xti.t_getinfo(fd, later)).isZero();
    assertThat(later.servtype).isEqualTo(T_COTS_ORD);
    assertThat(later.addr).isEqualTo(16);
  }

  @Test
  @Requirement({
    "XTI-t_info-07",
    "XTI-t_info-14",
    "XTI-t_info-15",
    "XTI-t_info-16",
    "XTI-t_info-17",
    "XTI-t_info-18",
    "XTI-t_info-19"
  })
  void shouldDescribeUdp() {
    TInfo info = new TInfo();

    xti.t_open("/dev/udp", O_RDWR, info);

    assertThat(info.addr).isEqualTo(16);
    assertThat(info.options).isPositive();
    assertThat(info.tsdu).isEqualTo(65_507);
    assertThat(info.etsdu).isEqualTo(-2);
    assertThat(info.connect).isEqualTo(-2);
    assertThat(info.discon).isEqualTo(-2);
    assertThat(info.servtype).isEqualTo(T_CLTS);
    assertThat(info.flags).isEqualTo(T_SENDZERO);
  }

  @Test
  @Requirement({"XTI-t_open-01", "XTI-t_open-03", "XTI-t_open-04", "XTI-common-01"})
  void shouldRefuseToOpenWhatIsNotThere() {
    assertFails(xti.t_open("/dev/tcp", O_NONBLOCK, null), TBADFLAG);
    assertFails(xti.t_open("/dev/ether", O_RDWR, null), TBADNAME);
    assertFails(xti.t_open("/dev/itot", O_RDWR, null), TSYSERR);
    assertThat(xti.errno()).isEqualTo(ENXIO);
  }

  @Test
  @Requirement({"XTI-t_close-02", "XTI-state.T_UNBND-03", "XTI-state.T_IDLE-03"})
  void shouldUseTheSmallestFreeDescriptor() {
    int first = xti.t_open("/dev/tcp", O_RDWR, null);
    int second = xti.t_open("/dev/udp", O_RDWR, null);
    assertThat(first).isEqualTo(3);
    assertThat(second).isEqualTo(4);
    for (int fd = 5; fd < 40; fd++) {
      assertThat(xti.t_open("/dev/tcp", O_RDWR, null)).isEqualTo(fd);
    }
    xti.t_bind(first, null, null);

    assertThat(xti.t_close(first)).isZero();

    assertFails(xti.t_close(first), TBADF);
    assertFails(xti.t_getstate(first), TBADF);
    assertThat(xti.t_open("/dev/tcp", O_RDWR, null)).isEqualTo(first);
    assertFails(xti.t_look(-1), TBADF);
    assertFails(xti.t_look(0), TBADF);
    assertFails(xti.t_look(Integer.MAX_VALUE), TBADF);
  }

  @Test
  @Requirement({"XTI-common-05", "XTI-t_open-02"})
  void shouldSwitchModesByFcntl() {
    int fd = xti.t_open("/dev/tcp", O_RDWR | O_NONBLOCK, null);
    assertThat(xti.fcntl(fd, F_GETFL, 0)).isEqualTo(O_RDWR | O_NONBLOCK);
    assertThat(xti.fcntl(fd, F_SETFL, 0)).isZero();
    assertThat(xti.fcntl(fd, F_GETFL, 0)).isEqualTo(O_RDWR);
    assertThat(xti.fcntl(fd, 99, 0)).isEqualTo(-1);
    assertThat(xti.errno()).isEqualTo(EINVAL);
    assertThat(xti.fcntl(77, F_GETFL, 0)).isEqualTo(-1);
    assertThat(xti.errno()).isEqualTo(EBADF);
    assertThat(xti.t_errno()).isZero();
  }

  // ---- bind -------------------------------------------------------------------------------

  @Test
  @Requirement({
    "XTI-t_bind-01",
    "XTI-t_bind-03",
    "XTI-t_bind-13",
    "XTI-tcp-09",
    "XTI-tcp-10",
    "XTI-state.T_UNBND-01"
  })
  void shouldChooseAnAddressWhenNoneIsGiven() {
    int fd = xti.t_open("/dev/tcp", O_RDWR, null);
    TBind ret = roomForAddress();
    ret.qlen = 5;

    assertThat(xti.t_bind(fd, null, ret)).isZero();

    assertThat(xti.t_getstate(fd)).isEqualTo(T_IDLE);
    assertThat(ret.qlen).isZero();
    SockAddrIn bound = XtiAddr.get(ret.addr);
    assertThat(bound.sin_addr).isZero();
    assertThat(bound.sin_port).isBetween(49_152, 65_535);
    int other = xti.t_open("/dev/tcp", O_RDWR, null);
    assertThat(xti.t_bind(other, null, null)).isZero();
  }

  @Test
  @Requirement({"XTI-t_bind-02", "XTI-t_bind-04", "XTI-t_bind-05", "XTI-t_bind-06"})
  void shouldNegotiateTheQueueLength() {
    TBind req = new TBind();
    req.qlen = 100_000;
    TBind ret = roomForAddress();
    int fd = xti.t_open("/dev/tcp", O_RDWR, null);

    assertThat(xti.t_bind(fd, req, ret)).isZero();

    assertThat(ret.qlen).isEqualTo(128);
    assertThat(XtiAddr.get(ret.addr).sin_port).isNotZero();
  }

  @Test
  @Requirement("XTI-t_bind-07")
  void shouldIgnoreTheQueueLengthForDatagrams() {
    TBind req = at("0.0.0.0", 7, 4);
    TBind ret = roomForAddress();
    int fd = xti.t_open("/dev/udp", O_RDWR, null);
    assertThat(xti.t_bind(fd, req, ret)).isZero();
    assertThat(ret.qlen).isZero();
    assertThat(XtiAddr.get(ret.addr).sin_port).isEqualTo(7);
  }

  @Test
  @Requirement({"XTI-t_bind-16", "XTI-t_bind-12"})
  void shouldRefuseAnAddressThatIsNotOurs() {
    int fd = xti.t_open("/dev/tcp", O_RDWR, null);
    assertFails(xti.t_bind(fd, at("10.0.0.77", 80, 0), null), TBADADDR);
    assertFails(xti.t_bind(fd, at("10.0.0.77", 80, 1), null), TBADADDR);
    TBind shorter = at("0.0.0.0", 80, 0);
    shorter.addr.len = 8;
    assertFails(xti.t_bind(fd, shorter, null), TBADADDR);
    int udp = xti.t_open("/dev/udp", O_RDWR, null);
    assertFails(xti.t_bind(udp, at("10.0.0.77", 80, 0), null), TBADADDR);
    assertFails(xti.t_bind(udp, shorter, null), TBADADDR);
    assertThat(xti.t_getstate(fd)).isEqualTo(T_UNBND);
  }

  @Test
  @Requirement({"XTI-t_bind-17", "XTI-state.rule-08"})
  void shouldBindAllTheSameWhenTheAddressDoesNotFit() {
    int fd = xti.t_open("/dev/tcp", O_RDWR, null);
    TBind ret = roomForAddress();
    ret.addr.maxlen = 3;
    assertFails(xti.t_bind(fd, null, ret), TBUFOVFLW);
    assertThat(xti.t_getstate(fd)).isEqualTo(T_IDLE);
  }

  @Test
  @Requirement({"XTI-t_bind-08", "XTI-t_bind-09"})
  void shouldShareAnAddressAmongEndpointsOfWhichOneListens() {
    int listener = pair.listener(O_RDWR, 1);
    int second = xti.t_open("/dev/tcp", O_RDWR, null);
    assertFails(xti.t_bind(second, at("0.0.0.0", XtiPair.PORT, 1), null), TADDRBUSY);
    assertFails(xti.t_bind(second, at(XtiPair.SERVER, XtiPair.PORT, 1), null), TADDRBUSY);

    assertThat(xti.t_bind(second, at("0.0.0.0", XtiPair.PORT, 0), null)).isZero();

    pair.connected(O_RDWR);
    TCall call = pair.indication(listener);
    assertThat(xti.t_accept(listener, second, call)).isZero();
    int third = xti.t_open("/dev/tcp", O_RDWR, null);
    assertThat(xti.t_bind(third, at("0.0.0.0", XtiPair.PORT, 0), null)).isZero();
    assertFails(xti.t_connect(third, XtiPair.to(XtiPair.CLIENT, 1), null), TADDRBUSY);
  }

  @Test
  @Requirement("XTI-t_bind-08")
  void shouldListenWhereAnIdleEndpointIsBoundAlready() {
    int idle = xti.t_open("/dev/tcp", O_RDWR, null);
    assertThat(xti.t_bind(idle, at("0.0.0.0", XtiPair.PORT, 0), null)).isZero();

    int listener = pair.listener(O_RDWR, 1);

    pair.connected(O_RDWR);
    TCall call = pair.indication(listener);
    assertThat(xti.t_accept(listener, idle, call)).isZero();
    assertThat(xti.t_getstate(idle)).isEqualTo(T_DATAXFER);
  }

  @Test
  @Requirement({"XTI-state.T_IDLE-02", "XTI-t_unbind-01", "XTI-tlook-22"})
  void shouldUnbindUnlessACallerWaits() {
    int listener = pair.listener(O_RDWR | O_NONBLOCK, 1);
    pair.connected(O_RDWR);
    assertFails(xti.t_unbind(listener), TLOOK);
    TCall call = pair.indication(listener);
    xti.t_snddis(listener, call);

    assertThat(xti.t_unbind(listener)).isZero();

    assertThat(xti.t_getstate(listener)).isEqualTo(T_UNBND);
    TBind bound = roomForAddress();
    assertThat(xti.t_getprotaddr(listener, bound, null)).isZero();
    assertThat(bound.addr.len).isZero();
  }

  @Test
  @Requirement({"XTI-t_getprotaddr-01", "XTI-t_getprotaddr-04", "XTI-t_getprotaddr-05"})
  void shouldTellTheBoundAddress() {
    int fd = xti.t_open("/dev/tcp", O_RDWR, null);
    TBind bound = roomForAddress();
    TBind peer = roomForAddress();
    bound.addr.len = 9;
    peer.addr.len = 9;
    assertThat(xti.t_getprotaddr(fd, bound, peer)).isZero();
    assertThat(bound.addr.len).isZero();
    assertThat(peer.addr.len).isZero();
    xti.t_bind(fd, at(XtiPair.SERVER, 99, 0), null);
    assertThat(xti.t_getprotaddr(fd, bound, peer)).isZero();
    assertThat(XtiAddr.get(bound.addr).toString()).isEqualTo("10.0.0.2:99");
    assertThat(xti.t_getprotaddr(fd, null, null)).isZero();
    assertThat(xti.t_getprotaddr(fd, new TBind(), null)).isZero();
    bound.addr.maxlen = 15;
    assertFails(xti.t_getprotaddr(fd, bound, null), TBUFOVFLW);
  }

  // ---- errors -----------------------------------------------------------------------------

  @Test
  @Requirement({"XTI-errno-31", "XTI-errno-32"})
  void shouldKeepErrorsOfThreadsApart() throws InterruptedException {
    int fd = xti.t_open("/dev/tcp", O_RDWR, null);
    assertFails(xti.t_rcvrel(fd), TOUTSTATE);
    assertThat(xti.t_getstate(fd)).isEqualTo(T_UNBND);
    assertThat(xti.t_errno()).isEqualTo(TOUTSTATE);
    int[] seen = new int[1];
    Thread other = new Thread(() -> seen[0] = xti.t_errno());
    other.start();
    other.join();
    assertThat(seen[0]).isZero();
  }

  @Test
  @Requirement({
    "XTI-t_error-01",
    "XTI-t_error-02",
    "XTI-t_error-03",
    "XTI-t_error-04",
    "XTI-t_strerror-03",
    "XTI-null-01"
  })
  void shouldWriteErrorsToStandardError() {
    PrintStream before = System.err;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    try {
      xti.t_look(-1);
      assertThat(xti.t_error("server")).isZero();
      assertThat(xti.t_error(null)).isZero();
      assertThat(xti.t_error("")).isZero();
      xti.t_open("/dev/itot", O_RDWR, null);
      xti.t_error("open");
    } finally {
      System.setErr(before);
    }
    String notOpen = xti.t_strerror(TBADF);
    assertThat(written.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "server: " + notOpen,
            notOpen,
            notOpen,
            "open: " + xti.t_strerror(TSYSERR) + ": No such device");
    assertThat(xti.t_errno()).isEqualTo(TSYSERR);
  }

  @Test
  @Requirement({
    "XTI-t_sysconf-01",
    "XTI-t_sysconf-02",
    "XTI-t_sysconf-03",
    "XTI-state.rule-06",
    "XTI-signature-32"
  })
  void shouldTellTheLimitOfVectors() {
    assertThat(xti.t_sysconf(_SC_T_IOV_MAX)).isEqualTo(T_IOV_MAX);
    assertThat(xti.t_errno()).isZero();
    assertFails(xti.t_sysconf(_SC_T_IOV_MAX + 1), TBADFLAG);
    xti.t_sysconf(_SC_T_IOV_MAX);
    assertThat(xti.t_errno()).isEqualTo(TBADFLAG);
  }

  // ---- structures -------------------------------------------------------------------------

  @Test
  @Requirement({
    "XTI-t_alloc-01",
    "XTI-t_alloc-02",
    "XTI-t_alloc-03",
    "XTI-t_alloc-04",
    "XTI-t_alloc-05",
    "XTI-t_alloc-08",
    "XTI-t_alloc-10",
    "XTI-t_alloc-15"
  })
  void shouldAllocateStructuresByTheProvidersSizes() {
    int tcp = xti.t_open("/dev/tcp", O_RDWR, null);
    int udp = xti.t_open("/dev/udp", O_RDWR, null);
    TInfo info = new TInfo();
    xti.t_getinfo(tcp, info);

    TCall call = (TCall) Objects.requireNonNull(xti.t_alloc(tcp, T_CALL, T_ALL));
    assertThat(call.addr.maxlen).isEqualTo(16);
    assertThat(call.addr.len).isZero();
    assertThat(call.opt.maxlen).isEqualTo(info.options);
    assertThat(call.udata.buf).isNull();
    assertThat(call.udata.maxlen).isZero();
    TUnitdata unitdata =
        (TUnitdata) Objects.requireNonNull(xti.t_alloc(udp, T_UNITDATA, T_ADDR | T_UDATA));
    assertThat(unitdata.udata.maxlen).isEqualTo(65_507);
    assertThat(unitdata.opt.buf).isNull();
    assertThat(xti.t_alloc(tcp, T_INFO, T_ADDR)).isInstanceOf(TInfo.class);
    assertThat(xti.t_alloc(tcp, T_BIND, T_OPT | T_UDATA)).isInstanceOf(TBind.class);
    assertThat(xti.t_alloc(tcp, T_DIS, T_ALL)).isInstanceOf(TDiscon.class);
    assertThat(xti.t_alloc(tcp, T_UDERROR, T_ALL)).isInstanceOf(TUderr.class);
    assertThat(xti.t_alloc(tcp, T_OPTMGMT, T_ALL)).isInstanceOf(TOptmgmt.class);
  }

  @Test
  @Requirement({"XTI-t_alloc-09", "XTI-t_alloc-13"})
  void shouldRefuseToAllocateWhatHasNoSize() {
    int tcp = xti.t_open("/dev/tcp", O_RDWR, null);
    assertThat(xti.t_alloc(tcp, T_DIS, T_UDATA)).isNull();
    assertThat(xti.t_errno()).isEqualTo(TSYSERR);
    assertThat(xti.errno()).isEqualTo(EINVAL);
    assertThat(xti.t_alloc(tcp, 8, T_ALL)).isNull();
    assertThat(xti.t_errno()).isEqualTo(TNOSTRUCTYPE);
    assertThat(xti.t_alloc(99, T_INFO, 0)).isNull();
    assertThat(xti.t_errno()).isEqualTo(TBADF);
  }

  @Test
  @Requirement({"XTI-t_free-01", "XTI-t_free-02"})
  void shouldTakeTheBuffersOutOfAFreedStructure() {
    int tcp = xti.t_open("/dev/tcp", O_RDWR, null);
    TCall call = (TCall) Objects.requireNonNull(xti.t_alloc(tcp, T_CALL, T_ALL));
    assertThat(xti.t_free(call, T_CALL)).isZero();
    assertThat(call.addr.buf).isNull();
    assertThat(call.addr.maxlen).isZero();
    assertFails(xti.t_free(call, 77), TNOSTRUCTYPE);
    assertFails(xti.t_free(call, T_BIND), TNOSTRUCTYPE);
    assertThat(xti.t_free(new TInfo(), T_INFO)).isZero();
  }

  @Test
  void shouldUseTheMemoryOfANetbufFromItsReaderIndex() {
    int fd = xti.t_open("/dev/tcp", O_RDWR, null);
    TBind ret = new TBind();
    ret.addr.buf = C.malloc(20).readerIndex(4);
    ret.addr.maxlen = 16;
    assertThat(xti.t_bind(fd, at(XtiPair.SERVER, 1_234, 0), ret)).isZero();
    assertThat(XtiAddr.get(ret.addr).sin_port).isEqualTo(1_234);
    ret.addr.buf.readerIndex(5);
    assertFails(xti.t_getprotaddr(fd, ret, null), TBUFOVFLW);
  }
}
