package dev.trident.treck;

import static dev.trident.treck.FdSet.FD_ISSET;
import static dev.trident.treck.FdSet.FD_SET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.IntRef;
import dev.trident.testkit.Requirement;
import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.Test;

/** Out-of-band data: MSG_OOB, SO_OOBINLINE and select's except set (sections 3.6 and 3.7). */
class UrgentDataTest extends TwoHostsTest {
  private final Timeval now = new Timeval(0, 0);

  /** Sends the bytes of {@code text}, the last of them urgent if {@code flags} has MSG_OOB. */
  private void send(int sd, String text, int flags) {
    ByteBuf buffer = bytes(text.length());
    for (int i = 0; i < text.length(); i++) {
      buffer.setByte(i, text.charAt(i));
    }
    assertThat(left.send(sd, buffer, text.length(), flags)).isEqualTo(text.length());
    settle();
  }

  private String receive(int sd, int flags) {
    ByteBuf buffer = bytes(50);
    int count = right.recv(sd, buffer, 50, flags);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append((char) buffer.getByte(i));
    }
    return text.toString();
  }

  private boolean isException(int sd) {
    FdSet excepts = new FdSet();
    FD_SET(sd, excepts);
    assertThat(right.select(sd + 1, null, null, excepts, now)).isNotNegative();
    return FD_ISSET(sd, excepts);
  }

  @Test
  @Requirement({"TRK-recv-06", "TRK-getsockopt-15", "TRK-select-03"})
  void shouldKeepTheUrgentByteApart() {
    Pair pair = connect();
    int sd = pair.server();
    expectError(right, sd, right.recv(sd, bytes(5), 5, MSG_OOB), TM_EINVAL);
    assertThat(isException(sd)).isFalse();
    send(pair.client(), "ab!", MSG_OOB);
    send(pair.client(), "cd", 0);
    assertThat(isException(sd)).isTrue();
    assertThat(receive(sd, MSG_PEEK)).isEqualTo("ab");
    assertThat(receive(sd, 0)).isEqualTo("ab");
    assertThat(receive(sd, MSG_OOB | MSG_PEEK)).isEqualTo("!");
    assertThat(receive(sd, MSG_OOB)).isEqualTo("!");
    assertThat(isException(sd)).isFalse();
    expectError(right, sd, right.recv(sd, bytes(5), 5, MSG_OOB), TM_EINVAL);
    assertThat(receive(sd, 0)).isEqualTo("cd");
  }

  @Test
  @Requirement({"TRK-getsockopt-02", "TRK-getsockopt-14"})
  void shouldLeaveTheUrgentByteInTheStreamWhenAsked() {
    Pair pair = connect();
    int sd = pair.server();
    IntRef value = new IntRef(1);
    assertThat(right.setsockopt(sd, SOL_SOCKET, SO_OOBINLINE, value, 4)).isZero();
    value.value = 0;
    assertThat(right.getsockopt(sd, SOL_SOCKET, SO_OOBINLINE, value, new IntRef(4))).isZero();
    assertThat(value.value).isEqualTo(1);
    send(pair.client(), "ab!", MSG_OOB);
    assertThat(isException(sd)).isTrue();
    expectError(right, sd, right.recv(sd, bytes(5), 5, MSG_OOB), TM_EINVAL);
    assertThat(receive(sd, 0)).isEqualTo("ab");
    assertThat(receive(sd, 0)).isEqualTo("!");
    assertThat(isException(sd)).isFalse();
  }

  @Test
  void shouldKeepOneUrgentByteOnly() {
    Pair pair = connect();
    send(pair.client(), "x", MSG_OOB);
    send(pair.client(), "y", MSG_OOB);
    assertThat(receive(pair.server(), MSG_OOB)).as("one at a time: the later").isEqualTo("y");
    right.tfBlockingState(pair.server(), TM_BLOCKING_OFF);
    expectError(right, pair.server(), right.recv(pair.server(), bytes(5), 5, 0), TM_EWOULDBLOCK);
  }
}
