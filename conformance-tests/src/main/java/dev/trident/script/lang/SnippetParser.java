package dev.trident.script.lang;

import dev.trident.script.lang.Snippet.Statement;
import dev.trident.script.lang.SnippetToken.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** Reads the statements of a snippet, with Python's precedence. */
final class SnippetParser {
  private static final int DEEPEST = 64;

  /** Words that open what this evaluator has not. */
  private static final Set<String> UNSUPPORTED_WORDS =
      Set.of(
          "for", "while", "if", "elif", "else", "def", "class", "import", "from", "with", "try",
          "return", "lambda", "del", "global", "raise", "pass", "is", "in", "yield", "except");

  private static final Set<String> UNSUPPORTED_OPERATORS =
      Set.of("[", "{", ".", ":", "**", "**=", ":=", "->", "@", "`");

  private static final Set<String> FUNCTIONS = Set.of("abs", "min", "max", "int");

  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

  /** From the loosest to the tightest. */
  private static final List<Set<String>> BINARY =
      List.of(
          Set.of("|"),
          Set.of("^"),
          Set.of("&"),
          Set.of("<<", ">>"),
          Set.of("+", "-"),
          Set.of("*", "/", "//", "%"));

  private final Position begins;
  private final String text;
  private final List<SnippetToken> tokens;
  private int next;
  private int depth;

  SnippetParser(Position begins, String text) throws ScriptSyntaxException {
    this.begins = begins;
    this.text = text;
    tokens = new SnippetLexer(begins, text).tokens();
  }

  List<Statement> statements() throws ScriptSyntaxException, UnsupportedFeatureException {
    List<Statement> statements = new ArrayList<>();
    while (!peek().is(Kind.END)) {
      if (peek().is(Kind.SEPARATOR)) {
        next++;
      } else if (peek().isName("print")) {
        skipStatement();
      } else {
        statements.add(peek().isName("assert") ? assertion() : assignment());
        if (!atEnd()) {
          throw expected("an operator or the end of the statement");
        }
      }
    }
    return List.copyOf(statements);
  }

  private Statement.Assertion assertion()
      throws ScriptSyntaxException, UnsupportedFeatureException {
    int start = peek().start();
    next++;
    SnippetExpr condition = expression();
    int end = tokens.get(next - 1).end();
    String message = "";
    if (accept(",")) {
      int messageStart = peek().start();
      skipStatement();
      message = text.substring(messageStart, tokens.get(next - 1).end()).strip();
    }
    return new Statement.Assertion(position(start), text.substring(start, end), condition, message);
  }

  private Statement.Assignment assignment()
      throws ScriptSyntaxException, UnsupportedFeatureException {
    refuseUnsupported();
    SnippetToken name = peek();
    if (!name.is(Kind.NAME)) {
      throw expected("'assert', 'print' or an assignment");
    }
    next++;
    refuseUnsupported();
    SnippetToken operator = peek();
    if (operator.isOperator("(")) {
      throw unsupported("function '" + name.text() + "'");
    }
    if (operator.isOperator("=")) {
      next++;
      return new Statement.Assignment(name.text(), expression());
    }
    String plain = operator.text().substring(0, Math.max(0, operator.text().length() - 1));
    if (!operator.is(Kind.OPERATOR)
        || !operator.text().endsWith("=")
        || BINARY.stream().noneMatch(level -> level.contains(plain))) {
      throw expected("'='");
    }
    next++;
    SnippetExpr old = new SnippetExpr.Name(name.start(), name.text());
    return new Statement.Assignment(
        name.text(), new SnippetExpr.Binary(operator.start(), plain, old, expression()));
  }

  private SnippetExpr expression() throws ScriptSyntaxException, UnsupportedFeatureException {
    if (++depth > DEEPEST) {
      throw expected("at most " + DEEPEST + " expressions within each other");
    }
    SnippetExpr result = logical(false);
    depth--;
    return result;
  }

  private SnippetExpr logical(boolean and)
      throws ScriptSyntaxException, UnsupportedFeatureException {
    List<SnippetExpr> operands = new ArrayList<>();
    do {
      operands.add(and ? negation() : logical(true));
    } while (acceptName(and ? "and" : "or"));
    return operands.size() == 1
        ? operands.getFirst()
        : new SnippetExpr.Logical(and, List.copyOf(operands));
  }

  private SnippetExpr negation() throws ScriptSyntaxException, UnsupportedFeatureException {
    int offset = peek().start();
    int count = 0;
    while (acceptName("not")) {
      count++;
    }
    SnippetExpr result = comparison();
    // Two of them still turn the value into a truth value.
    for (int i = 0; i < Math.min(count, 2 - (count & 1)); i++) {
      result = new SnippetExpr.Unary(offset, "not", result);
    }
    return result;
  }

  private SnippetExpr comparison() throws ScriptSyntaxException, UnsupportedFeatureException {
    List<SnippetExpr> operands = new ArrayList<>();
    List<String> operators = new ArrayList<>();
    operands.add(binary(0));
    while (peek().is(Kind.OPERATOR) && COMPARISONS.contains(peek().text())) {
      operators.add(peek().text());
      next++;
      operands.add(binary(0));
    }
    refuseUnsupported();
    return operators.isEmpty()
        ? operands.getFirst()
        : new SnippetExpr.Comparison(List.copyOf(operands), List.copyOf(operators));
  }

