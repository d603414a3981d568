package dev.trident.hw.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.EchoEndpoint;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.Transport;
import dev.trident.hw.time.VirtualClock;
import dev.trident.testkit.Requirement;
import dev.trident.trace.MibObject;
import java.util.Objects;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Echo requests of every size between two hosts, in as many fragments as that takes. */
class PingTest {
  private static final int A = 0x0a000001;
  private static final int B = 0x0a000002;
  private static final long SECOND = 1_000_000_000L;

  private final Fabric fabric = Fabric.polled(new VirtualClock());
  private final Host a = fabric.host("a", 1).nic("ping-a", "10.0.0.1/24");
  private final Host b = fabric.host("b", 2).nic("ping-b", "10.0.0.2/24");
  private final HostStack stack = a.defaultStack();
  private final Transport transport = stack.transport();
  private final EchoEndpoint echo;

  PingTest() {
    fabric.wire(a.nic("ping-a"), b.nic("ping-b"));
    stack.enter();
    echo = Objects.requireNonNull(transport.newEcho());
    stack.exit();
  }

  @AfterEach
  void close() {
    fabric.close();
  }

  private int call(IntSupplier calls) {
    stack.enter();
    try {
      return calls.getAsInt();
    } finally {
      stack.exit();
    }
  }

  /** Sends one request and waits for its reply. */
  private void ping(int address, int bytes) {
    long before = echo.received();
    assertThat(call(() -> echo.send(address, bytes))).isNotNegative();
    stack.enter();
    AwaitResult result = stack.await(() -> echo.received() > before, SECOND);
    stack.exit();
    assertThat(result).as(bytes + " bytes").isEqualTo(AwaitResult.HOLDS);
    assertThat(echo.lastDataBytes()).isEqualTo(bytes);
    assertThat(echo.damaged()).isZero();
  }

  @Test
  @Requirement({"RFC1122-icmp-22", "RFC1122-icmp-23", "RFC792-echo-01"})
  void shouldGetAllDataBackWhateverTheSize() {
    for (int bytes = 0; bytes < 4_600; bytes += bytes < 16 ? 1 : 7) {
      ping(B, bytes);
    }
    for (int bytes = 4_600; bytes <= 65_507; bytes += 997) {
      ping(B, bytes);
    }
    ping(B, 65_507);
    assertThat(call(() -> echo.send(B, 65_508))).isEqualTo(StackError.MESSAGE_TOO_LONG.code);
    assertThat(transport.mib().get(MibObject.IP_REASM_FAILS)).isZero();
    assertThat(transport.mib().get(MibObject.IP_REASM_OKS)).isPositive();
  }

  @ParameterizedTest
  @ValueSource(ints = {1_472, 1_473, 1_480, 1_481, 2_952, 2_960, 2_961})
  void shouldGetAllDataBackAroundTheSizesOfFragments(int bytes) {
    ping(B, bytes);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1_400, 65_507})
  void shouldPingItself(int bytes) {
    ping(A, bytes);
    ping(0x7f000001, bytes);
  }

  @Test
  void shouldLeaveNoMemoryBehind() {
    ping(B, 65_507);
    int cells = transport.pool().freeCells();
    int runs = transport.pool().freeRunCells();
    for (int i = 0; i < 200; i++) {
      ping(B, 65_507);
    }
    assertThat(transport.pool().freeCells()).isBetween(cells - 128, cells + 128);
    assertThat(transport.pool().freeRunCells()).isEqualTo(runs);
  }

  @Test
  void shouldPingByTheClockOnAVlan() {
    a.vlan("ping-a.9", "ping-a", 9, "10.9.9.1/24");
    b.vlan("ping-b.9", "ping-b", 9, "10.9.9.2/24");
    assertThat(call(() -> echo.start(0x0a090902, 3_000, SECOND / 10))).isZero();
    stack.enter();
    stack.await(() -> false, SECOND + SECOND / 20);
    stack.exit();
    assertThat(echo.sent()).isEqualTo(11);
    assertThat(echo.received()).isEqualTo(11);
    assertThat(echo.readiness().isAny(Readiness.READABLE)).isTrue();
  }
}
