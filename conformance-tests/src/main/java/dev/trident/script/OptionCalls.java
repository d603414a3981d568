package dev.trident.script;

import dev.trident.script.driver.ApiDriver.Outcome;
import dev.trident.script.driver.Call;
import dev.trident.script.driver.Call.Option;
import dev.trident.script.lang.Expr;
import dev.trident.script.lang.UnsupportedFeatureException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** setsockopt, getsockopt and ioctl. */
final class OptionCalls {
  private final Descriptors descriptors;

  OptionCalls(Descriptors descriptors) {
    this.descriptors = descriptors;
  }

  Decoded set(Arguments arguments) throws UnsupportedFeatureException {
    Option option = option(arguments);
    arguments.refuseNull(3);
    List<Expr> items = arguments.items(3);
    if (items.size() != 1) {
      throw arguments.unsupported(arguments.at(3), "value of " + option);
    }
    List<Long> values =
        items.getFirst() instanceof Expr.Struct struct
            ? linger(arguments, struct)
            : List.of(Symbols.number(items.getFirst()));
    int live = descriptors.live(arguments.integer(0));
    return Decoded.drive(new Call.SetOption(live, option, values));
  }

  private static List<Long> linger(Arguments arguments, Expr.Struct struct)
      throws UnsupportedFeatureException {
    Expr on = field(struct, "onoff", "l_onoff");
    Expr time = field(struct, "linger", "l_linger");
    if (on == null || time == null) {
      throw arguments.unsupported(struct, "this structure");
    }
    return List.of(Symbols.number(on), Symbols.number(time));
  }

  private static @Nullable Expr field(Expr.Struct struct, String name, String other) {
    Expr value = Arguments.field(struct, name);
    return value == null ? Arguments.field(struct, other) : value;
  }

  Decoded get(Arguments arguments) throws UnsupportedFeatureException {
    Option option = option(arguments);
    arguments.refuseNull(3);
    List<Expr> items = arguments.items(3);
    if (items.size() != 1) {
      throw arguments.unsupported(arguments.at(3), "value of " + option);
    }
    Expr wanted = items.getFirst();
    int live = descriptors.live(arguments.integer(0));
    Decoded call = Decoded.drive(new Call.GetOption(live, option));
    return switch (wanted) {
      case Expr.Ellipsis _ -> call;
      case Expr.Word word when option == Option.SO_ERROR ->
          call.checking(outcome -> require(option, word.name(), errorName(outcome)));
      case Expr.Struct struct -> {
        String values = linger(arguments, struct).toString();
        yield call.checking(outcome -> require(option, values, outcome.out().toString()));
      }
      default -> {
        String value = String.valueOf(Symbols.number(wanted));
        yield call.checking(
            outcome ->
                require(
                    option,
                    value,
                    option == Option.SO_ERROR ? errorName(outcome) : first(outcome)));
      }
    };
  }

  private static String first(Outcome outcome) {
    return String.valueOf(outcome.out().getFirst());
  }

  private static String errorName(Outcome outcome) {
    int index = outcome.out().getFirst().intValue();
    return index == 0 ? "0" : Call.ERRNO_NAMES.get(index - 1);
  }

  private static void require(Option option, String expected, String live)
      throws MismatchException {
    if (!expected.equals(live)) {
      throw new MismatchException(
          "getsockopt(" + option + "): expected " + expected + ", live " + live);
    }
  }

  private static Option option(Arguments arguments) throws UnsupportedFeatureException {
    String name = arguments.word(2);
    for (Option option : Option.values()) {
      if (option.name().equals(name)) {
        return option;
      }
    }
    throw arguments.unsupported(arguments.at(2), "socket option " + name);
  }

  Decoded ioctl(Arguments arguments) throws UnsupportedFeatureException {
    boolean received =
        switch (arguments.word(1)) {
          case "SIOCINQ", "FIONREAD" -> true;
          case "SIOCOUTQ", "TIOCOUTQ" -> false;
          default -> throw arguments.unsupported(arguments.at(1), arguments.word(1));
        };
    Expr wanted = arguments.items(2).getFirst();
    int live = descriptors.live(arguments.integer(0));
    Decoded call = Decoded.drive(new Call.QueuedBytes(live, received));
    if (wanted instanceof Expr.Ellipsis) {
      return call;
    }
    long value = Symbols.number(wanted);
    String name = arguments.word(1);
    return call.checking(
        outcome -> {
          long counted = outcome.out().getFirst();
          if (counted != value) {
            throw new MismatchException(
                "ioctl(" + name + "): expected " + value + ", live " + counted);
          }
        });
  }
}
