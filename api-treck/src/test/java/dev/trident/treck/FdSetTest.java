package dev.trident.treck;

import static dev.trident.treck.FdSet.FD_CLR;
import static dev.trident.treck.FdSet.FD_ISSET;
import static dev.trident.treck.FdSet.FD_SET;
import static dev.trident.treck.FdSet.FD_ZERO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FdSetTest {
  private final FdSet set = new FdSet();

  @Test
  void shouldBehaveAsASetOfNumbers() {
    Random random = new Random(1);
    BitSet model = new BitSet();
    for (int i = 0; i < 20_000; i++) {
      int fd = random.nextInt(2_000);
      if (random.nextInt(3) == 0) {
        FD_CLR(fd, set);
        model.clear(fd);
      } else {
        FD_SET(fd, set);
        model.set(fd);
      }
      int probe = random.nextInt(4_000);
      assertThat(FD_ISSET(probe, set)).isEqualTo(model.get(probe));
      assertThat(set.nextMember(probe)).isEqualTo(model.nextSetBit(probe));
    }
  }

  @Test
  void shouldBeEmptyWhenFreshOrZeroed() {
    assertThat(set.nextMember(0)).isEqualTo(-1);
    FD_SET(700, set);
    FD_ZERO(set);
    assertThat(FD_ISSET(700, set)).isFalse();
    assertThat(set.nextMember(0)).isEqualTo(-1);
  }

  @Test
  void shouldNameTheDescriptorWhenItIsNegative() {
    assertThatThrownBy(() -> FD_SET(-1, set))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
  }
}
