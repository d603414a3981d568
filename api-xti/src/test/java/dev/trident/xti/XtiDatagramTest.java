package dev.trident.xti;

import static dev.trident.xti.XtiConstants.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.c.IntRef;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.AwaitResult;
import dev.trident.hw.host.HostStack;
import dev.trident.testkit.Requirement;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** t_sndudata, t_rcvudata, t_rcvuderr and their vector forms over UDP. */
class XtiDatagramTest {
  private static final int ASYNC = O_RDWR | O_NONBLOCK;

  private final XtiPair pair = new XtiPair();
  private final Xti client = pair.client;
  private final Xti server = pair.server;
  private final int out = pair.bound("/dev/udp", O_RDWR);
  private final int in = receiver(ASYNC);

  @AfterEach
  void close() {
    pair.close();
  }

  private int receiver(int oflag) {
    int fd = server.t_open("/dev/udp", oflag, null);
    TBind req = new TBind();
    XtiAddr.put(req.addr, new SockAddrIn(0, XtiPair.PORT));
    assertThat(server.t_bind(fd, req, null)).isZero();
    return fd;
  }

  private static void assertFails(Xti xti, int result, int tErrno) {
    assertThat(result).isEqualTo(-1);
    assertThat(xti.t_errno()).isEqualTo(tErrno);
  }

  private static TUnitdata to(int port, String text) {
    TUnitdata unitdata = new TUnitdata();
    XtiAddr.put(unitdata.addr, SockAddrIn.of(XtiPair.SERVER, port));
    unitdata.udata.buf = XtiPair.bytes(text);
    unitdata.udata.len = text.length();
    return unitdata;
  }

  private static TUnitdata room(int bytes) {
    TUnitdata unitdata = new TUnitdata();
    XtiAddr.room(unitdata.addr);
    unitdata.udata.buf = C.malloc(bytes);
    unitdata.udata.maxlen = bytes;
    return unitdata;
  }

  private static String text(TUnitdata unitdata) {
    ByteBuf buf = unitdata.udata.buf;
    return buf == null ? "" : buf.toString(0, unitdata.udata.len, StandardCharsets.US_ASCII);
  }

  /** The option is T_NO at first, and nothing sets it yet. */
  @Test
  @Requirement("XTI-option.T_IP_BROADCAST-03")
  void shouldRefuseBroadcastsWithoutTheOption() {
    for (String broadcast : new String[] {"255.255.255.255", "10.0.0.255"}) {
      TUnitdata unitdata = to(XtiPair.PORT, "to all");
      XtiAddr.put(unitdata.addr, SockAddrIn.of(broadcast, XtiPair.PORT));
      assertFails(client, client.t_sndudata(out, unitdata), TACCES);
    }
    pair.settle();
    assertThat(server.t_look(in)).isZero();
  }

  private void send(String text) {
    assertThat(client.t_sndudata(out, to(XtiPair.PORT, text))).isZero();
    pair.settle();
  }

  @Test
  @Requirement({
    "XTI-t_sndudata-01",
    "XTI-t_rcvudata-01",
    "XTI-t_rcvudata-02",
    "XTI-state.T_IDLE-04",
    "XTI-state.T_IDLE-05"
  })
  void shouldDeliverADatagramWithItsSource() {
    send("ping");
    assertThat(server.t_look(in)).isEqualTo(T_DATA);
    TUnitdata unitdata = room(100);
    IntRef flags = new IntRef(9);

    assertThat(server.t_rcvudata(in, unitdata, flags)).isZero();

    assertThat(text(unitdata)).isEqualTo("ping");
    assertThat(flags.value).isZero();
    assertThat(unitdata.opt.len).isZero();
    TBind bound = new TBind();
    XtiAddr.room(bound.addr);
    client.t_getprotaddr(out, bound, null);
    SockAddrIn source = XtiAddr.get(unitdata.addr);
    assertThat(source.sin_addr).isEqualTo(C.inet_addr(XtiPair.CLIENT));
    assertThat(source.sin_port).isEqualTo(XtiAddr.get(bound.addr).sin_port);
    assertThat(server.t_look(in)).isZero();
    assertThat(server.t_getstate(in)).isEqualTo(T_IDLE);
  }

