package dev.trident.apps.compare;

import dev.trident.apps.Failure;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes the table: one row for each API, or a line that says why there is none. An API that fails
 * does not keep the others from their rows.
 */
final class Comparison {
  /** How the row of one API comes about. */
  @FunctionalInterface
  interface RowSource {
    /**
     * Runs one API.
     *
     * @throws Peer.ApiFailure if the API failed
     * @throws Failure if what the comparison needs is missing, for all APIs alike
     */
    Row row(PeerFactory factory) throws Failure;
  }

  private final RowSource source;
  private final PrintWriter out;
  private final PrintWriter progress;

  /**
   * @param out where the table goes
   * @param progress where lines about long work go
   */
  Comparison(RowSource source, PrintWriter out, PrintWriter progress) {
    this.source = source;
    this.out = out;
    this.progress = progress;
  }

  /** Prints the table; whether every API has its row. */
  boolean run(List<? extends PeerFactory> factories) throws Failure {
    List<Row> rows = new ArrayList<>();
    Map<String, String> failures = new TreeMap<>();
    for (PeerFactory factory : factories) {
      progress.printf("%s ...%n", factory.label());
      progress.flush();
      try {
        rows.add(source.row(factory));
      } catch (RuntimeException e) {
        failures.put(factory.label(), reason(e));
      }
    }
    if (!rows.isEmpty()) {
      out.println(Row.table(rows));
    }
    failures.forEach((api, reason) -> out.printf("%s  FAILED: %s%n", api, reason));
    out.flush();
    return failures.isEmpty();
  }

  /** The innermost cause says what happened; what wraps it only says where. */
  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause instanceof Peer.ApiFailure ? cause.getMessage() : cause);
  }
}
