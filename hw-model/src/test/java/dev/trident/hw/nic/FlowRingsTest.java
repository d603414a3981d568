package dev.trident.hw.nic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.c.C;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.time.VirtualClock;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Receive rings of their own for connections. */
class FlowRingsTest {
  private static final int B = 0x0a000002;
  private static final long SECOND = 1_000_000_000L;

  private final Fabric fabric = Fabric.polled(new VirtualClock());
  private Host a;
  private Host b;

  @BeforeEach
  void open() {
    a = fabric.host("a", 1).nic("a0", "10.0.0.1/24");
    b = fabric.host("b", 2).nic("b0", "10.0.0.2/24").flowRings("b0", 2, 64);
    fabric.wire(a.nic("a0"), b.nic("b0"));
  }

  @AfterEach
  void close() {
    fabric.close();
  }

  private long framesIn(int device) {
    // The loopback interface is the first device, then come the adapter's in the order of opening.
    return b.defaultStack().devices()[1 + device].counters().framesIn();
  }

  private StreamEndpoint connect(int port) {
    b.defaultStack().enter();
    StreamListener listener = Objects.requireNonNull(b.defaultStack().transport().newListener());
    assertThat(listener.bind(0, port)).isZero();
    assertThat(listener.listen(1)).isZero();
    b.defaultStack().exit();
    a.defaultStack().enter();
    StreamEndpoint stream = Objects.requireNonNull(a.defaultStack().transport().newStream());
    assertThat(stream.connect(B, port)).isZero();
    a.defaultStack().exit();
    a.clock().sleep(SECOND / 2);
    assertThat(stream.readiness().isAny(Readiness.CONNECTED)).isTrue();
    b.defaultStack().enter();
    StreamEndpoint accepted = Objects.requireNonNull(listener.accept());
    b.defaultStack().exit();
    // The first data is acknowledged: from now on the adapter knows the connection.
    send(stream);
    assertThat(accepted.receivableBytes()).isEqualTo(100);
    return stream;
  }

  private void send(StreamEndpoint stream) {
    a.defaultStack().enter();
    assertThat(stream.send(C.malloc(100), 0, 100, 0)).isEqualTo(100);
    a.defaultStack().exit();
    a.clock().sleep(SECOND / 2);
  }

  @Test
  void shouldReceiveAConnectionInARingOfItsOwnWhenItHasAnswered() {
    StreamEndpoint stream = connect(80);
    long byDefault = framesIn(0);
    long byRings = framesIn(1) + framesIn(2);

    send(stream);

    assertThat(framesIn(1) + framesIn(2)).isGreaterThan(byRings);
    assertThat(framesIn(0)).isEqualTo(byDefault);
  }

  @Test
  void shouldSpreadConnectionsOverTheRings() {
    for (int port = 80; port < 90; port++) {
      send(connect(port));
    }
    assertThat(framesIn(1)).isPositive();
    assertThat(framesIn(2)).isPositive();
  }

  @Test
  void shouldLeaveAttemptsToConnectInTheDefaultRing() {
    a.defaultStack().enter();
    StreamEndpoint stream = Objects.requireNonNull(a.defaultStack().transport().newStream());
    assertThat(stream.connect(B, 9)).isZero();
    a.defaultStack().exit();
    a.clock().sleep(SECOND / 2);
    assertThat(stream.readiness().isAny(Readiness.ERROR)).as("refused by RST").isTrue();
    assertThat(framesIn(1) + framesIn(2)).isZero();
  }

  @Test
  void shouldRefuseRingsForFlowsWhenThereAreSomeOrNoRoomIsLeft() {
    assertThatThrownBy(() -> b.flowRings("b0", 1, 64))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("already");
    assertThatThrownBy(() -> a.flowRings("a0", 300, 64))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("out of virtual interfaces");
    try (Fabric driven = Fabric.driven()) {
      Host host = driven.host("c", 1).nic("c0", "10.0.0.3/24");
      assertThatThrownBy(() -> host.flowRings("c0", 1, 64))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("threads");
    }
  }
}
