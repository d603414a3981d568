package dev.trident.xti;

import static dev.trident.xti.XtiConstants.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.c.IntRef;
import dev.trident.c.SockAddrIn;
import dev.trident.testkit.Requirement;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where TLI and XTI4 differ from XTI5, and that t_snd agrees where they do not. */
class XtiDialectTest {
  private static final int ASYNC = O_RDWR | O_NONBLOCK;

  private XtiPair pair = new XtiPair(Dialect.TLI);

  @AfterEach
  void close() {
    pair.close();
  }

  private void speak(Dialect dialect) {
    pair.close();
    pair = new XtiPair(dialect);
  }

  private static void assertFails(Xti xti, int result, int tErrno) {
    assertThat(result).isEqualTo(-1);
    assertThat(xti.t_errno()).isEqualTo(tErrno);
  }

  private static void assertFails(Xti xti, int result, int tErrno, int errno) {
    assertFails(xti, result, tErrno);
    assertThat(xti.errno()).isEqualTo(errno);
  }

  // ---- t_snd in every dialect -------------------------------------------------------------

  @ParameterizedTest
  @EnumSource(Dialect.class)
  @Requirement({
    "TLI-t_snd-01",
    "TLI-t_snd-02",
    "TLI-t_snd-03",
    "TLI-t_snd-09",
    "TLI-t_snd-10",
    "TLI-t_snd-20",
    "TLI-t_snd-26",
    "TLI-t_snd-30",
    "TLI-t_snd-31",
    "TLI-t_snd-32",
    "TLI-t_snd-33",
    "TLI-t_snd-36",
    "TLI-t_snd-37",
    "XTI-tlook-14"
  })
  void shouldSendAlikeWhereDialectsAgree(Dialect dialect) {
    speak(dialect);
    Xti client = pair.client;
    int listener = pair.listener(O_RDWR, 1);
    int peer = pair.connected(O_RDWR);
    int fd = pair.accepted(listener, O_RDWR);

    assertThat(client.t_snd(peer, XtiPair.bytes("abc"), 3, T_MORE)).isEqualTo(3);
    assertThat(XtiPair.receive(pair.server, fd, 9)).isEqualTo("abc");
    assertFails(client, client.t_snd(77, C.malloc(1), 1, 0), TBADF);
    int udp = client.t_open("/dev/udp", O_RDWR, null);
    assertFails(client, client.t_snd(udp, C.malloc(1), 1, 0), TNOTSUPPORT);
    assertFails(client, client.t_snd(peer, C.malloc(1), 1, 0x40), TBADFLAG);
    assertFails(client, client.t_snd(peer, C.malloc(1), 2, 0), TBADDATA);
    client.t_rcvrel(peer);
    pair.server.t_sndrel(fd);
    pair.settle();
    assertThat(client.t_rcvrel(peer)).isZero();
    assertThat(client.t_snd(peer, C.malloc(1), 1, 0)).isEqualTo(1);
    pair.server.t_snddis(fd, null);
    pair.settle();
    assertFails(client, client.t_snd(peer, C.malloc(1), 1, 0), TLOOK);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  @Requirement({"TLI-t_snd-06", "TLI-t_snd-07", "TLI-t_snd-11", "TLI-t_snd-35"})
  void shouldTakeWhatFitsInEveryDialectWhenAsynchronous(Dialect dialect) {
    speak(dialect);
    int listener = pair.listener(O_RDWR, 1);
    int peer = pair.connected(O_NONBLOCK);
    pair.accepted(listener, O_RDWR);
    ByteBuf large = C.malloc(8 << 20);

    int sent = pair.client.t_snd(peer, large, 8 << 20, 0);

    assertThat(sent).isBetween(1, (8 << 20) - 1);
    while (sent > 0) {
      sent = pair.client.t_snd(peer, large, 8 << 20, 0);
    }
    assertThat(pair.client.t_errno()).isEqualTo(TFLOW);
  }

  // ---- t_snd of TLI -----------------------------------------------------------------------

  @Test
  @Requirement("TLI-t_snd-13")
  void shouldReturnZeroWhenNothingIsSentInTli() {
    int listener = pair.listener(O_RDWR, 1);
    int peer = pair.connected(O_RDWR);
    int fd = pair.accepted(listener, ASYNC);

    assertThat(pair.client.t_snd(peer, C.malloc(1), 0, 0)).isZero();
    assertThat(pair.client.t_snd(peer, C.malloc(1), 0, T_MORE)).isZero();

    pair.settle();
    assertThat(pair.server.t_look(fd)).isZero();
  }

  @Test
  @Requirement({"TLI-t_snd-27", "TLI-t_snd-28", "TLI-dialect-06"})
  void shouldDropDataInIdleAndFailElsewhereInTli() {
    Xti client = pair.client;
    int fd = client.t_open("/dev/tcp", ASYNC, null);
    assertFails(client, client.t_snd(fd, C.malloc(3), 3, 0), TSYSERR, EPROTO);
    client.t_bind(fd, null, null);
    assertThat(client.t_snd(fd, C.malloc(3), 3, 0)).isEqualTo(3);
    assertThat(client.t_getstate(fd)).isEqualTo(T_IDLE);
    client.t_connect(fd, XtiPair.to("10.0.0.9", 1), null);
    assertFails(client, client.t_snd(fd, C.malloc(3), 3, 0), TSYSERR, EPROTO);
  }

  @Test
  @Requirement({"TLI-t_snd-04", "TLI-t_snd-05", "TLI-t_snd-34", "TLI-dialect-15"})
  void shouldHonourNdelayInTliOnly() {
    int fd = pair.client.t_open("/dev/udp", O_RDWR | O_NDELAY, null);
    pair.client.t_bind(fd, null, null);
    assertFails(pair.client, pair.client.t_rcvudata(fd, new TUnitdata(), new IntRef()), TNODATA);
    int listener = pair.listener(O_RDWR, 1);
    int peer = pair.connected(O_NDELAY);
    pair.accepted(listener, O_RDWR);
    ByteBuf large = C.malloc(1 << 20);
    int sent = 1;
    while (sent > 0) {
      sent = pair.client.t_snd(peer, large, 1 << 20, 0);
    }
    assertThat(pair.client.t_errno()).isEqualTo(TFLOW);

    assertThat(Dialect.XTI.isAsynchronous(O_RDWR | O_NDELAY)).isFalse();
    assertThat(Dialect.XTI.isAsynchronous(O_RDWR | O_NONBLOCK)).isTrue();
  }

  // ---- calls that a dialect lacks ---------------------------------------------------------

  @ParameterizedTest
  @EnumSource(names = {"XTI4", "TLI"})
  @Requirement({"TLI-dialect-02", "TLI-dialect-37", "XTI-t_sndv-71"})
  void shouldNotOfferTheCallsOfLaterGenerations(Dialect dialect) {
    speak(dialect);
    int listener = pair.listener(O_RDWR, 1);
    int fd = pair.connected(O_RDWR);
    Xti xti = pair.client;
    TIovec[] iov = {new TIovec(C.malloc(1), 1)};
    assertFails(xti, xti.t_sndv(fd, iov, 1, 0), TNOTSUPPORT);
    assertFails(xti, xti.t_rcvv(fd, iov, 1, new IntRef()), TNOTSUPPORT);
    assertFails(xti, xti.t_sndvudata(fd, new TUnitdata(), iov, 1), TNOTSUPPORT);
    assertFails(xti, xti.t_rcvvudata(fd, new TUnitdata(), iov, 1, new IntRef()), TNOTSUPPORT);
    assertFails(xti, xti.t_sndreldata(fd, null), TNOTSUPPORT);
    assertFails(xti, xti.t_rcvreldata(fd, null), TNOTSUPPORT);
    assertFails(xti, xti.t_sysconf(_SC_T_IOV_MAX), TNOTSUPPORT);
    assertFails(xti, xti.t_snd(fd, C.malloc(1), 1, T_PUSH), TBADFLAG);
    assertFails(xti, xti.t_sndv(77, iov, 1, 0), TBADF);
    assertThat(xti.t_getstate(fd)).isEqualTo(T_DATAXFER);
    assertThat(listener).isPositive();
  }

  @Test
  @Requirement("TLI-dialect-02")
  void shouldNotTellProtocolAddressesInTli() {
    int fd = pair.bound("/dev/tcp", O_RDWR);
    assertFails(pair.client, pair.client.t_getprotaddr(fd, null, null), TNOTSUPPORT);
  }

  // ---- errors and structures --------------------------------------------------------------

  @Test
  @Requirement({"TLI-dialect-12", "TLI-dialect-13", "TLI-dialect-04"})
  void shouldUseSystemErrorsWhereTliHasNoCode() {
    Xti xti = pair.client;
    assertFails(xti, xti.t_open("/dev/ether", O_RDWR, null), TSYSERR, ENOENT);
    TInfo info = new TInfo();
    int fd = xti.t_open("/dev/udp", O_RDWR, info);
    assertThat(info.flags).isZero();
    assertThat(xti.t_alloc(fd, 99, 0)).isNull();
    assertThat(xti.t_errno()).isEqualTo(TSYSERR);
    assertThat(xti.errno()).isEqualTo(EINVAL);
    assertFails(xti, xti.t_free(new TCall(), 99), TSYSERR, EINVAL);
  }

  @Test
  @Requirement({"TLI-dialect-08", "TLI-dialect-10"})
  void shouldMindRoomThatXtiDoesNot() {
    Xti xti = pair.client;
    int fd = xti.t_open("/dev/tcp", O_RDWR, null);
    assertFails(xti, xti.t_bind(fd, null, new TBind()), TBUFOVFLW);
    assertThat(xti.t_getstate(fd)).isEqualTo(T_IDLE);
    TDiscon discon = (TDiscon) Objects.requireNonNull(xti.t_alloc(fd, T_DIS, T_UDATA));
    assertThat(discon.udata.buf).isNull();
  }

  @Test
  @Requirement("TLI-dialect-16")
  void shouldBindElsewhereWhenTheAddressIsBusyInTli() {
    pair.listener(O_RDWR, 1);
    Xti xti = pair.server;
    int fd = xti.t_open("/dev/tcp", O_RDWR, null);
    TBind req = new TBind();
    XtiAddr.put(req.addr, new SockAddrIn(0, XtiPair.PORT));
    req.qlen = 1;
    TBind ret = new TBind();
    XtiAddr.room(ret.addr);

    assertThat(xti.t_bind(fd, req, ret)).isZero();

    assertThat(XtiAddr.get(ret.addr).sin_port).isNotEqualTo(XtiPair.PORT);
    int first = xti.t_open("/dev/udp", O_RDWR, null);
    int second = xti.t_open("/dev/udp", O_RDWR, null);
    assertThat(xti.t_bind(first, req, ret)).isZero();
    assertThat(XtiAddr.get(ret.addr).sin_port).isEqualTo(XtiPair.PORT);
    assertThat(xti.t_bind(second, req, ret)).isZero();
    assertThat(XtiAddr.get(ret.addr).sin_port).isNotEqualTo(XtiPair.PORT);
  }

  // ---- listen and accept ------------------------------------------------------------------

  @Test
  @Requirement({"TLI-dialect-17", "TLI-dialect-18"})
  void shouldNotCheckQueueLengthsInTli() {
    Xti xti = pair.server;
    int deaf = xti.t_open("/dev/tcp", ASYNC, null);
    xti.t_bind(deaf, null, null);
    assertFails(xti, xti.t_listen(deaf, XtiPair.room()), TNODATA);
    xti.fcntl(deaf, F_SETFL, 0);
    Thread.currentThread().interrupt();
    assertFails(xti, xti.t_listen(deaf, XtiPair.room()), TSYSERR, EINTR);
    int listener = pair.listener(ASYNC, 1);
    pair.connected(O_RDWR);
    pair.indication(listener);
    pair.connected(O_RDWR);
    pair.indication(listener);
    assertFails(xti, xti.t_listen(listener, XtiPair.room()), TNODATA);
  }

  @Test
  @Requirement({"TLI-dialect-21", "TLI-dialect-22", "TLI-dialect-23"})
  void shouldNeedABoundEndpointToAcceptOnInTli() {
    Xti xti = pair.server;
    int listener = pair.listener(O_RDWR, 2);
    pair.connected(O_RDWR);
    pair.connected(O_RDWR);
    TCall one = pair.indication(listener);
    pair.indication(listener);
    int fd = xti.t_open("/dev/tcp", O_RDWR, null);
    assertFails(xti, xti.t_accept(listener, fd, one), TSYSERR, EPROTO);
    assertFails(xti, xti.t_accept(listener, listener, one), TBADF);
    int udp = xti.t_open("/dev/udp", O_RDWR, null);
    assertFails(xti, xti.t_accept(listener, udp, one), TBADF);
    xti.t_bind(fd, null, null);
    assertThat(xti.t_accept(listener, fd, one)).isZero();
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  @Requirement({"TLI-dialect-19", "TLI-dialect-20", "XTI-tlook-01"})
  void shouldLookBeforeAcceptingInOlderDialects(Dialect dialect) {
    speak(dialect);
    Xti xti = pair.server;
    int listener = pair.listener(O_RDWR, 2);
    pair.connected(O_RDWR);
    TCall one = pair.indication(listener);
    pair.connected(O_RDWR);
    int fd = xti.t_open("/dev/tcp", O_RDWR, null);
    xti.t_bind(fd, null, null);
    int result = xti.t_accept(listener, fd, one);
    if (dialect == Dialect.XTI) {
      assertThat(result).isZero();
    } else {
      assertFails(xti, result, TLOOK);
    }
  }

  // ---- events -----------------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource(Dialect.class)
  @Requirement({"XTI-tlook-15", "XTI-tlook-16"})
  void shouldLookForAReleaseBeforeSendingInXti4Only(Dialect dialect) {
    speak(dialect);
    int listener = pair.listener(O_RDWR, 1);
    int peer = pair.connected(O_RDWR);
    int fd = pair.accepted(listener, O_RDWR);
    pair.server.t_sndrel(fd);
    pair.settle();
    assertThat(pair.client.t_look(peer)).isEqualTo(T_ORDREL);

    int result = XtiPair.send(pair.client, peer, "x");

    if (dialect == Dialect.XTI4) {
      assertFails(pair.client, result, TLOOK);
    } else {
      assertThat(result).isEqualTo(1);
    }
  }

  @Test
  @Requirement("TLI-dialect-05")
  void shouldNotShowThatFlowControlIsLiftedInTli() {
    int listener = pair.listener(O_RDWR, 1);
    int peer = pair.connected(O_NONBLOCK);
    int fd = pair.accepted(listener, O_RDWR);
    ByteBuf large = C.malloc(1 << 20);
    int total = 0;
    for (int sent = 1; sent > 0; ) {
      sent = pair.client.t_snd(peer, large, 1 << 20, 0);
      total += Math.max(sent, 0);
    }
    while (total > 0) {
      total -= pair.server.t_rcv(fd, large, total, new IntRef());
    }
    pair.settle();
    assertThat(pair.client.t_look(peer)).isZero();
  }

  @Test
  @Requirement({"TLI-dialect-30", "TLI-dialect-31", "TLI-dialect-07"})
  void shouldAnswerOtherwiseThanXtiInWrongStates() {
    Xti xti = pair.client;
    int tcp = xti.t_open("/dev/tcp", O_RDWR, null);
    assertFails(xti, xti.t_rcvdis(tcp, null), TNODIS);
    assertFails(xti, xti.t_rcvrel(tcp), TNOREL);
    assertFails(xti, xti.t_sndrel(tcp), TSYSERR, EPROTO);
    int udp = xti.t_open("/dev/udp", O_RDWR, null);
    assertFails(xti, xti.t_rcvuderr(udp, null), TNOUDERR);
    assertFails(xti, xti.t_rcvudata(udp, new TUnitdata(), new IntRef()), TSYSERR, EPROTO);
    int listener = pair.listener(O_RDWR, 1);
    int peer = pair.connected(O_RDWR);
    int fd = pair.accepted(listener, O_RDWR);
    pair.server.t_snddis(fd, null);
    pair.settle();
    assertFails(xti, xti.t_sndrel(peer), TSYSERR, EPROTO);
  }

  @Test
  @Requirement({"TLI-dialect-28", "TLI-dialect-29"})
  void shouldRefuseDatagramsWithSystemErrorsInTli() {
    Xti xti = pair.client;
    int fd = pair.bound("/dev/udp", O_RDWR);
    TUnitdata unitdata = new TUnitdata();
    unitdata.udata.buf = C.malloc(65_508);
    unitdata.udata.len = 65_508;
    assertFails(xti, xti.t_sndudata(fd, unitdata), TSYSERR, EPROTO);
    unitdata.udata.len = 1;
    assertFails(xti, xti.t_sndudata(fd, unitdata), TSYSERR, EPROTO);
    XtiAddr.put(unitdata.addr, SockAddrIn.of(XtiPair.SERVER, 9));
    unitdata.opt.len = 2;
    assertFails(xti, xti.t_sndudata(fd, unitdata), TSYSERR, EPROTO);
    unitdata.opt.len = 0;
    assertThat(xti.t_sndudata(fd, unitdata)).isZero();
    pair.settle();
    assertThat(xti.t_look(fd)).isEqualTo(T_UDERR);
    assertThat(xti.t_sndudata(fd, unitdata)).isZero();
  }
}
