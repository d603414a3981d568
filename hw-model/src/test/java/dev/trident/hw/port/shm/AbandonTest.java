package dev.trident.hw.port.shm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.hw.host.Host;
import dev.trident.hw.host.Interfaces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that end without closing anything, as ported ones do, leave no files behind. */
@Timeout(60)
class AbandonTest {
  /** Uses the interface of the environment, says so, and ends as the argument says. */
  static final class Program {
    private Program() {}

    public static void main(String[] args) throws InterruptedException {
      Host host = Interfaces.ofEnvironment().host();
      System.out.println(host.interfaceNames().getFirst());
      switch (args[0]) {
        case "exit" -> System.exit(3);
        case "spin" -> Interfaces.ofEnvironment().host().clock().sleep(Long.MAX_VALUE);
        default -> {}
      }
    }
  }

  private static Process start(String wire, String mode, String end) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Program.class.getName(),
            end);
    builder.environment().put("TRIDENT_INTERFACES", "ab0=shm:" + wire + "?ip=10.0.0.1/24");
    builder.environment().put("TRIDENT_MODE", mode);
    return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static Path file(String wire) {
    return Path.of("/dev/shm", "trident-" + wire);
  }

  private static String wire(String name) {
    return name + "-" + ProcessHandle.current().pid();
  }

  @ParameterizedTest
  @ValueSource(strings = {"driven", "polled"})
  void shouldRemoveFilesWhenTheProgramReturnsOrExits(String mode) throws Exception {
    String wire = wire(mode);
    Process returning = start(wire, mode, "return");
    assertThat(returning.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(returning.exitValue()).isZero();
    assertThat(file(wire)).doesNotExist();
    Process exiting = start(wire, mode, "exit");
    assertThat(exiting.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(exiting.exitValue()).isEqualTo(3);
    assertThat(file(wire)).doesNotExist();
  }

  /** Ctrl-C, with a thread that goes on polling until the end. */
  @Test
  void shouldRemoveFilesWhenAPollingProgramIsTerminated() throws Exception {
    String wire = wire("term");
    Process polling = start(wire, "polled", "spin");
    assertThat(polling.inputReader().readLine()).isEqualTo("ab0");
    assertThat(Files.exists(file(wire))).isTrue();
    polling.destroy();
    assertThat(polling.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(file(wire)).doesNotExist();
  }
}
