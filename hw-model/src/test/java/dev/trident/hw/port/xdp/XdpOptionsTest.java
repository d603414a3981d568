package dev.trident.hw.port.xdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.hw.port.PortScheme;
import dev.trident.hw.port.PortSpec;
import java.util.Map;
import org.junit.jupiter.api.Test;

class XdpOptionsTest {
  private static XdpOptions of(Map<String, String> parameters) {
    return XdpOptions.of(new PortSpec(PortScheme.XDP, "eth0", parameters));
  }

  @Test
  void shouldBeStandardWhenNothingIsSaid() {
    assertThat(of(Map.of())).isEqualTo(XdpOptions.STANDARD);
  }

  @Test
  void shouldReadAllParameters() {
    assertThat(of(Map.of("queue", "3", "mode", "skb", "checksums", "verify")))
        .isEqualTo(new XdpOptions(3, XdpMode.SKB, false, false));
    assertThat(of(Map.of("mode", "copy", "umem", "own", "checksums", "complete")))
        .isEqualTo(XdpOptions.STANDARD.withMode(XdpMode.COPY));
    assertThat(of(Map.of("umem", "slab"))).isEqualTo(XdpOptions.STANDARD.withCells());
  }

  @Test
  void shouldSayWhatWouldBeRight() {
    assertThatThrownBy(() -> of(Map.of("queue", "-1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("queue=-1: must be a number from 0 to 65535");
    assertThatThrownBy(() -> of(Map.of("mode", "any")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mode=any: must be native, copy or skb");
    assertThatThrownBy(() -> of(Map.of("checksums", "no")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("checksums=no: must be complete or verify");
    assertThatThrownBy(() -> of(Map.of("mode", "skb", "umem", "slab")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("umem=slab needs mode=native or copy, not skb");
  }
}
