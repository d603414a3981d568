package dev.trident.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SipHashTest {
  @Test
  void shouldAgreeWithAnotherImplementation() {
    Random random = new Random(1);
    for (int i = 0; i < 1_000; i++) {
      long k0 = random.nextLong();
      long k1 = random.nextLong();
      long m0 = random.nextLong();
      long m1 = random.nextLong();
      byte[] message =
          ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(m0).putLong(m1).array();
      assertThat(SipHash.hash(k0, k1, m0, m1))
          .isEqualTo(Hashing.sipHash24(k0, k1).hashBytes(message).asLong());
      assertThat(SipHash.hash(k0, k1, m0))
          .isEqualTo(Hashing.sipHash24(k0, k1).hashBytes(message, 0, 8).asLong());
    }
  }

  @Test
  void shouldMixOneSeedIntoUnlikeNumbers() {
    assertThat(SeedMixer.mix(1, 0)).isNotEqualTo(SeedMixer.mix(1, 1));
    assertThat(SeedMixer.mix(1, 0)).isNotEqualTo(SeedMixer.mix(2, 0));
    assertThat(SeedMixer.mix(0, 0)).as("first output of SplitMix64").isEqualTo(0xe220a8397b1dcdafL);
  }
}
