package dev.trident.treck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.IntRef;
import dev.trident.testkit.Requirement;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Datagrams that take many frames, and a device whose ring has no room for all of them. */
class DatagramRoomTest extends TwoHostsTest {
  private static final int LENGTH = 20_001;
  private static final int FRAGMENTS = 14;

  private final ByteBuf memory = fill(bytes(LENGTH), LENGTH);

  private long framesSent() {
    return hosts.left().interfaceNames().stream()
        .mapToLong(name -> hosts.left().nic(name).counters().framesOut())
        .sum();
  }

  /** Somebody is there, so that nothing is refused for want of a socket. */
  @BeforeEach
  void receive() {
    bound(right, SOCK_DGRAM, PORT);
  }

  private int nonBlocking() {
    int sd = left.socket(AF_INET, SOCK_DGRAM, 0);
    assertThat(left.setsockopt(sd, SOL_SOCKET, SO_SNDBUF, new IntRef(65_507), 4)).isZero();
    assertThat(left.setsockopt(sd, SOL_SOCKET, SO_NONBLOCK, new IntRef(1), 4)).isZero();
    left.sendto(sd, memory, 1, 0, at(RIGHT, PORT), 16);
    settle(); // the neighbour is known now
    return sd;
  }

  @Test
  @Requirement({"TRK-send-04", "TRK-sendto-04"})
  void shouldSendAllOfADatagramOrFailWhenItWouldBlock() {
    int sd = nonBlocking();
    int connected = nonBlocking();
    assertThat(left.connect(connected, at(RIGHT, PORT), 16)).isZero();
    long before = framesSent();
    int count = 0;
    while (left.sendto(sd, memory, LENGTH, 0, at(RIGHT, PORT), 16) == LENGTH) {
      assertThat(++count).as("a ring has an end").isLessThan(1_000);
    }
    assertThat(left.tfGetSocketError(sd)).isEqualTo(TM_EWOULDBLOCK);
    while (left.send(connected, memory, LENGTH, 0) == LENGTH) {
      assertThat(++count).as("a ring has an end").isLessThan(1_000); // each call frees some room
    }
    assertThat(left.tfGetSocketError(connected)).isEqualTo(TM_EWOULDBLOCK);
    assertThat(count).isPositive();
    settle();
    assertThat(framesSent() - before)
        .as("no fragment of what was refused")
        .isEqualTo((long) FRAGMENTS * count);
    assertThat(left.send(connected, memory, LENGTH, 0)).isEqualTo(LENGTH);
  }

  @Test
  @Requirement("TRK-ownership-06")
  void shouldFreeALentBufferAfterItsLastFragment() {
    int sd = nonBlocking();
    List<Object> freed = new ArrayList<>();
    long before = framesSent();
    long[] framesWhenFreed = {0};
    TtUserFreeFunc free =
        buffer -> {
          freed.add(buffer);
          framesWhenFreed[0] = framesSent() - before;
        };
    assertThat(
            left.tfZeroCopyUserBufferSendTo(
                sd, "token", memory, LENGTH, free, 0, at(RIGHT, PORT), 16))
        .isEqualTo(LENGTH);
    assertThat(freed).as("before its frames are on the wire").isEmpty();
    settle();
    assertThat(freed).containsExactly("token");
    assertThat(framesWhenFreed[0]).isEqualTo(FRAGMENTS);
    assertThat(memory.refCnt()).isEqualTo(1);
  }

  /** No public source describes them. */
  @Test
  @Requirement("TRK-helpers-03")
  void shouldLeaveOutCallsThatNobodyKnows() {
    assertThat(Arrays.stream(Treck.class.getMethods()).map(method -> method.getName()))
        .contains("recvfrom")
        .doesNotContain("tfBindNoWait", "tfRecvFromTo");
  }
}
