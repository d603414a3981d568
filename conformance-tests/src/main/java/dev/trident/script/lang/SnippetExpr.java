package dev.trident.script.lang;

import java.util.List;

/** An expression of a snippet; {@code offset} is where it stands in the text. */
sealed interface SnippetExpr {
  /** An {@link Long} or a {@link Double}, as in Python. */
  record Constant(Number value) implements SnippetExpr {}

  record Name(int offset, String name) implements SnippetExpr {}

  /** {@code -x}, {@code +x}, {@code ~x}, {@code not x}. */
  record Unary(int offset, String operator, SnippetExpr operand) implements SnippetExpr {}

  record Binary(int offset, String operator, SnippetExpr left, SnippetExpr right)
      implements SnippetExpr {}

  /** {@code a < b <= c}: all neighbours compare so, and each operand is looked at once. */
  record Comparison(List<SnippetExpr> operands, List<String> operators) implements SnippetExpr {}

  /** {@code and}, {@code or}: the value that decided. */
  record Logical(boolean and, List<SnippetExpr> operands) implements SnippetExpr {}

  /** {@code abs}, {@code min}, {@code max}, {@code int}. */
  record Function(int offset, String name, List<SnippetExpr> arguments) implements SnippetExpr {}
}
