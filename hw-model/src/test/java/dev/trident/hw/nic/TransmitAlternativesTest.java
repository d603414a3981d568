package dev.trident.hw.nic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.buffer.Packet;
import dev.trident.link.NetworkDevice;
import dev.trident.testkit.Requirement;
import org.junit.jupiter.api.Test;

class TransmitAlternativesTest {
  private static void queue(TwoNics nics, int bytes, int number) {
    Packet packet = nics.packet(bytes, 0);
    assertThat(nics.a.transmit(packet, number)).isTrue();
    packet.release();
  }

  @Test
  @Requirement("ZF-alts-buffer-04")
  void shouldReportMeasuredFreeSpaceWhenFourAlternativesShare4096Bytes() {
    try (TwoNics nics = TwoNics.wired()) {
      assertThat(nics.a.openAlternatives(4, 4_096)).isTrue();
      assertThat(nics.a.alternativeFreeBytes(1)).isEqualTo(6_624);
      queue(nics, 736, 1);
      assertThat(nics.a.alternativeFreeBytes(1)).isEqualTo(5_856);
      nics.a.releaseQueue(1);
      assertThat(nics.a.alternativeFreeBytes(1)).isEqualTo(6_368);
    }
  }

  @Test
  @Requirement("ZF-alts-buffer-05")
  void shouldReportMeasuredFreeSpaceWhenThreeAlternativesShare40960Bytes() {
    try (TwoNics nics = TwoNics.wired()) {
      assertThat(nics.a.openAlternatives(3, 40_960)).isTrue();
      assertThat(nics.a.alternativeFreeBytes(2)).isEqualTo(42_976);
      queue(nics, 74, 2);
      assertThat(nics.a.alternativeFreeBytes(2)).isEqualTo(42_848);
      assertThat(nics.a.alternativeFreeBytes(1)).isEqualTo(42_976);
    }
  }

  @Test
  void shouldRefuseFrameWhenMemoryIsFullAndTakeItAfterFlush() {
    try (TwoNics nics = TwoNics.wired()) {
      assertThat(nics.a.openAlternatives(2, 1_024)).isTrue();
      Packet packet = nics.packet(500, 0);
      int held = 0;
      while (nics.a.transmit(packet, 1)) {
        held++;
        assertThat(nics.a.alternativeFreeBytes(1)).isGreaterThanOrEqualTo(-32);
        assertThat(held).isLessThan(10);
      }
      assertThat(packet.references()).isEqualTo(1 + held);
      nics.a.flushQueue(1);
      assertThat(packet.references()).isEqualTo(1);
      assertThat(nics.a.transmit(packet, 1)).isTrue();
      nics.a.flushQueue(1);
      packet.release();
    }
  }

  @Test
  void shouldRefuseMoreAlternativesThanAdapterHas() {
    try (TwoNics nics = TwoNics.wired()) {
      assertThat(nics.a.openAlternatives(18, 512)).isFalse();
      assertThat(nics.a.openAlternatives(1, 1 << 30)).isFalse();
      assertThat(nics.a.openAlternatives(17, 512)).isTrue();
      assertThatThrownBy(() -> nics.a.flushQueue(18)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void shouldHoldFramesUntilReleasedOrFlushed() {
    try (TwoNics nics = TwoNics.wired()) {
      nics.a.openAlternatives(2, 4_096);
      Packet packet = nics.packet(600, 3);
      assertThat(nics.a.transmit(packet, 1)).isTrue();
      packet.setRange(packet.offset() + 54, 546);
      assertThat(packet.isHeldByDevice()).isTrue();
      assertThat(nics.b.hasEvent()).isFalse();
      nics.a.releaseQueue(1);
      nics.b.poll(0, 64);
      assertThat(nics.keeperB.frames.getFirst().length()).as("range as posted").isEqualTo(600);
      nics.a.poll(0, 64);
      assertThat(packet.isHeldByDevice()).isFalse();
      nics.a.transmit(packet, 2);
      nics.a.flushQueue(2);
      assertThat(packet.isHeldByDevice()).isFalse();
      assertThat(nics.b.hasEvent()).isFalse();
      packet.release();
    }
  }

  @Test
  void shouldKeepWhatTransmitRingHasNoRoomForWhenReleased() {
    try (TwoNics nics = TwoNics.wired()) {
      nics.a.openAlternatives(1, 8_192);
      for (int i = 0; i < TwoNics.RING - 1; i++) {
        nics.send(60, i);
      }
      queue(nics, 100, 1);
      queue(nics, 101, 1);
      nics.a.releaseQueue(1);
      assertThat(nics.a.outstandingTransmissions()).isEqualTo(TwoNics.RING);
      nics.a.poll(0, 64);
      assertThat(nics.keeperA.drained).as("told that there is room").isEqualTo(1);
      nics.a.releaseQueue(1);
      assertThat(nics.a.outstandingTransmissions()).isEqualTo(1);
      assertThat(NetworkDevice.DEFAULT_QUEUE).isZero();
    }
  }
}
