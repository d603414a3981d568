package dev.trident.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.testkit.Requirement;
import org.junit.jupiter.api.Test;

class SequenceNumberTest {
  /** Around every place where signed or unsigned arithmetic wraps, against 64-bit arithmetic. */
  @Test
  @Requirement("RFC9293-seq-01")
  void shouldCompareAcrossEveryWrap() {
    int[] bases = {0, Integer.MAX_VALUE, Integer.MIN_VALUE, -1, 12_345, -70_000};
    for (int base : bases) {
      for (int distance = -40; distance <= 40; distance++) {
        int a = base;
        int b = base + distance;
        assertThat(SequenceNumber.lessThan(a, b)).isEqualTo(distance > 0);
        assertThat(SequenceNumber.lessOrEqual(a, b)).isEqualTo(distance >= 0);
        assertThat(SequenceNumber.later(a, b)).isEqualTo(distance > 0 ? b : a);
        assertThat(SequenceNumber.earlier(a, b)).isEqualTo(distance > 0 ? a : b);
        for (int length = 0; length < 20; length++) {
          assertThat(SequenceNumber.inRange(b, a, length))
              .isEqualTo(distance >= 0 && distance < length);
        }
      }
      assertThat(SequenceNumber.lessThan(base, base + Integer.MAX_VALUE)).isTrue();
      assertThat(SequenceNumber.inRange(base - 1, base, -1)).isFalse();
      assertThat(SequenceNumber.inRange(base - 2, base, -1)).isTrue();
    }
  }
}
