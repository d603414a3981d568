package dev.trident.igmp;

import static dev.trident.igmp.Member.GROUP;
import static dev.trident.igmp.Member.NANOS;
import static dev.trident.igmp.Member.OTHER;
import static dev.trident.igmp.Member.SECOND;
import static dev.trident.igmp.Member.SOURCE;
import static dev.trident.igmp.Member.THIRD;
import static dev.trident.testkit.IgmpFrames.message;
import static dev.trident.testkit.IgmpFrames.queryV3;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.GroupOptions;
import dev.trident.endpoint.StackError;
import dev.trident.testkit.IgmpFrames;
import dev.trident.testkit.Requirement;
import dev.trident.trace.Counter;
import dev.trident.wire.IgmpMessage;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The host side of IGMP version 3 (RFC 3376). */
class IgmpV3Test {
  private static final String TO_ROUTERS = "224.0.0.22: v3 ";

  private final Member member = new Member();

  @AfterEach
  void close() {
    member.close();
  }

  /** Joins and lets all that is said of it pass. */
  private GroupOptions joined(int group) {
    GroupOptions socket = member.socket();
    assertThat(socket.join(group, 0)).isZero();
    member.saysWithin(10 * NANOS);
    return socket;
  }

  // ---- changes
  // ------------------------------------------------------------------------------------

  @Test
  @Requirement({
    "RFC3376-host-01",
    "RFC3376-host-03",
    "RFC3376-host-05",
    "RFC3376-host-10",
    "RFC2236-host-06",
    "RFC1112-host-09"
  })
  void shouldReportAJoinTwiceWithinASecond() {
    assertThat(member.socket().join(GROUP, 0)).isZero();
    assertThat(member.said()).containsExactly(TO_ROUTERS + "TO_EX 225.1.1.1");
    assertThat(member.saysWithin(NANOS)).containsExactly(TO_ROUTERS + "TO_EX 225.1.1.1");
    assertThat(member.saysWithin(100 * NANOS)).isEmpty();
  }

  @Test
  @Requirement({"RFC3376-host-04", "RFC3376-host-05"})
  void shouldReportALeaveTwiceWithinASecond() {
    GroupOptions socket = joined(GROUP);
    assertThat(socket.leave(GROUP, 0)).isZero();
    assertThat(member.said()).containsExactly(TO_ROUTERS + "TO_IN 225.1.1.1");
    assertThat(member.saysWithin(NANOS)).containsExactly(TO_ROUTERS + "TO_IN 225.1.1.1");
    assertThat(member.saysWithin(100 * NANOS)).isEmpty();
  }

  @Test
  void shouldSayTheLastWordOnlyWhenAJoinIsFollowedByALeave() {
    GroupOptions socket = member.socket();
    assertThat(socket.join(GROUP, 0)).isZero();
    assertThat(socket.leave(GROUP, 0)).isZero();
    assertThat(member.said())
        .containsExactly(TO_ROUTERS + "TO_EX 225.1.1.1", TO_ROUTERS + "TO_IN 225.1.1.1");
    assertThat(member.saysWithin(10 * NANOS)).containsExactly(TO_ROUTERS + "TO_IN 225.1.1.1");
  }

  @Test
  @Requirement("RFC1112-host-10")
  void shouldLeaveOnlyWhenTheLastSocketLeaves() {
    GroupOptions first = joined(GROUP);
    GroupOptions second = member.socket();
    assertThat(second.join(GROUP, 0)).isZero();
    assertThat(first.leave(GROUP, 0)).isZero();
    assertThat(member.saysWithin(10 * NANOS)).isEmpty();
    assertThat(member.host.net.groups().contains(GROUP)).isTrue();
    assertThat(second.leave(GROUP, 0)).isZero();
    assertThat(member.said()).containsExactly(TO_ROUTERS + "TO_IN 225.1.1.1");
    assertThat(member.host.net.groups().contains(GROUP)).isFalse();
  }

