package dev.trident.xti.event;

import static dev.trident.xti.XtiConstants.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.testkit.Requirement;
import dev.trident.xti.Dialect;
import org.junit.jupiter.api.Test;

class LookOrderTest {
  @Test
  @Requirement("XTI-look-17")
  void shouldShowADisconnectInsteadOfARelease() {
    assertThat(LookOrder.first(T_ORDREL | T_DISCONNECT, false)).isEqualTo(T_DISCONNECT);
  }

  @Test
  void shouldShowDataBeforeADisconnectUntilACallHasMetIt() {
    assertThat(LookOrder.first(T_DATA | T_DISCONNECT, false)).isEqualTo(T_DATA);
    assertThat(LookOrder.first(T_DATA | T_DISCONNECT, true)).isEqualTo(T_DISCONNECT);
    assertThat(LookOrder.first(T_DATA, true)).isEqualTo(T_DATA);
  }

  @Test
  @Requirement("XTI-look-18")
  void shouldShowExpeditedDataBeforeNormalData() {
    assertThat(LookOrder.first(T_DATA | T_EXDATA, false)).isEqualTo(T_EXDATA);
  }

  @Test
  void shouldShowEverySingleEvent() {
    for (int bit = 1; bit <= T_GOEXDATA; bit <<= 1) {
      assertThat(LookOrder.first(bit, false)).isEqualTo(bit == 0x20 ? 0 : bit);
    }
    assertThat(LookOrder.first(0, true)).isZero();
  }

  @Test
  @Requirement({"XTI-tlook-01", "TLI-dialect-19", "TLI-dialect-20"})
  void shouldMakeAcceptLookInOlderDialectsOnly() {
    assertThat(LookRule.ACCEPT.events(Dialect.XTI)).isZero();
    assertThat(LookRule.ACCEPT.events(Dialect.XTI4)).isEqualTo(T_DISCONNECT | T_LISTEN);
    assertThat(LookRule.ACCEPT.events(Dialect.TLI)).isEqualTo(T_DISCONNECT | T_LISTEN);
  }
}
