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

/** Establishing and ending connections, and the events that tell of it. */
class XtiConnectionTest {
  private static final int ASYNC = O_RDWR | O_NONBLOCK;

  private final XtiPair pair = new XtiPair();
  private final Xti client = pair.client;
  private final Xti server = pair.server;

  @AfterEach
  void close() {
    pair.close();
  }

  private void assertFails(Xti xti, int result, int tErrno) {
    assertThat(result).isEqualTo(-1);
    assertThat(xti.t_errno()).isEqualTo(tErrno);
  }

  private int unanswered() {
    int fd = pair.bound("/dev/tcp", ASYNC);
    assertFails(client, client.t_connect(fd, XtiPair.to("10.0.0.9", 7), null), TNODATA);
    return fd;
  }

  // ---- connect ----------------------------------------------------------------------------

  @Test
  @Requirement({
    "XTI-t_connect-06",
    "XTI-t_connect-07",
    "XTI-tcp-01",
    "XTI-tcp-03",
    "XTI-look-03",
    "XTI-state.T_IDLE-07"
  })
  void shouldConnectSynchronouslyBeforeThePeerListens() {
    pair.listener(O_RDWR, 1);
    int fd = pair.bound("/dev/tcp", O_RDWR);
    TCall answer = XtiPair.room();
    answer.opt.len = 7;
    answer.udata.len = 7;

    assertThat(client.t_connect(fd, XtiPair.toServer(XtiPair.PORT), answer)).isZero();

    assertThat(client.t_getstate(fd)).isEqualTo(T_DATAXFER);
    assertThat(XtiAddr.get(answer.addr).toString()).isEqualTo("10.0.0.2:5000");
    assertThat(answer.opt.len).isZero();
    assertThat(answer.udata.len).isZero();
    assertThat(client.t_look(fd)).isZero();
  }

  @Test
  @Requirement({
    "XTI-t_connect-08",
    "XTI-t_connect-09",
    "XTI-t_rcvconnect-01",
    "XTI-t_rcvconnect-03",
    "XTI-t_rcvconnect-05",
    "XTI-look-02",
    "XTI-state.T_IDLE-08",
    "XTI-state.T_OUTCON-03",
    "XTI-t_getprotaddr-03"
  })
  void shouldCompleteAnAsynchronousConnectByRcvconnect() {
    pair.listener(O_RDWR, 1);
    int fd = pair.bound("/dev/tcp", ASYNC);
    assertFails(client, client.t_connect(fd, XtiPair.toServer(XtiPair.PORT), null), TNODATA);
    assertThat(client.t_getstate(fd)).isEqualTo(T_OUTCON);
    pair.settle();
    assertThat(client.t_look(fd)).isEqualTo(T_CONNECT);
    assertThat(client.t_look(fd)).isEqualTo(T_CONNECT);
    TBind peer = new TBind();
    XtiAddr.room(peer.addr);
    assertThat(client.t_getprotaddr(fd, null, peer)).isZero();
    assertThat(peer.addr.len).isZero();
    TCall call = XtiPair.room();

    assertThat(client.t_rcvconnect(fd, call)).isZero();

    assertThat(call.sequence).isEqualTo(-1);
    assertThat(XtiAddr.get(call.addr).toString()).isEqualTo("10.0.0.2:5000");
    assertThat(client.t_getstate(fd)).isEqualTo(T_DATAXFER);
    assertThat(client.t_look(fd)).isZero();
  }

  @Test
  @Requirement("XTI-t_rcvconnect-03")
  void shouldStayInOutconWhenNoConfirmationHasCome() {
    int fd = unanswered();

    assertFails(client, client.t_rcvconnect(fd, null), TNODATA);

    assertThat(client.t_getstate(fd)).isEqualTo(T_OUTCON);
    assertThat(client.t_look(fd)).isZero();
  }

  @Test
  @Requirement({"XTI-t_rcvconnect-02", "XTI-t_rcvconnect-04"})
  void shouldWaitInRcvconnectWhenSynchronous() {
    pair.listener(O_RDWR, 1);
    int fd = pair.bound("/dev/tcp", ASYNC);
    assertFails(client, client.t_connect(fd, XtiPair.toServer(XtiPair.PORT), null), TNODATA);
    client.fcntl(fd, F_SETFL, 0);

    assertThat(client.t_rcvconnect(fd, null)).isZero();

    assertThat(client.t_getstate(fd)).isEqualTo(T_DATAXFER);
  }

