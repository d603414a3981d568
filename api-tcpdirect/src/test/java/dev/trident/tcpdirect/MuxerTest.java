package dev.trident.tcpdirect;

import static dev.trident.tcpdirect.TwoStacks.ADDRESS_A;
import static dev.trident.tcpdirect.TwoStacks.ADDRESS_B;
import static dev.trident.tcpdirect.TwoStacks.MSS;
import static dev.trident.tcpdirect.TwoStacks.iov;
import static dev.trident.tcpdirect.Zf.EPOLLERR;
import static dev.trident.tcpdirect.Zf.EPOLLHUP;
import static dev.trident.tcpdirect.Zf.EPOLLIN;
import static dev.trident.tcpdirect.Zf.EPOLLOUT;
import static dev.trident.tcpdirect.Zf.EPOLLRDHUP;
import static dev.trident.tcpdirect.Zf.EPOLLSTACKHUP;
import static dev.trident.tcpdirect.Zf.TCP_TIME_WAIT;
import static dev.trident.tcpdirect.Zf.zf_muxer_add;
import static dev.trident.tcpdirect.Zf.zf_muxer_alloc;
import static dev.trident.tcpdirect.Zf.zf_muxer_del;
import static dev.trident.tcpdirect.Zf.zf_muxer_free;
import static dev.trident.tcpdirect.Zf.zf_muxer_mod;
import static dev.trident.tcpdirect.Zf.zf_muxer_wait;
import static dev.trident.tcpdirect.Zf.zf_stack_to_waitable;
import static dev.trident.tcpdirect.Zf.zf_waitable_event;
import static dev.trident.tcpdirect.Zf.zft_connect;
import static dev.trident.tcpdirect.Zf.zft_free;
import static dev.trident.tcpdirect.Zf.zft_recv;
import static dev.trident.tcpdirect.Zf.zft_send_single;
import static dev.trident.tcpdirect.Zf.zft_shutdown_tx;
import static dev.trident.tcpdirect.Zf.zft_state;
import static dev.trident.tcpdirect.Zf.zft_to_waitable;
import static dev.trident.tcpdirect.Zf.zftl_to_waitable;
import static dev.trident.tcpdirect.Zf.zfur_to_waitable;
import static dev.trident.tcpdirect.Zf.zfur_zc_recv;
import static dev.trident.tcpdirect.Zf.zfur_zc_recv_done;
import static dev.trident.tcpdirect.Zf.zfut_send_single;
import static dev.trident.tcpdirect.Zf.zfut_to_waitable;
import static dev.trident.tcpdirect.ZfErrno.EAGAIN;
import static dev.trident.tcpdirect.ZfErrno.EALREADY;
import static dev.trident.tcpdirect.ZfErrno.EBUSY;
import static dev.trident.tcpdirect.ZfErrno.EINVAL;
import static dev.trident.tcpdirect.ZfErrno.ENOMEM;
import static dev.trident.tcpdirect.ZfErrno.EXDEV;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.c.C;
import dev.trident.c.Ref;
import dev.trident.testkit.Requirement;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which events zockets and stacks have, and the calls of muxer.h on them. */
class MuxerTest {
  private static final int ALL = EPOLLIN | EPOLLOUT | EPOLLHUP | EPOLLRDHUP | EPOLLERR;
  private static final int NOTHING = 0;

  private final TwoStacks net = new TwoStacks();
  private final ZfMuxerSet muxA = muxer(net.a);
  private final ZfMuxerSet muxB = muxer(net.b);
  private final EpollEvent[] events = EpollEvent.array(4);
  private final ByteBuf memory = C.malloc(200_000);

  @AfterEach
  void close() {
    net.close();
  }

  private static ZfMuxerSet muxer(ZfStack stack) {
    Ref<ZfMuxerSet> out = new Ref<>();
    assertThat(zf_muxer_alloc(stack, out)).isZero();
    return out.get();
  }

  private static void watch(
      ZfMuxerSet muxer, ZfWaitable waitable, int wanted, @Nullable Object ptr) {
    assertThat(zf_muxer_add(muxer, waitable, new EpollEvent(wanted, ptr))).isZero();
  }

