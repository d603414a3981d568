package dev.trident.hw.port;

import com.google.common.primitives.Ints;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A port as it is asked for: {@code tap:trident0}, or {@code vxlan:192.0.2.2?vni=42}.
 *
 * @param target what follows the scheme: a device, a path, an address; not empty
 * @param parameters by name, only such as the scheme knows; a flag has an empty value
 */
public record PortSpec(PortScheme scheme, String target, Map<String, String> parameters) {
  /** Cannot be changed. */
  public PortSpec {
    parameters = Map.copyOf(parameters);
  }

  /** The value of a parameter; null if it was not given. */
  public @Nullable String text(String key) {
    return parameters.get(key);
  }

  /** Whether a parameter was given, with a value or without. */
  public boolean isGiven(String key) {
    return parameters.containsKey(key);
  }

  /**
   * The value of a parameter as a number.
   *
   * @param otherwise what counts if it was not given
   * @throws IllegalArgumentException if it is no number from {@code min} to {@code max}
   */
  public int number(String key, int otherwise, int min, int max) {
    String text = parameters.get(key);
    if (text == null) {
      return otherwise;
    }
    Integer number = Ints.tryParse(text);
    if (number == null || number < min || number > max) {
      throw new IllegalArgumentException(
          key + "=" + text + ": must be a number from " + min + " to " + max);
    }
    return number;
  }

  /** Scheme and target. */
  @Override
  public String toString() {
    return scheme.text() + ":" + target;
  }
}
