package dev.trident.script.lang;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that happens at a time: one entry of a script. */
public record Event(Position position, Time time, Action action) {

  /** What happens. */
  public sealed interface Action {}

  /** A packet that the script injects, or expects from the stack. */
  public record PacketAction(Direction direction, IpMarks marks, Segment segment)
      implements Action {}

  /** Towards the stack, or from it. */
  public enum Direction {
    INBOUND,
    OUTBOUND
  }

  /**
   * A system call and its expected outcome.
   *
   * @param result expected value; an {@link Expr.Ellipsis} or a plain number or word
   * @param errno expected error's name, which goes with result -1
   */
  public record SystemCall(String name, List<Expr> arguments, Expr result, @Nullable String errno)
      implements Action {}

  /** A shell command, of which a few known forms mean something. */
  public record ShellCommand(String text) implements Action {}

  /** Statements about {@code tcpi_} values. */
  public record Snippet(String text) implements Action {}
}