  /** The events of the one member that is ready, or 0. */
  private int ready(ZfMuxerSet muxer) {
    int count = zf_muxer_wait(muxer, events, events.length, 0);
    assertThat(count).isLessThanOrEqualTo(1);
    return count == 0 ? NOTHING : events[0].events;
  }

  private int readySettled(ZfMuxerSet muxer) {
    net.settle();
    return ready(muxer);
  }

  // ---- calls ----------------------------------------------------------------------------------

  @Test
  @Requirement({
    "ZF-muxer-01",
    "ZF-zf_muxer_add-02",
    "ZF-zf_muxer_add-03",
    "ZF-zf_muxer_add-04",
    "ZF-zf_muxer_add-05",
    "ZF-zf_muxer_del-02",
    "ZF-zf_muxer_del-03",
    "ZF-zf_muxer_mod-03",
    "ZF-zf_waitable_event-01",
  })
  void shouldManageMembers() {
    Zfut ut = net.sender(net.a, ADDRESS_A, 1, ADDRESS_B, 1);
    ZfWaitable w = zfut_to_waitable(ut);
    assertThat(zfut_to_waitable(ut)).isSameAs(w);
    EpollEvent event = new EpollEvent(EPOLLOUT, "ut");
    assertThat(zf_muxer_mod(w, event)).isEqualTo(-EINVAL);
    assertThat(zf_muxer_del(w)).isEqualTo(-EINVAL);
    assertThatThrownBy(() -> zf_waitable_event(w)).isInstanceOf(IllegalStateException.class);
    assertThat(zf_muxer_add(muxB, w, event)).isEqualTo(-EXDEV);
    assertThat(zf_muxer_add(muxA, w, event)).isZero();
    assertThat(zf_muxer_add(muxA, w, event)).isEqualTo(-EALREADY);
    assertThat(zf_muxer_add(muxer(net.a), w, event)).isEqualTo(-EBUSY);
    assertThat(zf_waitable_event(w).events).isEqualTo(EPOLLOUT);
    assertThat(zf_waitable_event(w).data.ptr).isEqualTo("ut");
    assertThat(zf_muxer_del(w)).isZero();
    assertThat(zf_muxer_add(muxA, w, event)).isZero();
  }