  @Test
  void shouldReportSourcesThatComeAndGo() {
    GroupOptions socket = member.socket();
    assertThat(socket.joinSource(GROUP, 0, SOURCE)).isZero();
    assertThat(member.saysWithin(10 * NANOS))
        .containsExactly(
            TO_ROUTERS + "ALLOW 225.1.1.1 10.0.0.99", TO_ROUTERS + "ALLOW 225.1.1.1 10.0.0.99");
    assertThat(socket.joinSource(GROUP, 0, SECOND)).isZero();
    member.saysWithin(10 * NANOS);
    assertThat(socket.leaveSource(GROUP, 0, SOURCE)).isZero();
    assertThat(member.saysWithin(10 * NANOS))
        .containsExactly(
            TO_ROUTERS + "BLOCK 225.1.1.1 10.0.0.99", TO_ROUTERS + "BLOCK 225.1.1.1 10.0.0.99");
    assertThat(socket.leaveSource(GROUP, 0, SECOND)).isZero();
    assertThat(member.said()).containsExactly(TO_ROUTERS + "BLOCK 225.1.1.1 10.0.0.100");
  }

  @Test
  void shouldReportBlockedSourcesAsBlockedAndBackAsAllowed() {
    GroupOptions socket = joined(GROUP);
    assertThat(socket.block(GROUP, 0, SOURCE)).isZero();
    assertThat(member.said()).containsExactly(TO_ROUTERS + "BLOCK 225.1.1.1 10.0.0.99");
    assertThat(socket.unblock(GROUP, 0, SOURCE)).isZero();
    assertThat(member.said()).containsExactly(TO_ROUTERS + "ALLOW 225.1.1.1 10.0.0.99");
    assertThat(member.saysWithin(NANOS)).containsExactly(TO_ROUTERS + "ALLOW 225.1.1.1 10.0.0.99");
  }

  /** RFC 3376 section 3.2: the example of three sockets, and its counterpart. */
  @Test
  void shouldReportWhatTheSocketsOfAGroupWantTogether() {
    GroupOptions first = joined(GROUP);
    assertThat(first.block(GROUP, 0, SOURCE)).isZero();
    assertThat(first.block(GROUP, 0, SECOND)).isZero();
    member.saysWithin(10 * NANOS);
    GroupOptions second = member.socket();
    assertThat(second.joinSource(GROUP, 0, SOURCE)).isZero();
    assertThat(member.said()).containsExactly(TO_ROUTERS + "ALLOW 225.1.1.1 10.0.0.99");
    member.saysWithin(10 * NANOS);
    assertThat(first.leave(GROUP, 0)).isZero();
    assertThat(member.said()).containsExactly(TO_ROUTERS + "TO_IN 225.1.1.1 10.0.0.99");
    member.saysWithin(10 * NANOS);
    GroupOptions third = member.socket();
    assertThat(third.joinSource(GROUP, 0, THIRD)).isZero();
    assertThat(member.said()).containsExactly(TO_ROUTERS + "ALLOW 225.1.1.1 10.0.0.101");
  }

  @Test
  void shouldRepeatChangesOfSeveralGroupsInOneMessage() {
    assertThat(member.socket().join(GROUP, 0)).isZero();
    assertThat(member.socket().join(OTHER, 0)).isZero();
    member.said();
    assertThat(member.saysWithin(NANOS))
        .containsExactly(TO_ROUTERS + "TO_EX 225.1.1.2, TO_EX 225.1.1.1");
  }

  @Test
  void shouldTellAsOftenAsTheQuerierWants() {
    byte[] query = queryV3(100, OTHER);
    query[8] = 5;
    member.hears(IgmpFrames.ALL_HOSTS, IgmpFrames.withChecksum(query));
    assertThat(member.socket().join(GROUP, 0)).isZero();
    assertThat(member.saysWithin(20 * NANOS)).hasSize(5);
  }

  // ---- answers
  // ------------------------------------------------------------------------------------

