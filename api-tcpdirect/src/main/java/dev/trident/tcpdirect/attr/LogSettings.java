package dev.trident.tcpdirect.attr;

import static dev.trident.tcpdirect.ZfErrno.ENOENT;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The log of the process and its three attributes, which take effect at once and for every
 * attribute object. Only what concerns set-up is logged; the data path writes nothing.
 */
public final class LogSettings {
  /** Longest path of a log file, exclusive. */
  private static final int MAX_PATH = 256;

  private static final int ERROR = 0x1;
  private static final int WARNING = 0x2;

  private static long level = Attribute.LOG_LEVEL.defaultNumber();
  private static int format = (int) Attribute.LOG_FORMAT.defaultNumber();
  private static @Nullable String file;
  private static @Nullable PrintStream out;

  private LogSettings() {}

  static synchronized long level() {
    return level;
  }

  static synchronized void level(long mask) {
    level = mask;
  }

  static synchronized int format() {
    return format;
  }

  static synchronized void format(int flags) {
    format = flags;
  }

  static synchronized @Nullable String file() {
    return file;
  }

  /**
   * Log lines go to the end of the file called {@code path} from now on, or to standard error if it
   * is null.
   *
   * @return 0, or -ENOENT if it cannot be opened, which changes nothing
   */
  static synchronized int file(@Nullable String path) {
    PrintStream opened = null;
    if (path != null) {
      if (path.length() >= MAX_PATH) {
        return -ENOENT;
      }
      try {
        opened =
            new PrintStream(
                Files.newOutputStream(
                    Path.of(path), StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                true,
                StandardCharsets.UTF_8);
      } catch (IOException | UncheckedIOException | InvalidPathException e) {
        return -ENOENT;
      }
    }
    if (out != null) {
      out.close();
    }
    out = opened;
    file = path;
    return 0;
  }

  static synchronized void reset() {
    level = Attribute.LOG_LEVEL.defaultNumber();
    format = (int) Attribute.LOG_FORMAT.defaultNumber();
    file(null);
  }

  /** Logs an error of the component stack. */
  public static void error(String message) {
    write(ERROR, message);
  }

  /** Logs a warning of the component stack. */
  public static void warning(String message) {
    write(WARNING, message);
  }

  private static synchronized void write(int kind, String message) {
    if ((level & kind) != 0) {
      PrintStream to = out;
      (to == null ? System.err : to).println("| " + message);
    }
  }
}
