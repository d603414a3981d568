package dev.trident.script.lang;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * A code snippet, ready to be evaluated any number of times: assertions and assignments in the
 * small part of Python that scripts use. {@code print} does nothing.
 */
public final class Snippet {
  /** What is done in order. */
  sealed interface Statement {
    record Assertion(Position position, String text, SnippetExpr condition, String message)
        implements Statement {}

    record Assignment(String name, SnippetExpr value) implements Statement {}
  }

  /**
   * An assertion that does not hold.
   *
   * @param position of the word {@code assert}
   * @param assertion its text without the message
   * @param message as written behind the comma, or empty
   * @param values of the names that were looked at, in that order
   */
  public record Failure(
      Position position, String assertion, String message, Map<String, Number> values) {
    /** On one line, without the place. */
    public String description() {
      return values.isEmpty()
          ? assertion
          : assertion + " with " + values.toString().replaceAll("[{}]", "");
    }
  }

  private final Position begins;
  private final String text;
  private final List<Statement> statements;

  private Snippet(Position begins, String text, List<Statement> statements) {
    this.begins = begins;
    this.text = text;
    this.statements = statements;
  }

  /**
   * Reads the statements.
   *
   * @throws UnsupportedFeatureException for Python beyond that part
   */
  public static Snippet parse(Event.Snippet snippet)
      throws ScriptSyntaxException, UnsupportedFeatureException {
    SnippetParser parser = new SnippetParser(snippet.begins(), snippet.text());
    return new Snippet(snippet.begins(), snippet.text(), parser.statements());
  }

  /** As {@link #evaluate(Function, Map)}, with variables of this snippet alone. */
  public Optional<Failure> evaluate(Function<String, OptionalLong> names)
      throws UnsupportedFeatureException {
    return evaluate(names, new HashMap<>());
  }

  /**
   * Runs the statements up to the first assertion that does not hold.
   *
   * @param names the values of fields and constants
   * @param variables what assignments write; they hide names, and all snippets of a script share
   *     them, since they are one program
   * @throws UnsupportedFeatureException for a name that neither knows, a number beyond 64 bits, or
   *     a division by zero
   */
  public Optional<Failure> evaluate(
      Function<String, OptionalLong> names, Map<String, Number> variables)
      throws UnsupportedFeatureException {
    for (Statement statement : statements) {
      Map<String, Number> seen = new LinkedHashMap<>();
      SnippetEvaluator evaluator = new SnippetEvaluator(begins, text, names, variables, seen);
      switch (statement) {
        case Statement.Assignment assignment ->
            variables.put(assignment.name(), evaluator.value(assignment.value()));
        case Statement.Assertion assertion -> {
          if (!SnippetEvaluator.isTrue(evaluator.value(assertion.condition()))) {
            return Optional.of(
                new Failure(
                    assertion.position(),
                    assertion.text(),
                    assertion.message(),
                    Collections.unmodifiableMap(seen)));
          }
        }
      }
    }
    return Optional.empty();
  }
}
