package dev.trident.apps.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The judgment of ping's words; these are as it prints them. */
class KernelPingTest {
  private static final String END =
      """

      --- 10.213.0.2 ping statistics ---
      2 packets transmitted, 2 received, 0% packet loss, time 0ms
      """;

  @Test
  void shouldCountTheAnswersThatCame() {
    assertThat(KernelPing.answers(END)).isEqualTo(2);
    assertThat(KernelPing.answers("ping: socket: Operation not permitted")).isZero();
  }

  @Test
  void shouldCountNoneWhenContentsHaveChanged() {
    String line = "wrong data byte #55 should be 0x37 but was 0x36\n";
    assertThat(KernelPing.answers(line + END)).isZero();
  }
}
