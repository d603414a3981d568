package dev.trident.xti;

import static dev.trident.xti.XtiConstants.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.c.IntRef;
import dev.trident.testkit.Requirement;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntBiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every function in every state, through the calls: what the manual calls VALID STATES. */
class XtiStateTest {
  /** A call with arguments that are as good as they can be without knowing the state. */
  private record Function(
      String name,
      Set<Integer> streamStates,
      boolean datagramIdle,
      ToIntBiFunction<Xti, Integer> call) {}

  private static final Set<Integer> NOWHERE = Set.of();
  private static final Set<Integer> ALWAYS =
      Set.of(T_UNBND, T_IDLE, T_OUTCON, T_INCON, T_DATAXFER, T_OUTREL, T_INREL);
  private static final Set<Integer> DISCONNECTABLE =
      Set.of(T_OUTCON, T_INCON, T_DATAXFER, T_OUTREL, T_INREL);

  private static final List<Function> FUNCTIONS =
      List.of(
          new Function("t_bind", Set.of(T_UNBND), false, (x, fd) -> x.t_bind(fd, null, null)),
          new Function("t_unbind", Set.of(T_IDLE), true, (x, fd) -> x.t_unbind(fd)),
          new Function(
              "t_connect",
              Set.of(T_IDLE),
              false,
              (x, fd) -> x.t_connect(fd, XtiPair.to("10.0.0.9", 1), null)),
          new Function(
              "t_rcvconnect", Set.of(T_OUTCON), false, (x, fd) -> x.t_rcvconnect(fd, null)),
          new Function(
              "t_listen",
              Set.of(T_IDLE, T_INCON),
              false,
              (x, fd) -> x.t_listen(fd, XtiPair.room())),
          new Function(
              "t_accept", Set.of(T_INCON), false, (x, fd) -> x.t_accept(fd, fd, new TCall())),
          new Function(
              "t_snd",
              Set.of(T_DATAXFER, T_INREL),
              false,
              (x, fd) -> x.t_snd(fd, C.malloc(1), 1, 0)),
          new Function(
              "t_sndv",
              Set.of(T_DATAXFER, T_INREL),
              false,
              (x, fd) -> x.t_sndv(fd, new TIovec[] {new TIovec(C.malloc(1), 1)}, 1, 0)),
          new Function(
              "t_rcv",
              Set.of(T_DATAXFER, T_OUTREL),
              false,
              (x, fd) -> x.t_rcv(fd, C.malloc(1), 1, new IntRef())),
          new Function(
              "t_rcvv",
              Set.of(T_DATAXFER, T_OUTREL),
              false,
              (x, fd) -> x.t_rcvv(fd, new TIovec[] {new TIovec(C.malloc(1), 1)}, 1, new IntRef())),
          new Function("t_snddis", DISCONNECTABLE, false, (x, fd) -> x.t_snddis(fd, null)),
          new Function("t_rcvdis", DISCONNECTABLE, false, (x, fd) -> x.t_rcvdis(fd, null)),
          new Function("t_sndrel", Set.of(T_DATAXFER, T_INREL), false, (x, fd) -> x.t_sndrel(fd)),
          new Function(
              "t_sndreldata",
              Set.of(T_DATAXFER, T_INREL),
              false,
              (x, fd) -> x.t_sndreldata(fd, null)),
          new Function("t_rcvrel", Set.of(T_DATAXFER, T_OUTREL), false, (x, fd) -> x.t_rcvrel(fd)),
          new Function(
              "t_rcvreldata",
              Set.of(T_DATAXFER, T_OUTREL),
              false,
              (x, fd) -> x.t_rcvreldata(fd, null)),
          new Function("t_sndudata", NOWHERE, true, (x, fd) -> x.t_sndudata(fd, datagram())),
          new Function(
              "t_sndvudata",
              NOWHERE,
              true,
              (x, fd) ->
                  x.t_sndvudata(fd, datagram(), new TIovec[] {new TIovec(C.malloc(1), 1)}, 1)),
          new Function(
              "t_rcvudata",
              NOWHERE,
              true,
              (x, fd) -> x.t_rcvudata(fd, new TUnitdata(), new IntRef())),
          new Function(
              "t_rcvvudata",
              NOWHERE,
              true,
              (x, fd) ->
                  x.t_rcvvudata(
                      fd,
                      new TUnitdata(),
                      new TIovec[] {new TIovec(C.malloc(1), 1)},
                      1,
                      new IntRef())),
          new Function("t_rcvuderr", NOWHERE, true, (x, fd) -> x.t_rcvuderr(fd, null)),
          new Function("t_getstate", ALWAYS, true, (x, fd) -> x.t_getstate(fd)),
          new Function("t_sync", ALWAYS, true, (x, fd) -> x.t_sync(fd)),
          new Function("t_look", ALWAYS, true, (x, fd) -> x.t_look(fd)),
          new Function("t_getinfo", ALWAYS, true, (x, fd) -> x.t_getinfo(fd, new TInfo())),
          new Function(
              "t_getprotaddr",
              ALWAYS,
              true,
              (x, fd) -> x.t_getprotaddr(fd, new TBind(), new TBind())),
          new Function(
              "t_alloc", ALWAYS, true, (x, fd) -> x.t_alloc(fd, T_INFO, T_ALL) == null ? -1 : 0));

