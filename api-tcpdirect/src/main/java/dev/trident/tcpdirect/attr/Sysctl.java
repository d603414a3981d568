package dev.trident.tcpdirect.attr;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Numbers from {@code net.ipv4} of the machine's kernel, on which some defaults depend. The system
 * property {@code trident.sysctl} names another folder to read, so that runs can be made the same
 * on every machine.
 */
final class Sysctl {
  static final long UNREADABLE = -1;

  private Sysctl() {}

  /**
   * The value, 0 or more, or {@link #UNREADABLE}. The kernel hands a sysctl out in one read only:
   * reading all bytes of such a file, whose size is said to be 0, yields its first digit.
   */
  static long read(String name) {
    Path file = Path.of(System.getProperty("trident.sysctl", "/proc/sys/net/ipv4"), name);
    try {
      NumberText number = NumberText.signed(firstLine(file).strip());
      return number.outcome() == NumberText.Outcome.NUMBER && number.value() >= 0
          ? number.value()
          : UNREADABLE;
    } catch (IOException e) {
      return UNREADABLE; // the compiled-in default holds then
    }
  }

  private static String firstLine(Path file) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      String line = reader.readLine();
      return line == null ? "" : line;
    }
  }
}
