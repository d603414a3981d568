package dev.trident.udp;

import static dev.trident.testkit.StackHarness.OUR_ADDRESS;
import static dev.trident.testkit.StackHarness.PEER_ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.PortSpace;
import dev.trident.endpoint.StackError;
import dev.trident.testkit.Frames;
import dev.trident.testkit.StackHarness;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Endpoints that only send, from fixed addresses. */
class TransmitOnlyTest {
  private static final int IP = 14;
  private static final int UDP = IP + 20;
  private static final int FOREIGN = 0x0a00_0063;

  private final StackHarness harness = new StackHarness();
  private final DatagramEndpoint sender =
      Objects.requireNonNull(harness.stack.newDatagram(), "no endpoint");

  @AfterEach
  void close() {
    harness.close();
  }

  @Test
  void shouldSendFromFixedAddressesWithoutReservingThePort() {
    harness.introducePeer();
    assertThat(sender.transmitOnly(0, 2_000, PEER_ADDRESS, 3_000)).isZero();
    assertThat(harness.ports.isReserved(PortSpace.UDP, OUR_ADDRESS, 2_000)).isFalse();
    assertThat(sender.send(C.malloc(5), 0, 5, 0, 0)).isEqualTo(5);
    byte[] frame = harness.device.next();
    assertThat(Frames.getInt(frame, IP + 12)).isEqualTo(OUR_ADDRESS);
    assertThat(Frames.getInt(frame, IP + 16)).isEqualTo(PEER_ADDRESS);
    assertThat(Frames.getShort(frame, UDP)).isEqualTo(2_000);
    assertThat(Frames.getShort(frame, UDP + 2)).isEqualTo(3_000);
    assertThat(harness.device.filters()).isEmpty();
  }

  @Test
  void shouldUseASourceAddressThatIsNotLocal() {
    harness.introducePeer();
    assertThat(sender.transmitOnly(FOREIGN, 2_000, PEER_ADDRESS, 3_000)).isZero();
    sender.send(C.malloc(5), 0, 5, 0, 0);
    assertThat(Frames.getInt(harness.device.next(), IP + 12)).isEqualTo(FOREIGN);
  }

  @Test
  void shouldSetDontFragmentOnlyWhenAsked() {
    harness.introducePeer();
    sender.transmitOnly(0, 2_000, PEER_ADDRESS, 3_000);
    sender.send(C.malloc(5), 0, 5, 0, 0);
    sender.dontFragment(true);
    sender.send(C.malloc(5), 0, 5, 0, 0);
    assertThat(Frames.getShort(harness.device.next(), IP + 6)).isZero();
    assertThat(Frames.getShort(harness.device.next(), IP + 6)).isEqualTo(0x4000);
  }

  @Test
  void shouldRefuseOtherUsesAfterwards() {
    sender.transmitOnly(0, 2_000, PEER_ADDRESS, 3_000);
    int invalid = StackError.INVALID_STATE.code;
    assertThat(sender.bind(0, 1_000)).isEqualTo(invalid);
    assertThat(sender.connect(PEER_ADDRESS, 1)).isEqualTo(invalid);
    assertThat(sender.transmitOnly(0, 1, PEER_ADDRESS, 1)).isEqualTo(invalid);
  }

  @Test
  void shouldCheckAddresses() {
    int invalid = StackError.INVALID_ADDRESS.code;
    assertThat(sender.transmitOnly(0, 0, PEER_ADDRESS, 1)).isEqualTo(invalid);
    assertThat(sender.transmitOnly(0, 1, 0, 1)).isEqualTo(invalid);
    assertThat(sender.transmitOnly(0, 1, PEER_ADDRESS, 0)).isEqualTo(invalid);
    assertThat(sender.transmitOnly(0, 1, 0x0909_0909, 1))
        .isEqualTo(StackError.NETWORK_UNREACHABLE.code);
  }

  @Test
  void shouldTellWhetherTheNextHopIsKnown() {
    assertThat(harness.stack.resolve(0x0909_0909)).isEqualTo(StackError.NETWORK_UNREACHABLE.code);
    assertThat(harness.stack.resolve(PEER_ADDRESS)).isEqualTo(StackError.WOULD_BLOCK.code);
    assertThat(Frames.getShort(harness.device.next(), 12)).isEqualTo(Frames.ARP);
    harness.introducePeer();
    assertThat(harness.stack.resolve(PEER_ADDRESS)).isZero();
    assertThat(harness.stack.resolve(0xe000_0105)).isZero();
  }
}
