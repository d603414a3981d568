package dev.trident.tcpdirect.attr;

import static dev.trident.tcpdirect.ZfErrno.EINVAL;
import static dev.trident.tcpdirect.ZfErrno.ENOENT;
import static dev.trident.tcpdirect.ZfErrno.ENOMSG;
import static dev.trident.tcpdirect.ZfErrno.EOVERFLOW;

import dev.trident.c.IntRef;
import dev.trident.c.LongRef;
import dev.trident.c.Ref;
import org.jspecify.annotations.Nullable;

/**
 * A value for every attribute. The setters and getters by name return 0 or a negative error number,
 * as the {@code zf_attr_*} calls do.
 */
public final class AttributeSet {
  private final long[] numbers = new long[Attribute.values().length];
  private final @Nullable String[] texts = new @Nullable String[numbers.length];

  /** A set with the compiled-in defaults. */
  public AttributeSet() {
    for (Attribute attribute : Attribute.values()) {
      numbers[attribute.ordinal()] = attribute.defaultNumber();
      texts[attribute.ordinal()] = attribute.defaultText();
    }
  }

  /** A set with the values of {@code other}. */
  public AttributeSet(AttributeSet other) {
    System.arraycopy(other.numbers, 0, numbers, 0, numbers.length);
    System.arraycopy(other.texts, 0, texts, 0, texts.length);
  }

  /** Back to the compiled-in defaults, for the log's attributes in the whole process. */
  public void reset() {
    for (Attribute attribute : Attribute.values()) {
      numbers[attribute.ordinal()] = attribute.defaultNumber();
      texts[attribute.ordinal()] = attribute.defaultText();
    }
    LogSettings.reset();
  }

  /** Value of an integer or bit mask. */
  public long number(Attribute attribute) {
    return switch (attribute) {
      case LOG_LEVEL -> LogSettings.level();
      case LOG_FORMAT -> LogSettings.format();
      default -> numbers[attribute.ordinal()];
    };
  }

  /** Value of an integer. */
  public int integer(Attribute attribute) {
    return (int) number(attribute);
  }

  /** Value of a text; null if unset. */
  public @Nullable String text(Attribute attribute) {
    return attribute == Attribute.LOG_FILE ? LogSettings.file() : texts[attribute.ordinal()];
  }

  private void store(Attribute attribute, long value) {
    switch (attribute) {
      case LOG_LEVEL -> LogSettings.level(value);
      case LOG_FORMAT -> LogSettings.format((int) value);
      default -> numbers[attribute.ordinal()] = value;
    }
  }

  private int store(Attribute attribute, @Nullable String value) {
    if (attribute == Attribute.LOG_FILE) {
      return LogSettings.file(value);
    }
    texts[attribute.ordinal()] = value;
    return 0;
  }

  /** 0, -ENOENT, or -EOVERFLOW; a text attribute takes the number in decimal. */
  public int setInt(String name, long value) {
    Attribute attribute = Attribute.named(name);
    return attribute == null ? -ENOENT : setInt(attribute, value);
  }

  int setInt(Attribute attribute, long value) {
    switch (attribute.type()) {
      case STR -> {
        return store(attribute, Long.toString(value));
      }
      case INT -> {
        if (!attribute.admits(value)) {
          return -EOVERFLOW;
        }
        store(attribute, value);
      }
      case BITMASK -> store(attribute, value);
    }
    return 0;
  }

  /** 0, -ENOENT, or -EINVAL for a text attribute. */
  public int getInt(String name, LongRef out) {
    Attribute attribute = Attribute.named(name);
    if (attribute == null) {
      return -ENOENT;
    }
    if (attribute.type() == Attribute.Type.STR) {
      return -EINVAL;
    }
    out.value = number(attribute);
    return 0;
  }

  /** 0, -ENOENT, or -ENOMSG unless it is a text attribute; null unsets it. */
  public int setText(String name, @Nullable String value) {
    Attribute attribute = Attribute.named(name);
    if (attribute == null) {
      return -ENOENT;
    }
    return attribute.type() == Attribute.Type.STR ? store(attribute, value) : -ENOMSG;
  }

  /** 0, -ENOENT, or -EINVAL unless it is a text attribute. */
  public int getText(String name, Ref<String> out) {
    Attribute attribute = Attribute.named(name);
    if (attribute == null) {
      return -ENOENT;
    }
    if (attribute.type() != Attribute.Type.STR) {
      return -EINVAL;
    }
    out.value = text(attribute);
    return 0;
  }

  /** 0, -ENOENT, -EINVAL (not convertible) or -EOVERFLOW; an empty text unsets a text attribute. */
  public int setFromText(String name, String value) {
    Attribute attribute = Attribute.named(name);
    if (attribute == null) {
      return -ENOENT;
    }
    return switch (attribute.type()) {
      case STR -> store(attribute, value.isEmpty() ? null : value);
      case INT -> setFromNumber(attribute, NumberText.signed(value));
      case BITMASK -> setFromNumber(attribute, NumberText.unsigned(value));
    };
  }

  private int setFromNumber(Attribute attribute, NumberText parsed) {
    return switch (parsed.outcome()) {
      case NUMBER -> setInt(attribute, parsed.value());
      case NOT_A_NUMBER -> -EINVAL;
      case OUT_OF_RANGE -> -EOVERFLOW;
    };
  }

  /**
   * Documentation: all names for a null or empty name, else the six texts about one attribute.
   *
   * @return 0, or -ENOENT
   */
  public static int document(@Nullable String name, Ref<String[]> out, IntRef length) {
    String[] documentation;
    if (name == null || name.isEmpty()) {
      Attribute[] all = Attribute.values();
      documentation = new String[all.length];
      for (int i = 0; i < all.length; i++) {
        documentation[i] = all[i].attributeName();
      }
    } else {
      Attribute attribute = Attribute.named(name);
      if (attribute == null) {
        return -ENOENT;
      }
      documentation = attribute.documentation();
    }
    out.value = documentation;
    length.value = documentation.length;
    return 0;
  }
}
