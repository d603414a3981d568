package dev.trident.tcpdirect.mux;

import static dev.trident.tcpdirect.ZfErrno.EALREADY;
import static dev.trident.tcpdirect.ZfErrno.EBUSY;
import static dev.trident.tcpdirect.ZfErrno.EINVAL;
import static dev.trident.tcpdirect.ZfErrno.EXDEV;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.tcpdirect.EpollEvent;
import dev.trident.testkit.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rules of sets and edges, with waitables moved by hand. */
class MuxerSetTest {
  private static final int ANY = Epoll.IN | Epoll.OUT | Epoll.HUP | Epoll.RDHUP | Epoll.ERR;

  private final Muxer muxer = new Muxer("test");
  private final MuxerSet set = newSet(muxer);
  private final EpollEvent[] events = EpollEvent.array(8);

  private static MuxerSet newSet(Muxer muxer) {
    return Objects.requireNonNull(muxer.newSet(), "no set");
  }

  private static final class Hand extends Waitable {
    private int ready;
    private boolean watched;

    Hand(Muxer muxer) {
      super(muxer, "hand");
    }

    void edge(int bits) {
      ready |= bits;
      mark(bits);
    }

    @Override
    protected int ready() {
      return ready;
    }

    @Override
    protected void watch(boolean on) {
      watched = on;
    }
  }

  private Hand member(int wanted, @Nullable Object data) {
    Hand hand = new Hand(muxer);
    assertThat(set.add(hand, new EpollEvent(wanted, data))).isZero();
    return hand;
  }