  /** What t_open tells as tsdu can be sent and received, in one call and in pieces. */
  @Test
  @Requirement({"XTI-t_info-03", "XTI-t_info-16", "XTI-t_rcvudata-03", "XTI-t_sndudata-02"})
  void shouldCarryTheLargestDatagram() {
    TInfo info = new TInfo();
    assertThat(server.t_getinfo(in, info)).isZero();
    assertThat(info.tsdu).isEqualTo(65_507);
    TUnitdata largest = to(XtiPair.PORT, "x".repeat(info.tsdu - 1) + "y");
    TUnitdata unitdata = room(info.tsdu);
    IntRef flags = new IntRef();
    assertThat(client.t_sndudata(out, largest)).isZero();
    pair.settle();
    assertThat(server.t_rcvudata(in, unitdata, flags)).isZero();
    assertThat(flags.value).isZero();
    assertThat(text(unitdata)).isEqualTo("x".repeat(65_506) + "y");

    assertThat(client.t_sndudata(out, largest)).isZero();
    pair.settle();
    TUnitdata half = room(40_000);
    assertThat(server.t_rcvudata(in, half, flags)).isZero();
    assertThat(flags.value).isEqualTo(T_MORE);
    assertThat(text(half)).isEqualTo("x".repeat(40_000));
    assertThat(server.t_rcvudata(in, half, flags)).isZero();
    assertThat(flags.value).isZero();
    assertThat(text(half)).isEqualTo("x".repeat(25_506) + "y");
    assertFails(client, client.t_sndudata(out, to(XtiPair.PORT, "x".repeat(65_508))), TBADDATA);
  }

  @Test
  @Requirement({"XTI-t_rcvudata-03", "XTI-t_rcvudata-04"})
  void shouldDeliverALongDatagramInPieces() {
    send("abcdefgh");
    send("next");
    TUnitdata unitdata = room(3);
    IntRef flags = new IntRef();
    assertThat(server.t_rcvudata(in, unitdata, flags)).isZero();
    assertThat(text(unitdata)).isEqualTo("abc");
    assertThat(flags.value).isEqualTo(T_MORE);
    assertThat(unitdata.addr.len).isEqualTo(16);
    assertThat(server.t_look(in)).isEqualTo(T_DATA);
    assertThat(server.t_rcvudata(in, unitdata, flags)).isZero();
    assertThat(text(unitdata)).isEqualTo("def");
    assertThat(flags.value).isEqualTo(T_MORE);
    assertThat(unitdata.addr.len).isZero();
    assertThat(server.t_rcvudata(in, unitdata, flags)).isZero();
    assertThat(text(unitdata)).isEqualTo("gh");
    assertThat(flags.value).isZero();

    assertThat(server.t_rcvudata(in, unitdata, flags)).isZero();
    assertThat(text(unitdata)).isEqualTo("nex");
    assertThat(unitdata.addr.len).isEqualTo(16);
  }

  @Test
  @Requirement({"XTI-t_rcvudata-05", "XTI-t_rcvvudata-03"})
  void shouldLoseADatagramWhenItsSourceDoesNotFit() {
    send("lost");
    send("lost too");
    send("third");
    TUnitdata unitdata = room(100);
    unitdata.addr.maxlen = 15;
    assertFails(server, server.t_rcvudata(in, unitdata, new IntRef()), TBUFOVFLW);
    TIovec[] iov = {new TIovec(C.malloc(9), 9)};
    assertFails(server, server.t_rcvvudata(in, unitdata, iov, 1, new IntRef()), TBUFOVFLW);

    unitdata.addr.maxlen = 0;
    assertThat(server.t_rcvudata(in, unitdata, new IntRef())).isZero();
    assertThat(text(unitdata)).isEqualTo("third");
    assertThat(unitdata.addr.len).isZero();
  }

