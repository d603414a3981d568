package dev.trident.simulation;

import com.google.common.base.Splitter;
import dev.trident.hw.link.BurstLoss;
import dev.trident.hw.link.FaultSource;
import dev.trident.hw.link.LinkFaults;
import dev.trident.hw.time.SeededRandom;
import java.util.StringJoiner;

/**
 * What links may do wrong until they are healed: the most that any link does. Probabilities are
 * millionths per frame.
 *
 * @param loss the frame vanishes
 * @param dup the frame arrives twice
 * @param reorder the frame comes late, others overtake it
 * @param lateNanos how late
 * @param jitterNanos frames are late by up to this, in order
 * @param corrupt bits change on the wire, which the adapter notices by the FCS
 * @param flip bits change in memory behind that check, which the stack's checksums must notice
 * @param cuts how often some link is cut for a while
 * @param burst a burst of ten frames on average begins, all of which vanish
 */
record FaultSpec(
    int loss,
    int dup,
    int reorder,
    long lateNanos,
    long jitterNanos,
    int corrupt,
    int flip,
    int cuts,
    int burst) {
  static final FaultSpec NONE = new FaultSpec(0, 0, 0, 0, 0, 0, 0, 0, 0);

  private static final long DEFAULT_LATE_NANOS = 5_000_000L;
  private static final long MAX_NANOS = 10_000_000_000L;
  private static final int MAX_CUTS = 100;
  private static final int BURST_FRAMES = 10;

  /** Reads what {@link #toString} prints: name=value, separated by commas, or "none". */
  static FaultSpec parse(String text) {
    FaultSpec spec = NONE;
    if (text.equals("none")) {
      return spec;
    }
    for (String part : Splitter.on(',').split(text)) {
      int equals = part.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException(
            "fault \"" + part + "\" has no value; write name=value, such as loss=0.05, or none");
      }
      spec = spec.with(part.substring(0, equals), part.substring(equals + 1));
    }
    if (spec.reorder > 0 && spec.lateNanos == 0) {
      spec = spec.with("late", Units.ofNanos(DEFAULT_LATE_NANOS));
    }
    return spec;
  }

  private FaultSpec with(String name, String value) {
    return switch (name) {
      case "loss" -> withLoss(Units.millionths(value));
      case "dup" -> withDup(Units.millionths(value));
      case "reorder" -> withReorder(Units.millionths(value), lateNanos);
      case "late" -> withReorder(reorder, time(value));
      case "jitter" -> withJitter(time(value));
      case "corrupt" -> withCorrupt(Units.millionths(value));
      case "flip" -> withFlip(Units.millionths(value));
      case "burst" -> withBurst(Units.millionths(value));
      case "cut" -> withCuts(Units.number(value, 0, MAX_CUTS));
      default ->
          throw new IllegalArgumentException(
              "unknown fault \""
                  + name
                  + "\"; there are loss, burst, dup, reorder, late, jitter, corrupt, flip and"
                  + " cut");
    };
  }

  private static long time(String text) {
    long nanos = Units.nanos(text);
    if (nanos > MAX_NANOS) {
      throw new IllegalArgumentException(text + " is later than 10s, the most for a frame");
    }
    return nanos;
  }

  FaultSpec withLoss(int value) {
    return new FaultSpec(value, dup, reorder, lateNanos, jitterNanos, corrupt, flip, cuts, burst);
  }

  FaultSpec withDup(int value) {
    return new FaultSpec(loss, value, reorder, lateNanos, jitterNanos, corrupt, flip, cuts, burst);
  }

  FaultSpec withReorder(int value, long late) {
    return new FaultSpec(loss, dup, value, late, jitterNanos, corrupt, flip, cuts, burst);
  }

  FaultSpec withJitter(long nanos) {
    return new FaultSpec(loss, dup, reorder, lateNanos, nanos, corrupt, flip, cuts, burst);
  }

  FaultSpec withCorrupt(int value) {
    return new FaultSpec(loss, dup, reorder, lateNanos, jitterNanos, value, flip, cuts, burst);
  }

  FaultSpec withFlip(int value) {
    return new FaultSpec(loss, dup, reorder, lateNanos, jitterNanos, corrupt, value, cuts, burst);
  }

  FaultSpec withCuts(int value) {
    return new FaultSpec(loss, dup, reorder, lateNanos, jitterNanos, corrupt, flip, value, burst);
  }

  FaultSpec withBurst(int value) {
    return new FaultSpec(loss, dup, reorder, lateNanos, jitterNanos, corrupt, flip, cuts, value);
  }

  boolean isNone() {
    return equals(NONE);
  }

  /** Whether frames can be lost, by chance or by damage; a full queue is no fault. */
  boolean loses() {
    return loss + burst + corrupt + flip + cuts > 0;
  }

  /** Faults from nothing to these, most links having only some. */
  LinkFaults draw(SeededRandom random, boolean flipsAllowed) {
    return new LinkFaults(
        some(random, loss),
        some(random, dup),
        some(random, reorder),
        lateNanos,
        some(random, corrupt),
        random.below(jitterNanos + 1),
        flipsAllowed ? some(random, flip) : 0);
  }

  /** Bursts from none to these, on top of {@code others}. */
  FaultSource withBursts(SeededRandom random, FaultSource others) {
    if (burst == 0) {
      return others;
    }
    BurstLoss bursts = BurstLoss.ofFrames(some(random, burst), BURST_FRAMES);
    return FaultSource.bursts(bursts, random.nextLong(), others);
  }

  private static int some(SeededRandom random, int most) {
    long drawn = random.below(most + 1L);
    return random.below(4) == 0 ? 0 : (int) drawn;
  }

  @Override
  public String toString() {
    if (isNone()) {
      return "none";
    }
    StringJoiner text = new StringJoiner(",");
    addChance(text, "loss", loss);
    addChance(text, "burst", burst);
    addChance(text, "dup", dup);
    addChance(text, "reorder", reorder);
    if (lateNanos > 0) {
      text.add("late=" + Units.ofNanos(lateNanos));
    }
    if (jitterNanos > 0) {
      text.add("jitter=" + Units.ofNanos(jitterNanos));
    }
    addChance(text, "corrupt", corrupt);
    addChance(text, "flip", flip);
    if (cuts > 0) {
      text.add("cut=" + cuts);
    }
    return text.toString();
  }

  private static void addChance(StringJoiner text, String name, int millionths) {
    if (millionths > 0) {
      text.add(name + "=" + Units.ofMillionths(millionths));
    }
  }
}
