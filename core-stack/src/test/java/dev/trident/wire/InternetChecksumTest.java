package dev.trident.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.Slab;
import dev.trident.testkit.Frames;
import dev.trident.testkit.Requirement;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InternetChecksumTest {
  private static final int MAX_BYTES = 2_000;

  private final Slab slab = new Slab(4_096);
  private final byte[] bytes = new byte[4_096];

  @AfterEach
  void close() {
    slab.close();
  }

  private void fill(long seed) {
    new Random(seed).nextBytes(bytes);
    slab.copyFrom(bytes, 0, 0, bytes.length);
  }

  private int naive(int offset, int length) {
    return ~Frames.checksum(bytes, offset, length, 0) & 0xffff;
  }

  @Test
  void shouldAgreeWithBytewiseSumForEveryLengthAndAlignment() {
    fill(1);
    for (int length = 0; length <= MAX_BYTES; length++) {
      int offset = length % 11;
      assertThat(InternetChecksum.fold(InternetChecksum.sum(slab, offset, length)))
          .as("length %d at %d", length, offset)
          .isEqualTo(naive(offset, length));
    }
    for (int offset = 0; offset < 64; offset++) {
      for (int length = 0; length < 64; length++) {
        assertThat(InternetChecksum.fold(InternetChecksum.sum(slab, offset, length)))
            .as("length %d at %d", length, offset)
            .isEqualTo(naive(offset, length));
      }
    }
  }

  @Test
  void shouldNotLoseCarriesWhenAllBitsAreSet() {
    java.util.Arrays.fill(bytes, (byte) 0xff);
    slab.copyFrom(bytes, 0, 0, bytes.length);
    assertThat(InternetChecksum.fold(InternetChecksum.sum(slab, 0, 4_096))).isEqualTo(0xffff);
    assertThat(InternetChecksum.fold(Long.MAX_VALUE)).isEqualTo(0x7fff);
    assertThat(InternetChecksum.fold(-1L)).isEqualTo(0xffff);
  }

  @Test
  void shouldSumHeaderWithoutLoopAsWithIt() {
    fill(2);
    for (int offset = 0; offset < 200; offset++) {
      assertThat(InternetChecksum.fold(InternetChecksum.sumOfHeader(slab, offset)))
          .isEqualTo(naive(offset, 20));
    }
  }

  @Test
  void shouldCombineSumsAcrossAnOddBoundary() {
    fill(3);
    for (int cut = 0; cut < 100; cut++) {
      long front = InternetChecksum.sum(slab, 7, cut);
      long back = InternetChecksum.sum(slab, 7 + cut, 100 - cut);
      long whole = front + (cut % 2 == 0 ? back : InternetChecksum.atOddOffset(back));
      assertThat(InternetChecksum.fold(whole)).as("cut at %d", cut).isEqualTo(naive(7, 100));
    }
  }

  @Test
  @Requirement("RFC791-header-04")
  void shouldUpdateAsIfSummedAgain() {
    Random random = new Random(4);
    for (int round = 0; round < 2_000; round++) {
      random.nextBytes(bytes);
      Frames.putShort(bytes, 10, 0);
      Frames.putShort(bytes, 10, Frames.checksum(bytes, 0, 20, 0));
      int old = Frames.getShort(bytes, 4);
      int changed = random.nextInt(0x10000);
      int updated = InternetChecksum.update(Frames.getShort(bytes, 10), old, changed);
      Frames.putShort(bytes, 4, changed);
      Frames.putShort(bytes, 10, updated);
      assertThat(Frames.checksum(bytes, 0, 20, 0)).isZero();
    }
  }

  /** The case that RFC 1624 section 4 corrects in RFC 1141. */
  @Test
  void shouldUpdateToZeroAsInTheExampleOfRfc1624() {
    assertThat(InternetChecksum.update(0xdd2f, 0x5555, 0x3285)).isZero();
  }

  @Test
  @Requirement("RFC768-header-03")
  void shouldMakeAllOnesOfZeroForUdp() {
    assertThat(InternetChecksum.complement(0xffff)).isZero();
    assertThat(InternetChecksum.complementForUdp(0xffff)).isEqualTo(0xffff);
    assertThat(InternetChecksum.complementForUdp(0x1234)).isEqualTo(0xedcb);
  }
}
