package dev.trident.script.lang;

import dev.trident.script.lang.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Arguments and results of system calls. */
final class ExprParser {
  /** Deeper than any structure of the interface; bounds the recursion on nonsense. */
  private static final int DEEPEST = 32;

  private static final String EXPRESSION =
      "an expression (number, word, string, '...', '[', '{' or function)";

  private final TokenCursor cursor;
  private int depth;

  ExprParser(TokenCursor cursor) {
    this.cursor = cursor;
  }

  /** Reads expressions up to the closing symbol and that symbol; the opening one has been read. */
  List<Expr> list(String closing) throws ScriptSyntaxException {
    if (cursor.accept(closing)) {
      return List.of();
    }
    List<Expr> items = new ArrayList<>();
    do {
      items.add(expression());
    } while (cursor.accept(","));
    if (!cursor.accept(closing)) {
      throw cursor.expected("',' or '" + closing + "'");
    }
    return List.copyOf(items);
  }

  Expr expression() throws ScriptSyntaxException {
    Expr first = primary();
    if (!cursor.at("|")) {
      return first;
    }
    List<Expr> parts = new ArrayList<>();
    parts.add(first);
    while (cursor.accept("|")) {
      if (!cursor.at(Kind.WORD) && !cursor.at(Kind.NUMBER)) {
        throw cursor.expected("a word or number behind '|'");
      }
      parts.add(primary());
    }
    return new Expr.Or(first.position(), List.copyOf(parts));
  }

  private Expr primary() throws ScriptSyntaxException {
    Token token = cursor.peek();
    Position position = cursor.position();
    return switch (token.kind()) {
      case WORD -> {
        cursor.take();
        yield cursor.accept("(")
            ? new Expr.Apply(position, token.text(), nested(")"))
            : new Expr.Word(position, token.text());
      }
      case NUMBER -> new Expr.Int(position, integer(false));
      case STRING -> new Expr.Text(position, strings());
      case ELLIPSIS -> {
        cursor.take();
        yield new Expr.Ellipsis(position);
      }
      case SYMBOL -> {
        if (cursor.accept("-")) {
          yield new Expr.Int(position, integer(true));
        }
        if (cursor.accept("[")) {
          yield new Expr.Items(position, nested("]"));
        }
        if (cursor.accept("{")) {
          yield braces(position);
        }
        throw cursor.expected(EXPRESSION);
      }
      case COMMAND, CODE, OPTION, END -> throw cursor.expected(EXPRESSION);
    };
  }

  private long integer(boolean negative) throws ScriptSyntaxException {
    Token token = cursor.peek();
    OptionalLong value =
        token.is(Kind.NUMBER)
            ? TokenCursor.integer(negative ? "-" + token.text() : token.text())
            : OptionalLong.empty();
    if (value.isEmpty()) {
      throw cursor.expected("a whole number of at most 64 bits");
    }
    cursor.take();
    return value.getAsLong();
  }

  private String strings() {
    String text = cursor.take().text();
    while (cursor.at(Kind.STRING)) {
      text += cursor.take().text();
    }
    return text;
  }

  private List<Expr> nested(String closing) throws ScriptSyntaxException {
    enter();
    List<Expr> items = list(closing);
    depth--;
    return items;
  }

  private void enter() throws ScriptSyntaxException {
    if (++depth > DEEPEST) {
      throw cursor.expected("at most " + DEEPEST + " brackets within each other");
    }
  }

  /** A structure if a name with {@code =} or arguments comes first, otherwise an iovec. */
  private Expr braces(Position position) throws ScriptSyntaxException {
    enter();
    Expr result;
    if (cursor.at(Kind.WORD) && (cursor.peek(1).isSymbol("=") || cursor.peek(1).isSymbol("("))) {
      List<Expr.Field> fields = new ArrayList<>();
      do {
        fields.add(field());
      } while (cursor.accept(","));
      result = new Expr.Struct(position, List.copyOf(fields));
    } else if (cursor.at("}")) {
      throw cursor.expected("a field 'name = value' or an iovec '..., length'");
    } else {
      Expr base = expression();
      cursor.expect(",");
      result = new Expr.Iov(position, base, expression());
    }
    if (!cursor.accept("}")) {
      throw cursor.expected(result instanceof Expr.Struct ? "',' or '}'" : "'}'");
    }
    depth--;
    return result;
  }

  private Expr.Field field() throws ScriptSyntaxException {
    Position position = cursor.position();
    if (!cursor.at(Kind.WORD)) {
      throw cursor.expected("a field's name");
    }
    String name = cursor.take().text();
    List<Expr> arguments = cursor.accept("(") ? nested(")") : List.of();
    cursor.expect("=");
    return new Expr.Field(position, name, arguments, expression());
  }
}
