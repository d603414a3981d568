package dev.trident.script;

import dev.trident.c.C;
import dev.trident.script.driver.Call.MessageFlag;
import dev.trident.script.lang.Event.SystemCall;
import dev.trident.script.lang.Expr;
import dev.trident.script.lang.Position;
import dev.trident.script.lang.UnsupportedFeatureException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The arguments of one system call, read by place. */
final class Arguments {
  /** An address and port, either of which may have been left to the interpreter: null. */
  record Address(@Nullable Integer address, @Nullable Integer port) {
    static final Address CHOSEN = new Address(null, null);
  }

  private final Position position;
  private final String name;
  private final List<Expr> arguments;

  Arguments(Position position, SystemCall call) {
    this.position = position;
    name = call.name();
    arguments = call.arguments();
  }

  int count() {
    return arguments.size();
  }

  Expr at(int index) throws UnsupportedFeatureException {
    if (index >= arguments.size()) {
      throw new UnsupportedFeatureException(
          position, name + " with " + arguments.size() + " arguments");
    }
    return arguments.get(index);
  }

  boolean has(int index) {
    return index < arguments.size();
  }

  long number(int index) throws UnsupportedFeatureException {
    return Symbols.number(at(index));
  }

  int integer(int index) throws UnsupportedFeatureException {
    return (int) number(index);
  }

  /** A word, as of a constant that is no number here. */
  String word(int index) throws UnsupportedFeatureException {
    if (at(index) instanceof Expr.Word word) {
      return word.name();
    }
    throw unsupported(at(index), "argument " + (index + 1));
  }

  UnsupportedFeatureException unsupported(Expr expr, String what) {
    return new UnsupportedFeatureException(expr.position(), name + ": " + what);
  }

  /** Refuses a null pointer: what a bad pointer does is an error of C, not of TCP. */
  void refuseNull(int index) throws UnsupportedFeatureException {
    if (at(index) instanceof Expr.Word word && word.name().equals("NULL")) {
      throw unsupported(word, "null pointer");
    }
  }

  /** A socket address: a structure or {@code ...}. */
  Address address(int index) throws UnsupportedFeatureException {
    Expr expr = at(index);
    return switch (expr) {
      case Expr.Ellipsis _ -> Address.CHOSEN;
      case Expr.Word word when word.name().equals("NULL") -> Address.CHOSEN;
      case Expr.Struct struct -> address(struct);
      default -> throw unsupported(expr, "this form of address");
    };
  }

  private Address address(Expr.Struct struct) throws UnsupportedFeatureException {
    Integer address = null;
    Integer port = null;
    for (Expr.Field field : struct.fields()) {
      Expr value = field.value();
      switch (field.name()) {
        case "sa_family", "sin_family" -> {
          if (!(value instanceof Expr.Word word && word.name().equals("AF_INET"))) {
            throw unsupported(value, "address family other than AF_INET");
          }
        }
        case "sin_port" ->
            port = value instanceof Expr.Ellipsis ? null : (int) Symbols.number(value);
        case "sin_addr" -> address = value instanceof Expr.Ellipsis ? null : inet(value);
        default -> throw unsupported(value, "field " + field.name());
      }
    }
    return new Address(address, port);
  }

  private int inet(Expr value) throws UnsupportedFeatureException {
    if (value instanceof Expr.Apply apply
        && (apply.function().equals("inet_addr") || apply.function().equals("inet_pton"))
        && apply.arguments().getLast() instanceof Expr.Text text) {
      try {
        return C.inet_addr(text.value());
      } catch (IllegalArgumentException e) {
        throw unsupported(value, "address " + text.value());
      }
    }
    return (int) Symbols.number(value);
  }

  /** MSG_ flags. */
  List<MessageFlag> flags(int index) throws UnsupportedFeatureException {
    List<MessageFlag> flags = new ArrayList<>();
    addFlags(at(index), flags);
    return flags;
  }

  private void addFlags(Expr expr, List<MessageFlag> flags) throws UnsupportedFeatureException {
    switch (expr) {
      case Expr.Int number when number.value() == 0 -> {}
      case Expr.Or or -> {
        for (Expr part : or.parts()) {
          addFlags(part, flags);
        }
      }
      case Expr.Word word -> flags.add(flag(word));
      default -> throw unsupported(expr, "flags as a number");
    }
  }

  private MessageFlag flag(Expr.Word word) throws UnsupportedFeatureException {
    for (MessageFlag flag : MessageFlag.values()) {
      if (word.name().equals("MSG_" + flag)) {
        return flag;
      }
    }
    throw unsupported(word, "flag " + word.name());
  }

  /** Lengths of an iovec array {@code [{..., 10}, {..., 20}]}. */
  List<Integer> iovecs(Expr expr) throws UnsupportedFeatureException {
    if (!(expr instanceof Expr.Items items)) {
      throw unsupported(expr, "this form of iovec array");
    }
    List<Integer> lengths = new ArrayList<>();
    for (Expr item : items.items()) {
      if (!(item instanceof Expr.Iov iov)) {
        throw unsupported(item, "this form of iovec");
      }
      lengths.add((int) Symbols.number(iov.length()));
    }
    return lengths;
  }

  /** The field of a structure, or null. */
  static @Nullable Expr field(Expr.Struct struct, String name) {
    for (Expr.Field field : struct.fields()) {
      if (field.name().equals(name)) {
        return field.value();
      }
    }
    return null;
  }

  Expr.Struct struct(int index) throws UnsupportedFeatureException {
    if (at(index) instanceof Expr.Struct struct) {
      return struct;
    }
    throw unsupported(at(index), "argument " + (index + 1) + " that is no structure");
  }

  /** {@code [x, y]}: what a pointer leads to; a single value and a structure count as a list. */
  List<Expr> items(int index) throws UnsupportedFeatureException {
    Expr expr = at(index);
    return expr instanceof Expr.Items items ? items.items() : List.of(expr);
  }
}
