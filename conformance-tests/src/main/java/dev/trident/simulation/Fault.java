package dev.trident.simulation;

import java.util.Locale;

/**
 * What a link or a switch may do wrong; each constant in lower case is the name on the command
 * line.
 */
enum Fault {
  /** The frame vanishes. */
  LOSS(Unit.CHANCE),
  /** A burst of ten frames on average begins, all of which vanish. */
  BURST(Unit.CHANCE),
  /** The frame arrives twice. */
  DUP(Unit.CHANCE),
  /** The frame comes late, others overtake it. */
  REORDER(Unit.CHANCE),
  /** How late a frame of {@link #REORDER} comes. */
  LATE(Unit.TIME),
  /** Frames are late by up to this, in order. */
  JITTER(Unit.TIME),
  /** Bits change on the wire, which the adapter notices by the FCS. */
  CORRUPT(Unit.CHANCE),
  /** Bits change in memory behind that check, which the stack's checksums must notice. */
  FLIP(Unit.CHANCE),
  /** How often some link is cut for a while. */
  CUT(Unit.NUMBER),
  /** How often some switch, if there is one, falls into two parts for a while. */
  SPLIT(Unit.NUMBER);

  private enum Unit {
    /** Millionths per frame. */
    CHANCE,
    /** Nanoseconds. */
    TIME,
    NUMBER
  }

  private static final long MAX_NANOS = 10_000_000_000L;
  private static final int MAX_NUMBER = 100;

  private final Unit unit;

  Fault(Unit unit) {
    this.unit = unit;
  }

  /**
   * An amount in the unit of this fault.
   *
   * @throws IllegalArgumentException naming the text, and what would be right
   */
  long parse(String text) {
    return switch (unit) {
      case CHANCE -> Units.millionths(text);
      case TIME -> time(text);
      case NUMBER -> Units.number(text, 0, MAX_NUMBER);
    };
  }

  private static long time(String text) {
    long nanos = Units.nanos(text);
    if (nanos > MAX_NANOS) {
      throw new IllegalArgumentException(text + " is later than 10s, the most for a frame");
    }
    return nanos;
  }

  /** What {@link #parse} reads. */
  String print(long amount) {
    return switch (unit) {
      case CHANCE -> Units.ofMillionths((int) amount);
      case TIME -> Units.ofNanos(amount);
      case NUMBER -> Long.toString(amount);
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
