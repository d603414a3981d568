package dev.trident.igmp;

import static dev.trident.igmp.Member.GROUP;
import static dev.trident.igmp.Member.NANOS;
import static dev.trident.igmp.Member.OTHER;
import static dev.trident.testkit.IgmpFrames.message;
import static dev.trident.testkit.IgmpFrames.queryV3;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.GroupOptions;
import dev.trident.testkit.IgmpFrames;
import dev.trident.testkit.Requirement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Beside routers of version 1 and 2 (RFC 1112 appendix I, RFC 2236, RFC 3376 section 7). */
class OlderVersionsTest {
  private static final int QUERY = 0x11;
  private static final byte[] V1_QUERY = message(QUERY, 0, 0);
  private static final String V1_REPORT = "225.1.1.1: v1 225.1.1.1";
  private static final String V2_REPORT = "225.1.1.1: v2 225.1.1.1";

  private final Member member = new Member();

  @AfterEach
  void close() {
    member.close();
  }

  private static byte[] v2Query(int tenths, int group) {
    return message(QUERY, tenths, group);
  }

  /** Hears a query before anything is joined, so that only the version follows from it. */
  private GroupOptions joinedBeside(byte[] query) {
    member.hears(query);
    GroupOptions socket = member.socket();
    assertThat(socket.join(GROUP, 0)).isZero();
    member.saysWithin(11 * NANOS);
    return socket;
  }

  @Test
  @Requirement({
    "RFC3376-host-09",
    "RFC2236-host-06",
    "RFC2236-host-09",
    "RFC1112-host-08",
    "RFC1112-host-09"
  })
  void shouldReportAJoinTwiceWithinTenSecondsInVersion2() {
    member.hears(v2Query(100, 0));
    assertThat(member.socket().join(GROUP, 0)).isZero();
    assertThat(member.said()).containsExactly(V2_REPORT);
    assertThat(member.saysWithin(10 * NANOS)).containsExactly(V2_REPORT);
    assertThat(member.saysWithin(60 * NANOS)).isEmpty();
  }

  @Test
  @Requirement("RFC2236-host-07")
  void shouldLeaveAtTheRoutersWhenLastToReport() {
    GroupOptions socket = joinedBeside(v2Query(100, 0));
    assertThat(socket.leave(GROUP, 0)).isZero();
    assertThat(member.saysWithin(60 * NANOS)).containsExactly("224.0.0.2: leave 225.1.1.1");
  }

  @Test
  void shouldLeaveSilentlyWhenSomebodyElseReportedLast() {
    GroupOptions socket = joinedBeside(v2Query(100, 0));
    member.hears(message(0x16, 0, GROUP));
    assertThat(socket.leave(GROUP, 0)).isZero();
    assertThat(member.saysWithin(60 * NANOS)).isEmpty();
  }

  @Test
  @Requirement({"RFC2236-host-03", "RFC1112-host-06"})
  void shouldSpreadReportsOverTheResponseTimeOfAQuery() {
    long earliest = Long.MAX_VALUE;
    long latest = 0;
    for (int seed = 0; seed < 30; seed++) {
      try (Member other = new Member(seed)) {
        other.hears(v2Query(100, 0));
        assertThat(other.socket().join(GROUP, 0)).isZero();
        other.saysWithin(11 * NANOS);
        other.hears(v2Query(20, 0));
        int tenths = 0;
        while (tenths < 20 && other.saysWithin(NANOS / 10).isEmpty()) {
          tenths++;
        }
        earliest = Math.min(earliest, tenths);
        latest = Math.max(latest, tenths);
      }
    }
    assertThat(earliest).isLessThan(5);
    assertThat(latest).isBetween(15L, 19L);
  }

  @Test
  @Requirement("RFC2236-host-05")
  void shouldAnswerAQueryAboutAGroupForThatGroupOnly() {
    GroupOptions socket = joinedBeside(v2Query(100, 0));
    assertThat(socket.join(OTHER, 0)).isZero();
    member.saysWithin(11 * NANOS);
    member.hears(v2Query(10, GROUP));
    assertThat(member.saysWithin(NANOS)).containsExactly(V2_REPORT);
    assertThat(member.saysWithin(30 * NANOS)).isEmpty();
  }

