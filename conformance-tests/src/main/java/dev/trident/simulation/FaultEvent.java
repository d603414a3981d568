package dev.trident.simulation;

import dev.trident.hw.link.FrameFaults;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One thing that went wrong with one frame.
 *
 * @param direction twice the number of the link, plus 1 for frames from its second end
 * @param frame number among the frames that this direction took
 * @param copy 1 for the duplicate
 * @param value nanoseconds of REORDER and JITTER, the choice of bits of FLIP, otherwise 0
 */
record FaultEvent(int direction, long frame, int copy, Kind kind, long value) {
  /** What goes wrong; printed by the letter. BURST is a loss, too, of a frame in a burst. */
  enum Kind {
    LOSS('l'),
    BURST('b'),
    DUP('d'),
    REORDER('r'),
    JITTER('j'),
    CORRUPT('c'),
    FLIP('f');

    private final char letter;

    Kind(char letter) {
      this.letter = letter;
    }
  }

  /** Link, end, frame number, + for the duplicate, kind, value: 0a12l, 3b7+r5000000. */
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,4})([ab])(\\d{1,15})(\\+?)([a-z])(-?\\d*)");

  static FaultEvent parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (matcher.matches()) {
      for (Kind kind : Kind.values()) {
        if (kind.letter == matcher.group(5).charAt(0)) {
          String value = matcher.group(6);
          return new FaultEvent(
              2 * Integer.parseInt(matcher.group(1)) + (matcher.group(2).equals("a") ? 0 : 1),
              Long.parseLong(matcher.group(3)),
              matcher.group(4).length(),
              kind,
              value.isEmpty() ? 0 : Long.parseLong(value));
        }
      }
    }
    throw new IllegalArgumentException(
        "\""
            + text
            + "\" is no fault of a frame; write link, end a or b, number of the frame, and"
            + " l, b, d, r, j, c or f, such as 0a12l for the loss of frame 12");
  }

  void applyTo(FrameFaults faults) {
    switch (kind) {
      case LOSS -> faults.lost = true;
      case BURST -> {
        faults.lost = true;
        faults.inBurst = true;
      }
      case DUP -> faults.duplicated = true;
      case REORDER -> faults.reorderNanos = value;
      case JITTER -> faults.jitterNanos = value;
      case CORRUPT -> faults.corrupted = true;
      case FLIP -> faults.memoryError = value;
    }
  }

  @Override
  public String toString() {
    return direction / 2
        + (direction % 2 == 0 ? "a" : "b")
        + frame
        + (copy == 0 ? "" : "+")
        + kind.letter
        + (value == 0 ? "" : value);
  }
}
