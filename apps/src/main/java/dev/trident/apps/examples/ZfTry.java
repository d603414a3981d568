package dev.trident.apps.examples;

import dev.trident.hw.port.ffm.Sys;
import java.util.List;

/** The macros with which TCPDirect's examples give up at the first call that fails. */
@SuppressWarnings("MemberName") // the names of C
final class ZfTry {
  private ZfTry() {}

  /** The end of a program. In C it is the end of the process. */
  static final class Abort extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<String> lines;

    private Abort(String what, String why) {
      super(what);
      lines = List.of("ERROR: " + what, "ERROR: at " + place(), "ERROR: " + why);
    }

    /** What is printed: what failed, where, and why. */
    List<String> lines() {
      return lines;
    }

    private static String place() {
      StackWalker.StackFrame caller =
          StackWalker.getInstance()
              .walk(
                  frames ->
                      frames
                          .filter(frame -> !frame.getClassName().startsWith(ZfTry.class.getName()))
                          .findFirst()
                          .orElseThrow());
      return caller.getFileName() + ":" + caller.getLineNumber();
    }
  }

  /**
   * The result of a call that must not fail.
   *
   * @param call its text, as C's preprocessor knows it
   * @param rc what it returned
   * @throws Abort if {@code rc} is negative
   */
  static int ZF_TRY(String call, int rc) {
    if (rc < 0) {
      throw new Abort(call, "rc=" + rc + " (" + Sys.errorText(-rc) + ")");
    }
    return rc;
  }

  /**
   * Something that must hold.
   *
   * @param condition its text
   * @throws Abort if it does not
   */
  static void ZF_TEST(String condition, boolean holds) {
    if (!holds) {
      throw new Abort(condition, "does not hold");
    }
  }
}