  @Test
  @Requirement("RFC3376-host-07")
  void shouldAnswerAGeneralQueryWithTheStateOfAllGroups() {
    GroupOptions socket = joined(GROUP);
    assertThat(socket.block(GROUP, 0, SECOND)).isZero();
    assertThat(socket.joinSource(OTHER, 0, SOURCE)).isZero();
    member.saysWithin(10 * NANOS);
    member.hears(queryV3(100, 0));
    assertThat(member.said()).isEmpty();
    assertThat(member.saysWithin(10 * NANOS))
        .containsExactly(TO_ROUTERS + "IS_EX 225.1.1.1 10.0.0.100, IS_IN 225.1.1.2 10.0.0.99");
    assertThat(member.saysWithin(100 * NANOS)).isEmpty();
  }

  /** As switches ask that have no address of their own (RFC 4541). */
  @Test
  void shouldAnswerAQueryThatComesFromNoAddress() {
    joined(GROUP);
    member.saysWithin(10 * NANOS);
    member.hearsFromNobody(queryV3(10, 0));
    assertThat(member.saysWithin(10 * NANOS)).containsExactly(TO_ROUTERS + "IS_EX 225.1.1.1");
  }

  @Test
  void shouldAnswerNothingWhenNoGroupIsJoined() {
    member.hears(queryV3(10, 0));
    member.hears(queryV3(10, GROUP));
    assertThat(member.saysWithin(10 * NANOS)).isEmpty();
  }

  @Test
  void shouldAnswerAQueryAboutAGroupWithThatGroupOnly() {
    joined(GROUP);
    joined(OTHER);
    member.hears(queryV3(10, OTHER));
    assertThat(member.saysWithin(NANOS)).containsExactly(TO_ROUTERS + "IS_EX 225.1.1.2");
  }

  @Test
  void shouldAnswerAQueryAboutSourcesWithThoseThatAreWanted() {
    GroupOptions socket = joined(GROUP);
    assertThat(socket.block(GROUP, 0, SECOND)).isZero();
    assertThat(socket.joinSource(OTHER, 0, SOURCE)).isZero();
    member.saysWithin(10 * NANOS);
    member.hears(queryV3(10, GROUP, SOURCE, SECOND));
    assertThat(member.saysWithin(NANOS)).containsExactly(TO_ROUTERS + "IS_IN 225.1.1.1 10.0.0.99");
    member.hears(queryV3(10, OTHER, SOURCE, SECOND));
    assertThat(member.saysWithin(NANOS)).containsExactly(TO_ROUTERS + "IS_IN 225.1.1.2 10.0.0.99");
    member.hears(queryV3(10, OTHER, SECOND, THIRD));
    assertThat(member.saysWithin(NANOS)).isEmpty();
  }

  /** RFC 3376 section 5.2, rules 1 and 2. */
  @Test
  void shouldAnswerOnceWhenAPendingGeneralAnswerComesEarlier() {
    joined(GROUP);
    member.hears(queryV3(1, 0));
    member.hears(queryV3(0xff, 0));
    member.hears(queryV3(0xff, GROUP));
    assertThat(member.saysWithin(NANOS)).containsExactly(TO_ROUTERS + "IS_EX 225.1.1.1");
    assertThat(member.saysWithin(4_000 * NANOS)).isEmpty();
  }

  /** Rules 4 and 5: sources add up, and a question about the group covers them all. */
  @Test
  void shouldAnswerQueriesAboutOneGroupTogether() {
    joined(GROUP);
    member.hears(queryV3(0x7f, GROUP, SOURCE));
    member.hears(queryV3(1, GROUP, THIRD));
    assertThat(member.saysWithin(NANOS))
        .containsExactly(TO_ROUTERS + "IS_IN 225.1.1.1 10.0.0.99 10.0.0.101");
    member.hears(queryV3(1, GROUP, SOURCE));
    member.hears(queryV3(1, GROUP));
    member.hears(queryV3(1, GROUP, THIRD));
    assertThat(member.saysWithin(NANOS)).containsExactly(TO_ROUTERS + "IS_EX 225.1.1.1");
    assertThat(member.saysWithin(100 * NANOS)).isEmpty();
  }

