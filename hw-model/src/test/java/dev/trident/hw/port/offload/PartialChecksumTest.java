package dev.trident.hw.port.offload;

import static dev.trident.hw.port.offload.OffloadFrame.TCP;
import static dev.trident.hw.port.offload.OffloadFrame.TRANSPORT;
import static dev.trident.hw.port.offload.OffloadFrame.UDP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.Slab;
import dev.trident.testkit.Allocations;
import dev.trident.wire.TcpHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PartialChecksumTest {
  private static final int AT = 65;

  private final Slab slab = new Slab(4096);

  @AfterEach
  void free() {
    slab.close();
  }

  @Test
  void shouldCompleteEveryLengthOfBothProtocols() {
    for (int protocol : new int[] {TCP, UDP}) {
      for (int payload = 0; payload <= 1_440; payload++) {
        int length = OffloadFrame.write(slab, AT, protocol, TcpHeader.ACK, payload);
        assertThat(PartialChecksum.completeIfPartial(slab, AT, length)).isTrue();
        assertThat(OffloadFrame.isRight(slab, AT, length)).as("%d bytes", payload).isTrue();
        assertThat(PartialChecksum.completeIfPartial(slab, AT, length)).as("again").isFalse();
      }
    }
  }

  @Test
  void shouldSumTheDatagramAndNotThePadding() {
    int length = OffloadFrame.write(slab, AT, UDP, 0, 5);
    slab.putLong(AT + length, -1);
    assertThat(PartialChecksum.completeIfPartial(slab, AT, length + 8)).isTrue();
    assertThat(OffloadFrame.isRight(slab, AT, length)).isTrue();
  }

  @Test
  void shouldWriteAllOnesForZeroInUdp() {
    int length = OffloadFrame.write(slab, 0, UDP, 0, 2);
    int payload = TRANSPORT + 8;
    for (int word = 0; word <= 0xffff; word++) {
      length = OffloadFrame.write(slab, 0, UDP, 0, 2);
      slab.putShort(payload, word);
      PartialChecksum.complete(slab, TRANSPORT, TRANSPORT + 6, length);
      assertThat(slab.getUnsignedShort(TRANSPORT + 6)).isNotZero();
    }
  }

  @Test
  void shouldLeaveFramesAloneThatHaveNoSuchChecksum() {
    int length = OffloadFrame.write(slab, AT, TCP, TcpHeader.ACK, 100);
    int network = AT + OffloadFrame.NETWORK;
    slab.putShort(network + 6, 0x2000);
    assertThat(PartialChecksum.completeIfPartial(slab, AT, length)).as("fragment").isFalse();
    slab.putShort(network + 6, 0);
    slab.putByte(network + 9, 1);
    assertThat(PartialChecksum.completeIfPartial(slab, AT, length)).as("ICMP").isFalse();
    slab.putByte(network + 9, TCP);
    assertThat(PartialChecksum.completeIfPartial(slab, AT, length - 1)).as("cut off").isFalse();
    slab.putShort(network + 2, 30);
    assertThat(PartialChecksum.completeIfPartial(slab, AT, length)).as("no header").isFalse();
    slab.putShort(AT + 12, 0x86dd);
    assertThat(PartialChecksum.completeIfPartial(slab, AT, length)).as("IPv6").isFalse();
  }

  @Test
  void shouldReadNothingBehindTheFrameWhateverItSays() {
    for (int length = 0; length <= 60; length++) {
      int end = 4096 - length;
      OffloadFrame.write(slab, 0, TCP, TcpHeader.ACK, 10);
      slab.copy(0, end, length);
      assertThat(PartialChecksum.completeIfPartial(slab, end, length)).isFalse();
      if (length > TRANSPORT) {
        slab.putByte(end + OffloadFrame.NETWORK, 0x4f);
        assertThat(PartialChecksum.completeIfPartial(slab, end, length)).isFalse();
      }
    }
  }

  @Test
  void shouldNotTakeADamagedFrameForPartial() {
    int length = OffloadFrame.write(slab, AT, TCP, TcpHeader.ACK, 100);
    assertThat(PartialChecksum.completeIfPartial(slab, AT, length)).isTrue();
    slab.putByte(AT + 80, slab.getByte(AT + 80) ^ 1);
    assertThat(PartialChecksum.completeIfPartial(slab, AT, length)).isFalse();
    assertThat(OffloadFrame.isRight(slab, AT, length)).isFalse();
  }

  @Test
  void shouldCompleteBehindAVlanTag() {
    int length = OffloadFrame.write(slab, AT, TCP, TcpHeader.ACK, 100);
    slab.copy(AT + 12, AT + 16, length - 12);
    slab.putInt(AT + 12, 0x8100_0007);
    assertThat(PartialChecksum.completeIfPartial(slab, AT, length + 4)).isTrue();
    assertThat(OffloadFrame.isRight(slab, AT + 4, length)).isTrue();
  }

  @Test
  void shouldAllocateNothing() {
    int length = OffloadFrame.write(slab, AT, TCP, TcpHeader.ACK, 1_440);
    int field = AT + TRANSPORT + 16;
    int partial = slab.getUnsignedShort(field);
    assertThat(
            Allocations.of(
                () -> {
                  slab.putShort(field, partial);
                  PartialChecksum.completeIfPartial(slab, AT, length);
                }))
        .isZero();
  }
}
