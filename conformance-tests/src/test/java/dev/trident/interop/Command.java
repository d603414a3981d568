package dev.trident.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Joiner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Runs commands of the machine in this process's own namespace. */
final class Command {
  private Command() {}

  /** Runs one to its end, and fails with what it said if it does. */
  static void run(String... words) throws IOException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.onExit().join().exitValue())
        .as("%s said: %s", Joiner.on(' ').join(words), said)
        .isZero();
  }
}