  @Test
  void shouldAnswerForTheGroupWhenAskedAboutMoreSourcesThanRemembered() {
    joined(GROUP);
    int[] many = new int[300];
    for (int i = 0; i < many.length; i++) {
      many[i] = SOURCE + i;
    }
    member.hears(queryV3(1, GROUP, many));
    assertThat(member.saysWithin(NANOS)).containsExactly(TO_ROUTERS + "IS_EX 225.1.1.1");
  }

  @Test
  @Requirement("RFC3376-host-06")
  void shouldDecodeAResponseTimeOf128OrMore() {
    assertThat(IgmpMessage.decode(127)).isEqualTo(127);
    assertThat(IgmpMessage.decode(0x80)).isEqualTo(128);
    assertThat(IgmpMessage.decode(0x8f)).isEqualTo(248);
    assertThat(IgmpMessage.decode(0xff)).isEqualTo(31_744);
    int late = 0;
    for (int seed = 0; seed < 20; seed++) {
      try (Member other = new Member(seed)) {
        assertThat(other.socket().join(GROUP, 0)).isZero();
        other.saysWithin(10 * NANOS);
        other.hears(queryV3(0x94, 0)); // (4 | 16) << (1 + 3): 32 s
        late += other.saysWithin(20 * NANOS).isEmpty() ? 1 : 0;
        assertThat(other.saysWithin(12 * NANOS).size()).isLessThanOrEqualTo(1);
      }
    }
    assertThat(late).isBetween(1, 19);
  }

  @Test
  @Requirement("RFC1112-host-05")
  void shouldListenToAllHostsAndNeverReportIt() {
    assertThat(member.host.net.groups().contains(0xe0000001)).isTrue();
    assertThat(member.socket().join(0xe0000001, 0)).isZero();
    member.hears(queryV3(10, 0));
    member.hears(queryV3(10, 0xe0000001));
    assertThat(member.saysWithin(10 * NANOS)).isEmpty();
    assertThat(member.host.stack.counters().get(Counter.IGMP_QUERIES_RECEIVED)).isEqualTo(2);
  }

  // ---- sizes
  // --------------------------------------------------------------------------------------

  @Test
  void shouldAnswerInSeveralMessagesWhenTheLinkCarriesNoMore() {
    for (int i = 0; i < 30; i++) {
      GroupOptions socket = member.socket();
      for (int j = 0; j < 60; j++) {
        assertThat(socket.joinSource(GROUP + i, 0, SOURCE + j)).isZero();
      }
    }
    member.saysWithin(10 * NANOS);
    member.hears(queryV3(1, 0));
    List<String> said = member.saysWithin(NANOS);
    assertThat(said.size()).isGreaterThan(4);
    assertThat(String.join(" ", said).split("IS_IN", -1)).hasSize(31);
    assertThat(String.join(" ", said).split("10\\.0\\.", -1)).hasSize(30 * 60 + 1);
  }

  @Test
  void shouldAnswerForAllGroupsThatCanBeJoined() {
    GroupOptions socket = member.socket();
    for (int i = 0; i < 64; i++) {
      assertThat(socket.join(GROUP + i, 0)).isZero();
    }
    assertThat(socket.join(GROUP + 64, 0)).isEqualTo(StackError.NO_BUFFERS.code);
    member.saysWithin(10 * NANOS);
    member.hears(queryV3(1, 0));
    assertThat(String.join(" ", member.saysWithin(NANOS)).split("IS_EX", -1)).hasSize(65);
  }

  /** RFC 3376 section 7.2.1: reports of others are no reason to keep silent in version 3. */
  @Test
  void shouldReportEvenWhenOthersHave() {
    joined(GROUP);
    member.hears(queryV3(10, 0));
    member.hears(message(0x16, 0, GROUP));
    assertThat(member.saysWithin(NANOS)).hasSize(1);
  }
}