  @Test
  @Requirement({"XTI-t_rcvudata-06", "XTI-t_rcvvudata-04"})
  void shouldHaveNoDataWhenNothingIsQueued() {
    assertFails(server, server.t_rcvudata(in, room(1), new IntRef()), TNODATA);
    TIovec[] iov = {new TIovec(C.malloc(9), 9)};
    assertFails(server, server.t_rcvvudata(in, room(1), iov, 1, new IntRef()), TNODATA);
  }

  @Test
  @Requirement({"XTI-udp-02"})
  void shouldSendAndReceiveADatagramOfNoBytes() {
    send("");
    TUnitdata unitdata = room(4);
    unitdata.udata.len = 9;
    assertThat(server.t_rcvudata(in, unitdata, new IntRef())).isZero();
    assertThat(unitdata.udata.len).isZero();
    assertThat(unitdata.addr.len).isEqualTo(16);
    TUnitdata again = to(XtiPair.PORT, "");
    assertThat(client.t_sndvudata(out, again, new TIovec[] {new TIovec()}, 1)).isZero();
    pair.settle();
    assertThat(server.t_rcvudata(in, unitdata, new IntRef())).isZero();
  }

  @Test
  @Requirement({"XTI-t_sndvudata-01", "XTI-t_rcvvudata-01", "XTI-t_rcvvudata-05"})
  void shouldGatherAndScatterDatagrams() {
    TUnitdata unitdata = to(XtiPair.PORT, "ignored");
    TIovec[] pieces = {
      new TIovec(XtiPair.bytes("abc"), 3), new TIovec(null, 0), new TIovec(XtiPair.bytes("defg"), 4)
    };
    assertThat(client.t_sndvudata(out, unitdata, pieces, 3)).isZero();
    pair.settle();
    TIovec[] places = {new TIovec(C.malloc(2), 2), new TIovec(C.malloc(3), 3)};
    IntRef flags = new IntRef();
    TUnitdata source = room(0);

    assertThat(server.t_rcvvudata(in, source, places, 2, flags)).isEqualTo(5);

    assertThat(flags.value).isEqualTo(T_MORE);
    assertThat(source.addr.len).isEqualTo(16);
    ByteBuf second = Objects.requireNonNull(places[1].iov_base);
    assertThat(second.toString(StandardCharsets.US_ASCII)).isEqualTo("cde");
    assertThat(server.t_rcvvudata(in, source, places, 2, flags)).isEqualTo(2);
    assertThat(flags.value).isZero();
    assertThat(source.addr.len).isZero();
  }

  @Test
  @Requirement({
    "XTI-t_sndvudata-02",
    "XTI-t_rcvvudata-02",
    "XTI-order-05",
    "XTI-t_sndvudata-06",
    "XTI-t_sndudata-04",
    "XTI-t_sndudata-05"
  })
  void shouldRefuseBadArguments() {
    TIovec[] iov = new TIovec[17];
    Arrays.fill(iov, new TIovec(C.malloc(1), 1));
    TUnitdata good = to(XtiPair.PORT, "x");
    assertFails(client, client.t_sndvudata(out, good, iov, 17), TBADDATA);
    assertFails(client, client.t_rcvvudata(77, good, iov, 17, new IntRef()), TBADDATA);
    assertFails(client, client.t_rcvvudata(77, good, iov, 16, new IntRef()), TBADF);
    TUnitdata noAddress = to(XtiPair.PORT, "x");
    noAddress.addr.len = 4;
    assertFails(client, client.t_sndudata(out, noAddress), TBADADDR);
    assertFails(client, client.t_sndvudata(out, noAddress, iov, 1), TBADADDR);
    assertFails(client, client.t_sndudata(out, to(0, "x")), TBADADDR);
    TUnitdata badOption = to(XtiPair.PORT, "x");
    badOption.opt.len = 3;
    assertFails(client, client.t_sndudata(out, badOption), TBADOPT);
    TUnitdata badMemory = to(XtiPair.PORT, "x");
    badMemory.udata.len = 2;
    assertFails(client, client.t_sndudata(out, badMemory), TBADDATA);
  }

