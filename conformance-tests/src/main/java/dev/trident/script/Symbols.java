package dev.trident.script;

import com.google.common.collect.ImmutableMap;
import dev.trident.script.driver.Call.Events;
import dev.trident.script.lang.Expr;
import dev.trident.script.lang.UnsupportedFeatureException;
import java.util.Map;

/** Constants of C that scripts use as numbers, valued as Linux has them. */
final class Symbols {
  static final int O_RDWR = 2;
  static final int O_NONBLOCK = 0x800;
  static final int EDGE_TRIGGERED = 1 << 31;
  static final int ONE_SHOT = 1 << 30;

  private static final Map<String, Long> VALUES =
      ImmutableMap.<String, Long>builder()
          .put("NULL", 0L)
          .put("O_RDONLY", 0L)
          .put("O_WRONLY", 1L)
          .put("O_RDWR", (long) O_RDWR)
          .put("O_NONBLOCK", (long) O_NONBLOCK)
          .put("INADDR_ANY", 0L)
          .put("INADDR_LOOPBACK", 0x7f00_0001L)
          .put("POLLIN", (long) Events.IN)
          .put("POLLPRI", (long) Events.PRI)
          .put("POLLOUT", (long) Events.OUT)
          .put("POLLERR", (long) Events.ERR)
          .put("POLLHUP", (long) Events.HUP)
          .put("POLLNVAL", (long) Events.NVAL)
          .put("POLLRDHUP", (long) Events.RDHUP)
          .put("EPOLLIN", (long) Events.IN)
          .put("EPOLLPRI", (long) Events.PRI)
          .put("EPOLLOUT", (long) Events.OUT)
          .put("EPOLLERR", (long) Events.ERR)
          .put("EPOLLHUP", (long) Events.HUP)
          .put("EPOLLRDHUP", (long) Events.RDHUP)
          .put("EPOLLET", (long) EDGE_TRIGGERED)
          .put("EPOLLONESHOT", (long) ONE_SHOT)
          .put("IP_PMTUDISC_DONT", 0L)
          .put("IP_PMTUDISC_WANT", 1L)
          .put("IP_PMTUDISC_DO", 2L)
          .put("IP_PMTUDISC_PROBE", 3L)
          .put("MSG_EOR", 0x80L)
          .put("MSG_TRUNC", 0x20L)
          .buildOrThrow();

  private Symbols() {}

  /**
   * The value of a number, a constant, or constants joined by {@code |}.
   *
   * @throws UnsupportedFeatureException for an unknown constant and for anything else
   */
  static long number(Expr expr) throws UnsupportedFeatureException {
    return switch (expr) {
      case Expr.Int number -> number.value();
      case Expr.Word word -> {
        Long value = VALUES.get(word.name());
        if (value == null) {
          throw new UnsupportedFeatureException(word.position(), "constant " + word.name());
        }
        yield value;
      }
      case Expr.Or or -> {
        long bits = 0;
        for (Expr part : or.parts()) {
          bits |= number(part);
        }
        yield bits;
      }
      case Expr.Apply apply -> {
        boolean swap = apply.function().equals("htons") || apply.function().equals("htonl");
        if (!swap || apply.arguments().size() != 1) {
          throw new UnsupportedFeatureException(
              apply.position(), "function " + apply.function() + " in this place");
        }
        yield number(apply.arguments().getFirst());
      }
      case Expr.Text _, Expr.Ellipsis _, Expr.Items _, Expr.Iov _, Expr.Struct _ ->
          throw new UnsupportedFeatureException(expr.position(), "this form of argument");
    };
  }
}
