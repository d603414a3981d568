package dev.trident.script.lang;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that happens at a time: one entry of a script. */
public record Event(Position position, Time time, Action action) {

  /** What happens. */
  public sealed interface Action {}

  /**
   * A packet that the script injects, or expects from the stack.
   *
   * @param ports as written; null for those of the connection under test
   */
  public record PacketAction(
      Direction direction, IpMarks marks, Segment segment, @Nullable Ports ports)
      implements Action {}

  /** {@code source > destination}. */
  public record Ports(int source, int destination) {}

  /** Towards the stack, or from it. */
  public enum Direction {
    INBOUND,
    OUTBOUND
  }

  /**
   * A system call and its expected outcome.
   *
   * @param result expected value: an {@link Expr.Int}, {@link Expr.Word}, {@link Expr.Or} of words,
   *     or {@link Expr.Ellipsis}
   * @param errno expected error's name, which goes with result -1
   */
  public record SystemCall(String name, List<Expr> arguments, Expr result, @Nullable String errno)
      implements Action {}

  /** A shell command, of which a few known forms mean something. */
  public record ShellCommand(String text) implements Action {}

  /**
   * Statements about {@code tcpi_} values.
   *
   * @param begins where the first character of the text stands
   */
  public record Snippet(String text, Position begins) implements Action {}

  /**
   * Something the language has and we lack. A script with it is skipped for that reason.
   *
   * @param at where the feature stands, within the event
   * @param feature in words, such as {@code packet header sctp}
   */
  public record Unsupported(Position at, String feature) implements Action {}
}
