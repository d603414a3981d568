package dev.trident.script;

import dev.trident.script.driver.ApiDriver.Outcome;
import dev.trident.script.lang.Event.SystemCall;
import dev.trident.script.lang.Expr;
import dev.trident.script.lang.UnsupportedFeatureException;
import org.jspecify.annotations.Nullable;

/** Holds what a call returned against what the script says. */
final class CallResults {
  private CallResults() {}

  static void check(SystemCall call, Decoded decoded, Outcome outcome)
      throws MismatchException, UnsupportedFeatureException {
    if (!(call.result() instanceof Expr.Ellipsis)) {
      long expected = Symbols.number(call.result());
      String errno = call.errno();
      boolean succeeds = expected >= 0;
      boolean sameValue =
          (decoded.opens() && succeeds) ? outcome.value() >= 0 : outcome.value() == expected;
      boolean sameErrno = errno == null || errno.equals(posix(outcome)) || isAlias(errno, outcome);
      if (!sameValue || !sameErrno) {
        throw new MismatchException(
            call.name()
                + (sameValue ? " errno" : " result")
                + ": expected "
                + text(expected, errno)
                + ", live "
                + text(outcome.value(), outcome.errno()));
      }
    }
    if (outcome.value() >= 0) {
      decoded.check().onSuccess(outcome);
    }
  }

  private static String posix(Outcome outcome) {
    String errno = outcome.errno();
    return errno == null ? "" : errno;
  }

  private static boolean isAlias(String errno, Outcome outcome) {
    return errno.equals("EWOULDBLOCK") && posix(outcome).equals("EAGAIN");
  }

  static String text(long value, @Nullable String errno) {
    return errno == null ? String.valueOf(value) : value + " " + errno;
  }
}
