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
  private final Set<DropReason> missing = EnumSet.complementOf(EnumSet.of(DropReason.NONE));
  private long executions;

  Reached(String name) {
    this.name = name;
  }

  void add(Set<DropReason> reasons) {
    executions++;
    if (missing.removeAll(reasons) && !file.isEmpty()) {
      report();
    }
  }

  private void report() {
    Set<DropReason> reached = EnumSet.complementOf(EnumSet.copyOf(missing));
    reached.remove(DropReason.NONE);
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