  private static final Set<String> DATAGRAM_ONLY =
      Set.of("t_sndudata", "t_sndvudata", "t_rcvudata", "t_rcvvudata", "t_rcvuderr");

  private static final Set<String> FOR_ALL_SERVICES = Set.of("t_bind", "t_unbind");

  private static TUnitdata datagram() {
    TUnitdata unitdata = new TUnitdata();
    unitdata.addr.buf = XtiPair.toServer(9).addr.buf;
    unitdata.addr.len = 16;
    unitdata.udata.buf = C.malloc(1);
    unitdata.udata.len = 1;
    return unitdata;
  }

  /** A non-blocking TCP endpoint of the server in {@code state}. */
  private static int streamIn(int state, XtiPair pair) {
    int async = O_RDWR | O_NONBLOCK;
    Xti xti = pair.server;
    int fd = -1;
    switch (state) {
      case T_UNINIT -> fd = 3;
      case T_UNBND -> fd = xti.t_open("/dev/tcp", async, null);
      case T_IDLE -> {
        fd = xti.t_open("/dev/tcp", async, null);
        xti.t_bind(fd, null, null);
      }
      case T_OUTCON -> {
        fd = xti.t_open("/dev/tcp", async, null);
        xti.t_bind(fd, null, null);
        xti.t_connect(fd, XtiPair.to("10.0.0.9", 1), null);
      }
      case T_INCON -> {
        fd = pair.listener(async, 2);
        pair.connected(O_RDWR);
        pair.indication(fd);
      }
      case T_DATAXFER, T_OUTREL, T_INREL -> {
        int listener = pair.listener(O_RDWR, 1);
        int peer = pair.connected(O_RDWR);
        fd = pair.accepted(listener, async);
        if (state == T_OUTREL) {
          xti.t_sndrel(fd);
        } else if (state == T_INREL) {
          pair.client.t_sndrel(peer);
          pair.settle();
          xti.t_rcvrel(fd);
        }
      }
      default -> throw new AssertionError(state);
    }
    if (state != T_UNINIT) {
      assertThat(xti.t_getstate(fd)).as("fixture").isEqualTo(state);
    }
    return fd;
  }

  @TestFactory
  @Requirement({
    "XTI-outstate-01",
    "XTI-outstate-02",
    "XTI-outstate-03",
    "XTI-outstate-04",
    "XTI-outstate-05",
    "XTI-outstate-06",
    "XTI-outstate-08",
    "XTI-outstate-09",
    "XTI-outstate-10",
    "XTI-outstate-11",
    "XTI-outstate-12",
    "XTI-outstate-13",
    "XTI-outstate-14",
    "XTI-outstate-15",
    "XTI-outstate-16",
    "XTI-outstate-17",
    "XTI-state.T_UNINIT-02",
    "XTI-state.rule-01",
    "XTI-state.rule-04",
    "XTI-state.rule-05",
    "XTI-notsupport-04",
    "XTI-tcp-14",
    "XTI-t_snd-19",
    "XTI-t_rcv-14",
    "XTI-t_rcvv-07",
    "XTI-t_sndv-54",
    "XTI-t_sndv-55",
    "XTI-t_sndv-63",
    "XTI-t_sndv-68"
  })
  Stream<DynamicTest> shouldAllowEachCallInItsStatesOnlyOnTcp() {
    return FUNCTIONS.stream()
        .flatMap(
            function ->
                IntStream.rangeClosed(T_UNINIT, T_INREL)
                    .mapToObj(
                        state ->
                            DynamicTest.dynamicTest(
                                function.name + " in state " + state,
                                () -> checkStream(function, state))));
  }

  private static void checkStream(Function function, int state) {
    try (XtiPair pair = new XtiPair()) {
      int fd = streamIn(state, pair);
      int result = function.call.applyAsInt(pair.server, fd);
      int error = result == -1 ? pair.server.t_errno() : 0;
      if (state == T_UNINIT) {
        assertThat(error).isEqualTo(TBADF);
        return;
      }
      if (function.streamStates.contains(state)) {
        assertThat(error).isNotIn(TOUTSTATE, TBADF, TNOTSUPPORT, TPROTO);
        if (function.streamStates.equals(ALWAYS)) {
          assertThat(pair.server.t_getstate(fd)).isEqualTo(state);
        }
        return;
      }
      boolean offered = !DATAGRAM_ONLY.contains(function.name);
      assertThat(error).isEqualTo(offered ? TOUTSTATE : TNOTSUPPORT);
      assertThat(pair.server.t_getstate(fd)).isEqualTo(state);
    }
  }

