package dev.trident.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs of all three APIs over links that lose, double, reorder and cut. */
class FaultySimulationTest {
  @ParameterizedTest
  @ValueSource(
      longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 39, 161})
  void shouldDeliverEachByteOnceAndReturnAllMemoryWhenLinksAreFaulty(long seed) {
    assertThat(new Workload(seed).run()).as("seed %d", seed).isEmpty();
  }
}
