package dev.trident.treck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.c.IntRef;
import dev.trident.testkit.Requirement;
import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups and broadcasts by socket options. */
class GroupTest extends TwoHostsTest {
  private static final String GROUP = "225.1.2.3";
  private static final int GROUP_ADDRESS = C.inet_addr(GROUP);
  private static final int LEFT_ADDRESS = C.inet_addr(LEFT);
  private static final int RIGHT_ADDRESS = C.inet_addr(RIGHT);

  private final ByteBuf memory = C.malloc(100);

  private int set(Treck side, int sd, int level, int name, int value) {
    return side.setsockopt(sd, level, name, new IntRef(value), 4);
  }

  private int get(Treck side, int sd, int level, int name) {
    IntRef value = new IntRef(-1);
    assertThat(side.getsockopt(sd, level, name, value, new IntRef(4))).isZero();
    return value.value;
  }

  /** A socket that shares its port, and does not block. */
  private int receiver(Treck side) {
    int sd = side.socket(AF_INET, SOCK_DGRAM, 0);
    assertThat(set(side, sd, SOL_SOCKET, SO_REUSEADDR, 1)).isZero();
    assertThat(set(side, sd, SOL_SOCKET, SO_NONBLOCK, 1)).isZero();
    assertThat(side.bind(sd, at("0.0.0.0", PORT), 16)).isZero();
    return sd;
  }

  private int join(Treck side, int sd) {
    return side.setsockopt(
        sd, IP_PROTOIP, IPO_ADD_MEMBERSHIP, new IpMreq(GROUP_ADDRESS, 0), IpMreq.SIZEOF);
  }

  private int source(Treck side, int sd, int name, int source) {
    return side.setsockopt(
        sd, IP_PROTOIP, name, new IpMreqSource(GROUP_ADDRESS, source, 0), IpMreqSource.SIZEOF);
  }

  private void sendFromLeft(String to) {
    int sd = left.socket(AF_INET, SOCK_DGRAM, 0);
    assertThat(set(left, sd, SOL_SOCKET, SO_BROADCAST, 1)).isZero();
    assertThat(left.sendto(sd, memory, 10, 0, at(to, PORT), 16)).isEqualTo(10);
    settle();
    left.tfClose(sd);
  }

  private int received(Treck side, int sd) {
    int count = 0;
    while (side.recv(sd, memory, 100, 0) >= 0) {
      count++;
    }
    assertThat(side.tfGetSocketError(sd)).isEqualTo(TM_EWOULDBLOCK);
    return count;
  }

  @Test
  void shouldReceiveInEverySocketThatJoined() {
    int one = receiver(right);
    int other = receiver(right);
    int stranger = receiver(right);
    assertThat(join(right, one)).isZero();
    assertThat(join(right, other)).isZero();
    sendFromLeft(GROUP);
    assertThat(received(right, one)).isEqualTo(1);
    assertThat(received(right, other)).isEqualTo(1);
    assertThat(received(right, stranger)).isZero();
    assertThat(
            right.setsockopt(
                one, IP_PROTOIP, IPO_DROP_MEMBERSHIP, new IpMreq(GROUP_ADDRESS, RIGHT_ADDRESS), 8))
        .isZero();
    sendFromLeft(GROUP);
    assertThat(received(right, one)).isZero();
    assertThat(received(right, other)).isEqualTo(1);
  }

  @Test
  void shouldReceiveFromTheSourcesThatAreWanted() {
    int blocking = receiver(right);
    assertThat(join(right, blocking)).isZero();
    assertThat(source(right, blocking, IPO_BLOCK_SOURCE, LEFT_ADDRESS)).isZero();
    int choosing = receiver(right);
    assertThat(source(right, choosing, IPO_ADD_SOURCE_MEMBERSHIP, LEFT_ADDRESS)).isZero();
    sendFromLeft(GROUP);
    assertThat(received(right, blocking)).isZero();
    assertThat(received(right, choosing)).isEqualTo(1);
    assertThat(source(right, blocking, IPO_UNBLOCK_SOURCE, LEFT_ADDRESS)).isZero();
    assertThat(source(right, choosing, IPO_DROP_SOURCE_MEMBERSHIP, LEFT_ADDRESS)).isZero();
    sendFromLeft(GROUP);
    assertThat(received(right, blocking)).isEqualTo(1);
    assertThat(received(right, choosing)).isZero();
  }

