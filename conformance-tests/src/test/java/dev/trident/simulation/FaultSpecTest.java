package dev.trident.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultSpecTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "none",
        "loss=0.05,burst=0.002,dup=0.01,reorder=0.1,late=5ms,jitter=20ms,corrupt=0.001,flip=1,cut=2,"
            + "split=3",
        "late=7us",
        "cut=100"
      })
  void shouldPrintWhatItHasRead(String text) {
    assertThat(FaultSpec.parse(text)).hasToString(text);
  }

  @Test
  void shouldBeTheSameInWhateverOrderItIsWritten() {
    FaultSpec spec = FaultSpec.NONE.with(Fault.DUP, 20_000).with(Fault.LOSS, 50_000);
    assertThat(FaultSpec.parse("loss=0.05,dup=0.02")).isEqualTo(spec);
    assertThat(FaultSpec.parse("dup=0.02,cut=0,loss=0.05")).isEqualTo(spec);
  }

  @Test
  void shouldBeNothingWhenTheLastFaultIsTakenAway() {
    FaultSpec spec = FaultSpec.parse("jitter=1ms").with(Fault.JITTER, 0);
    assertThat(spec).isEqualTo(FaultSpec.NONE).hasToString("none");
    assertThat(spec.isNone()).isTrue();
  }

  @Test
  void shouldSayHowLateFramesComeWhenTheyAreReorderedAndNobodySaid() {
    assertThat(FaultSpec.parse("reorder=0.1")).hasToString("reorder=0.1,late=5ms");
  }

  @Test
  void shouldNameAllFaultsWhenOneIsUnknown() {
    assertThatThrownBy(() -> FaultSpec.parse("loss=0.1,rain=0.1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "unknown fault \"rain\"; there are loss, burst, dup, reorder, late, jitter, corrupt,"
                + " flip, cut, split");
  }
}