  @Test
  @Requirement({
    "XTI-t_connect-10",
    "XTI-t_connect-11",
    "XTI-tlook-03",
    "XTI-reason-02",
    "XTI-t_rcvdis-01",
    "XTI-state.T_OUTCON-05",
    "XTI-state.rule-14"
  })
  void shouldShowADisconnectWhenRefused() {
    int fd = pair.bound("/dev/tcp", O_RDWR);

    assertFails(client, client.t_connect(fd, XtiPair.toServer(4_444), null), TLOOK);

    assertThat(client.t_getstate(fd)).isEqualTo(T_OUTCON);
    assertThat(client.t_look(fd)).isEqualTo(T_DISCONNECT);
    TDiscon discon = new TDiscon();
    assertThat(client.t_rcvdis(fd, discon)).isZero();
    assertThat(discon.reason).isEqualTo(ECONNREFUSED);
    assertThat(discon.sequence).isEqualTo(-1);
    assertThat(client.t_getstate(fd)).isEqualTo(T_IDLE);
    assertThat(client.t_look(fd)).isZero();
  }

  @Test
  @Requirement({"XTI-tlook-09", "XTI-look-06"})
  void shouldLookInRcvconnectWhenRefused() {
    int fd = pair.bound("/dev/tcp", ASYNC);
    assertFails(client, client.t_connect(fd, XtiPair.toServer(4_444), null), TNODATA);
    pair.settle();

    assertFails(client, client.t_rcvconnect(fd, null), TLOOK);

    assertThat(client.t_look(fd)).isEqualTo(T_DISCONNECT);
    assertThat(client.t_rcvdis(fd, null)).isZero();
  }

  @Test
  @Requirement("XTI-reason-05")
  void shouldShowADisconnectWhenThereIsNoRoute() {
    int fd = pair.bound("/dev/tcp", O_RDWR);

    assertFails(client, client.t_connect(fd, XtiPair.to("192.168.7.7", 80), null), TLOOK);

    TDiscon discon = new TDiscon();
    assertThat(client.t_look(fd)).isEqualTo(T_DISCONNECT);
    assertThat(client.t_rcvdis(fd, discon)).isZero();
    assertThat(discon.reason).isEqualTo(ENETUNREACH);
    assertThat(client.t_getstate(fd)).isEqualTo(T_IDLE);
  }

  /** Input netbufs may have any maxlen, and what is not asked for may be anything. */
  @Test
  @Requirement({"XTI-struct-03", "XTI-t_connect-01", "XTI-t_connect-02", "XTI-t_accept-02"})
  void shouldIgnoreWhatACallIsNotAskedFor() {
    int listener = pair.listener(O_RDWR, 1);
    int fd = pair.bound("/dev/tcp", O_RDWR);
    TCall call = XtiPair.toServer(XtiPair.PORT);
    call.addr.maxlen = 0;
    call.sequence = 4_711;
    assertThat(client.t_connect(fd, call, null)).isZero();
    TCall indication = pair.indication(listener);
    int accepting = server.t_open("/dev/tcp", O_RDWR, null);
    indication.addr.len = 0;
    assertThat(server.t_accept(listener, accepting, indication)).isZero();
  }

  @Test
  void shouldConnectAgainAfterARefusal() {
    pair.listener(O_RDWR, 1);
    int fd = pair.bound("/dev/tcp", O_RDWR);
    assertFails(client, client.t_connect(fd, XtiPair.toServer(4_444), null), TLOOK);
    client.t_rcvdis(fd, null);

    assertThat(client.t_connect(fd, XtiPair.toServer(XtiPair.PORT), null)).isZero();
  }

  @Test
  @Requirement({"XTI-t_snddis-04", "XTI-state.T_OUTCON-04"})
  void shouldCancelAConnectBySnddis() {
    int fd = unanswered();

    assertThat(client.t_snddis(fd, null)).isZero();

    assertThat(client.t_getstate(fd)).isEqualTo(T_IDLE);
  }

