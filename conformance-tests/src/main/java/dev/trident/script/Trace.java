package dev.trident.script;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** What has happened so far, each line with its virtual time in seconds. */
final class Trace {
  private static final int MAX_LINES = 2_000;

  private final List<String> lines = new ArrayList<>();
  private int left;

  void add(long micros, String text) {
    if (lines.size() == MAX_LINES) {
      lines.removeFirst();
      left++;
    }
    lines.add(time(micros) + "  " + text);
  }

  /** A time of a trace: seconds with six decimals, right-aligned. */
  static String time(long micros) {
    return String.format(Locale.ROOT, "%12.6f", micros / 1e6);
  }

  List<String> lines() {
    if (left > 0) {
      List<String> all = new ArrayList<>(lines);
      all.addFirst("(" + left + " earlier lines left out)");
      return all;
    }
    return Collections.unmodifiableList(lines);
  }
}