  private SnippetExpr binary(int level) throws ScriptSyntaxException, UnsupportedFeatureException {
    if (level == BINARY.size()) {
      return unary();
    }
    SnippetExpr left = binary(level + 1);
    for (int chained = 0;
        peek().is(Kind.OPERATOR) && BINARY.get(level).contains(peek().text());
        chained++) {
      // A chain leans to the left, so its evaluation is as deep as it is long.
      if (chained > DEEPEST) {
        throw expected("at most " + DEEPEST + " operators in a row");
      }
      SnippetToken operator = peek();
      next++;
      left = new SnippetExpr.Binary(operator.start(), operator.text(), left, binary(level + 1));
    }
    return left;
  }

  private SnippetExpr unary() throws ScriptSyntaxException, UnsupportedFeatureException {
    SnippetToken token = peek();
    if (token.isOperator("-") || token.isOperator("+") || token.isOperator("~")) {
      if (++depth > DEEPEST) {
        throw expected("at most " + DEEPEST + " expressions within each other");
      }
      next++;
      SnippetExpr operand = unary();
      depth--;
      return new SnippetExpr.Unary(token.start(), token.text(), operand);
    }
    return primary();
  }

  private SnippetExpr primary() throws ScriptSyntaxException, UnsupportedFeatureException {
    refuseUnsupported();
    SnippetToken token = peek();
    if (token.is(Kind.STRING)) {
      throw unsupported("a string in an expression");
    }
    if (accept("(")) {
      SnippetExpr inner = expression();
      close();
      return inner;
    }
    if (token.is(Kind.NUMBER)) {
      SnippetExpr.Constant constant = new SnippetExpr.Constant(number(token.text()));
      next++;
      return constant;
    }
    if (!token.is(Kind.NAME) || Set.of("assert", "and", "or", "not").contains(token.text())) {
      throw expected("a number, a name or '('");
    }
    next++;
    if (accept("(")) {
      return function(token);
    }
    return switch (token.text()) {
      case "True" -> new SnippetExpr.Constant(1L);
      case "False" -> new SnippetExpr.Constant(0L);
      default -> new SnippetExpr.Name(token.start(), token.text());
    };
  }

  private SnippetExpr function(SnippetToken name)
      throws ScriptSyntaxException, UnsupportedFeatureException {
    if (!FUNCTIONS.contains(name.text())) {
      throw new UnsupportedFeatureException(
          position(name.start()), "function '" + name.text() + "'");
    }
    List<SnippetExpr> arguments = new ArrayList<>();
    do {
      arguments.add(expression());
    } while (accept(","));
    boolean one = name.text().equals("abs") || name.text().equals("int");
    if (one ? arguments.size() != 1 : arguments.size() < 2) {
      throw expected((one ? "one argument" : "two or more arguments") + " of " + name.text());
    }
    close();
    return new SnippetExpr.Function(name.start(), name.text(), List.copyOf(arguments));
  }

  private void close() throws ScriptSyntaxException, UnsupportedFeatureException {
    refuseUnsupported();
    if (!accept(")")) {
      throw expected("an operator or ')'");
    }
  }

  private Number number(String digits) throws ScriptSyntaxException {
    OptionalLong whole = TokenCursor.integer(digits);
    if (whole.isPresent() && whole.getAsLong() >= 0) {
      return whole.getAsLong();
    }
    try {
      if (digits.indexOf('.') >= 0) {
        return Double.valueOf(digits);
      }
    } catch (NumberFormatException e) {
      throw expected("a number");
    }
    throw expected("a number below 2 to the 63rd");
  }

  private void skipStatement() {
    while (!atEnd()) {
      next++;
    }
  }

  private boolean atEnd() {
    return peek().is(Kind.SEPARATOR) || peek().is(Kind.END);
  }

  /** Valid Python that we lack is no syntax error. */
  private void refuseUnsupported() throws UnsupportedFeatureException {
    SnippetToken token = peek();
    if ((token.is(Kind.NAME) && UNSUPPORTED_WORDS.contains(token.text()))
        || (token.is(Kind.OPERATOR) && UNSUPPORTED_OPERATORS.contains(token.text()))) {
      throw unsupported("'" + token.text() + "' in a snippet");
    }
  }

  private UnsupportedFeatureException unsupported(String feature) {
    return new UnsupportedFeatureException(position(peek().start()), feature);
  }

  private SnippetToken peek() {
    return tokens.get(next);
  }

  private boolean accept(String operator) {
    if (peek().isOperator(operator)) {
      next++;
      return true;
    }
    return false;
  }

  private boolean acceptName(String name) {
    if (peek().isName(name)) {
      next++;
      return true;
    }
    return false;
  }

  private ScriptSyntaxException expected(String what) {
    return new ScriptSyntaxException(
        position(peek().start()), "expected " + what + ", found " + peek().description());
  }

  private Position position(int offset) {
    return SnippetLexer.position(begins, text, offset);
  }
}
