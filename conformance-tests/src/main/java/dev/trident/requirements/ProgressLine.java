package dev.trident.requirements;

import java.io.Console;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/**
 * How far a long run is: one line that rewrites itself on a terminal, and a line for each tenth
 * where the output is a file.
 */
final class ProgressLine {
  private final PrintWriter err;
  private final String what;
  private final boolean terminal;
  private int shownTenths;

  ProgressLine(PrintWriter err, String what) {
    this.err = err;
    this.what = what;
    this.terminal = isTerminal();
  }

  void show(int done, int all, int failed) {
    String line =
        "%,d of %,d %s%s".formatted(done, all, what, failed == 0 ? "" : ", " + failed + " failed");
    if (terminal) {
      err.print("\r" + line + "  ");
      err.flush();
    } else if (done * 10 / all > shownTenths) {
      shownTenths = done * 10 / all;
      err.println(line);
      err.flush();
    }
  }

  @SuppressWarnings("SystemConsoleNull") // not null in JDK 22 to 24 only
  private static boolean isTerminal() {
    @Nullable Console console = System.console();
    return console != null && console.isTerminal();
  }

  void end() {
    if (terminal) {
      err.println();
      err.flush();
    }
  }
}