  @Test
  void shouldTellWhatIsWrong() {
    int sd = receiver(right);
    IpMreq group = new IpMreq(GROUP_ADDRESS, 0);
    expectError(
        right,
        sd,
        right.setsockopt(sd, IP_PROTOIP, IPO_DROP_MEMBERSHIP, group, 8),
        TM_EADDRNOTAVAIL);
    assertThat(join(right, sd)).isZero();
    expectError(right, sd, join(right, sd), TM_EADDRINUSE);
    expectError(
        right, sd, right.setsockopt(sd, IP_PROTOIP, IPO_ADD_MEMBERSHIP, group, 7), TM_EINVAL);
    expectError(right, sd, right.setsockopt(sd, IP_PROTOIP, IPO_BLOCK_SOURCE, group, 8), TM_EINVAL);
    expectError(
        right, sd, right.setsockopt(sd, SOL_SOCKET, IPO_ADD_MEMBERSHIP, group, 8), TM_EINVAL);
    expectError(right, sd, set(right, sd, IP_PROTOIP, IPO_ADD_MEMBERSHIP, 1), TM_EINVAL);
    expectError(right, sd, set(right, sd, IP_PROTOIP, IPO_HDRINCL, 1), TM_ENOPROTOOPT);
    IpMreq noGroup = new IpMreq(LEFT_ADDRESS, 0);
    expectError(
        right, sd, right.setsockopt(sd, IP_PROTOIP, IPO_ADD_MEMBERSHIP, noGroup, 8), TM_EINVAL);
    IpMreq elsewhere = new IpMreq(C.inet_addr("225.1.2.4"), LEFT_ADDRESS);
    expectError(
        right,
        sd,
        right.setsockopt(sd, IP_PROTOIP, IPO_ADD_MEMBERSHIP, elsewhere, 8),
        TM_EADDRNOTAVAIL);
    expectError(right, sd, source(right, sd, IPO_ADD_SOURCE_MEMBERSHIP, LEFT_ADDRESS), TM_EINVAL);
    expectError(right, sd, source(right, sd, IPO_UNBLOCK_SOURCE, LEFT_ADDRESS), TM_EADDRNOTAVAIL);
    int stream = right.socket(AF_INET, SOCK_STREAM, 0);
    expectError(right, stream, join(right, stream), TM_ENOPROTOOPT);
    assertThat(right.setsockopt(77, IP_PROTOIP, IPO_ADD_MEMBERSHIP, group, 8))
        .isEqualTo(TM_SOCKET_ERROR);
  }

  @Test
  void shouldSendToGroupsAsTheOptionsSay() {
    int sd = right.socket(AF_INET, SOCK_DGRAM, 0);
    assertThat(get(right, sd, IP_PROTOIP, IPO_MULTICAST_TTL)).isEqualTo(1);
    assertThat(get(right, sd, IP_PROTOIP, IPO_MULTICAST_LOOP)).isEqualTo(1);
    assertThat(get(right, sd, IP_PROTOIP, IPO_TTL)).isEqualTo(64);
    assertThat(set(right, sd, IP_PROTOIP, IPO_TTL, 9)).isZero();
    assertThat(get(right, sd, IP_PROTOIP, IPO_TTL)).isEqualTo(9);
    assertThat(set(right, sd, IP_PROTOIP, IPO_MULTICAST_TTL, 0)).isZero();
    expectError(right, sd, set(right, sd, IP_PROTOIP, IPO_MULTICAST_TTL, 256), TM_EINVAL);
    expectError(right, sd, set(right, sd, IP_PROTOIP, IPO_TTL, 0), TM_EINVAL);
    InAddr by = new InAddr(1);
    IntRef length = new IntRef(4);
    assertThat(right.getsockopt(sd, IP_PROTOIP, IPO_MULTICAST_IF, by, length)).isZero();
    assertThat(by.s_addr).isZero();
    assertThat(right.setsockopt(sd, IP_PROTOIP, IPO_MULTICAST_IF, new InAddr(RIGHT_ADDRESS), 4))
        .isZero();
    assertThat(right.getsockopt(sd, IP_PROTOIP, IPO_MULTICAST_IF, by, length)).isZero();
    assertThat(by.s_addr).isEqualTo(RIGHT_ADDRESS);
    expectError(
        right,
        sd,
        right.setsockopt(sd, IP_PROTOIP, IPO_MULTICAST_IF, new InAddr(LEFT_ADDRESS), 4),
        TM_EADDRNOTAVAIL);
  }

  @Test
  @Requirement("RFC1112-host-11")
  void shouldLoopBackToOwnMembersUnlessSwitchedOff() {
    int member = receiver(right);
    assertThat(join(right, member)).isZero();
    assertThat(right.sendto(member, memory, 10, 0, at(GROUP, PORT), 16)).isEqualTo(10);
    assertThat(received(right, member)).isEqualTo(1);
    assertThat(set(right, member, IP_PROTOIP, IPO_MULTICAST_LOOP, 0)).isZero();
    assertThat(right.sendto(member, memory, 10, 0, at(GROUP, PORT), 16)).isEqualTo(10);
    assertThat(received(right, member)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"255.255.255.255", "10.0.0.255"})
  void shouldBroadcastWithPermissionOnly(String broadcast) {
    int sd = left.socket(AF_INET, SOCK_DGRAM, 0);
    assertThat(get(left, sd, SOL_SOCKET, SO_BROADCAST)).isZero();
    expectError(left, sd, left.sendto(sd, memory, 10, 0, at(broadcast, PORT), 16), TM_EACCES);
    int one = receiver(right);
    int other = receiver(right);
    sendFromLeft(broadcast);
    assertThat(received(right, one)).isEqualTo(1);
    assertThat(received(right, other)).isEqualTo(1);
  }

  @Test
  void shouldShareAPortOnlyAmongThoseThatSaidSo() {
    int sd = receiver(right);
    assertThat(get(right, sd, SOL_SOCKET, SO_REUSEADDR)).isEqualTo(1);
    int alone = right.socket(AF_INET, SOCK_DGRAM, 0);
    expectError(right, alone, right.bind(alone, at("0.0.0.0", PORT), 16), TM_EADDRINUSE);
  }
}