  @Test
  @Requirement("RFC2236-host-04")
  void shouldShortenARunningTimerOnlyWhenTheNewResponseTimeIsShorterThanWhatIsLeft() {
    joinedBeside(v2Query(100, 0));
    member.hears(v2Query(255, 0));
    member.hears(v2Query(1, 0));
    assertThat(member.saysWithin(NANOS / 10)).containsExactly(V2_REPORT);
    member.hears(v2Query(1, 0));
    member.hears(v2Query(255, 0));
    assertThat(member.saysWithin(NANOS / 10)).containsExactly(V2_REPORT);
    assertThat(member.saysWithin(60 * NANOS)).isEmpty();
  }

  @Test
  @Requirement("RFC1112-host-07")
  void shouldKeepSilentWhenSomebodyElseReports() {
    joinedBeside(v2Query(100, 0));
    member.hears(v2Query(100, 0));
    member.hears(message(0x16, 0, GROUP));
    assertThat(member.saysWithin(60 * NANOS)).isEmpty();
    member.hears(v2Query(100, 0));
    member.hears(message(0x12, 0, GROUP));
    assertThat(member.saysWithin(60 * NANOS)).isEmpty();
    member.hears(v2Query(100, 0));
    member.hears(OTHER, message(0x16, 0, OTHER));
    assertThat(member.saysWithin(60 * NANOS)).containsExactly(V2_REPORT);
  }

  @Test
  @Requirement({"RFC2236-host-08", "RFC1112-host-06", "RFC1112-host-08"})
  void shouldSpeakVersion1ForAsLongAsItsRouterIsPresent() {
    GroupOptions socket = joinedBeside(V1_QUERY);
    member.hears(V1_QUERY);
    assertThat(member.saysWithin(10 * NANOS)).containsExactly(V1_REPORT);
    member.hears(v2Query(100, 0));
    member.hears(queryV3(100, 0));
    assertThat(member.saysWithin(10 * NANOS)).containsExactly(V1_REPORT);
    assertThat(socket.leave(GROUP, 0)).isZero();
    assertThat(member.saysWithin(350 * NANOS)).isEmpty();
    assertThat(socket.join(GROUP, 0)).isZero();
    assertThat(member.saysWithin(10 * NANOS)).containsExactly(V1_REPORT, V1_REPORT);
    member.saysWithin(60 * NANOS);
    assertThat(socket.leave(GROUP, 0)).isZero();
    assertThat(member.said()).containsExactly("224.0.0.22: v3 TO_IN 225.1.1.1");
  }

  @Test
  @Requirement("RFC3376-host-09")
  void shouldReturnToVersion3WhenTheOlderRouterHasGone() {
    GroupOptions socket = joinedBeside(v2Query(100, 0));
    member.hears(queryV3(100, 0));
    assertThat(member.saysWithin(10 * NANOS)).containsExactly(V2_REPORT);
    member.saysWithin(245 * NANOS); // 2 * 125 s and 10 s after the query of version 2
    assertThat(socket.leave(GROUP, 0)).isZero();
    List<String> said = member.saysWithin(10 * NANOS);
    assertThat(said)
        .containsExactly("224.0.0.22: v3 TO_IN 225.1.1.1", "224.0.0.22: v3 TO_IN 225.1.1.1");
  }

  /** RFC 3376 section 7.2.1: a change of version ends whatever was pending. */
  @Test
  void shouldForgetWhatWasPendingWhenAnOlderRouterAppears() {
    assertThat(member.socket().join(GROUP, 0)).isZero();
    member.said();
    member.hears(IgmpFrames.ALL_HOSTS, v2Query(1, OTHER));
    assertThat(member.saysWithin(60 * NANOS)).isEmpty();
  }

  /** Beside a router of version 3 255 would mean three thousand seconds. */
  @Test
  void shouldAnswerWithinTheTimeThatAVersion2QueryAllows() {
    joinedBeside(v2Query(100, 0));
    for (int i = 0; i < 5; i++) {
      member.hears(v2Query(255, 0));
      assertThat(member.saysWithin(25_500_000_000L)).containsExactly(V2_REPORT);
    }
  }
}
