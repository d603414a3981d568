package dev.trident.igmp;

import static dev.trident.igmp.Member.GROUP;
import static dev.trident.igmp.Member.NANOS;
import static dev.trident.igmp.Member.SOURCE;
import static dev.trident.testkit.IgmpFrames.message;
import static dev.trident.testkit.IgmpFrames.queryV3;
import static dev.trident.testkit.IgmpFrames.withChecksum;
import static dev.trident.testkit.StackHarness.OUR_ADDRESS;
import static dev.trident.testkit.StackHarness.PEER_ADDRESS;
import static dev.trident.testkit.StackHarness.PEER_MAC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.trident.endpoint.GroupOptions;
import dev.trident.testkit.FragmentFrames;
import dev.trident.testkit.Frames;
import dev.trident.testkit.IgmpFrames;
import dev.trident.testkit.Requirement;
import dev.trident.trace.DropReason;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad IGMP messages: each ends under its reason, is answered by nothing, and costs nothing. */
class IgmpInputTest {
  private final Member member = new Member();

  @BeforeEach
  void join() {
    assertThat(member.socket().join(GROUP, 0)).isZero();
    member.saysWithin(10 * NANOS);
  }

  @AfterEach
  void close() {
    member.close();
  }

  private static byte[] claiming(int sources, int present) {
    byte[] query = queryV3(1, GROUP, new int[present]);
    Frames.putShort(query, 10, sources);
    return withChecksum(query);
  }

  private static byte[] spoilt(byte[] message) {
    message[2]++;
    return message;
  }

  static Stream<Arguments> badMessages() {
    return Stream.of(
        arguments(DropReason.IGMP_TRUNCATED, new byte[0]),
        arguments(DropReason.IGMP_TRUNCATED, withChecksum(new byte[] {0x11, 1, 0, 0, 0, 0, 0})),
        arguments(DropReason.IGMP_BAD_CHECKSUM, spoilt(message(0x11, 1, 0))),
        arguments(DropReason.IGMP_BAD_CHECKSUM, spoilt(queryV3(1, GROUP, SOURCE))),
        arguments(DropReason.IGMP_BAD_LENGTH, withChecksum(Arrays.copyOf(message(0x11, 1, 0), 9))),
        arguments(DropReason.IGMP_BAD_LENGTH, withChecksum(Arrays.copyOf(message(0x11, 1, 0), 11))),
        arguments(DropReason.IGMP_BAD_LENGTH, claiming(1, 0)),
        arguments(DropReason.IGMP_BAD_LENGTH, claiming(4, 3)),
        arguments(DropReason.IGMP_BAD_LENGTH, claiming(0xffff, 300)),
        arguments(DropReason.IGMP_BAD_GROUP, message(0x11, 1, OUR_ADDRESS)),
        arguments(DropReason.IGMP_BAD_GROUP, queryV3(1, 0xffffffff)),
        arguments(DropReason.IGMP_UNKNOWN_TYPE, message(0x13, 0, GROUP)),
        arguments(DropReason.IGMP_UNKNOWN_TYPE, message(0xff, 0, GROUP)),
        arguments(DropReason.IGMP_FOR_ROUTERS, message(0x17, 0, GROUP)),
        arguments(DropReason.IGMP_FOR_ROUTERS, message(0x22, 0, 0)));
  }

  @ParameterizedTest
  @MethodSource("badMessages")
  @Requirement({
    "RFC2236-host-01",
    "RFC2236-host-02",
    "RFC2236-host-10",
    "RFC3376-host-02",
    "RFC3376-host-08",
    "SEC-URGENT11-11"
  })
  void shouldDropAndKeepSilentWhenAMessageIsBad(DropReason reason, byte[] message) {
    member.hears(GROUP, message);
    assertThat(member.drops(reason)).isEqualTo(1);
    assertThat(member.host.stack.counters().totalDrops()).isEqualTo(1);
    assertThat(member.saysWithin(60 * NANOS)).isEmpty();
  }

  @Test
  @Requirement("RFC2236-host-02")
  void shouldChecksumTheWholeMessage() {
    byte[] query = Arrays.copyOf(queryV3(1, GROUP, SOURCE), 40); // bytes after the sources count
    member.hears(GROUP, withChecksum(query));
    assertThat(member.saysWithin(NANOS)).hasSize(1);
    query[39] = 1;
    member.hears(GROUP, query);
    assertThat(member.drops(DropReason.IGMP_BAD_CHECKSUM)).isEqualTo(1);
    assertThat(member.saysWithin(NANOS)).isEmpty();
  }