  @TestFactory
  @Requirement({
    "XTI-outstate-18",
    "XTI-outstate-19",
    "XTI-outstate-20",
    "XTI-outstate-21",
    "XTI-outstate-22",
    "XTI-notsupport-01",
    "XTI-notsupport-02",
    "XTI-notsupport-03",
    "XTI-udp-01",
    "XTI-order-06",
    "XTI-t_sndv-67"
  })
  Stream<DynamicTest> shouldAllowEachCallInItsStatesOnlyOnUdp() {
    return FUNCTIONS.stream()
        .flatMap(
            function ->
                IntStream.of(T_UNBND, T_IDLE)
                    .mapToObj(
                        state ->
                            DynamicTest.dynamicTest(
                                function.name + " in state " + state,
                                () -> checkDatagram(function, state))));
  }

  private static void checkDatagram(Function function, int state) {
    try (XtiPair pair = new XtiPair()) {
      int fd = pair.client.t_open("/dev/udp", O_RDWR | O_NONBLOCK, null);
      if (state == T_IDLE) {
        pair.client.t_bind(fd, null, null);
      }
      int result = function.call.applyAsInt(pair.client, fd);
      int error = result == -1 ? pair.client.t_errno() : 0;
      assertThat(error).isIn(expectedOnUdp(function, state));
    }
  }

  private static List<Integer> expectedOnUdp(Function function, int state) {
    if (function.streamStates.equals(ALWAYS)) {
      return List.of(0);
    }
    if (FOR_ALL_SERVICES.contains(function.name)) {
      return List.of(function.streamStates.contains(state) ? 0 : TOUTSTATE);
    }
    if (DATAGRAM_ONLY.contains(function.name)) {
      return state == T_IDLE ? List.of(0, TNODATA, TNOUDERR) : List.of(TOUTSTATE);
    }
    boolean stateFirst = function.name.equals("t_connect") && state == T_UNBND;
    return List.of(stateFirst ? TOUTSTATE : TNOTSUPPORT);
  }

  @ParameterizedTest
  @ValueSource(ints = {T_UNBND, T_IDLE, T_OUTCON, T_INCON, T_DATAXFER, T_OUTREL, T_INREL})
  @Requirement({
    "XTI-outstate-24",
    "XTI-state.T_OUTCON-02",
    "XTI-state.T_OUTREL-02",
    "XTI-state.T_INREL-02",
    "XTI-t_getstate-01",
    "XTI-t_sync-01"
  })
  void shouldCloseInEveryState(int state) {
    try (XtiPair pair = new XtiPair()) {
      int fd = streamIn(state, pair);
      assertThat(pair.server.t_sync(fd)).isEqualTo(state);

      assertThat(pair.server.t_close(fd)).isZero();

      assertThat(pair.server.t_getstate(fd)).isEqualTo(-1);
      assertThat(pair.server.t_errno()).isEqualTo(TBADF);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {T_OUTCON, T_DATAXFER, T_OUTREL, T_INREL})
  @Requirement({"XTI-state.T_OUTREL-04", "XTI-state.T_INREL-04", "XTI-null-03"})
  void shouldAbortInEveryStateOfAConnection(int state) {
    try (XtiPair pair = new XtiPair()) {
      int fd = streamIn(state, pair);

      assertThat(pair.server.t_snddis(fd, null)).isZero();

      assertThat(pair.server.t_getstate(fd)).isEqualTo(T_IDLE);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {T_DATAXFER, T_OUTREL, T_INREL})
  @Requirement({"XTI-state.T_OUTREL-05", "XTI-null-02", "XTI-tlook-11", "XTI-tlook-20"})
  void shouldBeIdleAfterAnAbortByThePeer(int state) {
    try (XtiPair pair = new XtiPair()) {
      int fd = streamIn(state, pair);
      Xti xti = pair.server;
      pair.client.t_snddis(3, null);
      pair.settle();
      assertThat(xti.t_look(fd)).isEqualTo(T_DISCONNECT);
      if (state != T_INREL) {
        assertThat(xti.t_rcvreldata(fd, null)).isEqualTo(-1);
        assertThat(xti.t_errno()).isEqualTo(TLOOK);
      }
      if (state != T_OUTREL) {
        assertThat(xti.t_sndreldata(fd, null)).isEqualTo(-1);
        assertThat(xti.t_errno()).isEqualTo(TLOOK);
      }

      assertThat(xti.t_rcvdis(fd, null)).isZero();

      assertThat(xti.t_getstate(fd)).isEqualTo(T_IDLE);
      assertThat(xti.t_look(fd)).isZero();
    }
  }
}
