package dev.trident.hw.port.offload;

import static dev.trident.hw.port.offload.OffloadFrame.NETWORK;
import static dev.trident.hw.port.offload.OffloadFrame.TCP;
import static dev.trident.hw.port.offload.OffloadFrame.TRANSPORT;
import static dev.trident.hw.port.offload.OffloadFrame.UDP;
import static dev.trident.wire.TcpHeader.ACK;
import static dev.trident.wire.TcpHeader.CWR;
import static dev.trident.wire.TcpHeader.FIN;
import static dev.trident.wire.TcpHeader.PSH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.Slab;
import dev.trident.testkit.Allocations;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SuperFrameTest {
  private static final int CELL = 2048;
  private static final int MSS = 1_448;

  private final SuperFrame frame = new SuperFrame();
  private final Slab cell = new Slab(2 * CELL);

  @AfterEach
  void free() {
    cell.close();
  }

  private boolean begin(int protocol, int controlBits, int payload, int each) {
    return frame.begin(OffloadFrame.write(frame.slab(), 0, protocol, controlBits, payload), each);
  }

  @Test
  void shouldCutEveryByteIntoItsPlaceWithRightChecksums() {
    for (int protocol : new int[] {TCP, UDP}) {
      for (int payload : new int[] {1, MSS, MSS + 1, 4 * MSS, 64_000}) {
        assertThat(begin(protocol, ACK, payload, MSS)).isTrue();
        int header = TRANSPORT + OffloadFrame.headerBytes(protocol);
        int done = 0;
        for (int i = 0; !frame.isEmpty(); i++) {
          int expected = header + Math.min(MSS, payload - done);
          assertThat(frame.nextBytes()).isEqualTo(expected);
          assertThat(frame.next(cell, CELL, CELL)).isEqualTo(expected);
          assertThat(OffloadFrame.isRight(cell, CELL, expected)).isTrue();
          assertThat(cell.getUnsignedShort(CELL + NETWORK + 2)).isEqualTo(expected - NETWORK);
          assertThat(cell.getUnsignedShort(CELL + NETWORK + 4))
              .isEqualTo((OffloadFrame.IDENTIFICATION + i) & 0xffff);
          if (protocol == TCP) {
            assertThat(cell.getInt(CELL + TRANSPORT + 4)).isEqualTo(OffloadFrame.SEQUENCE + done);
          } else {
            assertThat(cell.getUnsignedShort(CELL + TRANSPORT + 4)).isEqualTo(expected - TRANSPORT);
          }
          for (int at = header; at < expected; at++) {
            assertThat(cell.getByte(CELL + at)).isEqualTo((byte) ((done * 7) >> 3));
            done++;
          }
        }
        assertThat(done).isEqualTo(payload);
      }
    }
  }

  @Test
  void shouldKeepTheEndForTheLastSegmentAndCwrForTheFirst() {
    assertThat(begin(TCP, ACK | PSH | FIN | CWR, 3 * MSS, MSS)).isTrue();
    List<Integer> bits = new ArrayList<>();
    while (!frame.isEmpty()) {
      frame.next(cell, 0, CELL);
      bits.add(cell.getUnsignedByte(TRANSPORT + 13));
    }
    assertThat(bits).containsExactly(ACK | CWR, ACK, ACK | PSH | FIN);
    assertThat(frame.segments()).isEqualTo(3);
  }

  @Test
  void shouldCutBehindAVlanTag() {
    int length = OffloadFrame.write(frame.slab(), 0, TCP, ACK, 2 * MSS);
    frame.slab().copy(12, 16, length - 12);
    frame.slab().putInt(12, 0x8100_0007);
    assertThat(frame.begin(length + 4, MSS)).isTrue();
    while (!frame.isEmpty()) {
      int segment = frame.next(cell, 0, CELL);
      assertThat(cell.getInt(12)).isEqualTo(0x8100_0007);
      assertThat(OffloadFrame.isRight(cell, 4, segment - 4)).isTrue();
    }
  }

  @Test
  void shouldWriteNothingWhenTheSegmentDoesNotFit() {
    assertThat(begin(TCP, ACK, 4_000, 2_000)).isTrue();
    cell.putByte(0, 0x55);
    assertThat(frame.next(cell, 0, 1_984)).isEqualTo(TRANSPORT + 32 + 2_000);
    assertThat(cell.getByte(0)).isEqualTo((byte) 0x55);
    assertThat(frame.next(cell, 0, 1_984)).isEqualTo(TRANSPORT + 32 + 2_000);
    assertThat(frame.isEmpty()).isTrue();
  }

  @Test
  void shouldRefuseWhatCannotBeCut() {
    assertThat(begin(TCP, ACK, 0, MSS)).as("no payload").isFalse();
    assertThat(begin(TCP, ACK, 3_000, 0)).as("no size").isFalse();
    assertThat(begin(47, ACK, 3_000, MSS)).as("a tunnel").isFalse();
    int length = OffloadFrame.write(frame.slab(), 0, TCP, ACK, 3_000);
    frame.slab().putByte(TRANSPORT + 12, 0x40);
    assertThat(frame.begin(length, MSS)).as("header of 16 bytes").isFalse();
    length = OffloadFrame.write(frame.slab(), 0, TCP, ACK, 3_000);
    frame.slab().putShort(NETWORK + 6, 0x2000);
    assertThat(frame.begin(length, MSS)).as("fragment").isFalse();
    length = OffloadFrame.write(frame.slab(), 0, TCP, ACK, 3_000);
    frame.slab().putShort(12, 0x86dd);
    assertThat(frame.begin(length, MSS)).as("IPv6").isFalse();
    assertThat(frame.isEmpty()).isTrue();
  }

  @Test
  void shouldAllocateNothing() {
    int length = OffloadFrame.write(frame.slab(), 0, TCP, ACK, 2 * MSS);
    assertThat(
            Allocations.of(
                () -> {
                  frame.begin(length, MSS);
                  while (!frame.isEmpty()) {
                    frame.next(cell, 0, CELL);
                  }
                }))
        .isZero();
  }
}
