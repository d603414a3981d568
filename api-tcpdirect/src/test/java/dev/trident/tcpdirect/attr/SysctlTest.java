package dev.trident.tcpdirect.attr;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class SysctlTest {
  @Test
  @EnabledOnOs(OS.LINUX)
  void shouldReadEveryDigitOfAKernelSetting() throws IOException {
    byte[] bytes = new byte[64];
    int count;
    try (InputStream file = new FileInputStream("/proc/sys/net/ipv4/tcp_fin_timeout")) {
      count = file.read(bytes, 0, bytes.length);
    }
    String text = new String(bytes, 0, count, StandardCharsets.US_ASCII).strip();
    assertThat(Sysctl.read("tcp_fin_timeout")).isEqualTo(Long.parseLong(text));
  }

  @Test
  void shouldSayWhenASettingCannotBeRead() {
    assertThat(Sysctl.read("no_such_setting")).isEqualTo(Sysctl.UNREADABLE);
  }
}