  /** The same in fragments, as URGENT/11 sent them. */
  @Test
  @Requirement("SEC-URGENT11-11")
  void shouldGiveEverythingBackWhenABadQueryComesInFragments() {
    int free = member.host.stack.pool().freeCells();
    byte[] query = claiming(200, 1);
    byte[] head = Arrays.copyOf(query, 8);
    byte[] tail = Arrays.copyOfRange(query, 8, 16);
    fragment(head, 0x2000);
    fragment(tail, 1);
    fragment(head, 0x2000);
    member.host.passSeconds(200);
    assertThat(member.host.stack.pool().freeCells()).isEqualTo(free);
    assertThat(member.said()).isEmpty();
    pings();
  }

  private void fragment(byte[] data, int flagsOffset) {
    member.host.receive(
        Frames.ethernet(
            0x0100_5e01_0101L,
            PEER_MAC,
            Frames.IPV4,
            Frames.ipv4(PEER_ADDRESS, GROUP, 2, new byte[0], flagsOffset, data)));
  }

  private void pings() {
    member.host.introducePeer();
    member.host.receiveDatagram(
        Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 1, Frames.icmp(8, 0, 1, new byte[4])));
    assertThat(Frames.getByte(member.host.device.next(), 34)).isZero();
    member.host.device.drain();
    member.host.device.complete();
  }

  /** Whoever asks often is not answered more often, and nothing grows with what he asks. */
  @Test
  void shouldAnswerNoMoreOftenWhenQueriesFlood() {
    int free = member.host.stack.pool().freeCells();
    int[] sources = new int[300];
    for (int i = 0; i < 20_000; i++) {
      Arrays.setAll(sources, place -> SOURCE + place);
      member.hears(i % 3 == 0 ? queryV3(100, 0) : queryV3(100, GROUP, SOURCE + i));
      member.hears(IgmpFrames.ALL_HOSTS, message(0x16, 0, GROUP + i));
    }
    member.hears(queryV3(100, GROUP, sources));
    assertThat(member.host.stack.pool().freeCells()).isEqualTo(free);
    assertThat(member.saysWithin(60 * NANOS).size()).isBetween(1, 2); // about the group, about all
  }

  /** Joining and leaving without end leaves no more behind than can be said about at a time. */
  @Test
  void shouldForgetTheOldestLeavesWhenGroupsComeAndGo() {
    GroupOptions socket = member.socket();
    for (int i = 1; i <= 1_000; i++) {
      assertThat(socket.join(GROUP + i, 0)).isZero();
      assertThat(socket.leave(GROUP + i, 0)).isZero();
      member.host.device.complete();
    }
    assertThat(member.said()).hasSize(2_000);
    String repeated = String.join(" ", member.saysWithin(NANOS));
    assertThat(repeated.split("TO_IN", -1).length).isBetween(100, 130);
    assertThat(member.saysWithin(60 * NANOS)).isEmpty();
  }

  /** As Linux: neither TTL nor Router Alert of a query is looked at. */
  @Test
  void shouldBelieveAQueryWithoutRouterAlert() {
    member.host.receive(
        Frames.ethernet(
            0x0100_5e00_0001L,
            PEER_MAC,
            Frames.IPV4,
            Frames.ipv4(PEER_ADDRESS, IgmpFrames.ALL_HOSTS, 2, queryV3(1, 0))));
    assertThat(member.saysWithin(NANOS)).hasSize(1);
  }

  /** No query fills more than one cell; one that claims to is not even looked at. */
  @Test
  @Requirement("SEC-URGENT11-11")
  void shouldDropAQueryThatComesInFragmentsAndFitsNoCell() {
    byte[] query = queryV3(1, GROUP, new int[600]);
    for (int offset = 0; offset < query.length; offset += 1_208) {
      byte[] part = Arrays.copyOfRange(query, offset, Math.min(query.length, offset + 1_208));
      boolean more = offset + part.length < query.length;
      member.host.receiveDatagram(
          FragmentFrames.fragment(
              PEER_ADDRESS, OUR_ADDRESS, IgmpFrames.IGMP_PROTOCOL, 7, offset, more, part));
    }
    assertThat(member.drops(DropReason.IGMP_TOO_LONG)).isEqualTo(1);
    assertThat(member.saysWithin(NANOS)).isEmpty();
  }

  /** RFC 3376 section 4.1.12: a query may be addressed to us alone. */
  @Test
  void shouldAnswerAQueryToOurOwnAddress() {
    member.host.receiveDatagram(Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 2, queryV3(1, 0)));
    assertThat(member.saysWithin(NANOS)).hasSize(1);
  }

  @Test
  void shouldSendNothingMoreWhenTheDeviceIsFull() {
    member.hears(queryV3(1, 0));
    member.host.device.room(0);
    assertThat(member.saysWithin(NANOS)).isEmpty();
    member.host.device.room(10);
    member.hears(queryV3(1, 0));
    assertThat(member.saysWithin(NANOS)).hasSize(1);
  }
}
