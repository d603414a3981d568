package dev.trident.simulation;

import com.google.common.base.Splitter;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text of options. What is wrong is an {@link IllegalArgumentException} that names the
 * option, its value, and what would be right.
 */
final class Given {
  private Given() {}

  /** A whole number, or what was drawn if none was given. */
  static int number(String option, @Nullable String text, int drawn, int least, int most) {
    return text == null ? drawn : named(option, text, given -> Units.number(given, least, most));
  }

  /** Two whole numbers with a slash between. */
  static int[] pair(String option, @Nullable String text, int first, int second) {
    if (text == null) {
      return new int[] {first, second};
    }
    List<String> parts = Splitter.on('/').splitToList(text);
    if (parts.size() != 2) {
      throw bad(option, text + " are not two numbers with a / between");
    }
    return new int[] {
      number(option, parts.get(0), 0, 0, 100_000_000),
      number(option, parts.get(1), 0, 0, 100_000_000)
    };
  }

  /** Names of constants with commas between, or none. */
  static <E extends Enum<E>> EnumSet<E> constants(String option, Class<E> type, String text) {
    EnumSet<E> set = EnumSet.noneOf(type);
    if (!text.equals("none")) {
      for (String part : Splitter.on(',').split(text)) {
        set.add(constant(option, type, part));
      }
    }
    return set;
  }

  /** The name of a constant. */
  static <E extends Enum<E>> E constant(String option, Class<E> type, String text) {
    for (E value : EnumSet.allOf(type)) {
      if (value.name().toLowerCase(Locale.ROOT).equals(text)) {
        return value;
      }
    }
    throw bad(
        option,
        "\"" + text + "\" is none of " + EnumSet.allOf(type).toString().toLowerCase(Locale.ROOT));
  }

  /** Parses {@code text}; what is wrong with it is said with the name of the option. */
  static <T> T named(String option, String text, Function<String, T> parse) {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw bad(option, String.valueOf(e.getMessage()));
    }
  }

  /** What is wrong with an option. */
  static IllegalArgumentException bad(String option, String why) {
    return new IllegalArgumentException(option + ": " + why);
  }
}