  @Test
  @Requirement({"XTI-t_connect-12", "XTI-common-06"})
  void shouldStayInOutconWhenInterrupted() {
    int fd = pair.bound("/dev/tcp", O_RDWR);
    Thread.currentThread().interrupt();

    assertFails(client, client.t_connect(fd, XtiPair.to("10.0.0.9", 7), null), TSYSERR);

    assertThat(client.errno()).isEqualTo(EINTR);
    assertThat(client.t_getstate(fd)).isEqualTo(T_OUTCON);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  @Requirement({
    "XTI-t_connect-16",
    "XTI-t_connect-17",
    "XTI-t_connect-18",
    "XTI-t_connect-05",
    "XTI-tcp-04",
    "XTI-t_connect-03"
  })
  void shouldRefuseConnectWhenAnArgumentIsBad() {
    int unbound = client.t_open("/dev/tcp", O_RDWR, null);
    assertFails(client, client.t_connect(unbound, XtiPair.toServer(1), null), TOUTSTATE);
    int fd = pair.bound("/dev/tcp", O_RDWR);
    assertFails(client, client.t_connect(fd, new TCall(), null), TBADADDR);
    TCall wrongFamily = XtiPair.toServer(1);
    Objects.requireNonNull(wrongFamily.addr.buf).setShort(0, 10);
    assertFails(client, client.t_connect(fd, wrongFamily, null), TBADADDR);
    TCall tooLong = XtiPair.toServer(1);
    tooLong.addr.len = 17;
    assertFails(client, client.t_connect(fd, tooLong, null), TBADADDR);
    assertFails(client, client.t_connect(fd, XtiPair.toServer(0), null), TBADADDR);
    TCall withData = XtiPair.toServer(1);
    withData.udata.buf = C.malloc(4);
    withData.udata.len = 4;
    assertFails(client, client.t_connect(fd, withData, null), TBADDATA);
    TCall badOption = XtiPair.toServer(1);
    badOption.opt.buf = C.malloc(16);
    badOption.opt.len = 12;
    assertFails(client, client.t_connect(fd, badOption, null), TBADOPT);
    assertThat(client.t_getstate(fd)).isEqualTo(T_IDLE);
  }

  @Test
  @Requirement({"XTI-t_connect-19", "XTI-state.rule-09", "XTI-common-04"})
  void shouldConnectAllTheSameWhenTheAnswerDoesNotFit() {
    pair.listener(O_RDWR, 1);
    int fd = pair.bound("/dev/tcp", O_RDWR);
    TCall answer = XtiPair.room();
    answer.addr.maxlen = 15;

    assertFails(client, client.t_connect(fd, XtiPair.toServer(XtiPair.PORT), answer), TBUFOVFLW);

    assertThat(client.t_getstate(fd)).isEqualTo(T_DATAXFER);
    assertThat(answer.addr.len).isZero();
  }

  @Test
  @Requirement({"XTI-t_rcvconnect-06", "XTI-common-03"})
  void shouldNotWantAnAddressWhenMaxlenIsZero() {
    pair.listener(O_RDWR, 2);
    int fd = pair.bound("/dev/tcp", O_RDWR);

    assertThat(client.t_connect(fd, XtiPair.toServer(XtiPair.PORT), new TCall())).isZero();

    int second = pair.bound("/dev/tcp", ASYNC);
    client.t_connect(second, XtiPair.toServer(XtiPair.PORT), null);
    pair.settle();
    TCall tooSmall = XtiPair.room();
    tooSmall.addr.maxlen = 1;
    assertFails(client, client.t_rcvconnect(second, tooSmall), TBUFOVFLW);
    assertThat(client.t_getstate(second)).isEqualTo(T_DATAXFER);
  }

  @Test
  @Requirement("XTI-tlook-02")
  void shouldSendNothingWhenAListenerWithAnIndicationConnects() {
    int listener = pair.listener(O_RDWR, 1);
    pair.connected(O_RDWR);

    assertFails(server, server.t_connect(listener, XtiPair.to("10.0.0.1", 7), null), TLOOK);

    assertThat(server.t_getstate(listener)).isEqualTo(T_IDLE);
    assertThat(server.t_look(listener)).isEqualTo(T_LISTEN);
  }

  // ---- listen -----------------------------------------------------------------------------

  @Test
  @Requirement({
    "XTI-t_listen-01",
    "XTI-t_listen-02",
    "XTI-t_listen-03",
    "XTI-t_listen-06",
    "XTI-look-01",
    "XTI-state.T_IDLE-09",
    "XTI-state.T_INCON-03"
  })
  void shouldShowEachCallerWithASequenceOfItsOwn() {
    int listener = pair.listener(ASYNC, 2);
    int first = pair.connected(O_RDWR);
    pair.connected(O_RDWR);
    assertThat(server.t_look(listener)).isEqualTo(T_LISTEN);

    TCall one = pair.indication(listener);
    TCall two = pair.indication(listener);

    assertThat(one.sequence).isNotEqualTo(two.sequence);
    TBind bound = new TBind();
    XtiAddr.room(bound.addr);
    client.t_getprotaddr(first, bound, null);
    assertThat(XtiAddr.get(one.addr).toString()).isEqualTo(XtiAddr.get(bound.addr).toString());
    assertThat(one.opt.len).isZero();
    assertThat(one.udata.len).isZero();
    assertThat(server.t_getstate(listener)).isEqualTo(T_INCON);
  }

  @Test
  @Requirement({"XTI-t_listen-05", "XTI-t_listen-10"})
  void shouldHaveNothingToShowWhenNobodyCalls() {
    int listener = pair.listener(ASYNC, 1);
    assertFails(server, server.t_listen(listener, XtiPair.room()), TNODATA);
    assertThat(server.t_getstate(listener)).isEqualTo(T_IDLE);
    int deaf = server.t_open("/dev/tcp", ASYNC, null);
    server.t_bind(deaf, null, null);
    assertFails(server, server.t_listen(deaf, XtiPair.room()), TBADQLEN);
  }

  @Test
  @Requirement({"XTI-t_listen-11", "XTI-state.rule-10"})
  void shouldCountAnIndicationThatDoesNotFit() {
    int listener = pair.listener(ASYNC, 1);
    int peer = pair.connected(O_RDWR);
    TCall call = XtiPair.room();
    call.addr.maxlen = 8;

    assertFails(server, server.t_listen(listener, call), TBUFOVFLW);

    assertThat(server.t_getstate(listener)).isEqualTo(T_INCON);
    assertThat(server.t_snddis(listener, call)).isZero();
    pair.settle();
    assertThat(client.t_look(peer)).isEqualTo(T_DISCONNECT);
  }

  @Test
  @Requirement({"XTI-t_listen-08", "XTI-t_listen-09", "XTI-state.rule-03"})
  void shouldTellOnceThatTheQueueIsFull() {
    int listener = pair.listener(ASYNC, 1);
    pair.connected(O_RDWR);
    TCall first = pair.indication(listener);
    pair.connected(O_RDWR);
    assertThat(server.t_look(listener)).isZero();

    assertFails(server, server.t_listen(listener, XtiPair.room()), TQFULL);
    assertFails(server, server.t_listen(listener, XtiPair.room()), TNODATA);

    assertThat(server.t_snddis(listener, first)).isZero();
    pair.indication(listener);
    assertFails(server, server.t_listen(listener, XtiPair.room()), TQFULL);
  }

  // ---- accept -----------------------------------------------------------------------------

  @Test
  @Requirement({
    "XTI-t_accept-01",
    "XTI-t_accept-07",
    "XTI-t_accept-16",
    "XTI-t_accept-21",
    "XTI-state.T_UNBND-04",
    "XTI-state.T_INCON-05",
    "XTI-t_getprotaddr-02"
  })
  void shouldPassTheConnectionToAnUnboundEndpoint() {
    int listener = pair.listener(O_RDWR, 1);
    pair.connected(O_RDWR);
    TCall call = pair.indication(listener);
    int fd = server.t_open("/dev/tcp", O_RDWR, null);

    assertThat(server.t_accept(listener, fd, call)).isZero();

    assertThat(server.t_getstate(listener)).isEqualTo(T_IDLE);
    assertThat(server.t_getstate(fd)).isEqualTo(T_DATAXFER);
    TBind bound = new TBind();
    TBind peer = new TBind();
    XtiAddr.room(bound.addr);
    XtiAddr.room(peer.addr);
    assertThat(server.t_getprotaddr(fd, bound, peer)).isZero();
    assertThat(XtiAddr.get(bound.addr).toString()).isEqualTo("10.0.0.2:5000");
    assertThat(XtiAddr.get(peer.addr).toString()).isEqualTo(XtiAddr.get(call.addr).toString());
  }

  @Test
  @Requirement({"XTI-t_accept-08", "XTI-t_accept-20", "XTI-state.T_IDLE-10"})
  void shouldDissolveTheAddressOfABoundEndpoint() {
    int listener = pair.listener(O_RDWR, 1);
    pair.connected(O_RDWR);
    TCall call = pair.indication(listener);
    int fd = server.t_open("/dev/tcp", O_RDWR, null);
    TBind bound = new TBind();
    XtiAddr.room(bound.addr);
    assertThat(server.t_bind(fd, null, bound)).isZero();
    int formerPort = XtiAddr.get(bound.addr).sin_port;

    assertThat(server.t_accept(listener, fd, call)).isZero();

    assertThat(server.t_getprotaddr(fd, bound, null)).isZero();
    assertThat(XtiAddr.get(bound.addr).sin_port).isEqualTo(XtiPair.PORT).isNotEqualTo(formerPort);
  }

  @Test
  @Requirement({"XTI-state.T_INCON-06", "XTI-t_listen-07"})
  void shouldAnswerIndicationsInAnyOrder() {
    int listener = pair.listener(O_RDWR, 2);
    int first = pair.connected(O_RDWR);
    int second = pair.connected(O_RDWR);
    TCall one = pair.indication(listener);
    TCall two = pair.indication(listener);
    int fd = server.t_open("/dev/tcp", O_RDWR, null);

    assertThat(server.t_accept(listener, fd, two)).isZero();
    assertThat(server.t_getstate(listener)).isEqualTo(T_INCON);
    assertThat(server.t_snddis(listener, one)).isZero();

    assertThat(server.t_getstate(listener)).isEqualTo(T_IDLE);
    XtiPair.send(client, second, "two");
    assertThat(XtiPair.receive(server, fd, 9)).isEqualTo("two");
    assertThat(client.t_look(first)).isEqualTo(T_DISCONNECT);
  }

  @Test
  @Requirement({
    "XTI-t_accept-06",
    "XTI-state.T_INCON-04",
    "XTI-t_bind-10",
    "XTI-state.T_DATAXFER-05"
  })
  void shouldBecomeTheConnectionWhenAcceptingOnItself() {
    int listener = pair.listener(O_RDWR, 1);
    int peer = pair.connected(O_RDWR);
    TCall call = pair.indication(listener);

    assertThat(server.t_accept(listener, listener, call)).isZero();

    assertThat(server.t_getstate(listener)).isEqualTo(T_DATAXFER);
    XtiPair.send(client, peer, "hello");
    assertThat(XtiPair.receive(server, listener, 9)).isEqualTo("hello");
    assertFails(server, server.t_listen(listener, call), TOUTSTATE);
    int other = server.t_open("/dev/tcp", O_RDWR, null);
    TBind req = new TBind();
    XtiAddr.put(req.addr, new SockAddrIn(0, XtiPair.PORT));
    req.qlen = 1;
    assertFails(server, server.t_bind(other, req, null), TADDRBUSY);

    assertThat(server.t_snddis(listener, null)).isZero();
    assertThat(server.t_getstate(listener)).isEqualTo(T_IDLE);
    pair.connected(O_RDWR);
    pair.indication(listener);
  }

  @Test
  @Requirement({
    "XTI-t_accept-05",
    "XTI-t_accept-09",
    "XTI-t_accept-11",
    "XTI-t_accept-13",
    "XTI-t_accept-14",
    "XTI-outstate-07",
    "XTI-t_accept-04",
    "XTI-t_accept-18",
    "XTI-t_accept-19"
  })
  void shouldRefuseAcceptWhenAnArgumentIsBad() {
    int listener = pair.listener(O_RDWR, 2);
    pair.connected(O_RDWR);
    pair.connected(O_RDWR);
    TCall one = pair.indication(listener);
    TCall two = pair.indication(listener);
    int fd = server.t_open("/dev/tcp", O_RDWR, null);

    assertFails(server, server.t_accept(listener, listener, one), TINDOUT);
    assertFails(server, server.t_accept(listener, 77, one), TBADF);
    assertFails(server, server.t_accept(77, fd, one), TBADF);
    int udp = server.t_open("/dev/udp", O_RDWR, null);
    assertFails(server, server.t_accept(listener, udp, one), TPROVMISMATCH);
    int queue = server.t_open("/dev/tcp", O_RDWR, null);
    TBind req = new TBind();
    req.qlen = 1;
    assertThat(server.t_bind(queue, req, null)).isZero();
    assertFails(server, server.t_accept(listener, queue, one), TRESQLEN);
    TCall unknown = new TCall();
    unknown.sequence = one.sequence + two.sequence + 1;
    assertFails(server, server.t_accept(listener, fd, unknown), TBADSEQ);
    TCall withData = new TCall();
    withData.sequence = one.sequence;
    withData.udata.buf = C.malloc(1);
    withData.udata.len = 1;
    assertFails(server, server.t_accept(listener, fd, withData), TBADDATA);
    TCall badOption = new TCall();
    badOption.sequence = one.sequence;
    badOption.opt.len = 16;
    assertFails(server, server.t_accept(listener, fd, badOption), TBADOPT);
    TCall badAddress = new TCall();
    badAddress.sequence = one.sequence;
    badAddress.addr.buf = C.malloc(8);
    badAddress.addr.len = 8;
    assertFails(server, server.t_accept(listener, fd, badAddress), TBADADDR);

    assertThat(server.t_accept(listener, fd, one)).isZero();
    assertFails(server, server.t_accept(listener, fd, two), TOUTSTATE);
    int other = server.t_open("/dev/tcp", O_RDWR, null);
    assertFails(server, server.t_accept(listener, other, one), TBADSEQ);
  }

  @Test
  @Requirement({
    "XTI-tcp-13",
    "XTI-t_accept-15",
    "XTI-tlook-04",
    "XTI-t_rcvdis-02",
    "XTI-state.T_INCON-09",
    "XTI-state.T_INCON-10",
    "XTI-tlook-21"
  })
  void shouldTellWhichIndicationWasWithdrawn() {
    int listener = pair.listener(ASYNC, 3);
    int first = pair.connected(O_RDWR);
    int second = pair.connected(O_RDWR);
    TCall one = pair.indication(listener);
    TCall two = pair.indication(listener);
    client.t_snddis(first, null);
    pair.settle();

    assertThat(server.t_look(listener)).isEqualTo(T_DISCONNECT);
    assertFails(server, server.t_listen(listener, XtiPair.room()), TLOOK);
    int fd = server.t_open("/dev/tcp", O_RDWR, null);
    assertFails(server, server.t_accept(listener, fd, one), TLOOK);
    assertFails(server, server.t_snddis(listener, two), TLOOK);
    TDiscon discon = new TDiscon();
    assertThat(server.t_rcvdis(listener, discon)).isZero();
    assertThat(discon.sequence).isEqualTo(one.sequence);
    assertThat(discon.reason).isEqualTo(ECONNRESET);
    assertThat(server.t_getstate(listener)).isEqualTo(T_INCON);

    client.t_snddis(second, null);
    pair.settle();
    assertThat(server.t_rcvdis(listener, discon)).isZero();
    assertThat(discon.sequence).isEqualTo(two.sequence);
    assertThat(server.t_getstate(listener)).isEqualTo(T_IDLE);
  }

  @Test
  void shouldDropACallerThatGaveUpBeforeItWasShown() {
    int listener = pair.listener(ASYNC, 3);
    int first = pair.connected(O_RDWR);
    client.t_snddis(first, null);
    pair.settle();

    assertThat(server.t_look(listener)).isZero();
    assertFails(server, server.t_listen(listener, XtiPair.room()), TNODATA);
    assertThat(server.t_getstate(listener)).isEqualTo(T_IDLE);
  }

  // ---- disconnect -------------------------------------------------------------------------

  @Test
  @Requirement({
    "XTI-tcp-02",
    "XTI-t_snddis-01",
    "XTI-t_snddis-02",
    "XTI-t_snddis-03",
    "XTI-t_snddis-05",
    "XTI-state.T_INCON-07",
    "XTI-null-03"
  })
  void shouldResetTheCallerWhenAnIndicationIsRejected() {
    int listener = pair.listener(O_RDWR, 1);
    int peer = pair.connected(O_RDWR);
    TCall call = pair.indication(listener);
    assertFails(server, server.t_snddis(listener, null), TBADSEQ);
    TCall unknown = new TCall();
    unknown.sequence = call.sequence + 1;
    assertFails(server, server.t_snddis(listener, unknown), TBADSEQ);
    TCall withData = new TCall();
    withData.sequence = call.sequence;
    withData.udata.len = 1;
    assertFails(server, server.t_snddis(listener, withData), TBADDATA);

    assertThat(server.t_snddis(listener, call)).isZero();

    assertThat(server.t_getstate(listener)).isEqualTo(T_IDLE);
    pair.settle();
    assertThat(client.t_look(peer)).isEqualTo(T_DISCONNECT);
    TDiscon discon = new TDiscon();
    client.t_rcvdis(peer, discon);
    assertThat(discon.reason).isEqualTo(ECONNRESET);
  }

  @Test
  @Requirement({
    "XTI-tcp-06",
    "XTI-tcp-08",
    "XTI-reason-03",
    "XTI-t_rcvdis-03",
    "XTI-t_rcvdis-04",
    "XTI-state.T_DATAXFER-06",
    "XTI-tlook-05",
    "XTI-tlook-10",
    "XTI-tlook-14",
    "XTI-tlook-19",
    "XTI-t_sndv-48",
    "XTI-t_sndv-66"
  })
  void shouldMeetAnAbortInEveryCallUntilItIsTaken() {
    int listener = pair.listener(O_RDWR, 1);
    int peer = pair.connected(ASYNC);
    int fd = pair.accepted(listener, O_RDWR);
    assertFails(client, client.t_rcvdis(peer, null), TNODIS);
    server.t_snddis(fd, null);
    assertThat(server.t_getstate(fd)).isEqualTo(T_IDLE);
    pair.settle();

    assertThat(client.t_look(peer)).isEqualTo(T_DISCONNECT);
    assertFails(client, XtiPair.send(client, peer, "x"), TLOOK);
    TIovec[] iov = {new TIovec(C.malloc(1), 1)};
    assertFails(client, client.t_sndv(peer, iov, 1, 0), TLOOK);
    assertThat(XtiPair.receive(client, peer, 1)).isEqualTo("error " + TLOOK);
    assertFails(client, client.t_sndrel(peer), TLOOK);
    assertFails(client, client.t_rcvrel(peer), TLOOK);
    assertFails(client, client.t_snddis(peer, null), TLOOK);
    assertThat(client.t_getstate(peer)).isEqualTo(T_DATAXFER);

    assertThat(client.t_rcvdis(peer, null)).isZero();

    assertThat(client.t_getstate(peer)).isEqualTo(T_IDLE);
  }

  @Test
  @Requirement({"XTI-look-17", "XTI-state.T_INREL-05"})
  void shouldShowAnAbortInsteadOfAReleaseThatCameBefore() {
    int listener = pair.listener(O_RDWR, 1);
    int peer = pair.connected(O_RDWR);
    int fd = pair.accepted(listener, ASYNC);
    client.t_sndrel(peer);
    pair.settle();
    assertThat(server.t_look(fd)).isEqualTo(T_ORDREL);
    client.t_snddis(peer, null);
    pair.settle();

    assertThat(server.t_look(fd)).isEqualTo(T_DISCONNECT);
    assertFails(server, server.t_rcvrel(fd), TLOOK);
    assertThat(server.t_rcvdis(fd, null)).isZero();
    assertThat(server.t_getstate(fd)).isEqualTo(T_IDLE);
  }

  @Test
  void shouldShowUnreadDataBeforeADisconnectUntilASendHasMetIt() {
    int listener = pair.listener(O_RDWR, 1);
    int peer = pair.connected(O_RDWR);
    int fd = pair.accepted(listener, ASYNC);
    XtiPair.send(client, peer, "last words");
    pair.settle();
    client.t_snddis(peer, null);
    pair.settle();

    assertThat(server.t_look(fd)).isEqualTo(T_DATA);
    assertThat(XtiPair.receive(server, fd, 4)).isEqualTo("last");
    assertFails(server, XtiPair.send(server, fd, "x"), TLOOK);
    assertThat(server.t_look(fd)).isEqualTo(T_DISCONNECT);
    assertThat(XtiPair.receive(server, fd, 10)).isEqualTo(" words");
    assertThat(XtiPair.receive(server, fd, 10)).isEqualTo("error " + TLOOK);
    assertThat(server.t_rcvdis(fd, null)).isZero();
  }

  // ---- release ----------------------------------------------------------------------------

  @Test
  @Requirement({
    "XTI-tcp-05",
    "XTI-tcp-07",
    "XTI-t_sndrel-01",
    "XTI-t_sndrel-02",
    "XTI-t_rcvrel-01",
    "XTI-t_rcvrel-02",
    "XTI-look-08",
    "XTI-tlook-06",
    "XTI-tlook-08",
    "XTI-tlook-15",
    "XTI-state.T_DATAXFER-07",
    "XTI-state.T_DATAXFER-08",
    "XTI-state.T_OUTREL-03",
    "XTI-state.T_OUTREL-06",
    "XTI-state.T_INREL-03",
    "XTI-state.T_INREL-06",
    "XTI-t_rcv-12"
  })
  void shouldReleaseOneSideAfterTheOther() {
    int listener = pair.listener(O_RDWR, 1);
    int peer = pair.connected(O_RDWR);
    int fd = pair.accepted(listener, O_RDWR);
    XtiPair.send(client, peer, "bye");
    assertThat(client.t_sndrel(peer)).isZero();
    assertThat(client.t_getstate(peer)).isEqualTo(T_OUTREL);
    assertFails(client, XtiPair.send(client, peer, "x"), TOUTSTATE);

    assertThat(XtiPair.receive(server, fd, 9)).isEqualTo("bye");
    assertThat(XtiPair.receive(server, fd, 9)).isEqualTo("error " + TLOOK);
    TIovec[] iov = {new TIovec(C.malloc(1), 1)};
    assertFails(server, server.t_rcvv(fd, iov, 1, new IntRef()), TLOOK);
    assertThat(server.t_look(fd)).isEqualTo(T_ORDREL);
    assertThat(XtiPair.send(server, fd, "still")).isEqualTo(5);
    assertThat(server.t_rcvrel(fd)).isZero();
    assertThat(server.t_getstate(fd)).isEqualTo(T_INREL);
    assertThat(server.t_look(fd)).isZero();
    assertThat(XtiPair.receive(server, fd, 9)).isEqualTo("error " + TOUTSTATE);
    assertThat(XtiPair.send(server, fd, " here")).isEqualTo(5);

    assertThat(XtiPair.receive(client, peer, 5)).isEqualTo("still");
    assertThat(XtiPair.receive(client, peer, 5)).isEqualTo(" here");
    assertThat(server.t_sndrel(fd)).isZero();
    assertThat(server.t_getstate(fd)).isEqualTo(T_IDLE);
    pair.settle();
    assertThat(client.t_rcvrel(peer)).isZero();
    assertThat(client.t_getstate(peer)).isEqualTo(T_IDLE);
  }

  @Test
  @Requirement({"XTI-t_rcvrel-03", "XTI-t_rcvrel-04", "XTI-t_rcvreldata-02"})
  void shouldHaveNoReleaseWhileDataIsUnread() {
    int listener = pair.listener(O_RDWR, 1);
    int peer = pair.connected(O_RDWR);
    int fd = pair.accepted(listener, O_RDWR);
    assertFails(server, server.t_rcvrel(fd), TNOREL);
    XtiPair.send(client, peer, "x");
    client.t_sndrel(peer);
    pair.settle();

    assertFails(server, server.t_rcvrel(fd), TNOREL);
    assertFails(server, server.t_rcvreldata(fd, null), TNOREL);
    assertThat(server.t_look(fd)).isEqualTo(T_DATA);
  }

  @Test
  @Requirement({
    "XTI-t_sndreldata-01",
    "XTI-t_sndreldata-02",
    "XTI-t_sndreldata-03",
    "XTI-t_rcvreldata-01"
  })
  void shouldReleaseWithoutDataOnly() {
    int listener = pair.listener(O_RDWR, 1);
    int peer = pair.connected(O_RDWR);
    int fd = pair.accepted(listener, O_RDWR);
    TDiscon discon = new TDiscon();
    discon.udata.len = 1;
    assertFails(client, client.t_sndreldata(peer, discon), TBADDATA);

    discon.udata.len = 0;
    assertThat(client.t_sndreldata(peer, discon)).isZero();

    pair.settle();
    discon.udata.len = 9;
    assertThat(server.t_rcvreldata(fd, discon)).isZero();
    assertThat(discon.udata.len).isZero();
    assertThat(server.t_sndreldata(fd, null)).isZero();
  }

  @Test
  void shouldConnectAgainAfterARelease() {
    int listener = pair.listener(O_RDWR, 1);
    int peer = pair.connected(O_RDWR);
    int fd = pair.accepted(listener, O_RDWR);
    client.t_sndrel(peer);
    pair.settle();
    server.t_rcvrel(fd);
    server.t_sndrel(fd);
    pair.settle();
    client.t_rcvrel(peer);
    assertThat(client.t_getstate(peer)).isEqualTo(T_IDLE);

    assertThat(client.t_connect(peer, XtiPair.toServer(XtiPair.PORT), null)).isZero();

    int again = pair.accepted(listener, O_RDWR);
    XtiPair.send(client, peer, "again");
    assertThat(XtiPair.receive(server, again, 9)).isEqualTo("again");
  }

  // ---- close ------------------------------------------------------------------------------

  @Test
  @Requirement({"XTI-t_close-01", "XTI-t_close-04", "XTI-state.T_DATAXFER-02"})
  void shouldEndAConnectionInOrderWhenClosed() {
    int listener = pair.listener(O_RDWR, 1);
    int peer = pair.connected(O_RDWR);
    int fd = pair.accepted(listener, O_RDWR);
    XtiPair.send(client, peer, "sent before");

    assertThat(client.t_close(peer)).isZero();

    assertThat(XtiPair.receive(server, fd, 99)).isEqualTo("sent before");
    pair.settle();
    assertThat(server.t_look(fd)).isEqualTo(T_ORDREL);
  }

  @Test
  @Requirement({"XTI-t_close-05", "XTI-option.XTI_LINGER-04"})
  void shouldAbortAConnectionWhenClosedWithLingerTimeZero() {
    pair.listener(O_RDWR, 1);
    int fd = pair.bound("/dev/tcp", O_RDWR);
    TCall call = XtiPair.toServer(XtiPair.PORT);
    ByteBuf option = C.malloc(24);
    option.setInt(0, 24).setInt(4, XTI_GENERIC).setInt(8, XTI_LINGER).setInt(12, 0);
    option.setInt(16, T_YES).setInt(20, 0);
    call.opt.buf = option;
    call.opt.len = 24;
    assertThat(client.t_connect(fd, call, null)).isZero();
    int accepted = pair.accepted(3, O_RDWR);

    client.t_close(fd);

    pair.settle();
    assertThat(server.t_look(accepted)).isEqualTo(T_DISCONNECT);
  }

  @Test
  @Requirement("XTI-state.T_INCON-02")
  void shouldResetUnansweredCallersWhenAListenerIsClosed() {
    int listener = pair.listener(O_RDWR, 2);
    int shown = pair.connected(O_RDWR);
    int waiting = pair.connected(O_RDWR);
    pair.indication(listener);

    server.t_close(listener);

    pair.settle();
    assertThat(client.t_look(shown)).isEqualTo(T_DISCONNECT);
    assertThat(client.t_look(waiting)).isEqualTo(T_DISCONNECT);
    pair.listener(O_RDWR, 1);
  }
}