  @Test
  @Requirement({"XTI-udp-03", "XTI-t_sndudata-02", "XTI-t_sndvudata-03"})
  void shouldRefuseADatagramLongerThanTheProviderAllows() {
    TUnitdata unitdata = to(XtiPair.PORT, "");
    unitdata.udata.buf = C.malloc(65_508);
    unitdata.udata.len = 65_508;
    assertFails(client, client.t_sndudata(out, unitdata), TBADDATA);
    TIovec[] iov = {new TIovec(C.malloc(65_507), 65_507), new TIovec(C.malloc(1), 1)};
    assertFails(client, client.t_sndvudata(out, unitdata, iov, 2), TBADDATA);
  }

  @Test
  @Requirement({
    "XTI-look-07",
    "XTI-reason-08",
    "XTI-tlook-12",
    "XTI-tlook-13",
    "XTI-tlook-17",
    "XTI-tlook-18",
    "XTI-tlook-24",
    "XTI-t_rcvuderr-02",
    "XTI-t_rcvuderr-03",
    "XTI-state.T_IDLE-06"
  })
  void shouldTellThatADatagramFoundNobody() {
    client.fcntl(out, F_SETFL, O_NONBLOCK);
    assertFails(client, client.t_rcvuderr(out, null), TNOUDERR);
    assertThat(client.t_sndudata(out, to(9, "nobody"))).isZero();
    pair.settle();

    assertThat(client.t_look(out)).isEqualTo(T_UDERR);
    TIovec[] iov = {new TIovec(C.malloc(1), 1)};
    assertFails(client, client.t_sndudata(out, to(9, "x")), TLOOK);
    assertFails(client, client.t_sndvudata(out, to(9, "x"), iov, 1), TLOOK);
    assertFails(client, client.t_rcvudata(out, room(1), new IntRef()), TLOOK);
    assertFails(client, client.t_rcvvudata(out, room(1), iov, 1, new IntRef()), TLOOK);
    assertFails(client, client.t_unbind(out), TLOOK);
    TUderr uderr = new TUderr();
    XtiAddr.room(uderr.addr);
    assertThat(client.t_rcvuderr(out, uderr)).isZero();
    assertThat(uderr.error).isEqualTo(ECONNREFUSED);
    assertThat(XtiAddr.get(uderr.addr).toString()).isEqualTo("10.0.0.2:9");
    assertThat(client.t_look(out)).isZero();
    assertThat(client.t_getstate(out)).isEqualTo(T_IDLE);
  }

  /** Nobody has the address, which ARP finds out after seconds. */
  @Test
  @Requirement("XTI-t_sndudata-06")
  void shouldTellLaterThatADatagramHasNoWay() {
    TUnitdata unitdata = to(9, "x");
    XtiAddr.put(unitdata.addr, SockAddrIn.of("10.0.0.77", 9));
    assertThat(client.t_sndudata(out, unitdata)).isZero();
    assertThat(client.t_look(out)).isZero();
    HostStack stack = pair.clientHost.defaultStack();
    stack.enter();
    assertThat(stack.await(() -> client.t_look(out) == T_UDERR, 20_000_000_000L))
        .isEqualTo(AwaitResult.HOLDS);
    stack.exit();
    TUderr uderr = new TUderr();
    XtiAddr.room(uderr.addr);
    assertThat(client.t_rcvuderr(out, uderr)).isZero();
    assertThat(uderr.error).isEqualTo(EHOSTUNREACH);
    assertThat(XtiAddr.get(uderr.addr).toString()).isEqualTo("10.0.0.77:9");
  }