  @Test
  @Requirement({"ZF-zf_muxer_alloc-02", "ZF-zf_muxer_alloc-03", "ZF-limit-02"})
  void shouldLimitSets() {
    for (int i = 1; i < 64; i++) {
      muxer(net.a);
    }
    assertThat(zf_muxer_alloc(net.a, new Ref<>())).isEqualTo(-ENOMEM);
    zf_muxer_free(muxA);
    muxer(net.a);
    assertThatThrownBy(() -> zf_muxer_wait(muxA, events, 1, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("muxer set 0 of stack za0/000");
  }

  @Test
  void shouldRefuseMoreEventsThanThereArePlaces() {
    assertThatThrownBy(() -> zf_muxer_wait(muxA, events, 5, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> zf_muxer_wait(muxA, events, -1, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @Requirement({
    "ZF-zf_muxer_wait-02",
    "ZF-zf_muxer_wait-03",
    "ZF-zf_muxer_wait-07",
    "ZF-zf_muxer_wait-08",
    "ZF-zf_muxer_wait-10",
  })
  void shouldBlockUntilTheTimeIsOver() {
    Zfur us = net.receiver(net.b, ADDRESS_B, 5_000);
    watch(muxB, zfur_to_waitable(us), EPOLLIN, null);
    long start = net.clock.nanoTime();
    assertThat(zf_muxer_wait(muxB, events, 4, 5_000_000)).isZero();
    assertThat(net.clock.nanoTime() - start).isBetween(5_000_000L, 5_100_000L);
  }

  @Test
  @Requirement({"ZF-zf_muxer_wait-06", "ZF-zf_muxer_wait-09", "ZF-zf_muxer_wait-16", "ZF-muxer-03"})
  void shouldRunTheReactorAndReturnOnTheEvent() {
    Zfur us = net.receiver(net.b, ADDRESS_B, 5_000);
    watch(muxB, zfur_to_waitable(us), EPOLLIN, us);
    zfut_send_single(net.sender(net.a, ADDRESS_A, 1, ADDRESS_B, 5_000), memory, 10);
    assertThat(zf_muxer_wait(muxB, events, 4, 0)).isEqualTo(1);
    assertThat(events[0].data.ptr).isSameAs(us);
    zfut_send_single(net.sender(net.a, ADDRESS_A, 1, ADDRESS_B, 5_000), memory, 10);
    assertThat(zf_muxer_wait(muxB, events, 4, -1)).isEqualTo(1);
    assertThat(events[0].events).isEqualTo(EPOLLIN);
  }

  @Test
  void shouldReturnWhenInterrupted() {
    Thread.currentThread().interrupt();
    assertThat(zf_muxer_wait(muxB, events, 4, -1)).isZero();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  @Requirement({"ZF-muxer-08", "ZF-zf_muxer_wait-04", "ZF-zf_muxer_wait-17", "ZF-zf_muxer_wait-05"})
  void shouldReportTheLatestFirst() {
    for (int port = 5_001; port <= 5_003; port++) {
      Zfur us = net.receiver(net.b, ADDRESS_B, port);
      EpollEvent event = new EpollEvent(EPOLLIN, null);
      event.data.u32 = port;
      zf_muxer_add(muxB, zfur_to_waitable(us), event);
      zfut_send_single(net.sender(net.a, ADDRESS_A, 1, ADDRESS_B, port), memory, 10);
    }
    net.settle();
    assertThat(zf_muxer_wait(muxB, events, 2, 0)).isEqualTo(2);
    assertThat(events[0].data.u32).isEqualTo(5_003);
    assertThat(events[1].data.u32).isEqualTo(5_002);
    assertThat(zf_muxer_wait(muxB, events, 2, 0)).isEqualTo(1);
    assertThat(events[0].data.u32).isEqualTo(5_001);
  }

  // ---- UDP ------------------------------------------------------------------------------------

  @Test
  @Requirement({"ZF-muxer-21", "ZF-zf_muxer_wait-11", "ZF-zf_muxer_wait-14", "ZF-muxer-06"})
  void shouldHaveAnEdgeForEachDatagram() {
    Zfur us = net.receiver(net.b, ADDRESS_B, 5_000);
    Zfut ut = net.sender(net.a, ADDRESS_A, 1, ADDRESS_B, 5_000);
    ZfWaitable w = zfur_to_waitable(us);
    watch(muxB, w, ALL, null);
    assertThat(ready(muxB)).isEqualTo(NOTHING);
    zfut_send_single(ut, memory, 10);
    assertThat(readySettled(muxB)).isEqualTo(EPOLLIN);
    assertThat(ready(muxB)).isEqualTo(NOTHING);
    zfut_send_single(ut, memory, 10); // while the first is unread
    assertThat(readySettled(muxB)).isEqualTo(EPOLLIN);
    ZfurMsg msg = new ZfurMsg(1);
    for (int i = 0; i < 2; i++) {
      msg.iovcnt = 1;
      zfur_zc_recv(us, msg, 0);
      zf_muxer_mod(w, zf_waitable_event(w));
      assertThat(ready(muxB)).isEqualTo(EPOLLIN); // until done
      zfur_zc_recv_done(us, msg);
    }
    zf_muxer_mod(w, zf_waitable_event(w));
    assertThat(ready(muxB)).isEqualTo(NOTHING);
  }

  @Test
  @Requirement({"ZF-muxer-22", "ZF-muxer-23", "ZF-zfut_send_single-09"})
  void shouldBeWritableUntilTheRingIsFull() {
    net.receiver(net.b, ADDRESS_B, 5_000);
    Zfut ut = net.sender(net.a, ADDRESS_A, 1, ADDRESS_B, 5_000);
    ZfWaitable w = zfut_to_waitable(ut);
    watch(muxA, w, EPOLLOUT, null);
    assertThat(ready(muxA)).isEqualTo(EPOLLOUT);
    int result = 0;
    while (result >= 0) {
      result = zfut_send_single(ut, memory, 10);
    }
    assertThat(result).isEqualTo(-EAGAIN);
    zf_muxer_mod(w, zf_waitable_event(w));
    assertThat(muxA.set.collect(events, 1)).isZero();
    assertThat(zf_muxer_wait(muxA, events, 1, 0)).isEqualTo(1);
    assertThat(events[0].events).isEqualTo(EPOLLOUT);
  }

  // ---- TCP ------------------------------------------------------------------------------------

  @Test
  @Requirement({"ZF-muxer-09", "ZF-muxer-10", "ZF-muxer-11", "ZF-zft_connect-09"})
  void shouldFollowAnOpenFromTheHandleOn() {
    net.listen(5_000);
    ZftHandle handle = net.handle();
    ZfWaitable w = zft_to_waitable(handle);
    watch(muxA, w, ALL, null);
    assertThat(ready(muxA)).isEqualTo(EPOLLOUT | EPOLLHUP);
    Ref<Zft> out = new Ref<>();
    zft_connect(handle, TwoStacks.address(ADDRESS_B, 5_000), TwoStacks.SIZEOF, out);
    assertThat(zft_to_waitable(out.get())).isSameAs(w);
    zf_muxer_mod(w, zf_waitable_event(w));
    assertThat(muxA.set.collect(events, 1)).isZero();
    assertThat(readySettled(muxA)).isEqualTo(EPOLLOUT);
    assertThat(ready(muxA)).isEqualTo(NOTHING);
  }

  @Test
  @Requirement({"ZF-muxer-07", "ZF-muxer-12", "ZF-muxer-20"})
  void shouldReportDataTogetherWithWhatElseHolds() {
    Zftl listener = net.listen(5_000);
    watch(muxB, zftl_to_waitable(listener), ALL, "listener");
    assertThat(ready(muxB)).isEqualTo(NOTHING);
    Zft active = net.connecting(5_000);
    assertThat(readySettled(muxB)).isEqualTo(EPOLLIN);
    Zft passive = net.accept(listener);
    zf_muxer_mod(zftl_to_waitable(listener), zf_waitable_event(zftl_to_waitable(listener)));
    assertThat(ready(muxB)).isEqualTo(NOTHING);
    watch(muxB, zft_to_waitable(passive), EPOLLIN | EPOLLOUT, "passive");
    assertThat(ready(muxB)).isEqualTo(EPOLLOUT);
    zft_send_single(active, memory, 10, 0);
    assertThat(readySettled(muxB)).isEqualTo(0x5);
    assertThat(ready(muxB)).isEqualTo(NOTHING);
    zft_send_single(active, memory, 10, 0);
    assertThat(readySettled(muxB)).isEqualTo(0x5);
    zft_recv(passive, iov(memory, 100), 1, 0);
    ZfWaitable w = zft_to_waitable(passive);
    zf_muxer_mod(w, zf_waitable_event(w));
    assertThat(ready(muxB)).isEqualTo(EPOLLOUT);
  }

  @Test
  @Requirement({"ZF-muxer-13", "ZF-muxer-14"})
  void shouldBeWritableWhileAQuarterOfTheQueueIsFree() {
    TwoStacks.Connection pair = net.connection(5_000);
    Zft tx = pair.active();
    ZfWaitable w = zft_to_waitable(tx);
    watch(muxA, w, EPOLLOUT, null);
    assertThat(ready(muxA)).isEqualTo(EPOLLOUT);
    assertThat(zft_send_single(tx, memory, 48 * MSS, 0)).isEqualTo(48 * MSS);
    zf_muxer_mod(w, zf_waitable_event(w));
    assertThat(muxA.set.collect(events, 1)).isEqualTo(1);
    assertThat(zft_send_single(tx, memory, 1, 0)).isEqualTo(1);
    zf_muxer_mod(w, zf_waitable_event(w));
    assertThat(muxA.set.collect(events, 1)).isZero();
    assertThat(zft_send_single(tx, memory, 1, 0)).isEqualTo(1); // not writable, and yet
    net.settle();
    assertThat(ready(muxA)).isEqualTo(EPOLLOUT);
  }

  @Test
  @Requirement({"ZF-muxer-15", "ZF-muxer-24", "ZF-muxer-19", "ZF-const-05"})
  void shouldFollowThePeersClose() {
    TwoStacks.Connection pair = net.connection(5_000);
    Zft first = pair.active();
    Zft second = pair.passive();
    watch(muxB, zft_to_waitable(second), EPOLLIN | EPOLLRDHUP | EPOLLHUP, null);
    assertThat(ready(muxB)).isEqualTo(NOTHING);
    zft_send_single(first, memory, 10, 0);
    assertThat(readySettled(muxB)).isEqualTo(EPOLLIN);
    zft_shutdown_tx(first);
    assertThat(readySettled(muxB)).isEqualTo(EPOLLIN | EPOLLRDHUP);
    zft_shutdown_tx(second);
    assertThat(readySettled(muxB)).isEqualTo(EPOLLIN | EPOLLRDHUP | EPOLLHUP);
  }

  @Test
  @Requirement({"ZF-muxer-16", "ZF-muxer-18"})
  void shouldFollowTheOwnClose() {
    TwoStacks.Connection pair = net.connection(5_000);
    Zft first = pair.active();
    watch(muxA, zft_to_waitable(first), EPOLLIN | EPOLLOUT | EPOLLHUP | EPOLLRDHUP, null);
    assertThat(ready(muxA)).isEqualTo(EPOLLOUT);
    zft_shutdown_tx(first);
    assertThat(readySettled(muxA)).isEqualTo(NOTHING);
    net.pass(300);
    assertThat(ready(muxA)).isEqualTo(NOTHING);
    zft_shutdown_tx(pair.passive());
    assertThat(readySettled(muxA)).isEqualTo(0x15);
    assertThat(zft_state(first)).isEqualTo(TCP_TIME_WAIT);
    net.pass(2_000);
    assertThat(ready(muxA)).isEqualTo(EPOLLIN | EPOLLOUT | EPOLLHUP | EPOLLRDHUP);
  }

  @Test
  @Requirement("ZF-muxer-17")
  void shouldFollowASimultaneousClose() {
    TwoStacks.Connection pair = net.connection(5_000);
    Zft first = pair.active();
    watch(muxA, zft_to_waitable(first), EPOLLIN | EPOLLHUP | EPOLLRDHUP, null);
    zft_shutdown_tx(pair.passive());
    zft_shutdown_tx(first);
    int seen = 0;
    for (int i = 0; i < 10; i++) {
      seen |= ready(muxA);
      net.settle();
    }
    assertThat(seen).isEqualTo(EPOLLIN | EPOLLHUP | EPOLLRDHUP);
  }

  @Test
  @Requirement({"ZF-muxer-19", "ZF-zf_muxer_add-07"})
  void shouldReportAnErrorWhenAsked() {
    TwoStacks.Connection pair = net.connection(5_000);
    watch(muxA, zft_to_waitable(pair.active()), ALL, null);
    assertThat(ready(muxA)).isEqualTo(EPOLLOUT);
    zft_send_single(pair.active(), memory, 10, 0);
    net.settle();
    zft_free(pair.passive()); // with 10 bytes unread: RST
    assertThat(readySettled(muxA)).isEqualTo(ALL);
  }

  @Test
  @Requirement({"ZF-zft_free-09"})
  void shouldForgetFreedZockets() {
    TwoStacks.Connection pair = net.connection(5_000);
    ZfWaitable w = zft_to_waitable(pair.active());
    watch(muxA, w, ALL, null);
    zft_free(pair.active());
    assertThat(readySettled(muxA)).isEqualTo(NOTHING);
    assertThat(zf_muxer_del(w)).isEqualTo(-EINVAL);
    assertThatThrownBy(() -> zf_muxer_add(muxA, w, new EpollEvent(ALL, null)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("zft#");
  }

  // ---- stacks ---------------------------------------------------------------------------------

  @Test
  @Requirement({"ZF-zf_stack_to_waitable-02", "ZF-zf_stack_to_waitable-03", "ZF-const-01"})
  void shouldTellWhenTheStackBecomesQuiescent() {
    watch(muxA, zf_stack_to_waitable(net.a), EPOLLSTACKHUP, "stack");
    assertThat(ready(muxA)).isEqualTo(EPOLLSTACKHUP);
    assertThat(ready(muxA)).isEqualTo(NOTHING);
    TwoStacks.Connection pair = net.connection(5_000);
    assertThat(ready(muxA)).isEqualTo(NOTHING);
    zft_free(pair.passive());
    assertThat(readySettled(muxA)).isEqualTo(NOTHING);
    zft_free(pair.active());
    assertThat(readySettled(muxA)).isEqualTo(EPOLLSTACKHUP);
    assertThat(Objects.requireNonNull(events[0].data.ptr)).isEqualTo("stack");
  }
}
