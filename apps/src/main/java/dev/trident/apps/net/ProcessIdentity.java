package dev.trident.apps.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process of this machine, told apart from a later one with the same number by its start time.
 *
 * @param pid process number
 * @param startTicks start time in clock ticks after boot, {@code /proc/PID/stat} field 22
 */
record ProcessIdentity(long pid, long startTicks) {
  private static final int START_TIME_FIELD = 22;

  /** Fields before the state are number and name; the name may hold blanks and parentheses. */
  private static final int FIRST_FIELD_AFTER_NAME = 3;

  static ProcessIdentity ofThisJvm() throws IOException {
    return of(ProcessHandle.current().pid());
  }

  /** Reads the start time of a running process; empty if it has ended. */
  static Optional<ProcessIdentity> find(long pid) {
    try {
      return Optional.of(of(pid));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /** Reads the start time of a process that is running. */
  static ProcessIdentity of(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return new ProcessIdentity(
        pid, Long.parseLong(fields[START_TIME_FIELD - FIRST_FIELD_AFTER_NAME]));
  }

  /** Whether this very process is still there. */
  boolean isAlive() {
    return find(pid).equals(Optional.of(this));
  }

  /** Ends this very process at once, if it is still there. */
  void kill() {
    if (isAlive()) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  /** One field pair of a record: {@code PID/TICKS}. */
  static ProcessIdentity parse(String text) {
    int slash = text.indexOf('/');
    return new ProcessIdentity(
        Long.parseLong(text.substring(0, slash)), Long.parseLong(text.substring(slash + 1)));
  }

  @Override
  public String toString() {
    return pid + "/" + startTicks;
  }
}
