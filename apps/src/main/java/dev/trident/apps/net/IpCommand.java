package dev.trident.apps.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the command {@code ip} of iproute2. Arguments are passed one by one: no shell reads them.
 */
final class IpCommand {
  private static final int CAP_NET_ADMIN = 12;
  private static final int CAP_SYS_ADMIN = 21;

  private IpCommand() {}

  /** Throws if this process may not make network namespaces, or {@code ip} is missing. */
  static void check() throws NetworkSetupException {
    locate();
    long capabilities = effectiveCapabilities();
    if ((capabilities >> CAP_NET_ADMIN & 1) == 0 || (capabilities >> CAP_SYS_ADMIN & 1) == 0) {
      throw new NetworkSetupException(
          "making a network namespace needs CAP_SYS_ADMIN and CAP_NET_ADMIN; run as root (sudo)");
    }
  }

  private static long effectiveCapabilities() throws NetworkSetupException {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("CapEff:")) {
          return Long.parseUnsignedLong(line.substring("CapEff:".length()).strip(), 16);
        }
      }
    } catch (IOException notLinux) {
      throw new NetworkSetupException("network namespaces need Linux; use a simulated peer here");
    }
    return 0;
  }

  /** The path of {@code ip}. */
  static String locate() throws NetworkSetupException {
    return Programs.locate("ip", "iproute2");
  }

  /**
   * Runs {@code ip} with these arguments to its end and returns what it printed.
   *
   * @throws NetworkSetupException if it fails, with the first line it said
   */
  static String run(String... arguments) throws NetworkSetupException {
    List<String> command = new ArrayList<>();
    command.add(locate());
    command.addAll(List.of(arguments));
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new NetworkSetupException("cannot start ip: " + e.getMessage());
    }
    String output;
    try (var stream = process.getInputStream()) {
      output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int status = waitFor(process);
    if (status != 0) {
      throw new NetworkSetupException(
          "ip " + String.join(" ", arguments) + ": " + firstLine(output, status));
    }
    return output;
  }

  private static String firstLine(String output, int status) {
    return output.lines().findFirst().orElse("exit code " + status);
  }

  /** Waits through interrupts, and hands the interrupt on: a half-run command helps nobody. */
  private static int waitFor(Process process) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return process.waitFor();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
