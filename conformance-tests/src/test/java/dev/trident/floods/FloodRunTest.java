package dev.trident.floods;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.ReassemblyLimits;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.TcpProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Short floods; "trident floods" has the long ones. */
class FloodRunTest {
  private static final int FRAMES = 30_000;

  @ParameterizedTest
  @EnumSource(Flood.class)
  void shouldKeepHalfOfTheThroughputWithinBoundedMemoryWhenFlooded(Flood flood) {
    FloodResult result = FloodRun.of(flood, FRAMES, true, 1);

    assertThat(result.megabitsInPeace()).as("a gigabit less headers").isGreaterThan(900);
    assertThat(result.kept()).isGreaterThan(0.5);
    assertThat(result.ringDrops()).as("more than it can look at").isGreaterThan(FRAMES / 2);
    StackConfig config = StackConfig.standard("victim", 1);
    ReassemblyLimits limits = config.reassembly();
    // What was received and not read, what waits for reassembly, and answers on their way.
    assertThat(result.cellsHeld()).isLessThan(limits.cells() + 512);
    assertThat(result.connections())
        .isLessThanOrEqualTo(TcpProfile.STANDARD.handshake().maxHalfOpen() + 2);
  }

  /** Why there are such rings: in one for all, a connection is lost in the crowd. */
  @Test
  void shouldLoseMostOfTheThroughputWhenAllFramesShareARing() {
    FloodResult result = FloodRun.of(Flood.ICMP, FRAMES, false, 1);

    assertThat(result.kept()).isLessThan(0.5);
  }

  @Test
  void shouldRepeatItselfWhenTheSeedIsTheSame() {
    FloodResult once = FloodRun.of(Flood.SYN, 10_000, true, 7);
    assertThat(FloodRun.of(Flood.SYN, 10_000, true, 7)).isEqualTo(once);
  }
}
