package dev.trident.security;

import dev.trident.trace.DropReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Which reasons to drop a run of the fuzzer has reached, for its report. Written to the file that
 * the system property {@code trident.fuzz.report} names, whenever there is one more; without it
 * nowhere.
 */
final class Reached {
  private final String name;
  private final String file = System.getProperty("trident.fuzz.report", "");
  private final Set<DropReason> reached = EnumSet.noneOf(DropReason.class);
  private final Set<DropReason> missing = EnumSet.complementOf(EnumSet.of(DropReason.NONE));
  private long executions;

  /**
   * For the run called {@code name}.
   *
   * @param beginning how the reasons begin that it could reach; empty for all
   */
  Reached(String name, String beginning) {
    this.name = name;
    missing.removeIf(reason -> !reason.name().startsWith(beginning));
  }

  void add(Set<DropReason> reasons) {
    executions++;
    if (missing.removeAll(reasons)) {
      reached.addAll(reasons);
      if (!file.isEmpty()) {
        report();
      }
    }
  }

  private void report() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s: %d drop reasons reached after %,d executions"
            .formatted(name, reached.size(), executions));
    lines.add("reached: " + reached);
    lines.add("not reached: " + missing);
    try {
      Files.write(Path.of(file), lines);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the report " + file, e);
    }
  }
}
