package dev.trident.hw.nic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.buffer.Packet;
import dev.trident.link.NetworkDevice;
import dev.trident.testkit.Requirement;
import org.junit.jupiter.api.Test;

class TransmitAlternativesTest {
  /** A further interface of the first adapter, with alternatives. */
  private static VirtualInterface open(TwoNics nics, int count, int bufferBytes)
      throws NicExhaustedException {
    InterfaceOptions options =
        InterfaceOptions.of(RingOptions.of(0, TwoNics.RING)).withAlternatives(count, bufferBytes);
    return nics.nicA.openFurther(nics.poolA, options, nics.keeperA, new Doorbell());
  }

  private static void send(TwoNics nics, VirtualInterface a, int first) {
    Packet packet = nics.packet(60, first);
    assertThat(a.transmit(packet, NetworkDevice.DEFAULT_QUEUE)).isTrue();
    packet.release();
  }

  private static void queue(TwoNics nics, VirtualInterface a, int bytes, int number) {
    Packet packet = nics.packet(bytes, 0);
    assertThat(a.transmit(packet, number)).isTrue();
    packet.release();
  }

  @Test
  @Requirement("ZF-alts-buffer-04")
  void shouldReportMeasuredFreeSpaceWhenFourAlternativesShare4096Bytes()
      throws NicExhaustedException {
    try (TwoNics nics = TwoNics.wired()) {
      VirtualInterface a = open(nics, 4, 4_096);
      assertThat(a.alternativeFreeBytes(1)).isEqualTo(6_624);
      queue(nics, a, 736, 1);
      assertThat(a.alternativeFreeBytes(1)).isEqualTo(5_856);
      a.releaseQueue(1);
      assertThat(a.alternativeFreeBytes(1)).isEqualTo(6_368);
    }
  }

  @Test
  @Requirement("ZF-alts-buffer-05")
  void shouldReportMeasuredFreeSpaceWhenThreeAlternativesShare40960Bytes()
      throws NicExhaustedException {
    try (TwoNics nics = TwoNics.wired()) {
      VirtualInterface a = open(nics, 3, 40_960);
      assertThat(a.alternativeFreeBytes(2)).isEqualTo(42_976);
      queue(nics, a, 74, 2);
      assertThat(a.alternativeFreeBytes(2)).isEqualTo(42_848);
      assertThat(a.alternativeFreeBytes(1)).isEqualTo(42_976);
    }
  }

  @Test
  void shouldRefuseFrameWhenMemoryIsFullAndTakeItAfterFlush() throws NicExhaustedException {
    try (TwoNics nics = TwoNics.wired()) {
      VirtualInterface a = open(nics, 2, 1_024);
      Packet packet = nics.packet(500, 0);
      int held = 0;
      while (a.transmit(packet, 1)) {
        held++;
        assertThat(a.alternativeFreeBytes(1)).isGreaterThanOrEqualTo(-32);
        assertThat(held).isLessThan(10);
      }
      assertThat(packet.references()).isEqualTo(1 + held);
      a.flushQueue(1);
      assertThat(packet.references()).isEqualTo(1);
      assertThat(a.transmit(packet, 1)).isTrue();
      a.flushQueue(1);
      packet.release();
    }
  }

  @Test
  void shouldRefuseMoreAlternativesThanAdapterHas() throws NicExhaustedException {
    try (TwoNics nics = TwoNics.wired()) {
      assertThatThrownBy(() -> open(nics, 18, 512)).hasMessageContaining("alternatives");
      assertThatThrownBy(() -> open(nics, 1, 1 << 30)).hasMessageContaining("alternatives");
      VirtualInterface a = open(nics, 17, 512);
      assertThatThrownBy(() -> a.flushQueue(18)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void shouldHoldFramesUntilReleasedOrFlushed() throws NicExhaustedException {
    try (TwoNics nics = TwoNics.wired()) {
      VirtualInterface a = open(nics, 2, 4_096);
      Packet packet = nics.packet(600, 3);
      assertThat(a.transmit(packet, 1)).isTrue();
      packet.setRange(packet.offset() + 54, 546);
      assertThat(packet.isHeldByDevice()).isTrue();
      assertThat(nics.b.hasEvent()).isFalse();
      a.releaseQueue(1);
      nics.b.poll(0, 64);
      assertThat(nics.keeperB.frames.getFirst().length()).as("range as posted").isEqualTo(600);
      a.poll(0, 64);
      assertThat(packet.isHeldByDevice()).isFalse();
      a.transmit(packet, 2);
      a.flushQueue(2);
      assertThat(packet.isHeldByDevice()).isFalse();
      assertThat(nics.b.hasEvent()).isFalse();
      packet.release();
    }
  }

  @Test
  void shouldKeepWhatTransmitRingHasNoRoomForWhenReleased() throws NicExhaustedException {
    try (TwoNics nics = TwoNics.wired()) {
      VirtualInterface a = open(nics, 1, 8_192);
      for (int i = 0; i < TwoNics.RING - 1; i++) {
        send(nics, a, i);
      }
      queue(nics, a, 100, 1);
      queue(nics, a, 101, 1);
      a.releaseQueue(1);
      assertThat(a.outstandingTransmissions()).isEqualTo(TwoNics.RING);
      a.poll(0, 64);
      assertThat(nics.keeperA.drained).as("told that there is room").isEqualTo(1);
      a.releaseQueue(1);
      assertThat(a.outstandingTransmissions()).isEqualTo(1);
      assertThat(NetworkDevice.DEFAULT_QUEUE).isZero();
    }
  }
}
