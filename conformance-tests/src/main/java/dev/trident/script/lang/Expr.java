package dev.trident.script.lang;

import java.util.List;

/** An argument of a system call. */
public sealed interface Expr {
  /** Where it begins. */
  Position position();

  /** A number, decimal or hexadecimal, whose meaning is the call's. */
  record Int(Position position, long value) implements Expr {}

  /** A symbol such as {@code AF_INET}; {@code NULL} is one too. */
  record Word(Position position, String name) implements Expr {}

  /** Text between double quotes, escapes resolved. */
  record Text(Position position, String value) implements Expr {}

  /** {@code a|b|c}. */
  record Or(Position position, List<Expr> parts) implements Expr {}

  /** Three dots: the interpreter chooses. */
  record Ellipsis(Position position) implements Expr {}

  /** {@code [a, b]}: a pointer to a value, or an array. */
  record Items(Position position, List<Expr> items) implements Expr {}

  /** {@code {..., 500}}: one element of an iovec array. */
  record Iov(Position position, Expr base, Expr length) implements Expr {}

  /** {@code {name = value, name(n) = value}}. */
  record Struct(Position position, List<Field> fields) implements Expr {}

  /**
   * One member of a structure.
   *
   * @param arguments what stands in parentheses after the name, such as a length; may be empty
   */
  record Field(Position position, String name, List<Expr> arguments, Expr value) {}

  /** {@code htons(80)}, {@code inet_addr("10.0.0.1")}. */
  record Apply(Position position, String function, List<Expr> arguments) implements Expr {}
}
