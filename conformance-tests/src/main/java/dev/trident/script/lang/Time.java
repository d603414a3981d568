package dev.trident.script.lang;

/**
 * When an event is due, in microseconds.
 *
 * @param relative whether both numbers count from the end of the previous event, or from the start
 *     of the script
 * @param startMicros due, or beginning of the range, or start of a blocking call
 * @param endMicros end of the range or of the call; otherwise as {@code startMicros}
 */
public record Time(Kind kind, boolean relative, long startMicros, long endMicros) {
  /** The form of a time. */
  public enum Kind {
    /** At one time. */
    AT,
    /** {@code T1~T2}: an outbound packet between the two. */
    RANGE,
    /** {@code *}: an outbound packet whenever it comes. */
    ANY,
    /** {@code T...T2}: a call that begins at the first and returns at the second. */
    BLOCKING
  }
}
