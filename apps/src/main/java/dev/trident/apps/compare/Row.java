package dev.trident.apps.compare;

import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * One line of the table; package-info defines the columns.
 *
 * @param cpuNanosPerMib thread CPU time, or {@link #UNKNOWN}
 * @param garbageBytesPerMib heap bytes, or {@link #UNKNOWN}
 */
record Row(
    String api,
    long apiCalls,
    long engineCopiedBytes,
    long adapterCopiedBytes,
    long dmaBytes,
    long handOvers,
    long packets,
    long wireBytes,
    long timeNanos,
    long cpuNanosPerMib,
    long garbageBytesPerMib) {
  static final long UNKNOWN = -1;

  private static final String SEPARATOR = ";";
  private static final String LINE_START = "row";

  private static final String[] HEADINGS = {
    "API",
    "calls",
    "engine B",
    "adapter B",
    "DMA B",
    "hand-overs",
    "packets",
    "wire B",
    "time ms",
    "CPU us/MiB",
    "garbage B/MiB"
  };

  /** The same row with CPU and garbage of the measured run. */
  Row withCost(long newCpuNanosPerMib, long newGarbageBytesPerMib) {
    return new Row(
        api,
        apiCalls,
        engineCopiedBytes,
        adapterCopiedBytes,
        dmaBytes,
        handOvers,
        packets,
        wireBytes,
        timeNanos,
        newCpuNanosPerMib,
        newGarbageBytesPerMib);
  }

  /** One line of plain text, for {@link #parse}: how a row leaves the JVM that made it. */
  String toLine() {
    return String.join(
        SEPARATOR,
        LINE_START,
        api,
        String.valueOf(apiCalls),
        String.valueOf(engineCopiedBytes),
        String.valueOf(adapterCopiedBytes),
        String.valueOf(dmaBytes),
        String.valueOf(handOvers),
        String.valueOf(packets),
        String.valueOf(wireBytes),
        String.valueOf(timeNanos),
        String.valueOf(cpuNanosPerMib),
        String.valueOf(garbageBytesPerMib));
  }

  /** The row of {@link #toLine}, or null if the line is something else. */
  static @Nullable Row parse(String line) {
    String[] parts = line.split(SEPARATOR, -1);
    if (parts.length != HEADINGS.length + 1 || !parts[0].equals(LINE_START)) {
      return null;
    }
    long[] values = new long[parts.length];
    for (int i = 2; i < parts.length; i++) {
      values[i] = Long.parseLong(parts[i]);
    }
    return new Row(
        parts[1],
        values[2],
        values[3],
        values[4],
        values[5],
        values[6],
        values[7],
        values[8],
        values[9],
        values[10],
        values[11]);
  }

  private String[] cells() {
    return new String[] {
      api,
      count(apiCalls),
      count(engineCopiedBytes),
      count(adapterCopiedBytes),
      count(dmaBytes),
      count(handOvers),
      count(packets),
      count(wireBytes),
      String.format("%,.3f", timeNanos / 1e6),
      cpuNanosPerMib == UNKNOWN ? "-" : String.format("%,.1f", cpuNanosPerMib / 1e3),
      count(garbageBytesPerMib)
    };
  }

  private static String count(long value) {
    return value == UNKNOWN ? "-" : String.format("%,d", value);
  }

  /** The rows under their headings, columns aligned: text for a terminal. */
  static String table(Iterable<Row> rows) {
    int[] widths = new int[HEADINGS.length];
    widen(widths, HEADINGS);
    for (Row row : rows) {
      widen(widths, row.cells());
    }
    StringJoiner text = new StringJoiner("\n");
    text.add(line(widths, HEADINGS));
    for (Row row : rows) {
      text.add(line(widths, row.cells()));
    }
    return text.toString();
  }

  private static void widen(int[] widths, String[] cells) {
    for (int i = 0; i < cells.length; i++) {
      widths[i] = Math.max(widths[i], cells[i].length());
    }
  }

  private static String line(int[] widths, String[] cells) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < cells.length; i++) {
      String padding = " ".repeat(widths[i] - cells[i].length());
      text.append(i == 0 ? "" : "  ").append(i == 0 ? cells[i] + padding : padding + cells[i]);
    }
    return text.toString().stripTrailing();
  }
}
