package dev.trident.script.lang;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Computes as Python does: whole numbers stay whole except under {@code /}, and are exact. Beyond
 * 64 bits, where Python goes on, we stop.
 */
final class SnippetEvaluator {
  private static final long TRUE = 1;
  private static final long FALSE = 0;

  private final Position begins;
  private final String text;
  private final Function<String, OptionalLong> names;
  private final Map<String, Number> variables;
  private final Map<String, Number> seen;

  /** {@code seen} gets each name that is looked at. */
  SnippetEvaluator(
      Position begins,
      String text,
      Function<String, OptionalLong> names,
      Map<String, Number> variables,
      Map<String, Number> seen) {
    this.begins = begins;
    this.text = text;
    this.names = names;
    this.variables = variables;
    this.seen = seen;
  }

  static boolean isTrue(Number value) {
    return value.doubleValue() != 0;
  }

  /** A {@link Long} or a {@link Double}. */
  Number value(SnippetExpr expr) throws UnsupportedFeatureException {
    return switch (expr) {
      case SnippetExpr.Constant constant -> constant.value();
      case SnippetExpr.Name name -> name(name);
      case SnippetExpr.Unary unary -> unary(unary);
      case SnippetExpr.Binary binary -> binary(binary);
      case SnippetExpr.Comparison comparison -> comparison(comparison);
      case SnippetExpr.Logical logical -> logical(logical);
      case SnippetExpr.Function function -> function(function);
    };
  }

  private Number name(SnippetExpr.Name name) throws UnsupportedFeatureException {
    Number value = variables.get(name.name());
    if (value == null) {
      OptionalLong known = names.apply(name.name());
      if (known.isEmpty()) {
        throw unsupported(name.offset(), "name '" + name.name() + "'");
      }
      value = known.getAsLong();
    }
    seen.put(name.name(), value);
    return value;
  }

  private Number unary(SnippetExpr.Unary unary) throws UnsupportedFeatureException {
    Number operand = value(unary.operand());
    return switch (unary.operator()) {
      case "not" -> truth(!isTrue(operand));
      case "+" -> operand;
      case "-" -> arithmetic(unary.offset(), "-", 0L, operand);
      case "~" -> arithmetic(unary.offset(), "^", -1L, operand);
      default -> throw new AssertionError(unary.operator());
    };
  }

  private Number binary(SnippetExpr.Binary binary) throws UnsupportedFeatureException {
    return arithmetic(
        binary.offset(), binary.operator(), value(binary.left()), value(binary.right()));
  }

  private Number arithmetic(int offset, String operator, Number left, Number right)
      throws UnsupportedFeatureException {
    boolean divides = operator.equals("/") || operator.equals("//") || operator.equals("%");
    if (divides && !isTrue(right)) {
      throw unsupported(offset, "division by zero");
    }
    if (left instanceof Long l && right instanceof Long r && !operator.equals("/")) {
      try {
        return whole(operator, l, r);
      } catch (ArithmeticException e) {
        throw unsupported(offset, "a number beyond 64 bits");
      }
    }
    double l = left.doubleValue();
    double r = right.doubleValue();
    return switch (operator) {
      case "+" -> l + r;
      case "-" -> l - r;
      case "*" -> l * r;
      case "/" -> l / r;
      case "//" -> Math.floor(l / r);
      case "%" -> l - r * Math.floor(l / r);
      default -> throw unsupported(offset, "'" + operator + "' of a fraction");
    };
  }

  /** Throws {@link ArithmeticException} if the result does not fit. */
  private static long whole(String operator, long l, long r) {
    return switch (operator) {
      case "|" -> l | r;
      case "^" -> l ^ r;
      case "&" -> l & r;
      case "+" -> Math.addExact(l, r);
      case "-" -> Math.subtractExact(l, r);
      case "*" -> Math.multiplyExact(l, r);
      case "//" -> Math.floorDivExact(l, r);
      case "%" -> Math.floorMod(l, r);
      case "<<" -> Math.multiplyExact(l, powerOfTwo(r));
      case ">>" -> l >> Math.min(shift(r), Long.SIZE - 1);
      default -> throw new AssertionError(operator);
    };
  }

  private static long powerOfTwo(long exponent) {
    if (shift(exponent) >= Long.SIZE - 1) {
      throw new ArithmeticException();
    }
    return 1L << exponent;
  }

  private static long shift(long distance) {
    if (distance < 0) {
      throw new ArithmeticException();
    }
    return distance;
  }

  private Number comparison(SnippetExpr.Comparison comparison) throws UnsupportedFeatureException {
    Number left = value(comparison.operands().getFirst());
    for (int i = 0; i < comparison.operators().size(); i++) {
      Number right = value(comparison.operands().get(i + 1));
      int order =
          left instanceof Long l && right instanceof Long r
              ? Long.compare(l, r)
              : Double.compare(left.doubleValue(), right.doubleValue());
      boolean holds =
          switch (comparison.operators().get(i)) {
            case "==" -> order == 0;
            case "!=" -> order != 0;
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            case ">=" -> order >= 0;
            default -> throw new AssertionError(comparison.operators());
          };
      if (!holds) {
        return FALSE;
      }
      left = right;
    }
    return TRUE;
  }

  private Number logical(SnippetExpr.Logical logical) throws UnsupportedFeatureException {
    Number value = truth(logical.and());
    for (SnippetExpr operand : logical.operands()) {
      value = value(operand);
      if (isTrue(value) != logical.and()) {
        break;
      }
    }
    return value;
  }

  private Number function(SnippetExpr.Function function) throws UnsupportedFeatureException {
    List<SnippetExpr> arguments = function.arguments();
    Number result = value(arguments.getFirst());
    switch (function.name()) {
      case "int" -> result = result.longValue();
      case "abs" -> {
        if (result.doubleValue() < 0) {
          result = arithmetic(function.offset(), "-", 0L, result);
        }
      }
      case "min", "max" -> {
        int sign = function.name().equals("min") ? 1 : -1;
        for (SnippetExpr argument : arguments.subList(1, arguments.size())) {
          Number other = value(argument);
          if (sign * Double.compare(other.doubleValue(), result.doubleValue()) < 0) {
            result = other;
          }
        }
      }
      default -> throw new AssertionError(function.name());
    }
    return result;
  }

  private static Number truth(boolean value) {
    return value ? TRUE : FALSE;
  }

  private UnsupportedFeatureException unsupported(int offset, String feature) {
    return new UnsupportedFeatureException(
        SnippetLexer.position(begins, text, offset), feature + " in a snippet");
  }
}
