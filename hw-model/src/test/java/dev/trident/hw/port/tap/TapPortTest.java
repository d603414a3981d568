package dev.trident.hw.port.tap;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What is refused before the kernel is asked; the rest needs a network (conformance-tests). */
class TapPortTest {
  @Test
  void shouldNameTheLimitWhenNameIsTooLong() {
    assertThatThrownBy(() -> TapPort.open("sixteencharacter"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("16 characters, Linux allows 15; choose a shorter one");
  }

  @Test
  void shouldRefuseNameThatIpWouldTakeForAnOption() {
    assertThatThrownBy(() -> TapPort.open("-all"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("choose another");
    assertThatThrownBy(() -> TapPort.open(""))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("choose another");
  }
}