  private List<@Nullable Object> collected(int maxEvents) {
    int count = set.collect(events, maxEvents);
    List<@Nullable Object> data = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      data.add(events[i].data.ptr);
    }
    return data;
  }

  @Test
  @Requirement({"ZF-zf_muxer_add-04", "ZF-zf_muxer_add-05", "ZF-zf_muxer_add-03", "ZF-muxer-02"})
  void shouldRefuseWaitablesThatAreTaken() {
    Hand hand = member(ANY, null);
    EpollEvent event = new EpollEvent(ANY, null);
    assertThat(set.add(hand, event)).isEqualTo(-EALREADY);
    assertThat(newSet(muxer).add(hand, event)).isEqualTo(-EBUSY);
    assertThat(newSet(new Muxer("other")).add(new Hand(muxer), event)).isEqualTo(-EXDEV);
  }

  @Test
  @Requirement({"ZF-zf_muxer_mod-03", "ZF-zf_muxer_del-02", "ZF-zf_muxer_del-03"})
  void shouldRefuseToChangeWhatIsInNoSet() {
    Hand hand = new Hand(muxer);
    assertThat(MuxerSet.mod(hand, new EpollEvent())).isEqualTo(-EINVAL);
    assertThat(MuxerSet.remove(hand)).isEqualTo(-EINVAL);
    set.add(hand, new EpollEvent(ANY, null));
    assertThat(MuxerSet.remove(hand)).isZero();
    assertThat(MuxerSet.remove(hand)).isEqualTo(-EINVAL);
    assertThatThrownBy(hand::memberEvent).isInstanceOf(IllegalStateException.class);
  }

  @Test
  @Requirement("ZF-zf_muxer_add-09")
  void shouldReportWhatIsReadyWhenAdded() {
    Hand hand = new Hand(muxer);
    hand.ready = Epoll.IN;
    set.add(hand, new EpollEvent(ANY, "data"));
    assertThat(collected(8)).containsExactly("data");
    assertThat(events[0].events).isEqualTo(Epoll.IN);
    assertThat(collected(8)).isEmpty();
  }

  @Test
  @Requirement({"ZF-zf_muxer_wait-11", "ZF-zf_muxer_wait-14", "ZF-muxer-06", "ZF-muxer-07"})
  void shouldReportEachEdgeOnceWithAllThatIsReady() {
    Hand hand = member(Epoll.IN | Epoll.OUT, "data");
    hand.ready = Epoll.OUT;
    hand.edge(Epoll.IN);
    assertThat(collected(8)).containsExactly("data");
    assertThat(events[0].events).isEqualTo(Epoll.IN | Epoll.OUT);
    assertThat(collected(8)).isEmpty();
    hand.edge(Epoll.IN);
    assertThat(collected(8)).containsExactly("data");
  }

  @Test
  @Requirement("ZF-zf_muxer_add-07")
  void shouldReportOnlyWhatIsAskedFor() {
    Hand hand = member(Epoll.IN, null);
    hand.edge(Epoll.HUP | Epoll.ERR);
    assertThat(collected(8)).isEmpty();
    hand.edge(Epoll.IN);
    assertThat(collected(8)).hasSize(1);
    assertThat(events[0].events).isEqualTo(Epoll.IN);
  }

  @Test
  @Requirement("ZF-muxer-05")
  void shouldSkipWhatIsNoLongerReady() {
    Hand hand = member(ANY, null);
    hand.edge(Epoll.IN);
    hand.ready = 0;
    assertThat(collected(8)).isEmpty();
  }

  @Test
  @Requirement({"ZF-muxer-08", "ZF-zf_muxer_wait-04", "ZF-zf_muxer_wait-17"})
  void shouldReportTheLatestFirstAndKeepTheRest() {
    Hand first = member(ANY, "first");
    Hand second = member(ANY, "second");
    Hand third = member(ANY, "third");
    first.edge(Epoll.IN);
    second.edge(Epoll.IN);
    third.edge(Epoll.IN);
    first.edge(Epoll.IN); // queued already: keeps its place
    assertThat(collected(2)).containsExactly("third", "second");
    assertThat(collected(0)).isEmpty();
    assertThat(collected(8)).containsExactly("first");
  }

  @Test
  @Requirement({
    "ZF-zf_muxer_mod-02",
    "ZF-zf_muxer_mod-04",
    "ZF-zf_muxer_mod-05",
    "ZF-zf_muxer_mod-06",
    "ZF-zf_waitable_event-02",
  })
  void shouldTurnLevelsIntoEdgesByMod() {
    Hand hand = member(ANY, "data");
    hand.edge(Epoll.IN);
    assertThat(collected(8)).hasSize(1);
    assertThat(MuxerSet.mod(hand, hand.memberEvent())).isZero();
    assertThat(collected(8)).containsExactly("data");
    EpollEvent other = new EpollEvent(Epoll.OUT, "other");
    other.data.u64 = 7;
    MuxerSet.mod(hand, other);
    assertThat(hand.memberEvent().events).isEqualTo(Epoll.OUT);
    assertThat(collected(8)).isEmpty();
    hand.edge(Epoll.OUT);
    assertThat(collected(8)).containsExactly("other");
    assertThat(events[0].data.u64).isEqualTo(7);
  }

  @Test
  void shouldTakeQueuedMembersOutFromAnyPlace() {
    List<Hand> hands = List.of(member(ANY, 0), member(ANY, 1), member(ANY, 2), member(ANY, 3));
    for (Hand hand : hands) {
      hand.edge(Epoll.IN);
    }
    MuxerSet.remove(hands.get(1)); // in the middle
    MuxerSet.remove(hands.get(3)); // at the head
    assertThat(collected(8)).containsExactly(2, 0);
    assertThat(hands.get(1).watched).isFalse();
    assertThat(hands.get(2).watched).isTrue();
  }

  @Test
  @Requirement({"ZF-zf_muxer_alloc-03", "ZF-zf_muxer_free-02", "ZF-zf_muxer_add-10", "ZF-limit-02"})
  void shouldKeepAFreedSetUntilItsLastMemberLeaves() {
    Hand hand = member(ANY, null);
    for (int i = 1; i < Muxer.MAX_SETS; i++) {
      assertThat(muxer.newSet()).isNotNull();
    }
    assertThat(muxer.newSet()).isNull();
    set.free();
    assertThat(muxer.newSet()).isNull();
    MuxerSet.remove(hand);
    MuxerSet last = newSet(muxer);
    assertThat(muxer.newSet()).isNull();
    last.add(hand, new EpollEvent(ANY, null));
    last.free();
    assertThat(muxer.newSet()).isNull();
    hand.retire();
    assertThat(muxer.newSet()).isNotNull();
  }

  @Test
  @Requirement("ZF-zf_muxer_add-10")
  void shouldMoveAMemberOutOfAFreedSet() {
    Hand hand = member(ANY, "old");
    set.free();
    MuxerSet other = newSet(muxer);
    assertThat(other.add(hand, new EpollEvent(ANY, "new"))).isZero();
    hand.edge(Epoll.IN);
    assertThat(other.collect(events, 8)).isEqualTo(1);
    assertThat(events[0].data.ptr).isEqualTo("new");
  }

  @Test
  @Requirement("ZF-zf_muxer_free-01")
  void shouldThrowWhenUsedAfterFree() {
    set.free();
    assertThatThrownBy(set::checkUsable).hasMessageContaining("muxer set 0 of stack test");
    assertThatThrownBy(() -> set.add(new Hand(muxer), new EpollEvent()))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(set::free).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldRefuseTheWaitableOfAFreedOwner() {
    Hand hand = new Hand(muxer);
    hand.retire();
    assertThatThrownBy(() -> set.add(hand, new EpollEvent()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("hand");
  }
}