  /** Each datagram takes many fragments, and the ring of the device is never just right. */
  @Test
  @Requirement({
    "XTI-t_sndudata-07",
    "XTI-t_sndudata-08",
    "XTI-t_sndvudata-05",
  })
  void shouldSendAllOfADatagramOrNothingWhenTheDeviceHasNoRoom() {
    client.fcntl(out, F_SETFL, O_NONBLOCK);
    send("to know the way");
    server.t_rcvudata(in, room(100), new IntRef());
    TUnitdata large = to(XtiPair.PORT, "z".repeat(20_001));
    TIovec[] iov = {new TIovec(large.udata.buf, 20_001)};
    long before = pair.clientHost.nic("xc0").counters().framesOut();
    int sent = 0;
    while (client.t_sndudata(out, large) == 0) {
      assertThat(++sent).as("a ring has an end").isLessThan(1_000);
    }
    assertThat(client.t_errno()).isEqualTo(TFLOW);
    while (client.t_sndvudata(out, large, iov, 1) == 0) {
      assertThat(++sent).as("a ring has an end").isLessThan(1_000); // each call frees some room
    }
    assertThat(client.t_errno()).isEqualTo(TFLOW);
    assertThat(sent).isPositive();
    pair.settle();
    assertThat(pair.clientHost.nic("xc0").counters().framesOut() - before)
        .as("no fragment of what was refused")
        .isEqualTo(14L * sent);
    assertThat(client.t_sndudata(out, large)).isZero();
  }

  @Test
  @Requirement({"XTI-t_rcvuderr-01", "XTI-t_rcvuderr-04"})
  void shouldTakeAnErrorEvenWhenNobodyWantsIt() {
    client.t_sndudata(out, to(9, "nobody"));
    pair.settle();
    assertThat(client.t_rcvuderr(out, null)).isZero();
    assertFails(client, client.t_rcvuderr(out, null), TNOUDERR);
    client.t_sndudata(out, to(9, "nobody"));
    pair.settle();
    TUderr uderr = new TUderr();
    XtiAddr.room(uderr.addr);
    uderr.addr.maxlen = 4;
    assertFails(client, client.t_rcvuderr(out, uderr), TBUFOVFLW);
    assertFails(client, client.t_rcvuderr(out, uderr), TNOUDERR);
  }

  @Test
  void shouldSayAtOnceThatThereIsNoRoute() {
    TUnitdata unitdata = to(9, "x");
    XtiAddr.put(unitdata.addr, SockAddrIn.of("192.168.7.7", 9));

    assertFails(client, client.t_sndudata(out, unitdata), TSYSERR);

    assertThat(client.errno()).isEqualTo(ENETUNREACH);
  }

  @Test
  @Requirement({"XTI-tlook-23", "XTI-t_bind-11"})
  void shouldNotUnbindWhileADatagramIsQueued() {
    send("queued");
    assertFails(server, server.t_unbind(in), TLOOK);
    server.t_rcvudata(in, room(3), new IntRef());
    assertFails(server, server.t_unbind(in), TLOOK);
    server.t_rcvudata(in, room(3), new IntRef());

    assertThat(server.t_unbind(in)).isZero();

    assertThat(server.t_getstate(in)).isEqualTo(T_UNBND);
    int again = receiver(ASYNC);
    TBind req = new TBind();
    XtiAddr.put(req.addr, new SockAddrIn(0, XtiPair.PORT));
    assertFails(server, server.t_bind(in, req, null), TADDRBUSY);
    server.t_close(again);
    assertThat(server.t_bind(in, req, null)).isZero();
  }

  @Test
  void shouldWaitForADatagramWhenSynchronous() {
    server.fcntl(in, F_SETFL, 0);
    client.t_sndudata(out, to(XtiPair.PORT, "later"));
    TUnitdata unitdata = room(9);

    assertThat(server.t_rcvudata(in, unitdata, new IntRef())).isZero();

    assertThat(text(unitdata)).isEqualTo("later");
  }

  @Test
  void shouldConsumeADatagramInNettysManner() {
    ByteBuf buf = Unpooled.copiedBuffer("..netty", StandardCharsets.US_ASCII).skipBytes(2);

    assertThat(new XtiBuf(client).t_sndudata(out, buf, to(XtiPair.PORT, "").addr)).isZero();

    pair.settle();
    assertThat(buf.isReadable()).isFalse();
    TUnitdata unitdata = room(9);
    server.t_rcvudata(in, unitdata, new IntRef());
    assertThat(text(unitdata)).isEqualTo("netty");
  }
}
