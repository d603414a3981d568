package dev.trident.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.Slab;
import dev.trident.testkit.Requirement;
import dev.trident.trace.DropReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TcpHeaderTest {
  private static final int AT = 3;

  private final Slab slab = new Slab(256);
  private final TcpHeader header = new TcpHeader(slab).wrap(AT);
  private final TcpOptions options = new TcpOptions();

  @AfterEach
  void close() {
    slab.close();
  }

  @Test
  @Requirement({"RFC9293-header-06", "RFC9293-options-08"})
  void shouldReadBackWhatItWrites() {
    slab.putInt(AT + 16, -1);
    long sum = header.write(0xfffe_8001, 0x8765_4321, -2, 24, 0xff, 0xfffd, 0x1234);
    header.checksum(0xabcd);
    assertThat(header.sourcePort()).isEqualTo(0xfffe);
    assertThat(header.destinationPort()).isEqualTo(0x8001);
    assertThat(header.sequenceNumber()).isEqualTo(0x8765_4321);
    assertThat(header.acknowledgmentNumber()).isEqualTo(-2);
    assertThat(header.headerBytes()).isEqualTo(24);
    assertThat(header.controlBits()).isEqualTo(0xff);
    assertThat(slab.getByte(AT + 12)).as("reserved bits are zero").isEqualTo((byte) 0x60);
    assertThat(header.window()).isEqualTo(0xfffd);
    assertThat(header.urgentPointer()).isEqualTo(0x1234);
    assertThat(header.checksum()).isEqualTo(0xabcd);
    header.checksum(0);
    assertThat(InternetChecksum.fold(sum))
        .isEqualTo(InternetChecksum.fold(InternetChecksum.sum(slab, AT, 20)));
  }

  @Test
  @Requirement("RFC9293-header-07")
  void shouldCheckTheDataOffsetAtEveryLength() {
    for (int words = 0; words < 16; words++) {
      slab.putByte(AT + 12, words << 4);
      for (int available = 0; available < 70; available++) {
        DropReason wanted =
            available < 20
                ? DropReason.TCP_TRUNCATED
                : words < 5 || words * 4 > available
                    ? DropReason.TCP_BAD_DATA_OFFSET
                    : DropReason.NONE;
        assertThat(header.check(available)).isEqualTo(wanted);
      }
    }
  }

  private boolean read(int... bytes) {
    for (int i = 0; i < bytes.length; i++) {
      slab.putByte(AT + i, bytes[i]);
    }
    for (int i = 0; i < 12; i++) {
      slab.putByte(AT + bytes.length + i, 2 + i % 2 * 2);
    }
    return options.read(slab, AT, bytes.length);
  }

  @Test
  @Requirement({"RFC9293-options-01", "RFC9293-options-03", "RFC9293-options-05"})
  void shouldReadOptionsAtAnyAlignment() {
    for (int shift = 0; shift < 4; shift++) {
      int[] bytes = new int[shift + 4 + 3 + 2 + 10 + 5 + 1];
      java.util.Arrays.fill(bytes, 0, shift, 1);
      int[] rest = {
        2, 4, 0x05, 0xb4, 3, 3, 7, 4, 2, 8, 10, 0, 0, 0, 5, 0xff, 0, 0, 1, 254, 5, 9, 9, 9, 0
      };
      System.arraycopy(rest, 0, bytes, shift, rest.length);
      assertThat(read(bytes)).isTrue();
      assertThat(options.mss()).isEqualTo(1_460);
      assertThat(options.windowScale()).isEqualTo(7);
      assertThat(options.sackPermitted()).isTrue();
      assertThat(options.hasTimestamps()).isTrue();
      assertThat(options.tsVal()).isEqualTo(5);
      assertThat(options.tsEcr()).isEqualTo(0xff00_0001);
    }
  }

  @Test
  @Requirement("RFC9293-options-04")
  void shouldStopAtAnIllegalLengthAndKeepWhatCameBefore() {
    assertThat(read(2, 4, 5, 0xb4, 254, 0, 3, 3, 7, 1)).isFalse();
    assertThat(options.mss()).isEqualTo(1_460);
    assertThat(options.windowScale()).isEqualTo(TcpOptions.ABSENT);
    assertThat(read(254, 1)).isFalse();
    assertThat(read(2)).as("no length").isFalse();
    assertThat(read(2, 4, 5)).as("cut off").isFalse();
    assertThat(options.mss()).isEqualTo(TcpOptions.ABSENT);
    assertThat(read(2, 3, 5)).as("wrong length for an MSS").isFalse();
    assertThat(read(3, 4, 7, 7)).isFalse();
    assertThat(read(4, 3, 7)).isFalse();
    assertThat(read(8, 4, 7, 7)).isFalse();
    assertThat(read(3, 3, 255)).isTrue();
    assertThat(options.windowScale()).isEqualTo(14);
    assertThat(read(0, 2, 4, 5, 0xb4)).isTrue();
    assertThat(options.mss()).as("behind the end of the list").isEqualTo(TcpOptions.ABSENT);
  }

  /** All options of up to three bytes, and every kind and length in front of more. */
  @Test
  @Requirement({"RFC9293-options-04", "RFC9293-options-07"})
  void shouldEndForAnyBytes() {
    for (int kind = 0; kind < 256; kind++) {
      for (int length = 0; length < 256; length++) {
        read(kind, length);
        read(1, kind, length, 0, 0, 0, 0, 0);
      }
    }
  }

  @Test
  void shouldWriteOptionsThatItCanRead() {
    int end = TcpOptions.writeWindowScale(slab, TcpOptions.writeMss(slab, AT, 65_535), 14);
    assertThat(end).isEqualTo(AT + 8);
    end = TcpOptions.writeSackPermitted(slab, end);
    end = TcpOptions.writeTimestamps(slab, end, -2, 7);
    assertThat(options.read(slab, AT, end - AT)).isTrue();
    assertThat(options.mss()).isEqualTo(65_535);
    assertThat(options.windowScale()).isEqualTo(14);
    assertThat(options.sackPermitted()).isTrue();
    assertThat(options.hasTimestamps()).isTrue();
    assertThat(options.tsVal()).isEqualTo(-2);
    assertThat(options.tsEcr()).isEqualTo(7);
  }

  @Test
  void shouldReadTheBlocksThatItWroteWhenThereAreOneToFour() {
    int[] edges = {-10, -5, 3, 4, 100, 200, 300, Integer.MIN_VALUE};
    for (int blocks = 1; blocks <= TcpOptions.MAX_SACK_BLOCKS; blocks++) {
      int end = TcpOptions.writeSack(slab, AT, edges, blocks);
      assertThat(end).isEqualTo(AT + 4 + 8 * blocks);
      assertThat(options.read(slab, AT, end - AT)).isTrue();
      assertThat(options.sackBlocks()).isEqualTo(blocks);
      for (int i = 0; i < blocks; i++) {
        assertThat(options.sackLeft(i)).isEqualTo(edges[2 * i]);
        assertThat(options.sackRight(i)).isEqualTo(edges[2 * i + 1]);
      }
    }
  }
}
