package dev.trident.script.lang;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A script that has been read.
 *
 * @param name file name as given, for messages
 * @param header lines {@code // key: value} before the first event, in order; see {@link Header}
 * @param options lines {@code --name=value}
 * @param init the untimed shell command before the first event
 * @param events in the order of the file, at least one
 * @param cleanup the untimed shell command after the last event
 * @param lines the text, for messages; line n is at index n - 1
 */
public record Script(
    String name,
    List<Header> header,
    List<Option> options,
    @Nullable Command init,
    List<Event> events,
    @Nullable Command cleanup,
    List<String> lines) {

  /**
   * A comment before the first event that has the form {@code // key: value}. Known keys are {@code
   * requirement} (ids of the catalogue that the script shows, separated by commas), {@code profile}
   * (standard, tcpdirect, linux, freebsd), {@code congestion} (reno or cubic, where the script does
   * not want that of the profile) and {@code pending} (the topic that the engine lacks); others
   * mean nothing.
   */
  public record Header(Position position, String key, String value) {}

  /** An option line; without a value it is the empty string. */
  public record Option(Position position, String name, String value) {}

  /** The text between back quotes. */
  public record Command(Position position, String text) {}
}
